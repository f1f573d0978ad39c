#include "capture/rules.hpp"

#include "pg/compat.hpp"

namespace almanac::capture {
namespace rules {

namespace {

constexpr int always_all = track_all;
constexpr int always_none = track_none;
constexpr bool always_utility = true;

}  // namespace

const int* track = &always_all;
const bool* track_utility = &always_utility;
int level = 0;

}  // namespace rules

void exclude_process() { rules::track = &rules::always_none; }

// While a library is not loaded, its settings are placeholders for text.
void find_rules() {
  pg::compat::each_setting([](config_generic* setting) {
    if (setting->vartype == PGC_ENUM && strcmp(setting->name, "pg_stat_statements.track") == 0) {
      rules::track = reinterpret_cast<config_enum*>(setting)->variable;
    } else if (setting->vartype == PGC_BOOL &&
               strcmp(setting->name, "pg_stat_statements.track_utility") == 0) {
      rules::track_utility = reinterpret_cast<config_bool*>(setting)->variable;
    }
  });
}

}  // namespace almanac::capture
