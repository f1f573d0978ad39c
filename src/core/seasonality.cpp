#include "core/seasonality.hpp"

#include <algorithm>
#include <cmath>

#include "core/robust.hpp"
#include "core/running_median.hpp"

namespace almanac::core {

namespace {

constexpr double most_variance_left = 0.75;
constexpr double alike = 0.9;  // mean distance one period apart, by that half a period apart

// Days in a week; months in a year or five minutes in an hour; hours, halves, quarters, ten and
// five minutes and minutes in a day; hours, halves, quarters, ten and five minutes in a week;
// minutes in an hour.
constexpr std::size_t usual_periods[] = {7,   12,  24,  48,  60,   96,   144,
                                         168, 288, 336, 672, 1008, 1440, 2016};

// The values in the order of their phases, and where each phase begins.
class Phases {
 public:
  Phases(std::span<const double> values, std::span<const std::uint32_t> positions,
         std::size_t period, Resource* resource)
      : ordered_(values.size(), resource), begin_(period + 1, resource) {
    for (const std::uint32_t position : positions) ++begin_[position % period + 1];
    for (std::size_t phase = 0; phase < period; ++phase) begin_[phase + 1] += begin_[phase];
    Vector<std::size_t> next(begin_, resource);
    for (std::size_t i = 0; i < values.size(); ++i) {
      ordered_[next[positions[i] % period]++] = values[i];
    }
  }
  std::span<double> operator[](std::size_t phase) {
    return {ordered_.data() + begin_[phase], begin_[phase + 1] - begin_[phase]};
  }

 private:
  Vector<double> ordered_;
  Vector<std::size_t> begin_;
};

// Puts into order what the median, and that without one element, are made of: at most the three in
// the middle. What is below and above them stays so.
void order_middle(std::span<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (middle != values.begin()) {
    std::iter_swap(std::max_element(values.begin(), middle), middle - 1);
  }
  if (middle + 1 < values.end()) {
    std::iter_swap(std::min_element(middle + 1, values.end()), middle + 1);
  }
}

double middle(std::span<const double> ordered) {
  const std::size_t n = ordered.size();
  return n % 2 == 1 ? ordered[n / 2] : 0.5 * ordered[n / 2 - 1] + 0.5 * ordered[n / 2];
}

// The median of all but the i-th of two or more values, the middle ones in order.
double middle_without(std::span<const double> ordered, std::size_t i) {
  const std::size_t half = ordered.size() / 2;
  if (ordered.size() % 2 == 0) return i < half ? ordered[half] : ordered[half - 1];
  if (i < half) return 0.5 * ordered[half] + 0.5 * ordered[half + 1];
  if (i == half) return 0.5 * ordered[half - 1] + 0.5 * ordered[half + 1];
  return 0.5 * ordered[half - 1] + 0.5 * ordered[half];
}

struct Season {
  explicit Season(Resource* resource) : levels(resource) {}
  Vector<double> levels;
  double variance_left = 1;  // of forecasts, by that of the values
};

Season measure_season(std::span<const double> values, std::span<const std::uint32_t> positions,
                      std::size_t period, Resource* resource) {
  Season season(resource);
  if (period < 2 || values.size() / period < least_periods) return season;
  Vector<double> rest(resource);
  Vector<double> scratch(resource);
  running_median(values, period / 2, rest);
  for (std::size_t i = 0; i < values.size(); ++i) rest[i] = values[i] - rest[i];
  const double deviation = robust_deviation_about_zero(view(rest), scratch);
  if (!(deviation > 0)) return season;

  Phases phases(view(rest), positions, period, resource);
  Vector<double> errors(resource);
  errors.reserve(values.size());
  season.levels.resize(period);
  double sum = 0;
  std::size_t used = 0;
  for (std::size_t p = 0; p < period; ++p) {
    const std::span<double> phase = phases[p];
    if (phase.empty()) continue;
    order_middle(phase);
    season.levels[p] = middle(phase);
    sum += season.levels[p];
    ++used;
    for (std::size_t i = 0; i < phase.size(); ++i) {
      errors.push_back(phase.size() == 1 ? phase[i] : phase[i] - middle_without(phase, i));
    }
  }
  const double mean = sum / static_cast<double>(used);
  for (std::size_t p = 0; p < period; ++p) {
    if (!phases[p].empty()) season.levels[p] -= mean;
  }
  const double error = robust_deviation_about_zero(view(errors), scratch) / deviation;
  season.variance_left = error * error;
  return season;
}

double mean_distance(std::span<const double> values, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < values.size(); ++i) sum += std::fabs(values[i] - values[i - lag]);
  return sum / static_cast<double>(values.size() - lag);
}

}  // namespace

Vector<double> find_season(std::span<const double> values, std::span<const std::uint32_t> positions,
                           std::size_t period, Resource* resource) {
  Season season = measure_season(values, positions, period, resource);
  if (season.variance_left > most_variance_left) season.levels.clear();
  return std::move(season.levels);
}

Vector<double> find_usual_season(std::span<const double> values,
                                 std::span<const std::uint32_t> positions, Resource* resource) {
  Season best(resource);
  best.variance_left = most_variance_left;
  for (const std::size_t period : usual_periods) {
    if (values.size() / period < least_periods) break;
    const double near = mean_distance(values, period);
    if (!(near < alike * mean_distance(values, period / 2))) continue;
    Season season = measure_season(values, positions, period, resource);
    if (season.variance_left < best.variance_left) best = std::move(season);
  }
  return std::move(best.levels);
}

void take_out(std::span<const double> season, std::span<const std::uint32_t> positions,
              std::span<double> values) {
  if (season.empty()) return;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= season[positions[i] % season.size()];
}

}  // namespace almanac::core
