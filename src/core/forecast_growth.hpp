// Zone: core.
//
// Sizes and counters: how fast they grow now, and how far such rates have been wrong before.
//
// A size is a random walk with drift, not a line with noise around it: what it is now is known, and
// the mean of its increments estimates the drift (Hyndman and Athanasopoulos, "Forecasting",
// 5.2, "drift method"). Three things spoil that mean and are dealt with first:
//
//   * level shifts (a purge, a bulk load): an increment further from the median of the 60 around it
//     than 10 robust deviations and 5 % of the size. Set aside as an event; the increment becomes
//     the median. Events that come back regularly are part of the future again: Recurrence.
//   * regimes: where the rate changes is found by least squares with a penalty for each change
//     (PELT: Killick, Fearnhead and Eckley, "Optimal detection of changepoints with a linear
//     computational cost", 2012) on clipped increments. Only increments after the last change
//     count.
//   * weekly cycles: means are over blocks of whole cycles, a week of days.
//
// The rate is the mean of the blocks smoothed exponentially within the regime, the smoothing
// constant by the least absolute error of the next block over the whole history (a local level: it
// follows rates that wander and averages rates that are noisy), to a fifth the plain mean of the
// regime.
//
// The interval comes from the past of the same series: for many origins in it the rate over a
// window before is compared with what really came over the horizon, and the root of the mean square
// of these relative errors, times a quantile of Student's t with as many degrees of freedom as
// there are horizons in the history, is the half width. No distribution is assumed for the
// increments.
//
// Deterministic: no random numbers, sums in order of time. Multiplying all values by a power of two
// multiplies the results and changes nothing else.
#pragma once

#include <array>

#include "core/forecast_grid.hpp"
#include "core/forecast_stats.hpp"

namespace almanac::core {

// A forecast for one time: the value, and bounds that hold it with a probability of 80 and 95 %.
struct Band {
  double value = 0;
  double lower_80 = 0;
  double upper_80 = 0;
  double lower_95 = 0;
  double upper_95 = 0;
};

// A jump that was set aside.
struct LevelShift {
  std::size_t step;  // index of the increment: from element `step` to the next
  double size;       // beyond the usual increment
};

// Level shifts of one sign that come back: at least three, at a spacing whose deviation is below
// half of its mean, the last one not longer ago than twice that.
struct Recurrence {
  double size = 0;       // of each, on average; 0: none
  double spacing = 0;    // steps from one to the next, on average
  double next = 0;       // steps from the last element to the next one
  double variation = 0;  // variance of size and of spacing, each over its mean squared, added up
  bool operator==(const Recurrence&) const = default;
};

// The increments between elements of a series, without level shifts.
struct Increments {
  explicit Increments(Resource* memory) : values(memory), shifts(memory) {}
  Vector<double> values;
  Vector<LevelShift> shifts;
};
// O(n * 60) at worst, O(n) where all increments are small beside the size.
Increments without_shifts(const Grid& grid, Resource* memory);

// Of shifts upwards and of shifts downwards. None if one of them recurs and the other only happens:
// spikes go up and come down again, and half of them would be a trend.
using Recurrences = std::array<Recurrence, 2>;
Recurrences find_recurrences(const Increments& increments);

inline constexpr std::size_t regime_window = 200;

// How many of the last increments are of the current regime: since the last change of the rate
// among the newest 200, or all of these. O(200^2).
std::size_t regime_length(std::span<const double> increments, Resource* memory);

// A growing series. Values are of the unit of the grid, horizons in its steps.
class Growth {
 public:
  // More than that is not looked at.
  static constexpr std::size_t longest = 401;
  // With fewer increments there is no forecast, with fewer than `short_history` a wide one.
  static constexpr std::size_t least_increments = 7;
  static constexpr std::size_t short_history = 28;

  // O(200^2). `grid` from growth_grid(), `increments` those of it.
  Growth(const Grid& grid, const Increments& increments, Resource* memory);

  bool enough() const noexcept { return count() >= least_increments; }
  bool is_short() const noexcept { return count() < short_history; }
  // The current regime is younger than two weeks: the rate is of few values, or mixes regimes.
  bool refitting() const noexcept { return refitting_; }
  // First step of the current regime, counted back from the last element.
  std::size_t regime() const noexcept { return regime_; }
  // Per step, recurring shifts included.
  double rate() const noexcept;
  // Whether the rate is more than the noise of the increments would show by itself.
  bool moving() const noexcept {
    return moving_ || recurrences_[0].size != 0 || recurrences_[1].size != 0;
  }
  const Recurrences& recurrences() const noexcept { return recurrences_; }

  // The forecast `steps` >= 0 after the last element, enough() given. The first call for a horizon
  // takes O(n / 3), further ones with it O(1).
  Band at(double steps) const;

 private:
  std::size_t count() const noexcept { return sums_.size() - 1; }
  void measure_rate(std::span<const double> increments, int cycle, Resource* memory);
  double relative_error(std::size_t horizon) const;

  double last_ = 0;
  double rate_ = 0;
  double usual_rate_ = 0;  // least rate that errors are relative to
  double noise_ = 0;       // standard deviation of the increments
  bool refitting_ = false;
  bool moving_ = false;
  bool never_negative_ = false;
  std::size_t regime_ = 0;
  Recurrences recurrences_;
  Vector<double> sums_;            // of the increments before each element
  Vector<double> rates_;           // as estimated at each element
  mutable Vector<double> errors_;  // by horizon; negative: not computed yet
};

}  // namespace almanac::core
