// The rules by which counters become samples, one by one.
#include "core/tracker.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "core/deviation.hpp"
#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int64_t highest = std::numeric_limits<int64_t>::max();
const int64_t null_ms = raw_ms(nan);

using Row = std::vector<int64_t>;

// A tracker with one word of key, and what one does with it.
class Fixture {
 public:
  explicit Fixture(std::vector<Column> columns)
      : columns_(std::move(columns)), tracker(columns_, 1, &memory), changes(&memory) {}

  // Looks at rows (key first) and takes them over; series are 100 + key. What was found is in
  // `changes`.
  void look(const std::vector<Row>& rows, Mode mode = Mode::difference) {
    Look look(1, columns_.size(), &memory);
    std::vector<int32_t> series;
    for (const Row& row : rows) {
      look.add(std::span(row).first(1), std::span(row).subspan(1));
      series.push_back(static_cast<int32_t>(100 + row[0]));
    }
    changes = tracker.compare(look, mode, &memory);
    tracker.accept(std::move(look), series);
  }

  // The sample of the only change.
  Row sample() const {
    Row cells;
    EXPECT_EQ(changes.rows.size(), 1U);
    for (const auto& column : changes.columns) {
      cells.push_back(column.empty() ? -12345 : column.front());
    }
    return cells;
  }
  uint32_t flags() const { return changes.rows.empty() ? 0 : changes.rows.front().flags; }
  bool nothing() const { return changes.rows.empty(); }

  // As after a restart of the collector.
  void restore() {
    const Batch state = tracker.snapshot({1, 1}, &memory);
    Row keys;
    for (const int32_t series : state.series) keys.push_back(series - 100);
    Tracker fresh(columns_, 1, &memory);
    fresh.restore(state, keys);
    std::swap(tracker, fresh);
  }

  CountingResource memory;

 private:
  std::vector<Column> columns_;

 public:
  Tracker tracker;
  Changes changes;
};

constexpr Column counter{Kind::counter, -1, -1};
constexpr Column duration{Kind::duration, -1, -1};
constexpr Column gauge{Kind::gauge, -1, -1};
constexpr Column epoch{Kind::epoch, -1, -1};
constexpr Column loose{Kind::loose, -1, -1};

TEST(Tracker, CountsWhatIsNewFromZero) {
  Fixture f({counter, duration, gauge});
  f.look({{1, 5, raw_ms(1.5), 7}});
  EXPECT_EQ(f.sample(), (Row{5, 1500, 7}));
  EXPECT_EQ(f.flags(), Flag::first);
  EXPECT_EQ(f.changes.rows[0].series, -1);
  EXPECT_EQ(f.changes.unseen.size(), 1U);
}

TEST(Tracker, RecordsDifferencesOfWhatChanged) {
  Fixture f({counter, duration, gauge});
  f.look({{1, 5, raw_ms(1.5), 7}, {2, 5, raw_ms(1.5), 7}, {3, 5, raw_ms(1), 1}});
  f.look({{1, 5, raw_ms(1.5), 7}, {2, 8, raw_ms(1.7504), 7}, {3, 5, raw_ms(1), 1}});
  EXPECT_EQ(f.sample(), (Row{3, 250, 7}));
  EXPECT_EQ(f.changes.rows[0].row, 1U);
  EXPECT_EQ(f.changes.rows[0].series, 102);
  EXPECT_EQ(f.flags(), 0U);
  EXPECT_TRUE(f.changes.unseen.empty());
}

TEST(Tracker, GaugesChangeBothWays) {
  Fixture f({counter, gauge, {Kind::instant, -1, -1}});
  f.look({{1, 5, 7, kNull}});
  f.look({{1, 5, 3, kNull}});
  EXPECT_EQ(f.sample(), (Row{0, 3, kNull}));
  f.look({{1, 5, 3, -50}});
  EXPECT_EQ(f.sample(), (Row{0, 3, -50}));
  f.look({{1, 5, kNull, -50}});
  EXPECT_EQ(f.sample(), (Row{0, kNull, -50}));
  EXPECT_EQ(f.flags(), 0U);
}

TEST(Tracker, WhatIsNewAndEmptyIsNoChangeButHasNoSeries) {
  Fixture f({counter, duration, gauge});
  f.look({{1, 0, raw_ms(0), kNull}, {2, kNull, null_ms, 0}});
  EXPECT_TRUE(f.nothing());
  EXPECT_EQ(f.changes.unseen.size(), 2U);
}

TEST(Tracker, AnyCounterThatFellResetsTheWholeEntry) {
  for (const size_t fallen : {1U, 2U}) {
    Fixture f({counter, counter, gauge, duration});
    f.look({{1, 10, 100, 7, raw_ms(3)}});
    Row row = {1, 12, 120, 7, raw_ms(4)};
    row[fallen] = 2;
    f.look({row});
    EXPECT_EQ(f.flags(), Flag::reset);
    EXPECT_EQ(f.sample(), (Row{row[1], row[2], 7, 4000}));
    EXPECT_EQ(f.changes.resets, 1U);
  }
  Fixture f({counter, duration});
  f.look({{1, 10, raw_ms(3)}});
  f.look({{1, 12, raw_ms(2.9)}});
  EXPECT_EQ(f.sample(), (Row{12, 2900}));
  EXPECT_EQ(f.flags(), Flag::reset);
}

TEST(Tracker, AResetToZeroIsRecorded) {
  Fixture f({counter, counter});
  f.look({{1, 10, 5}});
  f.look({{1, 0, 0}});
  EXPECT_EQ(f.sample(), (Row{0, 0}));
  EXPECT_EQ(f.flags(), Flag::reset);
  f.look({{1, 15, 7}});
  EXPECT_EQ(f.sample(), (Row{15, 7}));
}

TEST(Tracker, AnEpochThatMovesResetsEvenIfCountersGrew) {
  Fixture f({counter, epoch});
  f.look({{1, 10, 1000}});
  f.look({{1, 30, 2000}});
  EXPECT_EQ(f.sample(), (Row{30, 2000}));
  EXPECT_EQ(f.flags(), Flag::reset);
  f.look({{1, 30, kNull}});
  EXPECT_EQ(f.flags(), 0U);
}

TEST(Tracker, ExtremesTellAResetOnlyWithoutEpoch) {
  const Column low{Kind::low, 0, 1};
  const Column high{Kind::high, 0, 1};
  Fixture f({counter, duration, low, high});
  f.look({{1, 10, raw_ms(50), raw_ms(2), raw_ms(9)}});
  f.look({{1, 12, raw_ms(60), raw_ms(3), raw_ms(9)}});
  EXPECT_EQ(f.flags(), Flag::reset) << "the smallest rose";
  f.look({{1, 14, raw_ms(70), raw_ms(3), raw_ms(8)}});
  EXPECT_EQ(f.flags(), Flag::reset) << "the largest fell";

  // pg_stat_statements_reset(minmax_only) of PostgreSQL 17
  Fixture g({counter, duration, low, high, epoch});
  g.look({{1, 10, raw_ms(50), raw_ms(2), raw_ms(9), 77}});
  g.look({{1, 12, raw_ms(60), raw_ms(3), raw_ms(8), 77}});
  EXPECT_EQ(g.flags(), 0U);
  EXPECT_EQ(g.sample(), (Row{2, 10'000, kNull, kNull, 77}));
  g.look({{1, 13, raw_ms(70), raw_ms(0), raw_ms(0), 77}});
  EXPECT_EQ(g.sample(), (Row{1, 10'000, kNull, kNull, 77}));
  g.look({{1, 15, raw_ms(90), raw_ms(4), raw_ms(16), 77}});
  EXPECT_EQ(g.sample(), (Row{2, 20'000, 4000, 16'000, 77}));
}

TEST(Tracker, PlanTimesThatBeginAreNoReset) {
  // pg_stat_statements.track_planning was switched on: min_plan_time rises from 0.
  Fixture f({counter, counter, duration, {Kind::low, 1, 2}, {Kind::high, 1, 2}});
  f.look({{1, 10, 0, raw_ms(0), raw_ms(0), raw_ms(0)}});
  f.look({{1, 12, 2, raw_ms(5), raw_ms(1), raw_ms(4)}});
  EXPECT_EQ(f.flags(), 0U);
  EXPECT_EQ(f.sample(), (Row{2, 2, 5000, 1000, 4000}));
}

TEST(Tracker, ExtremesAreGivenWhereTheyFollow) {
  Fixture f({counter, duration, {Kind::low, 0, 1}, {Kind::high, 0, 1}});
  f.look({{1, 10, raw_ms(50), raw_ms(2), raw_ms(9)}});
  EXPECT_EQ(f.sample(), (Row{10, 50'000, 2000, 9000}));
  f.look({{1, 12, raw_ms(60), raw_ms(2), raw_ms(9)}});
  EXPECT_EQ(f.sample(), (Row{2, 10'000, kNull, kNull}));
  f.look({{1, 14, raw_ms(61.5), raw_ms(0.5), raw_ms(9)}});
  EXPECT_EQ(f.sample(), (Row{2, 1500, 500, kNull}));
  f.look({{1, 16, raw_ms(82), raw_ms(0.5), raw_ms(20)}});
  EXPECT_EQ(f.sample(), (Row{2, 20'500, kNull, 20'000}));
  f.look({{1, 17, raw_ms(85), raw_ms(0.5), raw_ms(20)}});
  EXPECT_EQ(f.sample(), (Row{1, 3000, 3000, 3000})) << "one call is both";
}

TEST(Tracker, DeviationIsThatOfTheInterval) {
  Fixture f({counter, duration, {Kind::deviation, 0, 1}});
  // 1 and 3 ms; then 2, 4 and 6 ms.
  f.look({{1, 2, raw_ms(4), raw_ms(1)}});
  EXPECT_NEAR(decode_m2(f.sample()[2]), 2e6, 2e6 / 4096);
  const double variance = (1 + 9 + 4 + 16 + 36) / 5.0 - std::pow(16 / 5.0, 2);
  f.look({{1, 5, raw_ms(16), raw_ms(std::sqrt(variance))}});
  EXPECT_NEAR(decode_m2(f.sample()[2]), 8e6, 8e6 / 4096);
  f.look({{1, 6, raw_ms(20), raw_ms(1.7)}});
  EXPECT_EQ(f.sample()[2], 0) << "one call";
  f.look({{1, 8, raw_ms(30), null_ms}});
  EXPECT_EQ(f.sample()[2], kNull);
  f.look({{1, 10, raw_ms(40), raw_ms(2)}});
  EXPECT_EQ(f.sample()[2], kNull) << "not known before";
}

TEST(Tracker, NullsAreNotInvented) {
  Fixture f({counter, counter});
  f.look({{1, 5, kNull}, {2, 5, 9}});
  f.look({{1, 6, 4}, {2, 5, 9}});
  EXPECT_EQ(f.sample(), (Row{1, 4})) << "a part that was not there starts from zero";
  f.look({{1, 7, kNull}, {2, 5, 9}});
  EXPECT_EQ(f.sample(), (Row{1, kNull}));
  f.look({{1, 7, 2}, {2, 5, 9}});
  EXPECT_EQ(f.sample(), (Row{0, 2}));
  EXPECT_EQ(f.flags(), 0U);
}

TEST(Tracker, AColumnThatAppearsIsRememberedNotCounted) {
  // ALTER EXTENSION pg_stat_statements UPDATE brings a column with counts of weeks.
  Fixture f({counter, counter, duration});
  f.look({{1, 5, kNull, null_ms}, {2, 5, kNull, null_ms}});
  f.look({{1, 6, 4000, raw_ms(9e6)}, {2, 5, 3000, raw_ms(8e6)}});
  EXPECT_EQ(f.sample(), (Row{1, kNull, kNull}));
  f.look({{1, 6, 4001, raw_ms(9e6)}, {2, 5, 3000, raw_ms(8e6)}});
  EXPECT_EQ(f.sample(), (Row{0, 1, 0}));
}

TEST(Tracker, LooseCountersFallWithoutAReset) {
  // A table with two indexes, one of which is dropped.
  Fixture f({counter, loose});
  f.look({{1, 10, 500}});
  f.look({{1, 12, 300}});
  EXPECT_EQ(f.flags(), 0U);
  EXPECT_EQ(f.sample(), (Row{2, 0}));
  f.look({{1, 12, 310}});
  EXPECT_EQ(f.sample(), (Row{0, 10}));
  // The entry is reset, the loose counter goes on; then both are.
  f.look({{1, 1, 315}});
  EXPECT_EQ(f.sample(), (Row{1, 5}));
  f.look({{1, 0, 4}});
  EXPECT_EQ(f.sample(), (Row{0, 4}));
  EXPECT_EQ(f.flags(), Flag::reset);
}

TEST(Tracker, BaselineOnlyRemembers) {
  Fixture f({counter, gauge});
  f.look({{1, 1000, 5}, {2, 0, 0}}, Mode::baseline);
  EXPECT_TRUE(f.nothing());
  EXPECT_EQ(f.changes.unseen.size(), 2U);
  f.look({{1, 1003, 5}, {2, 0, 0}});
  EXPECT_EQ(f.sample(), (Row{3, 5}));
  EXPECT_EQ(f.flags(), 0U);
}

TEST(Tracker, FromZeroCountsEverythingAnew) {
  Fixture f({counter, gauge});
  f.look({{1, 1000, 5}, {2, 0, 6}, {3, 30, 6}});
  f.look({{1, 2000, 5}, {2, 4, 6}, {3, 30, 6}, {4, 1, 1}}, Mode::from_zero);
  ASSERT_EQ(f.changes.rows.size(), 4U);
  EXPECT_EQ(copy(f.changes.columns[0]), (Row{2000, 4, 30, 1}));
  EXPECT_EQ(f.changes.rows[0].flags, Flag::reset);
  EXPECT_EQ(f.changes.rows[1].flags, 0U) << "it had nothing to lose";
  EXPECT_EQ(f.changes.rows[2].flags, Flag::reset);
  EXPECT_EQ(f.changes.rows[3].flags, Flag::first);
}

TEST(Tracker, ForgetsWhatVanished) {
  Fixture f({counter});
  f.look({{1, 10}, {2, 20}, {3, 30}});
  f.look({{2, 21}});
  EXPECT_EQ(f.changes.vanished_rows, 2U);
  EXPECT_EQ(copy(f.changes.vanished), (std::vector<int32_t>{101, 103}));
  f.look({{2, 21}, {3, 35}});
  EXPECT_EQ(f.sample(), (Row{35}));
  EXPECT_EQ(f.flags(), Flag::first) << "the caller knows that it returned";
}

TEST(Tracker, NothingIsNegativeAndNothingOverflows) {
  Fixture f({counter, duration, loose});
  f.look({{1, -5, raw_ms(-3), -7}, {2, 0, raw_ms(0), 0}});
  f.look({{1, highest, raw_ms(1e300), highest}, {2, 0, raw_ms(0), 0}});
  for (const int64_t cell : f.sample()) EXPECT_GT(cell, 0);
  f.look({{1, kNull + 1, raw_ms(-1e300), kNull + 1}, {2, 0, raw_ms(0), 0}});
  for (const int64_t cell : f.sample()) EXPECT_GE(cell, 0);
}

TEST(Tracker, CompareChangesNothing) {
  Fixture f({counter, gauge});
  f.look({{1, 10, 5}, {2, 20, 5}});
  const auto before = copy(encode(f.tracker.snapshot({1, 1}, &f.memory), &f.memory));
  Look look(1, 2, &f.memory);
  look.add(Row{1}, Row{500, 1});
  look.add(Row{9}, Row{500, 1});
  for (const Mode mode : {Mode::difference, Mode::baseline, Mode::from_zero}) {
    f.tracker.compare(look, mode, &f.memory);
    EXPECT_EQ(copy(encode(f.tracker.snapshot({1, 1}, &f.memory), &f.memory)), before);
  }
}

TEST(Tracker, AcceptNeedsNoMemoryOnTheSameResource) {
  CountingResource memory;
  const std::vector<Column> columns = {counter, gauge};
  Tracker tracker(columns, 1, &memory);
  Look look(1, 2, &memory);
  std::vector<int32_t> series;
  size_t allocations = 0;
  for (int64_t pass = 0; pass < 10; ++pass) {
    for (int64_t key = 0; key < 200; ++key) look.add(Row{key}, Row{pass, key});
    series.assign(look.rows(), 1);
    if (pass == 2) allocations = memory.allocations();
    memory.set_limit(0);
    EXPECT_NO_THROW(tracker.accept(std::move(look), series));
    memory.set_limit(SIZE_MAX);
    EXPECT_EQ(tracker.rows(), 200U);
    EXPECT_EQ(look.rows(), 0U);
  }
  EXPECT_EQ(memory.allocations(), allocations) << "memory does not settle";
}

TEST(Tracker, AcceptTakesALookFromElsewhere) {
  CountingResource memory;
  CountingResource scratch;
  const std::vector<Column> columns = {counter};
  Tracker tracker(columns, 1, &memory);
  {
    Look look(1, 1, &scratch);
    look.add(Row{7}, Row{70});
    tracker.accept(std::move(look), std::vector<int32_t>{3});
  }
  EXPECT_EQ(scratch.used(), 0U);
  EXPECT_EQ(tracker.series(*tracker.find(Row{7})), 3);
}

TEST(Tracker, KeepsSeriesThatAreNotGivenAgain) {
  CountingResource memory;
  const std::vector<Column> columns = {counter};
  Tracker tracker(columns, 1, &memory);
  const auto accept = [&](const std::vector<int64_t>& keys, const std::vector<int32_t>& series) {
    Look look(1, 1, &memory);
    for (const int64_t key : keys) look.add(Row{key}, Row{1});
    tracker.accept(std::move(look), series);
  };
  accept({1, 2, 3}, {11, 12, -1});
  accept({3, 2, 1, 4}, {-1, -1, -1, 14});
  const auto series_of = [&](int64_t key) { return tracker.series(*tracker.find(Row{key})); };
  EXPECT_EQ(series_of(1), 11);
  EXPECT_EQ(series_of(3), -1);
  EXPECT_EQ(series_of(4), 14);
  accept({4, 2}, {});
  EXPECT_EQ(series_of(4), 14);
  tracker.assign(*tracker.find(Row{2}), 22);
  EXPECT_EQ(series_of(2), 22);
}

TEST(Tracker, MakesAJournalRowSortedBySeries) {
  Fixture f({counter, gauge});
  f.look({{3, 1, 1}, {1, 2, 2}, {5, 9, 9}});
  f.look({{3, 2, 1}, {1, 5, 2}});
  const Batch batch = f.changes.batch({600, 60}, Flag::gap, true, &f.memory);
  batch.check();
  EXPECT_EQ(copy(batch.series), (std::vector<int32_t>{101, 103, 105}));
  EXPECT_EQ(copy(batch.columns[0]), (Row{Flag::gap, Flag::gap, Flag::gap | Flag::vanished}));
  EXPECT_EQ(copy(batch.columns[1]), (Row{3, 1, kNull}));
  EXPECT_EQ(copy(batch.columns[2]), (Row{2, 1, kNull}));
  EXPECT_EQ(f.changes.batch({600, 60}, 0, false, &f.memory).samples(), 2U);

  f.changes.rows[0].series = -1;
  EXPECT_THROW(f.changes.batch({600, 60}, 0, true, &f.memory), std::invalid_argument);
  f.changes.rows[0].series = f.changes.rows[1].series;
  EXPECT_THROW(f.changes.batch({600, 60}, 0, true, &f.memory), std::invalid_argument);
}

TEST(Tracker, RestoredStateGoesOnWhereItWas) {
  Fixture f(
      {counter, duration, gauge, {Kind::deviation, 0, 1}, {Kind::low, 0, 1}, {Kind::high, 0, 1}});
  f.look({{1, 2, raw_ms(4.0004), 7, raw_ms(1), raw_ms(1.0001), raw_ms(3.0003)},
          {2, 1, null_ms, kNull, null_ms, null_ms, null_ms}});
  f.restore();
  EXPECT_EQ(f.tracker.rows(), 2U);
  f.look({{1, 2, raw_ms(4.0004), 7, raw_ms(1), raw_ms(1.0001), raw_ms(3.0003)},
          {2, 1, null_ms, kNull, null_ms, null_ms, null_ms}});
  EXPECT_TRUE(f.nothing());
  f.restore();
  const double variance = (1 + 9 + 4 + 16 + 36) / 5.0 - std::pow(16 / 5.0, 2);
  f.look({{1, 5, raw_ms(16.0004), 7, raw_ms(std::sqrt(variance)), raw_ms(1.0001), raw_ms(6)},
          {2, 1, null_ms, kNull, null_ms, null_ms, null_ms}});
  const Row sample = f.sample();
  EXPECT_EQ(sample[0], 3);
  EXPECT_EQ(sample[1], 12'000);
  EXPECT_NEAR(decode_m2(sample[3]), 8e6, 8e6 * 0.001);
  EXPECT_EQ(sample[5], 6000);
  EXPECT_EQ(f.flags(), 0U);
}

TEST(Tracker, HugeTotalsSurviveARestoreWithoutAFalseReset) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const double total = std::exp(random.unit() * 36);
    Fixture f({counter, duration});
    f.look({{1, 1, raw_ms(total)}});
    f.restore();
    f.look({{1, 1, raw_ms(total)}});
    ASSERT_NE(f.flags(), Flag::reset) << total;
    if (total < 1e12) {
      ASSERT_TRUE(f.nothing());
    }
  }
}

TEST(Tracker, RefusesBadStates) {
  Fixture f({counter});
  f.look({{1, 10}, {2, 20}});
  const Batch good = f.tracker.snapshot({1, 1}, &f.memory);
  EXPECT_THROW(f.tracker.restore(good, Row{1}), std::invalid_argument);
  EXPECT_THROW(f.tracker.restore(good, Row{1, 1}), std::invalid_argument);
  EXPECT_EQ(f.tracker.cells(*f.tracker.find(Row{2}))[0], 20) << "the state is as before";
  EXPECT_THROW(f.tracker.replay(good, std::vector<int32_t>{5}, Row{}), std::invalid_argument);
  Fixture empty({counter});
  EXPECT_EQ(copy(empty.tracker.unknown(good, &f.memory)), (std::vector<int32_t>{101, 102}));
  EXPECT_THROW(empty.tracker.replay(good, {}, {}), std::invalid_argument);
  f.tracker.assign(0, 7);
  f.tracker.assign(1, 7);
  EXPECT_THROW(f.tracker.snapshot({1, 1}, &f.memory), std::invalid_argument);
}

TEST(Tracker, ReplaySkipsWhatPeopleInserted) {
  Fixture f({counter});
  f.look({{1, 10}});
  f.look({{1, 15}});
  const Batch imported = f.changes.batch({2, 1}, Flag::imported, false, &f.memory);
  f.tracker.replay(imported, {}, {});
  EXPECT_EQ(f.tracker.cells(0)[0], 15);
}

TEST(Tracker, RefusesWrongDeclarationsAndWidths) {
  CountingResource memory;
  const auto expect_refused = [&](const std::vector<Column>& columns) {
    EXPECT_THROW(Tracker(columns, 1, &memory), std::invalid_argument);
  };
  expect_refused({{Kind::deviation, -1, -1}});
  expect_refused({counter, duration, {Kind::deviation, 1, 0}});
  expect_refused({counter, duration, {Kind::deviation, 0, 9}});
  expect_refused({counter, {Kind::low, 5, -1}});
  expect_refused(std::vector<Column>(max_columns, counter));
  EXPECT_THROW(Tracker({}, 0, &memory), std::invalid_argument);

  const std::vector<Column> columns = {counter, gauge};
  Tracker tracker(columns, 2, &memory);
  Look look(2, 2, &memory);
  look.add(Row{1, 2}, Row{3, 4});
  EXPECT_THROW(look.add(Row{1, 2}, Row{3, 4}), std::invalid_argument) << "twice";
  EXPECT_THROW(look.add(Row{1}, Row{3, 4}), std::invalid_argument);
  EXPECT_THROW(look.add(Row{1, 3}, Row{3}), std::invalid_argument);
  EXPECT_EQ(look.rows(), 1U);
  Look other(1, 2, &memory);
  EXPECT_THROW(tracker.compare(other, Mode::difference, &memory), std::invalid_argument);
  EXPECT_THROW(tracker.accept(std::move(other), {}), std::invalid_argument);
  EXPECT_THROW(tracker.accept(std::move(look), std::vector<int32_t>{1, 2}), std::invalid_argument);
}

TEST(Tracker, LeavesMemoryBalancedWhenItRunsOut) {
  CountingResource memory;
  const std::vector<Column> columns = {counter, gauge};
  {
    Tracker tracker(columns, 1, &memory);
    Look look(1, 2, &memory);
    for (int64_t key = 0; key < 300; ++key) {
      memory.set_limit(memory.used() + (key % 3 == 0 ? SIZE_MAX / 2 : 8));
      try {
        look.add(Row{key}, Row{key, key});
      } catch (const std::bad_alloc&) {
      }
      ASSERT_EQ(look.cells(look.rows()).data() - look.cells(0).data(), 2 * look.rows());
    }
    const size_t held = memory.used();
    for (size_t limit = 0; limit < 20'000; limit += 97) {
      memory.set_limit(held + limit);
      try {
        const Changes changes = tracker.compare(look, Mode::difference, &memory);
        changes.batch({1, 1}, 0, true, &memory);
      } catch (const std::bad_alloc&) {
      } catch (const std::invalid_argument&) {  // no series yet
      }
      ASSERT_EQ(memory.used(), held);
    }
  }
  EXPECT_EQ(memory.used(), 0U);
}

TEST(Milliseconds, BecomeMicrosecondsAndBack) {
  EXPECT_EQ(us_of(1.0005), 1001);
  EXPECT_EQ(us_of(-1.0005), -1001);
  EXPECT_EQ(us_of(nan), kNull);
  EXPECT_EQ(us_of(1e300), highest);
  EXPECT_EQ(us_of(-1e300), -highest);
  EXPECT_TRUE(std::isnan(ms_of_us(kNull)));
  Random random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto us = static_cast<int64_t>(random.bits() >> (13 + random.below(50)));
    ASSERT_EQ(us_of(ms_of_us(us)), us);
    const auto huge = static_cast<int64_t>(random.bits() >> (2 + random.below(10)));
    ASSERT_LE(us_of(ms_of_us(huge)), huge);
  }
}

}  // namespace
}  // namespace almanac::core::test
