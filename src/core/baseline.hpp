// Zone: core.
//
// What a series is expected to be at a time, by what it was at times like that.
//
// Times like that are those of the same hour of the week, if there are 3 weeks of them; else of the
// same hour of the day, if there are 3 days; else all, if there are 6 points. The level is their
// weighted median, which a bad day does not move. How far values lie around it is pooled: the
// robust deviation of all points from the level of their own times, because a few points of one
// hour tell little of it. Hours are those of UTC: the same answer on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

enum class Grain : uint8_t { none, flat, hour_of_day, hour_of_week };

struct Expected {
  Grain grain = Grain::none;  // none: not enough points; then nothing else holds
  double level = 0;
  double lower = 0;   // two deviations below
  double upper = 0;   // and above
  double spread = 0;  // a quarter of what lies between
  size_t points = 0;  // of times like that
};

// `times` in microseconds since 2000-01-01 UTC, of which each value is the mean of the hour that
// holds it; as many `values`, without NaN; as many `weights`, or none: all alike, and points of
// weight 0 or less do not count. `log`: ratios matter, not differences; points of 0 or less do not
// count then. The spread is at least 1 % of the level. O(n log n).
Expected expected_at(std::span<const int64_t> times, std::span<const double> values,
                     std::span<const double> weights, int64_t at, bool log, Resource* resource);

}  // namespace almanac::core
