// Change points put together: what is one change, what it is compared with, when it is over.
#include "core/shifts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

struct Level {
  double value;
  int elements;
};

// Levels with 5 % of noise, 50 calls an element.
struct Series {
  explicit Series(const std::vector<Level>& levels, unsigned seed = 3) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> noise(0.95, 1.05);
    for (const Level& level : levels) {
      for (int i = 0; i < level.elements; ++i) values.push_back(level.value * noise(random));
    }
    calls.assign(values.size(), 50);
  }
  std::vector<double> values;
  std::vector<double> calls;
};

std::vector<Shift> shifts(const Series& series, const std::vector<std::uint32_t>& cuts = {}) {
  CountingResource memory;
  ShiftOptions options;
  options.cuts = cuts;
  options.changepoints.period = 1;
  const Observations observations{
      .values = series.values, .positions = {}, .calls = series.calls, .deviations = {}};
  const auto found = find_shifts(observations, options, &memory);
  return {found.begin(), found.end()};
}

TEST(Shifts, NothingChanges) { EXPECT_TRUE(shifts(Series({{10, 200}})).empty()); }

TEST(Shifts, AStepThatLasts) {
  const auto found = shifts(Series({{10, 100}, {15, 50}}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].at, 100u);
  EXPECT_EQ(found[0].until, Shift::lasting);
  EXPECT_EQ(found[0].last, 149u);
  EXPECT_NEAR(found[0].before, 10, 0.2);
  EXPECT_NEAR(found[0].after, 15, 0.3);
  EXPECT_NEAR(found[0].change, 0.5, 0.05);
  EXPECT_EQ(found[0].calls, 50 * 50);
}

TEST(Shifts, AStepThatEnds) {
  const auto found = shifts(Series({{10, 100}, {15, 50}, {10, 60}}));
  ASSERT_EQ(found.size(), 2u) << "worse, then better";
  EXPECT_EQ(found[0].until, 150u);
  EXPECT_NEAR(found[1].change, -0.33, 0.05);
  EXPECT_EQ(found[1].until, Shift::lasting);
}

TEST(Shifts, ShortStepsInOneDirectionAreOneChange) {
  const auto found = shifts(Series({{10, 100}, {13, 14}, {20, 60}}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].at, 100u);
  EXPECT_NEAR(found[0].before, 10, 0.2);
  EXPECT_GT(found[0].after, 18);
}

TEST(Shifts, LongStepsInOneDirectionAreTwo) {
  const auto found = shifts(Series({{10, 100}, {13, 50}, {20, 60}}));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NEAR(found[0].change, 0.3, 0.05);
  EXPECT_NEAR(found[1].before, 13, 0.3);
  EXPECT_NEAR(found[1].change, 0.54, 0.06);
  EXPECT_EQ(found[0].until, Shift::lasting) << "it is still worse than that";
}

TEST(Shifts, BackToTheFirstOfTwoLevelsEndsOnlyTheSecond) {
  const auto found = shifts(Series({{10, 100}, {13, 50}, {20, 60}, {13, 60}}));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].until, Shift::lasting);
  EXPECT_EQ(found[1].until, 210u);
}

TEST(Shifts, ComparedWithTheLastLevelThatLasted) {
  const auto found = shifts(Series({{10, 100}, {30, 15}, {16, 60}}));
  ASSERT_GE(found.size(), 1u);
  EXPECT_NEAR(found.back().before, found.size() == 1 ? 10 : found.back().before, 0.3);
  for (const Shift& shift : found) EXPECT_NEAR(shift.before, 10, 0.3);
}

TEST(Shifts, FromZero) {
  Series series({{0, 100}, {4, 60}});
  const auto found = shifts(series);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].before, 0);
  EXPECT_TRUE(std::isinf(found[0].change) && found[0].change > 0);
}

TEST(Shifts, PositionsHaveGaps) {
  Series series({{10, 100}, {15, 50}});
  std::vector<std::uint32_t> positions;
  for (std::uint32_t i = 0; i < 150; ++i) positions.push_back(i < 60 ? i : i + 500);
  CountingResource memory;
  ShiftOptions options;
  options.changepoints.period = 1;
  const auto found = find_shifts(
      {.values = series.values, .positions = positions, .calls = series.calls, .deviations = {}},
      options, &memory);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].at, 600u);
  EXPECT_EQ(found[0].last, 649u);
}

TEST(Shifts, ShortSeries) {
  for (int n = 0; n < 14; ++n) EXPECT_TRUE(shifts(Series({{10, n}})).empty());
}

// Levels of 14 elements are too short to be compared with, unless all before them does not count.
TEST(Shifts, WhatWasBeforeACutDoesNotCount) {
  const Series series({{10, 100}, {15, 14}, {20, 14}, {40, 40}});
  ASSERT_EQ(shifts(series).size(), 1u);
  EXPECT_NEAR(shifts(series)[0].before, 10, 0.2);
  const auto found = shifts(series, {100});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NEAR(found[0].before, 10, 0.2) << "the change at the cut";
  EXPECT_NEAR(found[1].before, 17.5, 0.4) << "and the one after it";
  EXPECT_EQ(shifts(series, {110}).size(), 1u) << "a cut that leaves too little";
}

TEST(Shifts, AChangeAtACutIsComparedWithWhatWasBefore) {
  for (const std::uint32_t cut : {99u, 100u, 101u}) {
    const auto found = shifts(Series({{10, 100}, {15, 50}}), {cut});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_NEAR(found[0].before, 10, 0.2);
  }
}

TEST(Shifts, ACutThatLeavesNothingIsNone) {
  const auto found = shifts(Series({{10, 100}, {15, 50}}), {0, 97, 1000});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].before, 10, 0.2);
}

}  // namespace
}  // namespace almanac::core::test
