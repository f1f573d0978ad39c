// Zone: core.
//
// What a series will be at later times, and when it reaches a threshold.
//
//   const Forecast forecast(times, values, ForecastKind::automatic, horizon.back(), memory);
//   if (forecast.enough()) Band band = forecast.at(time);
//
// Sizes and counters are forecast by their rate of growth (forecast_growth.hpp), other metrics by a
// combination of methods that know seasons (forecast_metric.hpp). Which of the two is asked for, or
// told by the data: a series of which 95 of 100 changes have the same direction, jumps aside, is a
// size.
//
// Times are microseconds of any epoch from -10^18 to the end of int64_t; what is older than a
// thousand years before the last is left out. Values are finite, or NaN where there is none. Any
// input has a defined answer: results are finite numbers of double, clamped where the sum would
// overflow, and not below zero if no value was. The same input gives the same answer everywhere.
#pragma once

#include <optional>

#include "core/forecast_metric.hpp"

namespace almanac::core {

enum class ForecastKind : std::uint8_t { automatic, growth, metric };

class Forecast {
 public:
  // `times` ascending, as many `values`. `farthest` is the latest time that will be asked for: the
  // errors of a metric are measured over as long a horizon. O(n log n), at most some milliseconds.
  Forecast(std::span<const int64_t> times, std::span<const double> values, ForecastKind kind,
           int64_t farthest, Resource* memory);
  Forecast(const Forecast&) = delete;
  Forecast& operator=(const Forecast&) = delete;

  // Whether the history is enough for a forecast of that time: eight values, and a week, or for
  // each hour ahead six minutes of history.
  bool enough(int64_t time) const;
  // Whether the time is later than the last value. False without any value.
  bool ahead(int64_t time) const;
  // Needs enough() and ahead().
  Band at(int64_t time) const;

  ForecastKind kind() const noexcept { return kind_; }  // growth or metric
  // Fewer than 28 steps of growth are known: intervals are wide.
  bool is_short() const noexcept;
  // When the rate of growth changed, if that is so recent that it is not well known yet.
  std::optional<int64_t> shape_changed() const;
  // Whether there are enough values for any forecast.
  bool has_model() const noexcept { return growth_ ? growth_->enough() : metric_->enough(); }
  // Values are divided by two to this power inside.
  int exponent() const noexcept { return history_.exponent; }
  // Of a metric, what takes part; empty otherwise.
  std::span<const Candidate> candidates() const noexcept;

 private:
  friend class Crossing;
  Band at_steps(double steps) const;

  ForecastKind kind_ = ForecastKind::automatic;
  History history_;
  Grid grid_;
  std::optional<Growth> growth_;
  std::optional<Metric> metric_;
};

enum class Verdict : std::uint8_t {
  growing,               // towards a threshold above the last value
  falling,               // towards one below it
  reached,               // at or beyond the threshold, and not on the way back to it
  not_growing,           // no movement towards the threshold beyond noise
  not_within_two_years,  // moving, but slower
  shape_changed,         // growing or falling, but the rate changed lately
  not_enough_history
};

// When a series reaches a threshold. A time is absent if it is not within two years, or not known.
struct Arrival {
  Verdict verdict = Verdict::not_enough_history;
  std::optional<int64_t>
      earliest;                    // the bound of the 80 % interval that is nearer to the threshold
  std::optional<int64_t> likely;   // the forecast
  std::optional<int64_t> latest;   // the other bound
  std::optional<int64_t> changed;  // when the shape changed
};

// A threshold above the last value is reached by growing. One at or below it is reached by falling
// if that is what the series does, and has been reached otherwise; then all three times are when it
// was. Of recurring purges the peaks count, of seasons the extremes of each cycle.
Arrival time_to(std::span<const int64_t> times, std::span<const double> values, double threshold,
                Resource* memory);

}  // namespace almanac::core
