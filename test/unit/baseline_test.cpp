// What is expected at a time follows the hours of the week as soon as there are weeks.
#include "core/baseline.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "series.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t hour = int64_t{3600} * 1'000'000;

struct Hours {
  std::vector<int64_t> times;
  std::vector<double> values;
  std::vector<double> weights;
};

// A busy hour each day, and quiet weekends (2000-01-01 was a Saturday).
double level(int64_t h) {
  const bool weekend = h / 24 % 7 < 2;
  return (weekend ? 10 : 100) * (h % 24 == 9 ? 3 : 1);
}

Hours weeks(int64_t from, int64_t hours, double deviation, uint64_t seed) {
  Hours out;
  const std::vector<double> n = noise(static_cast<size_t>(hours), deviation, seed);
  for (int64_t h = from; h < from + hours; ++h) {
    out.times.push_back(h * hour + hour / 2);
    out.values.push_back(level(h) * std::exp(n[static_cast<size_t>(h - from)]));
  }
  return out;
}

Resource* resource() {
  static CountingResource memory;
  return &memory;
}

Expected at(const Hours& h, int64_t of_hour, bool log = true) {
  return expected_at(h.times, h.values, h.weights, of_hour * hour + 1, log, resource());
}

TEST(Baseline, GrainFollowsTheData) {
  EXPECT_EQ(at(weeks(0, 5, 0.1, 1), 6).grain, Grain::none);
  EXPECT_EQ(at(weeks(0, 30, 0.1, 1), 31).grain, Grain::flat);
  EXPECT_EQ(at(weeks(0, 72, 0.1, 1), 73).grain, Grain::hour_of_day);
  EXPECT_EQ(at(weeks(0, 21 * 24, 0.1, 1), 21 * 24 + 9).grain, Grain::hour_of_week);
  EXPECT_EQ(at(Hours(), 0).grain, Grain::none);
}

TEST(Baseline, LevelIsThatOfTheHour) {
  const Hours h = weeks(0, 28 * 24, 0.05, 2);
  for (const int64_t of_hour : {28 * 24 + 9, 28 * 24 + 12, 30 * 24 + 9, 30 * 24 + 12}) {
    const Expected e = at(h, of_hour);
    EXPECT_NEAR(e.level / level(of_hour), 1, 0.12);
    EXPECT_EQ(e.points, 4U);
    EXPECT_LT(e.lower, e.level);
    EXPECT_GT(e.upper, e.level);
  }
}

// Of normal noise 95 % lie within two deviations; the level is a median of four, which is off too.
TEST(Baseline, MostValuesLieWithinTheBounds) {
  int inside = 0;
  int all = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Hours past = weeks(0, 28 * 24, 0.1, seed);
    const Hours next = weeks(28 * 24, 7 * 24, 0.1, seed + 1000);
    for (size_t i = 0; i < next.times.size(); i += 5) {
      const Expected e = expected_at(past.times, past.values, {}, next.times[i], true, resource());
      inside += next.values[i] >= e.lower && next.values[i] <= e.upper ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GT(static_cast<double>(inside) / all, 0.90);
  EXPECT_LT(static_cast<double>(inside) / all, 0.99);
}

TEST(Baseline, ABadDayDoesNotMoveIt) {
  Hours h = weeks(0, 28 * 24, 0.05, 3);
  const double before = at(h, 30 * 24 + 12).level;
  for (size_t i = 9 * 24; i < 10 * 24; ++i) h.values[i] *= 50;
  EXPECT_NEAR(at(h, 30 * 24 + 12).level / before, 1, 0.1);
}

TEST(Baseline, WeightsAreCalls) {
  Hours h;
  for (int i = 0; i < 10; ++i) {
    h.times.push_back(i * hour);
    h.values.push_back(i < 7 ? 1 : 5);
    h.weights.push_back(i < 7 ? 1 : 100);
  }
  EXPECT_DOUBLE_EQ(at(h, 10).level, 5);
  h.weights.assign(10, 0);
  EXPECT_EQ(at(h, 10).grain, Grain::none);
}

TEST(Baseline, ConstantsHaveBoundsAndLevelsMayBeNegative) {
  Hours h;
  for (int i = 0; i < 10; ++i) {
    h.times.push_back(-i * hour);
    h.values.push_back(-4);
  }
  const Expected e = at(h, 1, false);
  EXPECT_DOUBLE_EQ(e.level, -4);
  EXPECT_NEAR(e.upper - e.lower, 4 * 0.04, 1e-12);
  EXPECT_EQ(at(h, 1, true).grain, Grain::none);
}

TEST(Baseline, OrderDoesNotMatter) {
  const Hours h = weeks(0, 28 * 24, 0.3, 4);
  Hours reversed;
  for (size_t i = h.times.size(); i-- > 0;) {
    reversed.times.push_back(h.times[i]);
    reversed.values.push_back(h.values[i]);
  }
  const Expected a = at(h, 700);
  const Expected b = at(reversed, 700);
  EXPECT_EQ(a.level, b.level);
  EXPECT_EQ(a.spread, b.spread);
}

}  // namespace
}  // namespace almanac::core::test
