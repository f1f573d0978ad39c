// Seasons: the phases that are found, and those that are not there.
#include "core/seasonality.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "series.hpp"

namespace almanac::core::test {
namespace {

std::vector<uint32_t> positions(size_t n) {
  std::vector<uint32_t> out(n);
  std::iota(out.begin(), out.end(), 0U);
  return out;
}

TEST(Season, IsThatOfTheHours) {
  CountingResource memory;
  std::vector<double> values = noise(240, 0.05, 1);
  add_sine(values, 1, 24);
  add_step(values, 100, 3);
  const Vector<double> season = find_season(values, positions(240), 24, &memory);
  ASSERT_EQ(season.size(), 24U);
  double sum = 0;
  for (size_t hour = 0; hour < 24; ++hour) {
    sum += season[hour];
    EXPECT_NEAR(season[hour], std::sin(static_cast<double>(hour) / 24 * 6.283185307179586), 0.12)
        << hour;
  }
  EXPECT_NEAR(sum, 0, 1e-9);
  take_out(view(season), positions(240), values);
  EXPECT_NEAR(values[6], 0, 0.2);
  EXPECT_NEAR(values[222], 3, 0.2);
}

TEST(Season, OfNoiseIsNone) {
  CountingResource memory;
  int found = 0;
  int looked_for = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const std::vector<double> values = noise(96, 1, seed);
    found += find_season(values, positions(96), 24, &memory).empty() ? 0 : 1;
    looked_for += find_usual_season(values, positions(96), &memory).empty() ? 0 : 1;
  }
  EXPECT_LE(found, 6);
  EXPECT_LE(looked_for, 6);
}

TEST(Season, OfAWalkIsNone) {
  CountingResource memory;
  int looked_for = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    std::vector<double> values = noise(500, 1, seed);
    std::partial_sum(values.begin(), values.end(), values.begin());
    looked_for += find_usual_season(values, positions(500), &memory).empty() ? 0 : 1;
  }
  EXPECT_LE(looked_for, 2);
}

TEST(Season, HasThePeriodThatForecastsBest) {
  CountingResource memory;
  for (const size_t period : {7, 12, 24, 48, 96, 144, 168, 288}) {
    std::vector<double> values = noise(period * 6, 0.3, period);
    add_sine(values, 1, static_cast<double>(period));
    EXPECT_EQ(find_usual_season(values, positions(values.size()), &memory).size(), period);
  }
}

TEST(Season, NeedsThreePeriods) {
  CountingResource memory;
  std::vector<double> values(71, 0);
  add_sine(values, 1, 24);
  EXPECT_TRUE(find_season(values, positions(71), 24, &memory).empty());
  values.assign(72, 0);
  add_sine(values, 1, 24);
  EXPECT_FALSE(find_season(values, positions(72), 24, &memory).empty());
  for (const size_t period : {size_t{0}, size_t{1}, size_t{100}, SIZE_MAX}) {
    EXPECT_TRUE(find_season(values, positions(72), period, &memory).empty()) << period;
  }
  EXPECT_TRUE(find_season({}, {}, 24, &memory).empty());
  EXPECT_TRUE(find_usual_season({}, {}, &memory).empty());
}

TEST(Season, KnowsPhasesByPosition) {
  CountingResource memory;
  std::vector<double> values;
  std::vector<uint32_t> present;
  for (uint32_t i = 0; i < 400; ++i) {
    if (i % 24 < 8 || i % 7 == 0) continue;  // nights, and some at random
    present.push_back(i);
    values.push_back(i % 24 == 12 ? 5 : static_cast<double>(i % 3) * 0.01);
  }
  const Vector<double> season = find_season(values, present, 24, &memory);
  ASSERT_EQ(season.size(), 24U);
  EXPECT_GT(season[12] - season[13], 4.9);
  EXPECT_EQ(season[3], 0);
}

}  // namespace
}  // namespace almanac::core::test
