// Robust statistics, tests of two samples, running medians: known answers and properties.
#include "core/robust.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/running_median.hpp"
#include "core/student.hpp"
#include "series.hpp"

namespace almanac::core::test {
namespace {

class Robust : public ::testing::Test {
 protected:
  CountingResource memory;
  Vector<double> scratch{&memory};
};

double sorted_median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

TEST_F(Robust, MedianOfOddEvenAndNothing) {
  std::vector<double> odd{3, 1, 2};
  std::vector<double> even{4, 1, 3, 2};
  EXPECT_EQ(median(odd), 2);
  EXPECT_EQ(median(even), 2.5);
  EXPECT_EQ(median(std::span<double>()), 0);
  std::vector<double> wide{-1.7e308, 1.7e308};
  EXPECT_EQ(median(wide), 0);
}

TEST_F(Robust, QuantilesInterpolateAsPercentileCont) {
  std::vector<double> values{10, 40, 20, 30};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 25);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 37);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 40);
  EXPECT_DOUBLE_EQ(quantile(values, 7), 40);
}

TEST_F(Robust, QuantilesOfLongSeriesAreThoseOfTheSorted) {
  for (const size_t n : {511, 512, 513, 2160, 10'000}) {
    for (int kind = 0; kind < 5; ++kind) {
      std::vector<double> values = noise(n, 1, n);
      for (size_t i = 0; i < n; ++i) {
        if (kind == 1) values[i] = std::round(values[i]);
        if (kind == 2) values[i] = static_cast<double>(i);
        if (kind == 3)
          values[i] = i % (n / 128) == 0 ? 1e9 : values[i];  // what is sampled misleads
        if (kind == 4) values[i] = 7;
      }
      std::vector<double> sorted = values;
      std::sort(sorted.begin(), sorted.end());
      for (const double q : {0.0, 0.01, 1.0 / 3, 0.5, 0.9, 0.999, 1.0}) {
        const double rank = q * static_cast<double>(n - 1);
        const auto below = static_cast<size_t>(rank);
        const double share = rank - static_cast<double>(below);
        const double upper = sorted[std::min(below + 1, n - 1)];
        std::vector<double> copied = values;
        ASSERT_DOUBLE_EQ(quantile(copied, q), sorted[below] * (1 - share) + upper * share)
            << "n " << n << " kind " << kind << " q " << q;
      }
      EXPECT_EQ(median(values, scratch), sorted_median(values)) << n << ' ' << kind;
    }
  }
}

TEST_F(Robust, DeviationIsThatOfTheNoiseWhateverAQuarterOfTheValues) {
  std::vector<double> values = noise(20'000, 3, 1);
  EXPECT_NEAR(robust_deviation(values, scratch), 3, 0.1);
  EXPECT_NEAR(robust_deviation_about_zero(values, scratch), 3, 0.1);
  for (size_t i = 0; i < values.size(); i += 10) values[i] = 1e300;
  EXPECT_NEAR(robust_deviation(values, scratch), 3, 0.6);
}

TEST_F(Robust, SlopeOfALineWithOutliers) {
  std::vector<double> x;
  std::vector<double> y;
  const std::vector<double> wiggle = noise(60, 0.5, 2);
  for (size_t i = 0; i < 60; ++i) {
    x.push_back(static_cast<double>(i));
    y.push_back(i % 6 == 0 ? 1000 : 2 * x.back() + wiggle[i]);
  }
  const Line line = theil_sen(x, y, scratch);
  EXPECT_NEAR(line.slope, 2, 0.05);
  EXPECT_LE(line.lower, line.slope);
  EXPECT_GE(line.upper, line.slope);
  EXPECT_LT(line.upper - line.lower, 0.2);
}

TEST_F(Robust, BoundsOfTheSlopeHoldItAsOftenAsPromised) {
  int held = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const std::vector<double> y = noise(28, 1, seed);
    std::vector<double> x;
    for (size_t i = 0; i < y.size(); ++i) x.push_back(static_cast<double>(i));
    const Line line = theil_sen(x, y, scratch);
    held += line.lower <= 0 && line.upper >= 0 ? 1 : 0;
  }
  EXPECT_GE(held, 930);
  EXPECT_LE(held, 970);
}

TEST_F(Robust, SlopeOfTooFewPoints) {
  const std::vector<double> one{1};
  EXPECT_EQ(theil_sen(one, one, scratch).slope, 0);
  const std::vector<double> same{1, 1};
  EXPECT_EQ(theil_sen(same, same, scratch).upper, 0);
}

TEST_F(Robust, TailsOfStudent) {  // from tables of the distribution
  EXPECT_NEAR(two_sided_t(12.706204736432095, 1), 0.05, 1e-10);
  EXPECT_NEAR(two_sided_t(-2.2281388519649385, 10), 0.05, 1e-10);
  EXPECT_NEAR(two_sided_t(1, 1), 0.5, 1e-12);
  EXPECT_NEAR(two_sided_t(3, 4) / 0.03994196807171, 1, 1e-9);
  EXPECT_NEAR(two_sided_t(1.959963984540054, 1e8), 0.05, 1e-8);
  EXPECT_EQ(two_sided_t(0, 5), 1);
  EXPECT_EQ(two_sided_t(std::numeric_limits<double>::infinity(), 5), 0);
  EXPECT_EQ(two_sided_t(2, 0), 1);
  EXPECT_EQ(two_sided_t(std::nan(""), 3), 1);
  // For one and two degrees of freedom there are closed forms.
  for (double t = 0.01; t < 1e6; t *= 3) {
    EXPECT_NEAR(two_sided_t(t, 1) / (std::atan2(1, t) * 2 / M_PI), 1, 1e-9) << t;
    const double root = std::sqrt(2 + t * t);
    EXPECT_NEAR(two_sided_t(t, 2) / (2 / (root * (root + t))), 1, 1e-9) << t;
  }
  double last = 1;
  for (double t = 0; t < 40; t += 0.25) {
    const double p = two_sided_t(t, 300);
    EXPECT_LE(p, last) << t;
    last = p;
  }
  EXPECT_NEAR(two_sided_t(5, 1e9) / two_sided_normal(5), 1, 1e-6);
}

TEST_F(Robust, WelchOfKnownSamples) {
  // Means 20.0 and 22.0, variances 4 and 9, sizes 10 and 15: t = 2 / sqrt(1).
  const TestResult result = welch_test({20, 4, 10}, {22, 9, 15}, 0);
  EXPECT_DOUBLE_EQ(result.statistic, 2);
  EXPECT_NEAR(result.freedom, 1 / (0.16 / 9 + 0.36 / 14), 1e-9);
  EXPECT_NEAR(result.p, two_sided_t(2, result.freedom), 1e-15);
  EXPECT_DOUBLE_EQ(welch_test({22, 9, 15}, {20, 4, 10}, 0).statistic, -2);
}

TEST_F(Robust, WelchWithAFloorNeverTakesATinyDifferenceForCertain) {
  const double floor = 0.05 * 0.05;
  EXPECT_GT(welch_test({0, 1, 1e12}, {0.05, 1, 1e12}, floor).p, 0.1);
  EXPECT_LT(welch_test({0, 1, 1e12}, {0.5, 1, 1e12}, floor).p, 1e-10);
  EXPECT_EQ(welch_test({1, 0, 5}, {1, 0, 5}, 0).p, 1);
  EXPECT_EQ(welch_test({1, 0, 5}, {2, 0, 5}, 0).p, 0);
  EXPECT_EQ(welch_test({1, 1, 0}, {2, 1, 5}, 0).p, 1);
}

TEST_F(Robust, WelchKeepsItsLevel) {
  int significant = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    const auto sample = [](const std::vector<double>& values) {
      double mean = 0;
      for (const double v : values) mean += v / static_cast<double>(values.size());
      double variance = 0;
      for (const double v : values) variance += (v - mean) * (v - mean);
      return Sample{mean, variance / static_cast<double>(values.size() - 1),
                    static_cast<double>(values.size())};
    };
    const TestResult result =
        welch_test(sample(noise(8, 1, seed * 2)), sample(noise(20, 4, seed * 2 + 1)), 0);
    significant += result.p < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(significant / 4000.0, 0.05, 0.012);
}

TEST_F(Robust, MannWhitneyOfKnownSamples) {
  std::vector<double> low{1, 2, 3, 4, 5, 6, 7, 8};
  std::vector<double> high{9, 10, 11, 12, 13, 14, 15, 16};
  const TestResult apart = mann_whitney_test(low, high);
  // U = 0, mean 32, variance 8 * 8 * 17 / 12.
  EXPECT_NEAR(apart.statistic, 31.5 / std::sqrt(8.0 * 8 * 17 / 12), 1e-12);
  EXPECT_LT(mann_whitney_test(high, low).statistic, 0);
  std::vector<double> same(9, 4);
  std::vector<double> alike(12, 4);
  EXPECT_EQ(mann_whitney_test(same, alike).p, 1);
  EXPECT_EQ(mann_whitney_test({}, alike).p, 1);
  // Ties: {1,1,2} against {1,2,2}: U = 2, variance 9/12 * (7 - 48/30).
  std::vector<double> first{1, 2, 1};
  std::vector<double> second{2, 1, 2};
  EXPECT_NEAR(mann_whitney_test(first, second).statistic, 1 / std::sqrt(0.75 * (7 - 48.0 / 30)),
              1e-12);
}

TEST_F(Robust, MannWhitneyKeepsItsLevel) {
  int significant = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    std::vector<double> first = noise(12, 1, seed * 2);
    std::vector<double> second = noise(30, 1, seed * 2 + 1);
    for (double& v : first) v = std::exp(3 * v);
    for (double& v : second) v = std::exp(3 * v);
    significant += mann_whitney_test(first, second).p < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(significant / 4000.0, 0.05, 0.012);
}

TEST_F(Robust, RunningMedianIsThatOfEachWindow) {
  for (const size_t n : {0, 1, 2, 5, 40, 1200}) {
    for (const size_t half : {0, 1, 3, 12, 256, 300, 100'000}) {
      std::vector<double> values = noise(n, 1, n + half);
      for (size_t i = 0; i < n; i += 3) values[i] = std::round(values[i]);  // ties
      Vector<double> out(&memory);
      running_median(values, half, out);
      ASSERT_EQ(out.size(), n);
      for (size_t i = 0; i < n; ++i) {
        const size_t begin = i > half ? i - half : 0;
        const size_t end = std::min(n, i + half + 1);
        ASSERT_EQ(out[i], sorted_median({values.begin() + static_cast<std::ptrdiff_t>(begin),
                                         values.begin() + static_cast<std::ptrdiff_t>(end)}))
            << "n " << n << " half " << half << " at " << i;
      }
    }
  }
}

}  // namespace
}  // namespace almanac::core::test
