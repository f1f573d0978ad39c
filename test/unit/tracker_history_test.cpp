// Whatever happens to a source and to the collector, history adds up to what happened.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/chunk.hpp"
#include "core/deviation.hpp"
#include "core/tracker.hpp"
#include "support.hpp"
#include "tracker_model.hpp"

namespace almanac::core::test {
namespace {

// A collector with journal and reference, as the worker is one.
class Collector {
 public:
  Collector(const ModelSource& source, Resource* memory)
      : columns_(source.columns()), memory_(memory), tracker_(columns_, 2, memory) {
    reference_ = copy(encode(tracker_.snapshot({0, 0}, memory_), memory_));
  }

  // One look, committed or not. Returns what was recorded, by key, in the order of the columns.
  std::map<int64_t, std::vector<int64_t>> look(const ModelSource& source, Mode mode, bool commit) {
    Look look(2, columns_.size(), memory_);
    source.look(look);
    Changes changes = tracker_.compare(look, mode, memory_);
    auto series = series_;
    std::vector<int32_t> by_row(look.rows(), -1);
    for (const uint32_t row : changes.unseen) {
      const int64_t key = look.key(row)[0];
      by_row[row] = series.emplace(key, static_cast<int32_t>(series.size())).first->second;
    }
    std::map<int64_t, std::vector<int64_t>> recorded;
    for (size_t i = 0; i < changes.rows.size(); ++i) {
      Change& change = changes.rows[i];
      if (change.series < 0) change.series = by_row[change.row];
      auto& cells = recorded[look.key(change.row)[0]];
      for (const auto& column : changes.columns) cells.push_back(column[i]);
      EXPECT_LE(cells.size(), columns_.size()) << "an entry changed twice";
    }
    const uint32_t flags = mode == Mode::from_zero ? uint32_t{Flag::crash} : 0;
    const Batch batch = changes.batch({++time_, 1}, flags, true, memory_);
    batch.check();
    if (!commit) return {};
    journal_.push_back(copy(encode(batch, memory_)));
    series_ = series;
    tracker_.accept(std::move(look), by_row);
    return recorded;
  }

  void seal() {
    reference_ = copy(encode(tracker_.snapshot({time_, 0}, memory_), memory_));
    journal_.clear();
  }

  // The worker is killed and comes back.
  void restart() {
    Tracker fresh(columns_, 2, memory_);
    const Batch reference = ChunkView::parse(reference_).decode(memory_);
    const auto keys = keys_of({reference.series.begin(), reference.series.end()});
    fresh.restore(reference, keys);
    for (const auto& row : journal_) {
      const Batch deltas = ChunkView::parse(row).decode(memory_);
      const std::vector<int32_t> unknown = copy(fresh.unknown(deltas, memory_));
      fresh.replay(deltas, unknown, keys_of(unknown));
    }
    expect_same_state(fresh);
    std::swap(tracker_, fresh);
  }

 private:
  std::vector<int64_t> keys_of(const std::vector<int32_t>& ids) const {
    std::vector<int64_t> keys;
    for (const int32_t id : ids) {
      for (const auto& [key, series] : series_) {
        if (series == id) keys.insert(keys.end(), {key, -key});
      }
    }
    return keys;
  }

  void expect_same_state(const Tracker& other) const {
    for (uint32_t row = 0; row < tracker_.rows(); ++row) {
      const auto at = other.find(tracker_.key(row));
      if (!at) {
        // Known, but nothing in it yet: nothing to lose.
        for (const size_t c : {calls, rows, size}) EXPECT_EQ(tracker_.cells(row)[c], 0);
        continue;
      }
      EXPECT_EQ(other.series(*at), tracker_.series(row));
      for (const size_t c : {calls, rows, size}) {
        EXPECT_EQ(other.cells(*at)[c], tracker_.cells(row)[c]) << c;
      }
      for (const size_t c : {total, low, high}) {
        EXPECT_EQ(us_of(ms_of(other.cells(*at)[c])), us_of(ms_of(tracker_.cells(row)[c]))) << c;
      }
    }
    for (uint32_t row = 0; row < other.rows(); ++row) EXPECT_TRUE(tracker_.find(other.key(row)));
  }

  std::vector<Column> columns_;
  Resource* memory_;
  Tracker tracker_;
  int64_t time_ = 0;
  std::map<int64_t, int32_t> series_;  // by the first word of the key
  std::vector<std::byte> reference_;
  std::vector<std::vector<std::byte>> journal_;
};

void expect_history_adds_up(bool with_epoch, uint64_t seed) {
  SCOPED_TRACE(seed);
  CountingResource memory;
  Random random(seed * 31 + 7);
  ModelSource source(with_epoch, seed);
  Collector collector(source, &memory);
  std::map<int64_t, int64_t> history;
  bool crashed = false;
  for (int i = 0; i < 120; ++i) {
    source.live();
    if (random.chance(0.03)) {
      source.crash();
      crashed = true;
      if (random.chance(0.5)) source.live();
    }
    if (random.chance(0.1)) collector.restart();
    const Mode mode = crashed ? Mode::from_zero : Mode::difference;
    if (random.chance(0.1)) {  // the transaction fails
      collector.look(source, mode, false);
      continue;
    }
    const auto expected = source.expected_increases();
    const auto recorded = collector.look(source, mode, true);
    for (const auto& [key, increases] : expected) {
      const auto at = recorded.find(key);
      for (size_t c = 0; c < increases.size(); ++c) {
        const int64_t cell = at == recorded.end() ? 0 : at->second[c];
        ASSERT_EQ(cell, increases[c]) << "look " << i << ", key " << key << ", column " << c;
      }
      history[key] += increases[0];
      ASSERT_LE(history[key], source.executed(key));
    }
    for (const auto& [key, cells] : recorded) ASSERT_TRUE(expected.count(key)) << key;
    source.looked();
    crashed = false;
    if (random.chance(0.1)) collector.seal();
  }
}

TEST(TrackerHistory, AddsUpWhereTheSourceTellsResets) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    expect_history_adds_up(true, seed);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(TrackerHistory, AddsUpWhereResetsShowOnlyInTheCounters) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    expect_history_adds_up(false, seed);
    if (::testing::Test::HasFailure()) return;
  }
}

// Extremes and spread of intervals are right wherever they are given.
TEST(TrackerHistory, DerivedTimesAreThoseOfTheInterval) {
  CountingResource memory;
  Random random(5);
  const std::vector<Column> columns = ModelSource(false, 1).columns();
  Tracker tracker(columns, 1, &memory);
  int64_t n = 0;
  double sum = 0;
  double mean = 0;
  double sum_var = 0;
  double least = 0;
  double most = 0;
  int known_low = 0;
  int known_spread = 0;
  for (int i = 0; i < 3000; ++i) {
    std::vector<double> times;
    for (uint64_t k = random.below(5); k > 0; --k) {
      const double ms = std::exp(random.normal()) * (1 + 1e3 / (1 + i));
      times.push_back(ms);
      ++n;
      sum += ms;
      const double before = mean;
      mean += (ms - before) / static_cast<double>(n);
      sum_var += (ms - before) * (ms - mean);
      least = n == 1 ? ms : std::min(least, ms);
      most = std::max(most, ms);
    }
    if (n == 0) continue;
    Look look(1, columns.size(), &memory);
    const double stddev = n > 1 ? std::sqrt(sum_var / static_cast<double>(n)) : 0;
    look.add(std::vector<int64_t>{1}, std::vector<int64_t>{n, raw_ms(sum), n, 5, raw_ms(stddev),
                                                           raw_ms(least), raw_ms(most)});
    const Changes changes = tracker.compare(look, Mode::difference, &memory);
    tracker.accept(std::move(look), {});
    if (times.empty()) {
      ASSERT_TRUE(changes.rows.empty());
      continue;
    }
    ASSERT_EQ(changes.rows.size(), 1U);
    ASSERT_EQ(changes.columns[calls][0], static_cast<int64_t>(times.size()));
    const auto [shortest, longest] = std::minmax_element(times.begin(), times.end());
    const int64_t low_cell = changes.columns[low][0];
    const int64_t high_cell = changes.columns[high][0];
    known_low += low_cell != kNull ? 1 : 0;
    if (low_cell != kNull) {
      ASSERT_NEAR(low_cell, *shortest * 1000, 1.01);
    }
    if (high_cell != kNull) {
      ASSERT_NEAR(high_cell, *longest * 1000, 1.01);
    }
    if (times.size() == 1) {
      ASSERT_NE(low_cell, kNull);
      ASSERT_NE(high_cell, kNull);
    }
    const int64_t code = changes.columns[deviation][0];
    if (code == kNull) continue;
    ++known_spread;
    double m2 = 0;
    double average = 0;
    for (const double ms : times) average += ms * 1000 / static_cast<double>(times.size());
    for (const double ms : times) m2 += std::pow(ms * 1000 - average, 2);
    ASSERT_NEAR(decode_m2(code), m2, 0.11 * m2 + static_cast<double>(times.size()));
  }
  EXPECT_GT(known_low, 500);
  EXPECT_GT(known_spread, 2300);
}

}  // namespace
}  // namespace almanac::core::test
