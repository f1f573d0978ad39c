#include "core/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "core/noise.hpp"

namespace almanac::core {
namespace {

constexpr double least_value = 1e-9;
constexpr double noise_floor = 0.005;
constexpr double wandering = 0.01;
constexpr double most_correlation = 0.9;

struct Stretch {
  Stretch(const Observations& from, Resource* resource)
      : observations(from), values(resource), weights(resource) {
    for (const double value : from.values) values.push_back(std::log(std::max(value, least_value)));
  }

  void center(double by) {
    for (double& value : values) value -= by;
    mean += by;
  }

  [[nodiscard]] std::uint32_t position(std::size_t i) const {
    return observations.positions.empty() ? static_cast<std::uint32_t>(i)
                                          : observations.positions[i];
  }

  const Observations& observations;
  Vector<double> values;  // logarithms, less `mean`
  Vector<double> weights;
  double mean = 0;
};

// Gives the elements weights between 0 and 1 and takes off the weighted mean.
void weigh(Stretch& stretch, Resource* resource) {
  Vector<double> scratch(resource);
  stretch.center(median(view(stretch.values), scratch));
  const auto& calls = stretch.observations.calls;
  const Noise noise = estimate_noise(view(stretch.values), calls, -1, noise_floor, resource);
  double sum = 0;
  double weight = 0;
  for (std::size_t i = 0; i < stretch.values.size(); ++i) {
    const double of_one = calls.empty() ? 1 : noise.between / noise.variance(calls[i]);
    stretch.weights.push_back(of_one);
    sum += of_one * stretch.values[i];
    weight += of_one;
  }
  stretch.center(sum / weight);
}

// Of neighbours, over both stretches.
double correlation(const Stretch& first, const Stretch& second) {
  double products = 0;
  double squares = 0;
  std::size_t pairs = 0;
  std::size_t size = 0;
  for (const Stretch* stretch : {&first, &second}) {
    const auto residual = [&](std::size_t i) {
      return stretch->values[i] * std::sqrt(stretch->weights[i]);
    };
    for (std::size_t i = 0; i < stretch->values.size(); ++i, ++size) {
      squares += residual(i) * residual(i);
      if (i > 0 && stretch->position(i) == stretch->position(i - 1) + 1) {
        products += residual(i) * residual(i - 1);
        ++pairs;
      }
    }
  }
  if (pairs < fewest_to_compare || !(squares > 0)) return 0;
  const double raw = products / squares * static_cast<double>(size) / static_cast<double>(pairs);
  // About (1 + 3 rho) / n too low, each of the stretches for itself.
  const double of_one = static_cast<double>(size) / 2;
  return std::clamp(
      raw + (1 + 3 * std::max(raw, 0.0)) / of_one + 1 / std::sqrt(static_cast<double>(pairs)), 0.0,
      most_correlation);
}

Sample sample_of(const Stretch& stretch, double rho) {
  double weight = 0;
  double weight_squares = 0;
  double squares = 0;
  for (std::size_t i = 0; i < stretch.values.size(); ++i) {
    const double w = stretch.weights[i];
    weight += w;
    weight_squares += w * w;
    squares += w * w * stretch.values[i] * stretch.values[i];
  }
  const double size = weight * weight / weight_squares;
  const double of_mean = squares / (weight * weight) * size / std::max(size - 1, 1.0);
  Sample sample;
  sample.mean = stretch.mean;
  sample.size = size * (1 - rho) / (1 + rho);
  sample.variance = of_mean * size;
  return sample;
}

}  // namespace

std::optional<TestResult> compare_levels(const Observations& first, const Observations& second,
                                         Resource* resource) {
  if (std::min(first.values.size(), second.values.size()) < fewest_to_compare) return {};
  Stretch a(first, resource);
  Stretch b(second, resource);
  weigh(a, resource);
  weigh(b, resource);
  const double rho = correlation(a, b);
  const Sample before = sample_of(a, rho);
  const Sample after = sample_of(b, rho);
  if (std::min(before.size, after.size) < 2) return {};
  return welch_test(before, after, wandering * wandering);
}

}  // namespace almanac::core
