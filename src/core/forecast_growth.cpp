#include "core/forecast_growth.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace almanac::core {

namespace {

constexpr std::size_t least_window = 14;
constexpr std::size_t longest_window = 90;
constexpr std::size_t error_window = 28;  // what a rate is known from at least
constexpr std::size_t error_stride = 3;
constexpr double greatest_error = 3;
constexpr double least_rate_share = 0.2;
constexpr double slow_share = 0.2;  // of the plain mean of the regime in the rate
constexpr std::size_t slow_window = 91;
constexpr double margin_80 = 1.07;  // the rate now is known a little worse than its past errors say
constexpr double margin_95 = 1.2;
constexpr double greatest_quantile_95 = 6;
constexpr std::array<double, 11> gains{0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};

// What rates are means over: whole cycles of about a week of values, so that a cycle does not show.
std::size_t block_of(int cycle, std::size_t increments) {
  constexpr std::size_t usual = 7;
  const auto whole = static_cast<std::size_t>(std::max(cycle, 1));
  const std::size_t block = (usual + whole - 1) / whole * whole;
  return increments >= 3 * block ? block : std::min(usual, increments);
}

// Mean increments of the `block` before each of them, smoothed over the blocks before that. Returns
// the mean error of the smoothed one as a forecast of the next.
double smooth(std::span<const double> sums, std::size_t block, double gain, Vector<double>& rates) {
  const std::size_t n = sums.size() - 1;
  rates.assign(n + 1, 0);
  double errors = 0;
  for (std::size_t i = 1; i <= n; ++i) {
    const std::size_t length = std::min(block, i);
    const double mean = (sums[i] - sums[i - length]) / static_cast<double>(length);
    rates[i] = mean;
    if (i < 2 * block) continue;
    errors += std::abs(mean - rates[i - block]);
    rates[i] = rates[i - block] + gain * (mean - rates[i - block]);
  }
  return errors;
}

}  // namespace

Growth::Growth(const Grid& grid, const Increments& increments, Resource* memory)
    : sums_(memory), rates_(memory), errors_(memory) {
  sums_.push_back(0);
  if (grid.values.empty()) return;
  last_ = grid.values.back();
  never_negative_ = *std::min_element(grid.values.begin(), grid.values.end()) >= 0;
  sums_.reserve(increments.values.size() + 1);
  for (const double value : increments.values) sums_.push_back(sums_.back() + value);
  if (!enough()) return;
  recurrences_ = find_recurrences(increments);
  const int week = grid.period(week_us);
  const int day = grid.period(day_us);
  measure_rate(view(increments.values), grid.step >= day_us ? week : day, memory);
  errors_.assign(count(), -1);
}

void Growth::measure_rate(std::span<const double> increments, int cycle, Resource* memory) {
  const std::size_t n = increments.size();
  const std::size_t block = block_of(cycle, n);
  regime_ = regime_length(increments, memory);

  double best = std::numeric_limits<double>::infinity();
  double gain = 0;
  Vector<double> tried(memory);
  for (const double candidate : gains) {
    const double error = smooth(view(sums_), block, candidate, tried);
    if (error >= best) continue;
    best = error;
    gain = candidate;
    std::swap(rates_, tried);
  }

  rate_ = rates_[n];
  const std::size_t blocks = std::max<std::size_t>(2, regime_ / block);
  if (regime_ < std::min(n, regime_window) && blocks * block < n) {
    // The first blocks of a regime count alike: nothing before them says what to expect.
    for (std::size_t i = 0; i < blocks; ++i) {
      const std::size_t end = n - (blocks - 1 - i) * block;
      const double mean = (sums_[end] - sums_[end - block]) / static_cast<double>(block);
      const double weight = std::max(gain, 1 / static_cast<double>(i + 1));
      rate_ += (i == 0 ? 1 : weight) * (mean - rate_);
    }
    refitting_ = regime_ < least_window;
  }
  const std::size_t slow = std::min(std::clamp(regime_, error_window, slow_window), n);
  rate_ += slow_share * ((sums_[n] - sums_[n - slow]) / static_cast<double>(slow) - rate_);
  const double mean = sums_[n] / static_cast<double>(n);
  usual_rate_ = std::max(std::abs(rate_), least_rate_share * std::abs(mean));

  const std::size_t window = std::min(std::clamp(regime_, least_window, longest_window), n);
  double squares = 0;
  for (const double value : increments.last(window)) squares += (value - rate_) * (value - rate_);
  const auto length = static_cast<double>(window);
  noise_ = std::sqrt(squares / std::max(1.0, length - 1));
  moving_ = rate_ != 0 && std::abs(rate_) * std::sqrt(length) > noise_;
}

double Growth::rate() const noexcept {
  double rate = rate_;
  for (const Recurrence& recurrence : recurrences_) {
    if (recurrence.size != 0) rate += recurrence.size / recurrence.spacing;
  }
  return rate;
}

// Root mean square of the relative errors that the rates of the past made over `horizon` steps.
double Growth::relative_error(std::size_t horizon) const {
  if (errors_[horizon] >= 0) return errors_[horizon];
  const std::size_t n = count();
  const double least = least_rate_share * std::abs(sums_[n]) / static_cast<double>(n);
  double squares = 0;
  double origins = 0;
  for (std::size_t origin = n - horizon; origin >= error_window; origin -= error_stride) {
    const double rate = rates_[origin];
    const double actual = (sums_[origin + horizon] - sums_[origin]) / static_cast<double>(horizon);
    const double base = std::max(std::abs(rate), least);
    double error = greatest_error;
    if (base > 0) error = std::min(error, std::abs(actual - rate) / base);
    if (actual == rate) error = 0;
    squares += error * error;
    origins += 1;
    if (origin < error_window + error_stride) break;
  }
  errors_[horizon] = origins > 0 ? std::sqrt(squares / origins) : 0;
  return errors_[horizon];
}

Band Growth::at(double steps) const {
  const std::size_t n = count();
  const auto length = static_cast<double>(n);
  Band band;
  band.value = last_ + rate_ * steps;
  double half_80 = 0;
  double half_95 = 0;
  const std::size_t spare = n > error_window ? (n - error_window) / 3 : 0;
  const std::size_t limit = std::max(least_window, spare);
  if (n >= error_window + least_window) {
    const std::size_t horizon =
        static_cast<std::size_t>(std::clamp(std::ceil(steps), 1.0, static_cast<double>(limit)));
    const double beyond = std::max(1.0, steps / static_cast<double>(horizon));
    const double error = relative_error(horizon) * std::sqrt(beyond) * usual_rate_ * steps;
    const double freedom =
        std::max(1.0, static_cast<double>(n - error_window) / static_cast<double>(horizon));
    half_80 = margin_80 * student_80(freedom) * error;
    half_95 = margin_95 * std::min(greatest_quantile_95, student_95(freedom)) * error;
  } else {
    // Random walk with drift: the increments to come, and the error of their estimated mean.
    const double error = noise_ * std::sqrt(steps * (1 + steps / length));
    half_80 = std::max(student_80(length - 1) * error, std::abs(rate_) * steps / 2);
    half_95 = std::max(student_95(length - 1) * error, 1.5 * half_80);
  }
  for (const Recurrence& recurrence : recurrences_) {
    if (recurrence.size == 0 || steps < recurrence.next) continue;
    const double times = 1 + std::floor((steps - recurrence.next) / recurrence.spacing);
    band.value += times * recurrence.size;
    const double extra = std::abs(recurrence.size) * std::sqrt(times * recurrence.variation);
    half_80 = std::hypot(half_80, 1.28 * extra);
    half_95 = std::hypot(half_95, 1.96 * extra);
  }
  band.lower_80 = band.value - half_80;
  band.upper_80 = band.value + half_80;
  band.lower_95 = band.value - half_95;
  band.upper_95 = band.value + half_95;
  if (never_negative_) {
    for (double* bound :
         {&band.value, &band.lower_80, &band.upper_80, &band.lower_95, &band.upper_95}) {
      *bound = std::max(*bound, 0.0);
    }
  }
  return band;
}

}  // namespace almanac::core
