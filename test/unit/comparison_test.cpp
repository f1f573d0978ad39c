// Whether two stretches differ: how often it is said in vain, and how often it is seen.
#include "core/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

struct Load {
  double level = 10;
  double noise = 0.1;      // of an element, whatever its calls
  double of_one_call = 1;  // of a call
  double correlation = 0;  // of neighbours
  double mean_calls = 100;
};

struct Elements {
  std::vector<double> values;
  std::vector<double> calls;
  [[nodiscard]] Observations observations() const {
    return {.values = values, .positions = {}, .calls = calls, .deviations = {}};
  }
};

Elements elements(const Load& load, int count, std::mt19937& random) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> busy(0.2, 1.8);
  Elements out;
  double wave = normal(random);
  for (int i = 0; i < count; ++i) {
    wave = load.correlation * wave +
           std::sqrt(1 - load.correlation * load.correlation) * normal(random);
    const double calls = std::max(1.0, std::round(load.mean_calls * busy(random)));
    out.calls.push_back(calls);
    out.values.push_back(
        load.level *
        std::exp(load.noise * wave + load.of_one_call / std::sqrt(calls) * normal(random)));
  }
  return out;
}

// How many of a thousand pairs differ with p < 0.01.
int differ(const Load& first, const Load& second, int count) {
  CountingResource memory;
  std::mt19937 random(5);
  int found = 0;
  for (int i = 0; i < 1000; ++i) {
    const Elements a = elements(first, count, random);
    const Elements b = elements(second, count, random);
    const auto result = compare_levels(a.observations(), b.observations(), &memory);
    found += result && result->p < 0.01 ? 1 : 0;
  }
  return found;
}

TEST(Comparison, SaysNothingInVain) {
  for (const int count : {8, 24, 150}) {
    for (const double correlation : {0.0, 0.5, 0.8}) {
      for (const double calls : {3.0, 1000.0}) {
        Load load;
        load.correlation = correlation;
        load.mean_calls = calls;
        // Twice as often as by chance, and where neighbours hang together closely in a short
        // stretch, what is left.
        EXPECT_LE(differ(load, load, count), correlation > 0.6 ? 60 : 25)
            << count << " elements, correlation " << correlation << ", calls " << calls;
      }
    }
  }
}

TEST(Comparison, SeesWhatIsThere) {
  Load slower;
  slower.level = 12;
  EXPECT_GE(differ(Load{}, slower, 24), 680);
  EXPECT_GE(differ(Load{}, slower, 150), 995);
  slower.level = 15;
  EXPECT_GE(differ(Load{}, slower, 12), 800);
}

TEST(Comparison, CertaintyOfATinyDifferenceIsNone) {
  Load exact;
  exact.noise = 0.001;
  exact.of_one_call = 0;
  Load other = exact;
  other.level = 10.1;
  EXPECT_EQ(differ(exact, other, 150), 0);
}

TEST(Comparison, WithoutEnoughThereIsNoAnswer) {
  CountingResource memory;
  const std::vector<double> one{10};
  const std::vector<double> four{10, 11, 10, 11};
  const std::vector<double> many(40, 10.0);
  const auto of = [](const std::vector<double>& values) {
    return Observations{.values = values, .positions = {}, .calls = {}, .deviations = {}};
  };
  EXPECT_FALSE(compare_levels(of(one), of(many), &memory));
  EXPECT_FALSE(compare_levels(of(many), of(four), &memory));
  EXPECT_FALSE(compare_levels(of({}), of({}), &memory));
}

TEST(Comparison, ConstantsAndZeros) {
  CountingResource memory;
  const auto of = [](const std::vector<double>& values) {
    return Observations{.values = values, .positions = {}, .calls = {}, .deviations = {}};
  };
  const std::vector<double> ten(40, 10.0);
  const std::vector<double> twenty(40, 20.0);
  const std::vector<double> none(40, 0.0);
  EXPECT_NEAR(compare_levels(of(ten), of(ten), &memory)->p, 1, 1e-9);
  EXPECT_LT(compare_levels(of(ten), of(twenty), &memory)->p, 1e-6);
  EXPECT_GT(compare_levels(of(ten), of(twenty), &memory)->statistic, 0);
  EXPECT_LT(compare_levels(of(ten), of(none), &memory)->statistic, 0);
  EXPECT_NEAR(compare_levels(of(none), of(none), &memory)->p, 1, 1e-9);
}

}  // namespace
}  // namespace almanac::core::test
