// Looking stays within its share of a core, and comes back when there is room.
#include "core/budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t ms = 1000;
constexpr int64_t second = 1'000'000;
constexpr int64_t minute = 60 * second;
constexpr int64_t hour = 60 * minute;

// One percent of a core, every minute, every five.
constexpr Allowance usual{0.01, minute, 5 * minute};

// A worker that takes snapshots as the budget has it. Costs are functions of the time.
struct Life {
  using Cost = std::function<int64_t(int64_t)>;
  Allowance allowance = usual;
  Cost snapshot = [](int64_t) { return 20 * ms; };
  Cost relations = [](int64_t) { return 100 * ms; };
  Budget budget;
  int64_t now = 7 * hour;
  int64_t last_relations = 0;
  int64_t spent = 0;
  int changes = 0;

  void until(int64_t end) {
    while (now < end) {
      const Intervals every = Budget::intervals(allowance, budget.step());
      now += every.snapshot;
      std::optional<int64_t> of_relations;
      if (now - last_relations >= every.relations) {
        of_relations = relations(now);
        last_relations = now;
      }
      const int64_t cpu = snapshot(now) + of_relations.value_or(0);
      spent += cpu;
      budget.snapshot(now, cpu, of_relations);
      changes += budget.choose(now, allowance) ? 1 : 0;
    }
  }
  void pass(int64_t time) { until(now + time); }
  // Share of a core spent in the next `time`.
  double share(int64_t time) {
    const int64_t before = spent;
    const int64_t began = now;
    pass(time);
    return static_cast<double>(spent - before) / static_cast<double>(now - began);
  }
};

TEST(Budget, LeavesWhatIsCheapAlone) {
  Life life;
  life.pass(48 * hour);
  EXPECT_EQ(life.changes, 0);
  EXPECT_EQ(life.budget.step(), 0);
}

TEST(Budget, StretchesRelationsFirst) {
  Life life;
  life.relations = [](int64_t) { return 10 * second; };  // 3.3 %
  life.pass(12 * hour);
  EXPECT_EQ(life.budget.step(), 2);
  const Intervals every = Budget::intervals(usual, 2);
  EXPECT_EQ(every.snapshot, minute);
  EXPECT_EQ(every.relations, 20 * minute);
  EXPECT_LE(life.share(24 * hour), usual.share);
}

TEST(Budget, StretchesTheRestLast) {
  Life life;
  life.snapshot = [](int64_t) { return 2 * second; };  // 3.3 %
  life.pass(24 * hour);
  EXPECT_EQ(life.budget.step(), Budget::relation_steps + 2);
  EXPECT_LE(life.share(24 * hour), usual.share);
  for (int step = 0; step <= Budget::most_steps; ++step) {
    const Intervals every = Budget::intervals(usual, step);
    if (every.snapshot > minute) {
      EXPECT_EQ(every.relations, 80 * minute);
    }
  }
}

TEST(Budget, HasABound) {
  Life life;
  life.snapshot = [](int64_t) { return 50 * second; };
  life.relations = [](int64_t) { return 500 * second; };
  life.pass(48 * hour);
  EXPECT_EQ(life.budget.step(), Budget::most_steps);
  EXPECT_EQ(Budget::intervals(usual, 1000), Budget::intervals(usual, Budget::most_steps));
  EXPECT_EQ(Budget::intervals(usual, Budget::most_steps), (Intervals{16 * minute, 80 * minute}));
}

TEST(Budget, ReactsWithinSomeSnapshots) {
  Life life;
  life.pass(24 * hour);
  life.relations = [](int64_t) { return 30 * second; };  // 10 %
  life.pass(3 * hour);
  EXPECT_GE(life.budget.step(), 3);
}

TEST(Budget, OneDearMomentCountsLittle) {
  for (const int64_t dear : {2 * second, 10 * second}) {
    Life life;
    life.pass(24 * hour);
    const int64_t when = life.now + minute;
    life.relations = [=](int64_t now) {
      return now >= when && now < when + 5 * minute ? dear : 100 * ms;
    };
    life.pass(24 * hour);
    EXPECT_EQ(life.changes, 0) << dear;
  }
}

TEST(Budget, TheFirstSnapshotMayBeDear) {
  Life life;
  bool first = true;
  life.relations = [&](int64_t) { return std::exchange(first, false) ? 8 * second : 100 * ms; };
  life.pass(24 * hour);
  EXPECT_EQ(life.changes, 0);
}

TEST(Budget, RecoversWhenThereIsRoom) {
  Life life;
  life.snapshot = [](int64_t) { return 2 * second; };
  life.relations = [](int64_t) { return 60 * second; };
  life.pass(24 * hour);
  EXPECT_GT(life.budget.step(), Budget::relation_steps);
  life.snapshot = [](int64_t) { return 20 * ms; };
  life.relations = [](int64_t) { return 100 * ms; };
  life.pass(18 * hour);
  EXPECT_EQ(life.budget.step(), 0);
}

// Whatever the costs are, as long as they stay about the same the step is chosen once.
TEST(Budget, DoesNotOscillate) {
  Random random(11);
  for (int i = 0; i < 200; ++i) {
    const int64_t snapshot = random.between(1, 3000) * ms;
    const int64_t relations = random.between(1, 60000) * ms;
    const auto about = [&random](int64_t cost) { return cost * random.between(85, 115) / 100; };
    Life life;
    life.snapshot = [&](int64_t) { return about(snapshot); };
    life.relations = [&](int64_t) { return about(relations); };
    life.pass(48 * hour);
    life.changes = 0;
    life.pass(30 * 24 * hour);
    ASSERT_LE(life.changes, 1) << snapshot << " " << relations;
    if (life.budget.step() < Budget::most_steps) {
      ASSERT_LE(life.share(24 * hour), 1.1 * usual.share) << snapshot << " " << relations;
    }
  }
}

TEST(Budget, FollowsItsSettings) {
  Life life;
  life.relations = [](int64_t) { return 20 * second; };
  life.pass(24 * hour);
  ASSERT_GT(life.budget.step(), 0);
  Allowance none = usual;
  none.share = 0;
  EXPECT_TRUE(life.budget.choose(life.now, none));
  EXPECT_EQ(life.budget.step(), 0);
  EXPECT_TRUE(life.budget.choose(life.now, usual));
  Allowance rare = usual;
  rare.relation_interval = 24 * hour;
  EXPECT_TRUE(life.budget.choose(life.now, rare));
  EXPECT_EQ(life.budget.step(), 0);
  Allowance odd{-1, 0, 0};
  EXPECT_FALSE(life.budget.choose(life.now, odd));
  EXPECT_EQ(Budget::intervals(odd, 0), (Intervals{1, 1}));
}

TEST(Budget, RelationsAreNotLookedAtMoreOftenThanTheRest) {
  const Allowance allowance{0.01, 10 * minute, minute};
  for (int step = 0; step <= Budget::most_steps; ++step) {
    const Intervals every = Budget::intervals(allowance, step);
    EXPECT_GE(every.relations, every.snapshot);
    EXPECT_EQ(every.relations % every.snapshot, 0);
  }
}

TEST(Budget, NoIntervalIsStretchedBeyondADay) {
  const Allowance allowance{0.01, 12 * hour, 48 * hour};
  EXPECT_EQ(Budget::intervals(allowance, Budget::most_steps), (Intervals{24 * hour, 48 * hour}));
  const Allowance most{0.01, std::numeric_limits<int64_t>::max(), 1};
  EXPECT_EQ(Budget::intervals(most, Budget::most_steps).snapshot, most.interval);
}

TEST(Budget, UpkeepCountsButDoesNotStretchTheRest) {
  Life life;
  life.relations = [](int64_t) { return 2 * second; };  // 0.7 %
  life.pass(24 * hour);
  ASSERT_EQ(life.budget.step(), 0);
  life.budget.upkeep(life.now, 600 * second);
  EXPECT_TRUE(life.budget.choose(life.now, usual));
  EXPECT_GT(life.budget.step(), 0);
  EXPECT_EQ(Budget::intervals(usual, life.budget.step()).snapshot, minute);
  life.pass(24 * hour);
  EXPECT_EQ(life.budget.step(), 0);
}

// A roll-up with much to do: first at once, then in pieces, and never not at all.
TEST(Budget, UpkeepIsSpread) {
  Budget budget;
  int64_t now = 0;
  EXPECT_EQ(budget.pause_after(now, usual, 30 * ms), 0);
  int64_t spent = 0;
  int64_t longest = 0;
  while (now < 10 * hour) {
    now += 30 * ms;
    spent += 30 * ms;
    budget.upkeep(now, 30 * ms);
    const int64_t pause = budget.pause_after(now, usual, 30 * ms);
    longest = std::max(longest, pause);
    now += pause;
  }
  EXPECT_EQ(longest, 6 * second);
  EXPECT_LT(static_cast<double>(spent) / static_cast<double>(now), 0.015);
  EXPECT_GT(static_cast<double>(spent) / static_cast<double>(now), 0.0045);
  budget.upkeep(now, 60 * second);
  EXPECT_EQ(budget.pause_after(now, usual, 60 * second), 10 * second);
  Allowance none = usual;
  none.share = 0;
  EXPECT_EQ(budget.pause_after(now, none, 60 * second), 0);
}

TEST(Budget, TellsWhatIsUsed) {
  Life life;
  EXPECT_EQ(life.budget.used(life.now), 0);
  life.pass(24 * hour);
  EXPECT_NEAR(life.budget.used(life.now), 0.02 / 60 + 0.1 / 300, 0.0001);
  EXPECT_NEAR(life.budget.demand(life.now, usual, 0), 0.02 / 60 + 0.1 / 300, 0.00001);
  life.budget.asked(life.now, 36 * second);
  EXPECT_NEAR(life.budget.used(life.now), 0.0107, 0.0005);
  EXPECT_FALSE(life.budget.choose(life.now, usual));  // what was asked for does not stretch
  EXPECT_LT(life.budget.used(life.now + 24 * hour), 0.0001);
  Budget fresh;
  fresh.snapshot(0, 300 * ms, std::nullopt);
  EXPECT_LT(fresh.used(0), 0.001);  // one moment after the start is not yet a rate
}

TEST(Budget, EnduresAnyClock) {
  Random random(5);
  Life life;
  life.relations = [](int64_t) { return 10 * second; };
  life.pass(12 * hour);
  const int64_t extremes[] = {std::numeric_limits<int64_t>::min(),
                              std::numeric_limits<int64_t>::max(), 0, -1, life.now};
  for (int i = 0; i < 1000; ++i) {
    const int64_t now = extremes[random.between(0, 4)];
    life.budget.snapshot(now, random.chance(0.1) ? -5 : second,
                         random.chance(0.5) ? std::optional(2 * second) : std::nullopt);
    life.budget.upkeep(now, random.between(-10, 1000));
    life.budget.choose(now, usual);
    ASSERT_GE(life.budget.step(), 0);
    ASSERT_LE(life.budget.step(), Budget::most_steps);
    ASSERT_TRUE(life.budget.used(now) >= 0);
    const int64_t pause = life.budget.pause_after(now, usual, second);
    ASSERT_GE(pause, 0);
    ASSERT_LE(pause, 10 * second);
  }
}

}  // namespace
}  // namespace almanac::core::test
