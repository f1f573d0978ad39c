// Sums of what sessions were seen doing are true, however many kinds there are.
#include "core/wait_counts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t second = 1'000'000;

using Plain = std::tuple<uint32_t, uint32_t, int64_t, uint32_t, uint16_t, SessionState>;
Plain plain(const WaitKey& key) {
  return {key.database, key.role, key.query, key.event, key.kind, key.state};
}

WaitKey some_key(Random& random, int64_t variety) {
  return {static_cast<uint32_t>(random.between(0, 3)),
          static_cast<uint32_t>(random.between(0, 1)) * 0xFFFFFFFFu,
          random.between(-variety, variety) * INT64_C(0x7654321012345),
          static_cast<uint32_t>(random.between(0, 20)) << 24 | 7,
          static_cast<uint16_t>(random.between(0, 1) * 65535),
          static_cast<SessionState>(random.between(0, 2))};
}

TEST(WaitCounts, AgreesWithAMap) {
  CountingResource memory;
  Random random(1);
  WaitCounts counts({20000, 100}, &memory);
  for (int round = 0; round < 3; ++round) {
    std::map<Plain, WaitTimes> model;
    for (int i = 0; i < 20000; ++i) {
      const WaitKey key = some_key(random, 3);
      const int64_t us = random.between(0, 2 * second);
      const bool busy = random.between(0, 1) == 1;
      counts.add(key, us, busy);
      WaitTimes& times = model[plain(key)];
      (busy ? times.samples : times.idle_samples) += 1;
      (busy ? times.us : times.idle_us) += us;
    }
    ASSERT_EQ(counts.size(), model.size());
    for (uint32_t i = 0; i < counts.size(); ++i) {
      const auto found = model.find(plain(counts.key(i)));
      ASSERT_NE(found, model.end());
      EXPECT_EQ(counts.times(i).samples, found->second.samples);
      EXPECT_EQ(counts.times(i).us, found->second.us);
      EXPECT_EQ(counts.times(i).idle_samples, found->second.idle_samples);
      EXPECT_EQ(counts.times(i).idle_us, found->second.idle_us);
    }
    counts.clear();
    EXPECT_EQ(counts.size(), 0u);
  }
}

TEST(WaitCounts, WhatFindsNoRoomIsInTheSums) {
  CountingResource memory;
  Random random(2);
  for (const WaitCounts::Limits limits :
       {WaitCounts::Limits{0, 0}, {1, 0}, {0, 1}, {10, 5}, {40, 500}}) {
    WaitCounts counts(limits, &memory);
    std::map<SessionState, WaitTimes> model;
    std::map<std::tuple<uint32_t, uint16_t, SessionState>, int64_t> by_event;
    for (int i = 0; i < 5000; ++i) {
      const WaitKey key = some_key(random, 1000);
      counts.add(key, i, key.state == SessionState::active);
      WaitTimes& times = model[key.state];
      (key.state == SessionState::active ? times.us : times.idle_us) += i;
      by_event[{key.event, key.kind, key.state}] += i;
    }
    EXPECT_LE(counts.size(), limits.statements + limits.events + 3);
    for (uint32_t i = 0; i < counts.size(); ++i) {
      const WaitKey key = counts.key(i);
      model[key.state].us -= counts.times(i).us;
      model[key.state].idle_us -= counts.times(i).idle_us;
      by_event[{key.event, key.kind, key.state}] -= counts.times(i).us + counts.times(i).idle_us;
      EXPECT_TRUE(key.event != other_event || (key.query == 0 && key.database == 0));
    }
    for (const auto& [state, rest] : model) {
      EXPECT_EQ(rest.us, 0);
      EXPECT_EQ(rest.idle_us, 0);
    }
    if (limits.events >= 500) {  // statements are lost, events are not
      for (const auto& [event, rest] : by_event) EXPECT_EQ(rest, 0);
    }
  }
}

TEST(WaitCounts, WhatIsKnownGoesOnBeingCountedWhenItIsFull) {
  CountingResource memory;
  WaitCounts counts({2, 1}, &memory);
  const WaitKey first{1, 1, 1, 1, 1, SessionState::active};
  for (int64_t query = 1; query < 10; ++query) {
    WaitKey key = first;
    key.query = query;
    counts.add(key, 1, true);
  }
  counts.add(first, 100, true);
  EXPECT_EQ(counts.key(0), first);
  EXPECT_EQ(counts.times(0).us, 101);
  EXPECT_EQ(counts.size(), 3u);
}

TEST(WaitCounts, TakesNoMemoryLater) {
  CountingResource memory;
  Random random(3);
  WaitCounts counts({100, 20}, &memory);
  const auto before = memory.allocations();
  for (int i = 0; i < 10000; ++i) counts.add(some_key(random, 1000), 1, true);
  counts.clear();
  for (int i = 0; i < 10000; ++i) counts.add(some_key(random, 1000), 1, true);
  EXPECT_EQ(memory.allocations(), before);
}

TEST(WaitCounts, KnowsWhatItsLooksStandFor) {
  CountingResource memory;
  WaitCounts counts({1, 1}, &memory);
  counts.begin_look(second);
  counts.begin_look(2 * second);
  EXPECT_EQ(counts.observed(), 3 * second);
  EXPECT_EQ(counts.looks(), 2);
  counts.clear();
  EXPECT_EQ(counts.observed(), 0);
}

TEST(LookClock, LooksAddUpToTheTimeThatPasses) {
  LookClock clock(42);
  int64_t now = 17;
  EXPECT_EQ(clock.until_due(now, second), 0);
  EXPECT_EQ(clock.look(now, second), 0);
  int64_t sum = 0;
  const int64_t begin = now;
  int64_t least = INT64_MAX;
  int64_t most = 0;
  for (int i = 0; i < 10000; ++i) {
    const int64_t pause = clock.until_due(now, second);
    EXPECT_GT(clock.until_due(now + pause - 1, second), 0);
    EXPECT_EQ(clock.until_due(now + pause, second), 0);
    now += pause;
    sum += clock.look(now, second);
    least = std::min(least, pause);
    most = std::max(most, pause);
  }
  EXPECT_EQ(sum, now - begin);
  EXPECT_NEAR(static_cast<double>(sum) / 10000, second, second / 100);
  EXPECT_GE(least, second * 3 / 4 - 1);
  EXPECT_LT(least, second * 8 / 10);
  EXPECT_LE(most, second * 5 / 4 + 1);
  EXPECT_GT(most, second * 12 / 10);
}

TEST(LookClock, SeesAllOfAPeriod) {
  // Something that happens in the first tenth of each second is seen in a tenth of all looks.
  LookClock clock(7);
  int64_t now = 0;
  int64_t seen = 0;
  for (int i = 0; i < 20000; ++i) {
    now += clock.until_due(now, second);
    const int64_t us = clock.look(now, second);
    seen += now % second < second / 10 ? us : 0;
  }
  EXPECT_NEAR(static_cast<double>(seen) / static_cast<double>(now), 0.1, 0.01);
}

TEST(LookClock, KnowsNothingOfALongPause) {
  LookClock clock(1);
  clock.look(0, second);
  EXPECT_EQ(clock.look(3 * second, second), 3 * second);
  EXPECT_EQ(clock.look(103 * second, second), LookClock::most_intervals * second);
  clock.stop();
  EXPECT_EQ(clock.until_due(104 * second, second), 0);
  EXPECT_EQ(clock.look(104 * second, second), 0);
}

TEST(LookClock, GoesOnWhenTheClockWentBack) {
  LookClock clock(1);
  clock.look(100 * second, second);
  EXPECT_EQ(clock.until_due(50 * second, second), 0);
  EXPECT_EQ(clock.look(50 * second, second), 0);
  EXPECT_GT(clock.until_due(50 * second, second), 0);
}

TEST(AffordableInterval, StretchesWhatIsTooDear) {
  EXPECT_EQ(affordable_interval(second, 100, 0.01), second);
  EXPECT_EQ(affordable_interval(second, 0, 0.01), second);
  EXPECT_EQ(affordable_interval(second, 1e9, 0), second);
  EXPECT_EQ(affordable_interval(second, 5000, 0.01), 2 * second);
  EXPECT_EQ(affordable_interval(10'000, 50, 0.01), 20'000);
  EXPECT_EQ(affordable_interval(second, 1e18, 0.0001), 61 * second);
}

}  // namespace
}  // namespace almanac::core::test
