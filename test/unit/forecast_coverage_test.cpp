// Intervals hold what comes as often as they say, on series made for it.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/forecast.hpp"
#include "support.hpp"

namespace almanac::core::test {
namespace {

struct Share {
  double in_80 = 0;
  double in_95 = 0;
};

// Series of `known` + `ahead` steps; how many of the last `ahead` values are in the intervals.
template <class Make>
Share coverage(ForecastKind kind, int series, std::size_t known, std::size_t ahead, int64_t step,
               const Make& make) {
  CountingResource memory;
  Share share;
  double count = 0;
  for (int seed = 1; seed <= series; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const std::vector<double> values = make(random, known + ahead);
    std::vector<int64_t> times;
    for (std::size_t i = 0; i < values.size(); ++i) times.push_back(static_cast<int64_t>(i) * step);
    const Forecast forecast(std::span<const int64_t>(times).first(known),
                            std::span<const double>(values).first(known), kind, times.back(),
                            &memory);
    EXPECT_EQ(forecast.kind(), kind);
    for (std::size_t i = known; i < values.size(); ++i) {
      const Band band = forecast.at(times[i]);
      share.in_80 += band.lower_80 <= values[i] && values[i] <= band.upper_80;
      share.in_95 += band.lower_95 <= values[i] && values[i] <= band.upper_95;
      count += 1;
    }
  }
  return {share.in_80 / count, share.in_95 / count};
}

TEST(ForecastCoverage, OfSizesThatGrowAtAWanderingRate) {
  for (const std::size_t ahead : {30, 90}) {
    const Share share = coverage(ForecastKind::growth, 200, 365, ahead, day_us,
                                 [](std::mt19937& random, std::size_t n) {
                                   std::normal_distribution<double> wander(0, 0.02);
                                   std::exponential_distribution<double> day(1);
                                   std::vector<double> values;
                                   double size = 1000;
                                   double rate = 0;
                                   for (std::size_t i = 0; i < n; ++i) {
                                     rate += wander(random);
                                     size += std::exp(rate) * (0.5 + day(random));
                                     values.push_back(size);
                                   }
                                   return values;
                                 });
    EXPECT_GE(share.in_80, 0.76) << ahead;
    EXPECT_LE(share.in_80, 0.92) << ahead;
    EXPECT_GE(share.in_95, 0.92) << ahead;
  }
}

TEST(ForecastCoverage, OfMetricsWithADailyCycle) {
  const Share share = coverage(
      ForecastKind::metric, 60, 24 * 21, 48, day_us / 24, [](std::mt19937& random, std::size_t n) {
        std::normal_distribution<double> noise(0, 1);
        const double circle = 2 * std::acos(-1.0);
        std::vector<double> values;
        double drift = 0;
        for (std::size_t i = 0; i < n; ++i) {
          drift = 0.8 * drift + noise(random);
          values.push_back(200 + 30 * std::sin(static_cast<double>(i) * circle / 24) + 3 * drift);
        }
        return values;
      });
  EXPECT_GE(share.in_80, 0.76);
  EXPECT_LE(share.in_80, 0.90);
  EXPECT_GE(share.in_95, 0.92);
  EXPECT_LE(share.in_95, 0.99);
}

TEST(ForecastCoverage, OfMetricsThatWander) {
  const Share share =
      coverage(ForecastKind::metric, 200, 200, 20, day_us, [](std::mt19937& random, std::size_t n) {
        std::normal_distribution<double> noise(0, 1);
        std::vector<double> values;
        double level = 500;
        for (std::size_t i = 0; i < n; ++i) {
          level += noise(random);
          values.push_back(level);
        }
        return values;
      });
  EXPECT_GE(share.in_80, 0.74);
  EXPECT_LE(share.in_80, 0.90);
  EXPECT_GE(share.in_95, 0.90);
}

TEST(ForecastCoverage, MemoryThatRunsOutIsAnExceptionAndNothingIsLost) {
  std::vector<int64_t> times;
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) {
    times.push_back(i * day_us);
    values.push_back(i % 7 + i % 2);
  }
  CountingResource memory;
  { const Forecast all(times, values, ForecastKind::metric, 310 * day_us, &memory); }
  const size_t peak = memory.peak();
  EXPECT_EQ(memory.used(), 0U);
  for (size_t limit = 0; limit < peak; limit += peak / 97) {
    memory.set_limit(limit);
    EXPECT_THROW(Forecast(times, values, ForecastKind::metric, 310 * day_us, &memory),
                 std::bad_alloc);
    EXPECT_EQ(memory.used(), 0U);
  }
}

}  // namespace
}  // namespace almanac::core::test
