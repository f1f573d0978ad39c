// Reference and journal: the state of a Tracker as a batch, and back.
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/difference.hpp"
#include "core/tracker.hpp"

namespace almanac::core {

namespace {

void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();
constexpr int32_t forgotten = -2;  // instead of a series, within replay()
constexpr uint32_t starts_from_zero = Flag::first | Flag::reset | Flag::returned | Flag::crash;

int64_t stored_cell(Kind kind, int64_t raw) {
  switch (kind) {
    case Kind::duration:
    case Kind::low:
    case Kind::high: return us_of(ms_of(raw));
    case Kind::deviation:
      // The bits of -0.0 are kNull; 0 is added to make it +0.0.
      return is_null(kind, raw) ? kNull : raw_ms(ms_of(raw) + 0.0);
    default: return raw;
  }
}

int64_t restored_cell(Kind kind, int64_t cell) {
  switch (kind) {
    case Kind::duration:
    case Kind::low:
    case Kind::high: return raw_ms(ms_of_us(cell));
    case Kind::deviation: return cell == kNull ? raw_ms(not_known) : cell;
    default: return cell;
  }
}

struct SeriesRow {
  int32_t series = -1;
  uint32_t row = 0;
  friend bool operator<(const SeriesRow& a, const SeriesRow& b) { return a.series < b.series; }
};

// Rows that have a series, by series.
Vector<SeriesRow> by_series(const Tracker& tracker, Resource* resource) {
  Vector<SeriesRow> rows(resource);
  rows.reserve(tracker.rows());
  for (uint32_t row = 0; row < tracker.rows(); ++row) {
    if (tracker.series(row) >= 0) rows.push_back({tracker.series(row), row});
  }
  std::sort(rows.begin(), rows.end());
  const auto same = [](const SeriesRow& a, const SeriesRow& b) { return a.series == b.series; };
  require(std::adjacent_find(rows.begin(), rows.end(), same) == rows.end(),
          "series of two entries at once");
  return rows;
}

int64_t cell_of(const Batch& batch, size_t column, uint32_t sample) {
  if (column >= batch.columns.size() || batch.columns[column].empty()) return kNull;
  return batch.columns[column][sample];
}

uint32_t flags_of(const Batch& batch, uint32_t sample) {
  const int64_t cell = cell_of(batch, 0, sample);
  return cell == kNull ? 0 : static_cast<uint32_t>(cell);
}

int64_t saturating_sum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::numeric_limits<int64_t>::max();
  return sum;
}

// What an entry's cell is that starts from zero.
int64_t zero_cell(Kind kind) { return kind == Kind::deviation ? raw_ms(not_known) : 0; }

int64_t extreme_after(Kind kind, int64_t raw, int64_t cell) {
  if (cell == kNull) return raw;
  const int64_t us = us_of(ms_of(raw));
  const bool none = us == kNull || us == 0;
  const bool broken = none || (kind == Kind::low ? cell < us : cell > us);
  return broken ? raw_ms(ms_of_us(cell)) : raw;
}

// The raw cell after a sample. `called`: the sample holds calls of the statement.
int64_t cell_after(Kind kind, int64_t raw, int64_t cell, bool called) {
  switch (kind) {
    case Kind::counter:
    case Kind::loose: return cell == kNull ? kNull : saturating_sum(raw == kNull ? 0 : raw, cell);
    case Kind::duration: {
      const int64_t us = us_of(ms_of(raw));
      return raw_ms(ms_of_us(cell == kNull ? kNull : saturating_sum(us == kNull ? 0 : us, cell)));
    }
    case Kind::deviation: return called ? raw_ms(not_known) : raw;
    case Kind::low:
    case Kind::high: return extreme_after(kind, raw, cell);
    default: return cell;
  }
}

// Applies one sample to the raw cells of its entry.
void apply(std::span<const Column> columns, std::span<int64_t> cells, const Batch& deltas,
           uint32_t sample, uint32_t flags) {
  const bool from_zero = (flags & starts_from_zero) != 0;
  // After a mere reset a loose column may have gone on; too high a state loses, too low counts
  // twice.
  const bool mere_reset = (flags & starts_from_zero) == Flag::reset;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    if (from_zero && !(mere_reset && column.kind == Kind::loose)) cells[i] = zero_cell(column.kind);
    const bool called =
        column.calls < 0 || cell_of(deltas, static_cast<size_t>(column.calls) + 1, sample) != 0;
    cells[i] = cell_after(column.kind, cells[i], cell_of(deltas, i + 1, sample), called);
  }
}

}  // namespace

Batch Tracker::snapshot(Tick tick, Resource* resource) const {
  const Vector<SeriesRow> rows = by_series(*this, resource);
  Batch batch(resource);
  batch.ticks.push_back(tick);
  batch.series.reserve(rows.size());
  batch.first.reserve(rows.size() + 1);
  batch.first.push_back(0);
  batch.tick.resize(rows.size(), 0);
  batch.columns.resize(columns_.size() + 1);
  batch.columns[0].resize(rows.size(), 0);
  for (const SeriesRow& row : rows) {
    batch.series.push_back(row.series);
    batch.first.push_back(static_cast<uint32_t>(batch.series.size()));
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    auto& column = batch.columns[i + 1];
    column.reserve(rows.size());
    for (const SeriesRow& row : rows) {
      column.push_back(stored_cell(columns_[i].kind, cells(row.row)[i]));
    }
  }
  return batch;
}

void Tracker::restore(const Batch& snapshot, std::span<const int64_t> keys) {
  snapshot.check();
  const size_t words = key_words();
  require(snapshot.samples() == snapshot.series.size(), "snapshot with several ticks");
  require(keys.size() == snapshot.series.size() * words, "number of keys of a snapshot");
  require(snapshot.series.empty() || snapshot.series[0] >= 0, "negative series in a snapshot");
  Look state(key_words(), columns_.size(), resource());
  Vector<int64_t> raw(columns_.size(), resource());
  for (uint32_t i = 0; i < snapshot.samples(); ++i) {
    for (size_t c = 0; c < columns_.size(); ++c) {
      raw[c] = restored_cell(columns_[c].kind, cell_of(snapshot, c + 1, i));
    }
    state.add(keys.subspan(i * words, words), {raw.data(), raw.size()});
    state.series_[i] = snapshot.series[i];
  }
  state_.swap(state);
  rounded_ = true;
}

Vector<int32_t> Tracker::unknown(const Batch& deltas, Resource* resource) const {
  const Vector<SeriesRow> rows = by_series(*this, resource);
  Vector<int32_t> unknown(resource);
  for (size_t s = 0; s < deltas.series.size(); ++s) {
    if (std::binary_search(rows.begin(), rows.end(), SeriesRow{deltas.series[s], 0})) continue;
    bool needed = false;
    for (uint32_t i = deltas.first[s]; i < deltas.first[s + 1]; ++i) {
      needed |= (flags_of(deltas, i) & (Flag::vanished | Flag::imported)) == 0;
    }
    if (needed) unknown.push_back(deltas.series[s]);
  }
  return unknown;
}

void Tracker::replay(const Batch& deltas, std::span<const int32_t> series,
                     std::span<const int64_t> keys) {
  deltas.check();
  const size_t words = key_words();
  require(keys.size() == series.size() * words, "number of keys of new series");
  require(std::is_sorted(series.begin(), series.end()), "new series are not ascending");
  const Vector<SeriesRow> rows = by_series(*this, resource());
  Vector<int64_t> blank(resource());
  for (const Column& column : columns_) blank.push_back(zero_cell(column.kind));
  bool forget = false;
  rounded_ = true;

  for (size_t s = 0; s < deltas.series.size(); ++s) {
    const int32_t id = deltas.series[s];
    const auto known = std::lower_bound(rows.begin(), rows.end(), SeriesRow{id, 0});
    bool there = known != rows.end() && known->series == id;
    uint32_t row = there ? known->row : state_.rows();
    bool has_row = there;
    for (uint32_t i = deltas.first[s]; i < deltas.first[s + 1]; ++i) {
      const uint32_t flags = flags_of(deltas, i);
      if ((flags & Flag::imported) != 0) continue;
      if ((flags & Flag::vanished) != 0) {
        there = false;
        continue;
      }
      if (!has_row) {
        const auto key = std::lower_bound(series.begin(), series.end(), id);
        require(key != series.end() && *key == id, "series without a key");
        const auto own = keys.subspan(static_cast<size_t>(key - series.begin()) * words, words);
        const auto nameless = state_.find(own);
        if (nameless && state_.series_[*nameless] == -1) {
          row = *nameless;
        } else {
          state_.add(own, {blank.data(), blank.size()});
        }
        has_row = true;
      }
      const std::span<int64_t> cells{state_.cells_.data() + row * columns_.size(), columns_.size()};
      if (!there) std::copy(blank.begin(), blank.end(), cells.begin());
      there = true;
      apply(columns(), cells, deltas, i, flags);
    }
    if (has_row) state_.series_[row] = there ? id : forgotten;
    forget |= has_row && !there;
  }
  if (forget) drop_forgotten();
}

void Tracker::drop_forgotten() {
  Look kept(key_words(), columns_.size(), resource());
  for (uint32_t row = 0; row < state_.rows(); ++row) {
    if (series(row) == forgotten) continue;
    kept.add(key(row), cells(row));
    kept.series_[kept.rows() - 1] = series(row);
  }
  state_.swap(kept);
}

}  // namespace almanac::core
