// Ticks neither drift nor double, whatever the clock does.
#include "core/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t second = 1'000'000;
constexpr int64_t minute = 60 * second;

TEST(Schedule, AlignsDownForNegativeTimesToo) {
  EXPECT_EQ(aligned(0, minute), 0);
  EXPECT_EQ(aligned(minute - 1, minute), 0);
  EXPECT_EQ(aligned(minute, minute), minute);
  EXPECT_EQ(aligned(-1, minute), -minute);
  EXPECT_EQ(aligned(-minute, minute), -minute);
  EXPECT_EQ(aligned(17, 0), 17);
}

TEST(Schedule, NextTickIsTheNextMultiple) {
  EXPECT_EQ(next_tick(0, never, minute), minute);
  EXPECT_EQ(next_tick(minute - 1, never, minute), minute);
  EXPECT_EQ(next_tick(minute + 5, minute, minute), 2 * minute);
  EXPECT_EQ(next_tick(10 * minute + 5, minute, minute), 11 * minute);
}

TEST(Schedule, StaysOnMultiplesHoweverLongTheWorkTakes) {
  Random random(1);
  for (const int64_t interval : {second, 7 * second, minute, 86'400 * second}) {
    int64_t now = 123'456'789;
    int64_t last = never;
    for (int i = 0; i < 2000; ++i) {
      const int64_t next = next_tick(now, last, interval);
      ASSERT_EQ(next % interval, 0);
      ASSERT_GT(next, now);
      ASSERT_LE(next - now, interval + interval / 2 + 1);
      now = next + random.between(0, 1000);  // woken a little late
      ASSERT_EQ(due_tick(now, last, interval), next);
      ASSERT_EQ(missed_ticks(now, last, interval),
                last == never ? 0 : (next - last) / interval - 1);
      last = next;
      now += random.between(0, random.chance(0.1) ? 3 * interval : interval / 2);
    }
  }
}

TEST(Schedule, RunsATickOnceWhenTheClockIsSlewedBack) {
  const int64_t last = 100 * minute;
  for (const int64_t back : {int64_t{1}, second, 29 * second}) {
    const int64_t now = last - back;
    EXPECT_EQ(next_tick(now, last, minute), last + minute);
    EXPECT_EQ(due_tick(now, last, minute), never);
  }
  EXPECT_EQ(due_tick(last + 5, last, minute), never) << "it ran already";
}

TEST(Schedule, FollowsAClockThatWasSetBack) {
  const int64_t last = 100 * minute;
  const int64_t now = last - 60 * minute + 3;
  EXPECT_EQ(next_tick(now, last, minute), 41 * minute);
  EXPECT_EQ(due_tick(now, last, minute), 40 * minute);
  EXPECT_EQ(missed_ticks(now, last, minute), 0);
}

TEST(Schedule, CountsMissedTicksWhenTheClockWasSetForward) {
  EXPECT_EQ(missed_ticks(70 * minute + 1, 10 * minute, minute), 59);
  EXPECT_EQ(missed_ticks(11 * minute + 1, 10 * minute, minute), 0);
  EXPECT_EQ(missed_ticks(5, never, minute), 0);
}

TEST(Schedule, SurvivesTheEndsOfTime) {
  constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
  constexpr int64_t highest = std::numeric_limits<int64_t>::max();
  for (const int64_t now : {lowest, lowest + 1, int64_t{0}, highest}) {
    for (const int64_t last : {never, lowest + 1, int64_t{0}, highest}) {
      for (const int64_t interval : {lowest, int64_t{0}, int64_t{1}, minute, highest}) {
        EXPECT_GE(next_tick(now, last, interval), now);
        EXPECT_GE(missed_ticks(now, last, interval), 0);
        due_tick(now, last, interval);
      }
    }
  }
  EXPECT_EQ(clock_jump({lowest, 0}, {highest, 0}), highest);
  EXPECT_EQ(clock_jump({highest, 0}, {lowest, 0}), lowest);
}

TEST(Schedule, TellsAJumpFromJitter) {
  const Clocks start{1'000 * minute, 5};
  const auto jumped = [&](int64_t wall, int64_t monotonic) {
    return clock_jumped(start, {start.wall + wall, start.monotonic + monotonic});
  };
  EXPECT_FALSE(jumped(minute, minute));
  EXPECT_FALSE(jumped(minute + second / 2, minute));
  EXPECT_FALSE(jumped(minute - second / 2, minute));
  EXPECT_TRUE(jumped(minute + 2 * second, minute));
  EXPECT_TRUE(jumped(minute - 2 * second, minute));
  EXPECT_TRUE(jumped(-3600 * second, minute));
  EXPECT_FALSE(jumped(3600 * second + 3 * second, 3600 * second)) << "slewed by 0.08 % for an hour";
  EXPECT_EQ(clock_jump(start, {start.wall + 90, start.monotonic + 100}), -10);
}

TEST(Schedule, AnotherIntervalRunsNoTickTwice) {
  EXPECT_EQ(due_tick(3 * minute + 5, 3 * minute, 2 * minute), never) << "2 min are past already";
  EXPECT_EQ(due_tick(4 * minute + 5, 3 * minute, 2 * minute), 4 * minute);
  EXPECT_EQ(due_tick(5 * minute + 5, 4 * minute, minute), 5 * minute);
}

TEST(Schedule, HistoryAgesWithTheClockWhileThatIsRight) {
  constexpr int64_t hour = 60 * minute;
  constexpr int64_t day = 24 * hour;
  EXPECT_EQ(aged(never, 1000 * day, 0), 1000 * day);
  EXPECT_EQ(aged(1000 * day, 1000 * day + 5 * minute, 5 * minute), 1000 * day + 5 * minute);
  EXPECT_EQ(aged(1000 * day, 1000 * day + 20 * hour, 0), 1000 * day + 20 * hour) << "a night off";
  EXPECT_EQ(aged(1000 * day, 1030 * day, 30 * day), 1030 * day) << "a long pause, awake";
  EXPECT_EQ(aged(1000 * day, 900 * day, 5 * minute), 900 * day) << "set back";
}

TEST(Schedule, HistoryDoesNotAgeAtOnceWhenTheClockJumps) {
  constexpr int64_t hour = 60 * minute;
  constexpr int64_t day = 24 * hour;
  // A year ahead for a weekend, with a round every five minutes and restarts now and then.
  int64_t aged_until = 1000 * day;
  int64_t real = 1000 * day;
  for (int round = 0; round < 2 * 24 * 12; ++round) {
    real += 5 * minute;
    aged_until = aged(aged_until, real + 365 * day, round % 50 == 0 ? 0 : 5 * minute);
    ASSERT_LE(aged_until - 1000 * day, 4 * (real - 1000 * day));
  }
  EXPECT_GT(aged_until, real);
  EXPECT_EQ(aged(aged_until, real, 5 * minute), real) << "and back";
  // Switched off for a month: caught up in ten days.
  aged_until = 1000 * day;
  real = 1030 * day;
  int rounds = 0;
  for (; aged_until < real; ++rounds) {
    real += 5 * minute;
    const int64_t next = aged(aged_until, real, 5 * minute);
    ASSERT_GT(next, aged_until);
    aged_until = next;
  }
  EXPECT_EQ(aged_until, real);
  EXPECT_LE(rounds, 10 * 24 * 12);
  constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
  constexpr int64_t highest = std::numeric_limits<int64_t>::max();
  for (const int64_t before : {lowest + 1, int64_t{0}, highest}) {
    for (const int64_t wall : {lowest, int64_t{0}, highest}) {
      for (const int64_t elapsed : {lowest, int64_t{-1}, int64_t{0}, highest}) {
        EXPECT_LE(aged(before, wall, elapsed), wall);
      }
    }
  }
}

TEST(Schedule, BacksOff) {
  EXPECT_EQ(backoff(0, minute), 0);
  EXPECT_EQ(backoff(1, minute), second);
  EXPECT_EQ(backoff(2, minute), 2 * second);
  EXPECT_EQ(backoff(6, minute), 32 * second);
  EXPECT_EQ(backoff(7, minute), minute);
  EXPECT_EQ(backoff(4'000'000'000U, minute), minute);
}

}  // namespace
}  // namespace almanac::core::test
