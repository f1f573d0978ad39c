// almanac.flag_names(integer): the bits of a sample's flags as words.

#include "core/tracker.hpp"
#include "pg/function.hpp"

namespace almanac::api {
namespace {

using core::Flag;

struct Name {
  std::uint32_t bit;
  std::string_view name;
};

constexpr Name kNames[] = {
    {Flag::first, "first"},
    {Flag::reset, "reset"},
    {Flag::returned, "returned"},
    {Flag::restart, "restart"},
    {Flag::crash, "crash"},
    {Flag::failover, "failover"},
    {Flag::gap, "gap"},
    {Flag::clock_jump, "clock_jump"},
    {Flag::partial, "partial"},
    {Flag::imported, "imported"},
    {Flag::baseline, "baseline"},
    {Flag::vanished, "vanished"},
    {Flag::latency_partial, "latency_partial"},
};

}  // namespace

ALMANAC_FUNCTION(almanac_flag_names) {
  const pg::Arguments arguments(fcinfo);
  const auto flags = static_cast<std::uint32_t>(arguments.get<std::int32_t>(0));
  boost::container::static_vector<std::string_view, std::size(kNames)> names;
  for (const auto& [bit, name] : kNames) {
    if ((flags & bit) != 0) {
      names.push_back(name);
    }
  }
  return pg::result(std::span<const std::string_view>(names.data(), names.size()));
}

}  // namespace almanac::api
