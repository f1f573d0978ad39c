#include "core/rank_interval.hpp"

#include <algorithm>
#include <cmath>

namespace almanac::core {

namespace {

constexpr double tail = 0.025;
constexpr double tail_deviations = 1.96;
constexpr double exact_below = 500;  // exp(-500) is far from underflow

// The least k with P(B(n, p) <= k) >= probability, by adding up from k = 0.
uint64_t least_count(uint64_t n, double p, double probability) {
  if (p <= 0) return 0;
  const auto trials = static_cast<double>(n);
  const double odds = p / (1 - p);
  double term = std::exp(trials * std::log1p(-p));
  double sum = term;
  uint64_t k = 0;
  while (k < n && sum < probability) {
    term *= (trials - static_cast<double>(k)) / static_cast<double>(k + 1) * odds;
    ++k;
    sum += term;
  }
  return k;
}

// A rank l with P(B(n, p) < l) <= tail, the largest or nearly so; q is 1 - p, which differs from 1
// by less than a double tells when p is small.
uint64_t lower_rank(uint64_t n, double p, double q) {
  const auto trials = static_cast<double>(n);
  if (-trials * std::log1p(-p) < exact_below) return least_count(n, p, tail);
  if (-trials * std::log1p(-q) < exact_below) return n - least_count(n, q, 1 - tail);
  const double rank = std::floor(trials * p - tail_deviations * std::sqrt(trials * p * q));
  return static_cast<uint64_t>(std::max(rank, 0.0));
}

}  // namespace

Ranks rank_interval(uint64_t n, double q) {
  return {lower_rank(n, q, 1 - q), n + 1 - lower_rank(n, 1 - q, q)};
}

}  // namespace almanac::core
