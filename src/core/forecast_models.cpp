#include "core/forecast_models.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/forecast_stats.hpp"

namespace almanac::core {

namespace {

constexpr std::array<double, 8> alphas{0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 0.99};
constexpr std::array<double, 6> betas{0.001, 0.01, 0.05, 0.15, 0.3, 0.6};
constexpr std::array<double, 4> phis{0.8, 0.9, 0.95, 0.98};
constexpr std::array<double, 2> some_phis{0.9, 0.98};
constexpr std::size_t damped_history = 400;

// All pairs of alpha and beta at once: independent chains, which the compiler turns into vectors.
constexpr std::size_t pairs = alphas.size() * betas.size();
struct Lanes {
  alignas(64) std::array<double, pairs> level;
  alignas(64) std::array<double, pairs> trend;
  alignas(64) std::array<double, pairs> errors;
  alignas(64) std::array<double, pairs> alpha;
  alignas(64) std::array<double, pairs> alpha_beta;
};

void run(Lanes& lanes, std::span<const double> values, double phi) {
  for (const double value : values) {
    for (std::size_t i = 0; i < pairs; ++i) {
      const double damped = phi * lanes.trend[i];
      const double forecast = lanes.level[i] + damped;
      const double error = value - forecast;
      lanes.errors[i] += error * error;
      lanes.level[i] = forecast + lanes.alpha[i] * error;
      lanes.trend[i] = damped + lanes.alpha_beta[i] * error;
    }
  }
}

constexpr std::array<double, 16> smoothings{0.01, 0.02, 0.05, 0.1, 0.15, 0.2,  0.3,  0.4,
                                            0.5,  0.6,  0.7,  0.8, 0.9,  0.95, 0.99, 0.99};

struct Smoothed {
  double level;
  double alpha;
};

Smoothed smooth_simply(std::span<const double> values) {
  alignas(64) std::array<double, smoothings.size()> level;
  alignas(64) std::array<double, smoothings.size()> errors;
  alignas(64) std::array<double, smoothings.size()> alpha = smoothings;
  level.fill(values.front());
  errors.fill(0);
  for (const double value : values.subspan(1)) {
    for (std::size_t i = 0; i < smoothings.size(); ++i) {
      const double error = value - level[i];
      errors[i] += error * error;
      level[i] += alpha[i] * error;
    }
  }
  const auto best =
      static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
  return {level[best], smoothings[best]};
}

}  // namespace

double Path::at(double steps) const {
  const double sum = phi < 1 ? phi * (1 - std::pow(phi, steps)) / (1 - phi) : steps;
  return level + slope * steps + trend * sum;
}

Path fit_damped(std::span<const double> values, bool quickly) {
  values = values.last(std::min(values.size(), damped_history));
  const std::size_t ahead = std::min<std::size_t>(4, values.size() - 1);
  const double first_trend =
      ahead > 0 ? (values[ahead] - values[0]) / static_cast<double>(ahead) : 0;
  Lanes lanes;
  for (std::size_t i = 0; i < pairs; ++i) {
    lanes.alpha[i] = alphas[i / betas.size()];
    lanes.alpha_beta[i] = lanes.alpha[i] * betas[i % betas.size()];
  }
  Path best;
  double least = std::numeric_limits<double>::infinity();
  for (const double phi :
       quickly ? std::span<const double>(some_phis) : std::span<const double>(phis)) {
    lanes.level.fill(values.front());
    lanes.trend.fill(first_trend);
    lanes.errors.fill(0);
    run(lanes, values.subspan(1), phi);
    for (std::size_t i = 0; i < pairs; ++i) {
      if (lanes.errors[i] >= least) continue;
      least = lanes.errors[i];
      best = {lanes.level[i], 0, lanes.trend[i], phi};
    }
  }
  return best;
}

Path fit_theta(std::span<const double> values) {
  const auto [level, alpha] = smooth_simply(values);
  const double slope = least_squares_slope(values) / 2;
  const double lag = (1 - std::pow(1 - alpha, static_cast<double>(values.size()))) / alpha;
  return {level + slope * (lag - 1), slope, 0, 1};
}

}  // namespace almanac::core
