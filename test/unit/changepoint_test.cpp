// Change points: what is found and what is not, how often, and what all of it does not depend on.
#include "core/changepoint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "series.hpp"

namespace almanac::core::test {
namespace {

class Changepoints : public ::testing::Test {
 protected:
  Vector<Changepoint> find(const std::vector<double>& values, ChangepointOptions options = {},
                           const std::vector<double>& calls = {},
                           const std::vector<uint32_t>& positions = {}) {
    return find_changepoints({values, positions, calls, {}}, options, &memory);
  }
  CountingResource memory;
};

std::vector<uint32_t> starts(const Vector<Changepoint>& points) {
  std::vector<uint32_t> out;
  for (const Changepoint& point : points) out.push_back(point.at);
  return out;
}

const ChangepointOptions no_season{.period = 1};

TEST_F(Changepoints, OfAStep) {
  std::vector<double> values = noise(200, 0.05, 1);
  add_step(values, 120, std::log(1.5));
  const Vector<Changepoint> found = find(exponential(values));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, 120U);
  EXPECT_NEAR(found[0].before, 1, 0.02);
  EXPECT_NEAR(found[0].after, 1.5, 0.03);
  EXPECT_DOUBLE_EQ(found[0].change, found[0].after / found[0].before - 1);
  EXPECT_LE(found[0].earliest, 120U);
  EXPECT_GE(found[0].latest, 120U);
  EXPECT_LT(found[0].p, 1e-20);
}

TEST_F(Changepoints, OfStepsWithoutNoise) {
  std::vector<double> values(60, 3);
  add_step(values, 30, 3);
  Vector<Changepoint> found = find(values);
  ASSERT_EQ(starts(found), (std::vector<uint32_t>{30}));
  EXPECT_NEAR(found[0].change, 1, 1e-12);
  EXPECT_GE(found[0].earliest, 29U);
  EXPECT_LE(found[0].latest, 31U);
  // From 0 it is no ratio, but a change.
  std::vector<double> zeros(60, 0);
  add_step(zeros, 30, 5);
  found = find(zeros, {.log = false});
  ASSERT_EQ(starts(found), (std::vector<uint32_t>{30}));
  EXPECT_TRUE(std::isinf(found[0].change));
  EXPECT_EQ(found[0].before, 0);
  EXPECT_NEAR(found[0].after, 5, 1e-12);
}

TEST_F(Changepoints, PromisesFewInStationaryNoise) {
  // Per series of 336 elements, and of any length down to the shortest.
  for (const size_t n : {12, 24, 48, 100, 336, 1000}) {
    const int rounds = n <= 100 ? 1000 : 300;
    size_t found = 0;
    for (int seed = 0; seed < rounds; ++seed) {
      const auto random = static_cast<uint64_t>(seed);
      found += find(exponential(noise(n, 0.2, random * 7919 + n))).size();
    }
    EXPECT_LE(static_cast<double>(found) / rounds, 0.02) << n;
  }
}

TEST_F(Changepoints, PromisesFewInNoiseThatHangsTogetherAndHasHeavyTails) {
  size_t in_correlated = 0;
  size_t in_heavy = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    std::vector<double> correlated = noise(336, 0.1, seed);
    for (size_t i = 1; i < correlated.size(); ++i) correlated[i] += 0.4 * correlated[i - 1];
    in_correlated += find(exponential(correlated)).size();
    std::vector<double> heavy = noise(336, 0.1, seed);
    for (double& value : heavy) {
      if (random.chance(0.03)) value += 2 * random.unit();
    }
    in_heavy += find(exponential(heavy)).size();
  }
  EXPECT_LE(static_cast<double>(in_correlated) / 300, 0.05);
  EXPECT_LE(static_cast<double>(in_heavy) / 300, 0.02);
}

TEST_F(Changepoints, FindsStepsAndHoldsTheirStartAsOftenAsPromised) {
  int found = 0;
  int held = 0;
  int more = 0;
  constexpr int rounds = 400;
  for (int seed = 0; seed < rounds; ++seed) {
    Random random(static_cast<uint64_t>(seed));
    std::vector<double> values = noise(336, 0.15, random.bits());
    const auto at = static_cast<uint32_t>(40 + random.below(250));
    add_step(values, at, std::log(1.25));
    const Vector<Changepoint> points = find(exponential(values));
    more += static_cast<int>(points.size()) - 1;
    for (const Changepoint& point : points) {
      if (std::abs(static_cast<int>(point.at) - static_cast<int>(at)) > 24) continue;
      ++found;
      held += point.earliest <= at && at <= point.latest ? 1 : 0;
    }
  }
  EXPECT_GE(found, rounds * 98 / 100);
  EXPECT_LE(more, rounds * 2 / 100);
  EXPECT_GE(held, found * 93 / 100);
}

TEST_F(Changepoints, DoNotDependOnTheUnit) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<double> values = noise(300, 0.1, seed);
    add_step(values, 100, 0.4);
    add_step(values, 200, -0.2);
    const std::vector<double> first = exponential(values);
    for (const double unit : {1e-9, 1.0 / 3, 1e12}) {
      std::vector<double> second = first;
      for (double& value : second) value *= unit;
      for (const bool log : {true, false}) {
        const ChangepointOptions options{.log = log};
        const Vector<Changepoint> a = find(first, options);
        const Vector<Changepoint> b = find(second, options);
        ASSERT_EQ(starts(a), starts(b)) << "seed " << seed << " unit " << unit << " log " << log;
        for (size_t i = 0; i < a.size(); ++i) {
          EXPECT_EQ(a[i].earliest, b[i].earliest);
          EXPECT_EQ(a[i].latest, b[i].latest);
          EXPECT_NEAR(b[i].after / unit, a[i].after, 1e-9 * a[i].after);
          EXPECT_NEAR(a[i].change, b[i].change, 1e-9);
        }
      }
    }
  }
}

TEST_F(Changepoints, OfTheReverseAreTheMirrored) {
  int same = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    std::vector<double> values = noise(300, 0.1, seed);
    add_step(values, 110, 0.5);
    add_step(values, 210, -0.3);
    values = exponential(values);
    std::vector<uint32_t> forward = starts(find(values, no_season));
    std::reverse(values.begin(), values.end());
    for (uint32_t& at : forward) at = 300 - at;
    std::reverse(forward.begin(), forward.end());
    same += forward == starts(find(values, no_season)) ? 1 : 0;
  }
  EXPECT_EQ(same, 100);
}

TEST_F(Changepoints, AreTheSameOnEveryRunWhateverTheMemory) {
  std::vector<double> values = noise(2000, 0.2, 9);
  add_step(values, 700, 0.3);
  values = exponential(values);
  const Vector<Changepoint> first = find(values);
  for (int i = 0; i < 3; ++i) {
    CountingResource other;
    const Vector<Changepoint> again = find_changepoints({values, {}, {}, {}}, {}, &other);
    ASSERT_EQ(again.size(), first.size());
    for (size_t k = 0; k < again.size(); ++k) {
      EXPECT_EQ(again[k].at, first[k].at);
      EXPECT_EQ(again[k].after, first[k].after);
      EXPECT_EQ(again[k].p, first[k].p);
    }
  }
}

TEST_F(Changepoints, IgnoreSpikesAndWhatGoesAway) {
  size_t elsewhere = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    for (const size_t length : {1, 3, 8}) {
      std::vector<double> values = noise(200, 0.1, seed);
      add_step(values, 90, std::log(4.0), 90 + length);
      for (const Changepoint& point : find(exponential(values), no_season)) {
        EXPECT_TRUE(point.at < 80 || point.at > 110) << "seed " << seed << " length " << length;
        ++elsewhere;
      }
    }
  }
  EXPECT_LE(elsewhere, 2U);
}

TEST_F(Changepoints, AreNotYetKnownWhenTheyHaveJustBegun) {
  std::vector<double> values = noise(200, 0.1, 4);
  add_step(values, 197, 1);
  EXPECT_TRUE(find(exponential(values)).empty());
  values = noise(200, 0.1, 4);
  add_step(values, 190, 1);
  EXPECT_EQ(starts(find(exponential(values))), (std::vector<uint32_t>{190}));
  // Over already at the end.
  values = noise(200, 0.1, 4);
  add_step(values, 189, 1, 195);
  EXPECT_TRUE(find(exponential(values)).empty());
}

TEST_F(Changepoints, AreTestedByTheNumberOfCalls) {
  // 200 elements of which the last 60 are higher, by calls that are few and vary a lot.
  int with_calls = 0;
  int without = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    std::vector<double> values;
    std::vector<double> calls;
    for (size_t i = 0; i < 300; ++i) {
      calls.push_back(random.chance(0.5) ? 400 : 2);
      values.push_back(random.normal() / std::sqrt(calls.back()) + (i >= 200 ? 0.2 : 0));
    }
    values = exponential(values);
    const auto near = [](const Vector<Changepoint>& points) {
      return points.size() == 1 && points[0].at >= 196 && points[0].at <= 204 ? 1 : 0;
    };
    with_calls += near(find(values, no_season, calls));
    without += near(find(values, no_season));
  }
  EXPECT_GE(with_calls, 95);
  EXPECT_LT(without, with_calls - 20);
  // Too few in all.
  std::vector<double> values = noise(40, 0.01, 1);
  add_step(values, 20, 1);
  EXPECT_EQ(find(exponential(values), {}, std::vector<double>(40, 2)).size(), 1U);
  EXPECT_EQ(find(exponential(values), {}, std::vector<double>(40, 1.4)).size(), 0U);
}

TEST_F(Changepoints, AreSeenThroughTheHourOfTheDay) {
  std::vector<double> values = noise(336, 0.05, 11);
  add_sine(values, 0.4, 24);
  add_step(values, 200, std::log(1.2));
  values = exponential(values);
  for (const size_t period : {size_t{24}, size_t{0}}) {  // told, and looked for
    const Vector<Changepoint> found = find(values, {.period = period});
    ASSERT_EQ(starts(found), (std::vector<uint32_t>{200})) << period;
    EXPECT_NEAR(found[0].change, 0.2, 0.02);
  }
}

TEST_F(Changepoints, StandWhereTheGapsPutThem) {
  std::vector<double> values = noise(240, 0.05, 5);
  add_sine(values, 0.4, 24);
  add_step(values, 150, 0.3);
  values = exponential(values);
  std::vector<double> present;
  std::vector<uint32_t> positions;
  for (uint32_t i = 0; i < values.size(); ++i) {
    if (i % 24 < 3 || (i >= 60 && i < 80)) continue;
    present.push_back(values[i]);
    positions.push_back(i + 1000);
  }
  const Vector<Changepoint> found = find(present, {.period = 24}, {}, positions);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].at, 1150, 3);
  EXPECT_LE(found[0].earliest, 1150U);
  EXPECT_GE(found[0].latest, 1150U);
}

TEST_F(Changepoints, OfWhatIsTooShortOrConstantAreNone) {
  for (size_t n = 0; n < 12; ++n) {
    std::vector<double> values(n, 1);
    add_step(values, n / 2, 100);
    EXPECT_TRUE(find(values).empty()) << n;
  }
  for (const double value : {0.0, 5e-324, 1.0, 1.7e308}) {
    for (const bool log : {true, false}) {
      EXPECT_TRUE(find(std::vector<double>(500, value), {.log = log}).empty()) << value;
    }
  }
}

TEST_F(Changepoints, TakeAnythingFinite) {
  Random random(3);
  for (int round = 0; round < 400; ++round) {
    const size_t n = random.below(120);
    std::vector<double> values(n);
    std::vector<double> calls(n);
    for (size_t i = 0; i < n; ++i) {
      switch (random.below(6)) {
        case 0: values[i] = 0; break;
        case 1: values[i] = 1.79e308; break;
        case 2: values[i] = 5e-324; break;
        case 3: values[i] = static_cast<double>(random.below(3)); break;
        default: values[i] = std::exp(200 * (random.unit() - 0.5));
      }
      calls[i] = random.chance(0.2) ? 1e300 : random.chance(0.2) ? 1e-300 : 1;
    }
    ChangepointOptions options{.log = round % 2 == 0, .period = random.below(30)};
    const auto sound = [&](const Vector<Changepoint>& points) {
      uint32_t last = 0;
      for (const Changepoint& point : points) {
        ASSERT_GT(point.at, last);
        ASSERT_LE(point.earliest, point.at);
        ASSERT_GE(point.latest, point.at);
        ASSERT_LT(point.latest, n);
        ASSERT_TRUE(point.p >= 0 && point.p <= 1);
        ASSERT_FALSE(std::isnan(point.change));
        last = point.at;
      }
    };
    sound(find(values, options));
    sound(find(values, options, calls));
    if (!options.log) {
      for (double& value : values) value = random.chance(0.5) ? -value : value;
      sound(find(values, options));
    }
  }
}

TEST_F(Changepoints, RefuseWhatIsNoNumber) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(find({1, nan, 3}), std::invalid_argument);
  EXPECT_THROW(find({1, infinity, 3}, {.log = false}), std::invalid_argument);
  EXPECT_THROW(find({1, -1, 3}), std::invalid_argument);
  EXPECT_NO_THROW(find({1, -1, 3}, {.log = false}));
  EXPECT_THROW(find({1, 2}, {}, {1, 0}), std::invalid_argument);
  EXPECT_THROW(find({1, 2}, {}, {1, nan}), std::invalid_argument);
  EXPECT_THROW(find({1, 2}, {}, {1}), std::invalid_argument);
  EXPECT_THROW(find({1, 2}, {}, {}, {0}), std::invalid_argument);
  const std::vector<double> values{1, 2};
  const std::vector<double> deviations{1, -1};
  EXPECT_THROW(find_changepoints({values, {}, {}, deviations}, {}, &memory), std::invalid_argument);
}

TEST_F(Changepoints, UseTheDeviationsOfTheCallsWhereTheyAreKnown) {
  // Too short to estimate from the series what calls vary by.
  int known = 0;
  int unknown = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    std::vector<double> values;
    std::vector<double> calls;
    std::vector<double> deviations;
    for (size_t i = 0; i < 30; ++i) {
      calls.push_back(i % 3 == 0 ? 4 : 1000);
      const double level = i >= 20 ? 1.15 : 1;
      values.push_back(level * std::exp(random.normal() * 0.6 / std::sqrt(calls.back())));
      deviations.push_back(0.6 * values.back());
    }
    const auto right = [](const Vector<Changepoint>& points) {
      return points.size() == 1 && points[0].at == 20 ? 1 : 0;
    };
    known += right(find_changepoints({values, {}, calls, deviations}, no_season, &memory));
    unknown += right(find_changepoints({values, {}, calls, {}}, no_season, &memory));
  }
  EXPECT_GT(known, unknown + 20);
}

TEST_F(Changepoints, StayWithinTheirMemory) {
  std::vector<double> values = noise(1024, 0.2, 2);
  add_sine(values, 0.3, 24);
  values = exponential(values);
  memory.reset_peak();
  find(values);
  EXPECT_LE(memory.peak(), 200U * 1024);
  EXPECT_EQ(memory.used(), 0U);
}

TEST_F(Changepoints, OfAHundredThousandElements) {
  std::vector<double> values = noise(100'000, 0.1, 6);
  for (size_t at = 1000; at < values.size(); at += 1000) {
    add_step(values, at, at % 2000 == 0 ? -0.5 : 0.5);
  }
  const Vector<Changepoint> found = find(exponential(values), no_season);
  EXPECT_GE(found.size(), 98U);
  EXPECT_LE(found.size(), 100U);
  // As many boundaries as there can be, none of which lasts.
  std::vector<double> hostile(100'000);
  for (size_t i = 0; i < hostile.size(); ++i) hostile[i] = i / 6 % 2 == 0 ? 1 : 1000;
  EXPECT_TRUE(find(hostile, no_season).empty());
}

}  // namespace
}  // namespace almanac::core::test
