#include "core/noise.hpp"

#include <algorithm>
#include <cmath>

#include "core/robust.hpp"

namespace almanac::core {

namespace {

constexpr double least_share_of_total = 0.5;
constexpr std::size_t enough_differences = 10;  // in a third

// The variance of one of two values, from their differences: robust, but where half of them are 0,
// of a series that rarely moves, from their squares.
double half_variance(std::span<const double> differences, Vector<double>& scratch) {
  const double deviation = robust_deviation(differences, scratch);
  double sum = 0;
  if (deviation > 0) return deviation * deviation / 2;
  for (const double d : differences) sum += d * d;
  return sum / 2 / static_cast<double>(std::max<std::size_t>(differences.size(), 1));
}

// A line through the variances of two thirds: those of the differences between elements with the
// most calls, and those with the fewest.
double estimate_per_call(std::span<const double> differences, std::span<const double> reciprocals,
                         Resource* resource) {
  if (differences.size() < 3 * enough_differences) return 0;
  Vector<double> scratch(reciprocals.begin(), reciprocals.end(), resource);
  const double low = quantile({scratch.data(), scratch.size()}, 1.0 / 3);
  const double high = quantile({scratch.data(), scratch.size()}, 2.0 / 3);
  Vector<double> busy(resource);
  Vector<double> idle(resource);
  busy.reserve(differences.size());
  idle.reserve(differences.size());
  double busy_sum = 0;  // of the reciprocals
  double idle_sum = 0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (reciprocals[i] <= low) {
      busy.push_back(differences[i]);
      busy_sum += reciprocals[i];
    }
    if (reciprocals[i] >= high) {
      idle.push_back(differences[i]);
      idle_sum += reciprocals[i];
    }
  }
  const double busy_mean = busy_sum / static_cast<double>(busy.size());
  const double idle_mean = idle_sum / static_cast<double>(idle.size());
  if (!(idle_mean > busy_mean)) return 0;  // calls do not differ
  const double idle_variance = half_variance(view(idle), scratch);
  const double busy_variance = half_variance(view(busy), scratch);
  const double slope = (idle_variance - busy_variance) / (idle_mean - busy_mean);
  return std::clamp(slope, 0.0, idle_variance / idle_mean);
}

}  // namespace

Noise estimate_noise(std::span<const double> values, std::span<const double> calls, double per_call,
                     double floor, Resource* resource) {
  Noise noise;
  Vector<double> scratch(resource);
  Vector<double> differences(resource);
  Vector<double> reciprocals(resource);
  differences.reserve(values.size());
  reciprocals.reserve(calls.size());
  for (std::size_t i = 1; i < values.size(); ++i) {
    differences.push_back(values[i] - values[i - 1]);
    if (!calls.empty()) reciprocals.push_back((1 / calls[i] + 1 / calls[i - 1]) / 2);
  }
  const double between_neighbours = half_variance(view(differences), scratch);
  double for_want_of_calls = 0;
  if (!calls.empty()) {
    noise.per_call = per_call >= 0
                         ? per_call
                         : estimate_per_call(view(differences), view(reciprocals), resource);
    for_want_of_calls = noise.per_call * median({reciprocals.data(), reciprocals.size()});
  }
  const double spread = robust_deviation_about_zero(values, scratch);
  noise.between = std::max({between_neighbours - for_want_of_calls, floor * floor,
                            least_share_of_total * spread * spread});
  return noise;
}

}  // namespace almanac::core
