// Zone: core.
//
// Times as they come, made into even steps.
//
// Forecasting methods count in steps. What is measured has jitter, gaps, doubles and now and then
// another interval; here it becomes a series of one value a step whose last element lies at the
// time of the last measurement.
#pragma once

#include <cstdint>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

inline constexpr int64_t second_us = 1'000'000;
inline constexpr int64_t day_us = 86'400 * second_us;
inline constexpr int64_t week_us = 7 * day_us;
inline constexpr int64_t year_us = 31'556'952 * second_us;  // Gregorian, on average
inline constexpr int64_t month_us = year_us / 12;

// Measurements in ascending order of time, one at each time, all finite.
struct History {
  explicit History(Resource* memory) : times(memory), values(memory) {}
  Vector<int64_t> times;  // microseconds
  Vector<double> values;  // divided by 2^exponent, so that none exceeds 1
  int exponent = 0;
};

// `times` ascending, doubles allowed; `values` as many, NaN where there is none. Of several at one
// time the last counts. O(n).
History clean_history(std::span<const int64_t> times, std::span<const double> values,
                      Resource* memory);

// Even steps; the last value is that of the last measurement.
struct Grid {
  explicit Grid(Resource* memory) : values(memory), measured(memory) {}
  int64_t last = 0;  // time of the last element, microseconds
  int64_t step = 0;  // microseconds, > 0
  Vector<double> values;
  Vector<bool> measured;  // whether there was a measurement; otherwise the value fills a gap

  // How many steps from the last element to a time.
  double steps_to(int64_t time) const {
    return (static_cast<double>(time) - static_cast<double>(last)) / static_cast<double>(step);
  }
  // Of how many steps a cycle of time is, if it is a whole number of at least 2 of them; else 0.
  int period(int64_t cycle) const;
};

// A size or counter: the value at each step, between measurements on the line that joins them. A
// step is a day where the history has four weeks of at least a value a day; else the interval of
// the measurements, or a round multiple of it. At most `longest` steps, the newest.
// Empty history: an empty grid. O(n).
Grid growth_grid(const History& history, std::size_t longest, Resource* memory);

// Any other metric: the steps are the median interval (calendar months, quarters and years are one
// step each); of several values in a step the last counts, gaps are filled by filled_gaps().
// At most `longest` steps, the newest. O(n log n).
Grid metric_grid(const History& history, std::size_t longest, Resource* memory);

}  // namespace almanac::core
