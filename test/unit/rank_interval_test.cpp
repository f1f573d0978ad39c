// The interval for a quantile: how often it holds what it says.
#include "core/rank_interval.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace almanac::core::test {
namespace {

// P(ranks.lower <= B(n, q) < ranks.upper): the k values below the true quantile number at least
// lower and fewer than upper.
double coverage(uint64_t n, double q, Ranks ranks) {
  double sum = 0;
  const auto trials = static_cast<double>(n);
  for (uint64_t k = ranks.lower; k < ranks.upper; ++k) {
    const auto below = static_cast<double>(k);
    sum += std::exp(std::lgamma(trials + 1) - std::lgamma(below + 1) -
                    std::lgamma(trials - below + 1) + below * std::log(q) +
                    (trials - below) * std::log1p(-q));
  }
  return sum;
}

TEST(RankInterval, HoldsTheQuantileAsOftenAsPromised) {
  for (const double q : {0.0001, 0.01, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999}) {
    for (uint64_t n = 1; n < 300'000; n += 1 + n / 3) {
      const Ranks ranks = rank_interval(n, q);
      ASSERT_LE(ranks.upper, n + 1);
      ASSERT_LT(ranks.lower, ranks.upper);
      const double holds = coverage(n, q, ranks);
      ASSERT_GE(holds, 0.949) << "n " << n << " q " << q;
      if (static_cast<double>(n) * std::min(q, 1 - q) > 20) {
        ASSERT_LE(holds, 0.975) << "wider than needed: n " << n << " q " << q;
      }
    }
  }
}

TEST(RankInterval, HoldsTheRankOfTheSampleQuantile) {
  for (double q = 0; q <= 1; q += 1.0 / 64) {
    for (const uint64_t n : {1, 2, 3, 10, 99, 1000, 123'456}) {
      const Ranks ranks = rank_interval(n, q);
      const auto rank =
          std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(q * static_cast<double>(n))));
      ASSERT_LE(ranks.lower, rank) << "n " << n << " q " << q;
      ASSERT_GE(ranks.upper, rank) << "n " << n << " q " << q;
    }
  }
}

TEST(RankInterval, SaysWhenTheSampleIsTooSmall) {
  EXPECT_EQ(rank_interval(1, 0.5).lower, 0U);
  EXPECT_EQ(rank_interval(1, 0.5).upper, 2U);
  EXPECT_EQ(rank_interval(100, 0.99).upper, 101U) << "the slowest of 100 says little about the p99";
  EXPECT_LT(rank_interval(1000, 0.99).upper, 1001U);
  EXPECT_EQ(rank_interval(1000, 1).lower, 1000U);
  EXPECT_EQ(rank_interval(1000, 1).upper, 1001U);
  EXPECT_EQ(rank_interval(1000, 0).lower, 0U);
  EXPECT_EQ(rank_interval(1000, 0).upper, 1U);
}

TEST(RankInterval, TakesTheMostCallsThereCanBe) {
  constexpr uint64_t n = INT64_MAX;
  for (const double q : {0.0, 1e-18, 1e-9, 0.5, 0.99, 1 - 1e-9, 1 - 0x1p-53, 1.0}) {
    const Ranks ranks = rank_interval(n, q);
    ASSERT_LE(ranks.lower, n);
    ASSERT_LE(ranks.upper, n + 1);
    ASSERT_LT(ranks.lower, ranks.upper);
  }
}

}  // namespace
}  // namespace almanac::core::test
