// Zone: core.
//
// What commands do, as events call it.
#pragma once

#include <cstdint>
#include <string_view>

namespace almanac::core {

// Values are not stored: names are.
enum class CommandKind : uint8_t {
  table_created,
  table_altered,
  table_dropped,
  table_truncated,
  table_rewritten,
  index_created,
  index_altered,
  index_dropped,
  index_rebuilt,
  view_created,
  view_altered,
  view_dropped,
  function_created,
  function_replaced,
  function_altered,
  function_dropped,
  statistics_created,
  statistics_altered,
  statistics_dropped,
  extension_created,
  extension_updated,
  extension_dropped,
  database_created,
  database_dropped,
  vacuum,
  analyze,
  setting_changed,  // of a database or role
  alter_system,
};
inline constexpr int command_kinds = 28;

// The kind as almanac.events has it.
constexpr std::string_view name_of(CommandKind kind) {
  constexpr std::string_view names[command_kinds] = {
      "table_created",
      "table_altered",
      "table_dropped",
      "table_truncated",
      "table_rewritten",
      "index_created",
      "index_altered",
      "index_dropped",
      "index_rebuilt",
      "view_created",
      "view_altered",
      "view_dropped",
      "function_created",
      "function_replaced",
      "function_altered",
      "function_dropped",
      "statistics_created",
      "statistics_altered",
      "statistics_dropped",
      "extension_created",
      "extension_updated",
      "extension_dropped",
      "database_created",
      "database_dropped",
      "vacuum",
      "analyze",
      "setting_changed",
      "alter_system",
  };
  return names[static_cast<uint8_t>(kind)];
}

}  // namespace almanac::core
