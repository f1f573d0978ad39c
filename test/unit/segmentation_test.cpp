// Optimal partitioning, against the plain recursion that looks at every start.
#include "core/segmentation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "series.hpp"

namespace almanac::core::test {
namespace {

double cost(const WeightedSums& sums, std::span<const uint32_t> starts, double penalty) {
  double total = -penalty;
  size_t begin = 0;
  for (size_t i = 0; i <= starts.size(); ++i) {
    const size_t end = i < starts.size() ? starts[i] : sums.size();
    total += sums.cost(begin, end) + penalty;
    begin = end;
  }
  return total;
}

double least_cost(const WeightedSums& sums, double penalty, size_t shortest) {
  std::vector<double> least(sums.size() + 1, std::numeric_limits<double>::infinity());
  least[0] = -penalty;
  for (size_t end = shortest; end <= sums.size(); ++end) {
    for (size_t start = 0; start + shortest <= end; ++start) {
      least[end] = std::min(least[end], least[start] + sums.cost(start, end) + penalty);
    }
  }
  return least[sums.size()];
}

TEST(Segmentation, CostsNoMoreThanTheBestOfAllDivisions) {
  CountingResource memory;
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    const size_t n = 2 + random.below(150);
    const size_t shortest = 1 + random.below(8);
    std::vector<double> values = noise(n, 1, random.bits());
    for (uint64_t steps = random.below(5); steps > 0; --steps) {
      add_step(values, random.below(n), 8 * random.unit() - 4);
    }
    std::vector<double> weights(n, 1);
    if (round % 2 == 0) {
      for (double& w : weights) w = 0.2 + random.unit();
    }
    const double penalty = 0.5 + 15 * random.unit();
    const WeightedSums sums(values, weights, &memory);
    const Segmentation found = segment(sums, values, penalty, shortest, &memory);
    size_t begin = 0;
    for (const uint32_t start : found.starts) {
      ASSERT_GE(start - begin, shortest);
      begin = start;
    }
    ASSERT_GE(n - begin, std::min(n, shortest));
    if (n < 2 * shortest) {
      ASSERT_TRUE(found.starts.empty());
      continue;
    }
    // Levels closer than a fiftieth of the noise are not told apart.
    ASSERT_NEAR(cost(sums, view(found.starts), penalty), least_cost(sums, penalty, shortest),
                0.02 * penalty)
        << "n " << n << " shortest " << shortest << " penalty " << penalty;
  }
}

TEST(Segmentation, FindsTheStepsOfAStaircase) {
  CountingResource memory;
  std::vector<double> values = noise(400, 0.1, 3);
  for (const size_t at : {50, 130, 131 + 6, 300}) add_step(values, at, 2);
  const std::vector<double> weights(values.size(), 100);
  const WeightedSums sums(values, weights, &memory);
  EXPECT_EQ(copy(segment(sums, values, 20, 6, &memory).starts),
            (std::vector<uint32_t>{50, 130, 137, 300}));
}

TEST(Segmentation, TakesAboutNLogNStepsForNoiseAndABoundedNumberAtWorst) {
  CountingResource memory;
  constexpr size_t n = 100'000;
  const std::vector<double> weights(n, 1);
  const auto steps = [&](const std::vector<double>& values) {
    const WeightedSums sums(values, weights, &memory);
    return segment(sums, values, 3 * std::log(n), 6, &memory).steps / n;
  };
  EXPECT_LT(steps(noise(n, 1, 1)), 20U);
  std::vector<double> stairs = noise(n, 1, 2);
  for (size_t at = 0; at < n; at += 500) add_step(stairs, at, at % 1000 == 0 ? 3 : -3);
  EXPECT_LT(steps(stairs), 30U);
  // Levels without noise in every combination, thousands of deviations apart.
  std::vector<double> ramp(n);
  std::vector<double> wave(n);
  std::vector<double> jumps(n);
  Random random(5);
  for (size_t i = 0; i < n; ++i) {
    ramp[i] = static_cast<double>(i) * 0.01;
    wave[i] = 1000 * std::sin(static_cast<double>(i) / 5000);
    jumps[i] = 1e6 * random.unit();
  }
  EXPECT_LT(steps(ramp), 4000U);
  EXPECT_LT(steps(wave), 4000U);
  EXPECT_LT(steps(jumps), 4000U);
}

TEST(Segmentation, ConstantsAreOneSegment) {
  CountingResource memory;
  const std::vector<double> weights(1000, 1e4);
  for (const double level : {0.0, 1.0, -3.0}) {
    const std::vector<double> values(1000, level);
    const WeightedSums sums(values, weights, &memory);
    EXPECT_TRUE(segment(sums, values, 1, 1, &memory).starts.empty()) << level;
  }
}

}  // namespace
}  // namespace almanac::core::test
