// Seasons: whether there is one, and the series without it.
#include <algorithm>
#include <cmath>

#include "core/forecast_models.hpp"

namespace almanac::core {

namespace {

constexpr double least_index = 1e-3;

// Mean over one period about element i; half of the elements at both ends if the period is even.
double centred_mean(std::span<const double> values, std::span<const double> sums, std::size_t i,
                    std::size_t period) {
  const std::size_t half = period / 2;
  double sum = sums[i + half + 1] - sums[i - half];
  if (period % 2 == 0) sum -= (values[i - half] + values[i + half]) / 2;
  return sum / static_cast<double>(period);
}

// What was seen at one place of the cycle.
struct Phase {
  double count = 0;
  double sum = 0;
  double squares = 0;
  double mean() const { return count > 0 ? sum / count : 0; }
  double variance_of_mean() const {
    if (count < 2) return 0;
    return std::max(0.0, squares / count - mean() * mean()) / (count - 1);
  }
};

// Noise makes indices vary too. What is kept of them is 1 - caution * V / A, V the variance that
// their means have by chance, A the one they show; James and Stein's rule with a margin, because
// the errors of neighbouring phases and cycles are not independent.
double share_beyond_chance(std::span<const Phase> phases, double mean) {
  constexpr double caution = 2;
  double by_chance = 0;
  double shown = 0;
  for (const Phase& phase : phases) {
    by_chance += phase.variance_of_mean();
    shown += (phase.mean() - mean) * (phase.mean() - mean);
  }
  return shown > 0 ? std::max(0.0, 1 - caution * by_chance / shown) : 0;
}

}  // namespace

Season find_season(std::span<const double> values, std::size_t period, Vector<double>& adjusted,
                   Resource* memory) {
  Season season(memory);
  adjusted.assign(values.begin(), values.end());
  const std::size_t n = values.size();
  if (period < 2 || n < 3 * period) return season;
  season.additive = *std::min_element(values.begin(), values.end()) <= 0;
  Vector<double> sums(memory);
  sums.reserve(n + 1);
  sums.push_back(0);
  for (const double value : values) sums.push_back(sums.back() + value);

  // Deviations from no season at all: of a ratio from 1, of a difference from 0.
  Vector<Phase> phases(memory);
  phases.resize(period);
  const std::size_t half = period / 2;
  for (std::size_t i = half; i + half < n; ++i) {
    const double center = centred_mean(values, view(sums), i, period);
    if (!season.additive && center <= 0) continue;
    const double deviation = season.additive ? values[i] - center : values[i] / center - 1;
    Phase& phase = phases[i % period];
    phase.count += 1;
    phase.sum += deviation;
    phase.squares += deviation * deviation;
  }
  double mean = 0;
  for (const Phase& phase : phases) mean += phase.mean() / static_cast<double>(period);
  const double kept = share_beyond_chance(view(phases), mean);
  if (kept <= 0) return season;
  const double neutral = season.additive ? 0 : 1;
  for (const Phase& phase : phases) {
    const double deviation = phase.mean() - mean;
    season.indices.push_back(neutral +
                             kept * (season.additive ? deviation : deviation / (1 + mean)));
  }
  const double least = *std::min_element(season.indices.begin(), season.indices.end());
  if (!season.additive && !(least > least_index)) return season;
  season.period = period;
  for (std::size_t i = 0; i < n; ++i) adjusted[i] = season.remove(values[i], i);
  return season;
}

}  // namespace almanac::core
