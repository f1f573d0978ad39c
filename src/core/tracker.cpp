#include "core/tracker.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/difference.hpp"

namespace almanac::core {

namespace {

void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

// Finds the entries of a look in the state. Sources hardly change their order: the entry after the
// one found last is tried first.
class Matcher {
 public:
  explicit Matcher(const Look& state) : state_(state) {}

  std::optional<uint32_t> operator()(std::span<const int64_t> key) {
    if (state_.is_at(next_, key)) return next_++;
    const auto row = state_.find(key);
    if (row) next_ = *row + 1;
    return row;
  }

 private:
  const Look& state_;
  uint32_t next_ = 0;
};

void check_reference(std::span<const Column> columns, const Column& column) {
  const auto is = [&](int16_t ordinal, Kind kind) {
    return ordinal >= 0 && static_cast<size_t>(ordinal) < columns.size() &&
           columns[static_cast<size_t>(ordinal)].kind == kind;
  };
  const bool required = column.kind == Kind::deviation;
  require(is(column.calls, Kind::counter) || (!required && column.calls == -1),
          "column that counts the calls of a column");
  require(is(column.total, Kind::duration) || (!required && column.total == -1),
          "column that totals the times of a column");
}

}  // namespace

Look::Look(unsigned key_words, size_t columns, Resource* resource)
    : index_(key_words, resource), columns_(columns), cells_(resource), series_(resource) {}

Look::Look(const Look& other, Resource* resource)
    : index_(other.index_, resource),
      columns_(other.columns_),
      cells_(other.cells_, resource),
      series_(other.series_, resource) {}

void Look::add(std::span<const int64_t> key, std::span<const int64_t> raw) {
  require(raw.size() == columns_, "row with another number of columns");
  const uint32_t before = rows();
  try {
    cells_.insert(cells_.end(), raw.begin(), raw.end());
    series_.push_back(-1);
    require(index_.insert(key).second, "key is there twice");
  } catch (...) {
    cells_.resize(before * columns_);
    series_.resize(before);
    throw;
  }
}

void Look::clear() {
  index_.clear();
  cells_.clear();
  series_.clear();
}

void Look::swap(Look& other) {
  index_.swap(other.index_);
  std::swap(columns_, other.columns_);
  cells_.swap(other.cells_);
  series_.swap(other.series_);
}

Tracker::Tracker(std::span<const Column> columns, unsigned key_words, Resource* resource)
    : columns_(columns.begin(), columns.end(), resource),
      state_(key_words, columns.size(), resource) {
  require(columns.size() < max_columns, "too many columns");
  for (const Column& column : columns) check_reference(columns, column);
}

Changes Tracker::compare(const Look& look, Mode mode, Resource* scratch) const {
  require(look.columns() == columns_.size() && look.key_words() == key_words(),
          "look of another width");
  Changes changes(scratch);
  changes.columns.resize(columns_.size());
  AbsentColumns absent(columns(), state_, scratch);
  Vector<uint8_t> seen(state_.rows(), uint8_t{0}, scratch);
  Matcher match(state_);

  for (uint32_t row = 0; row < look.rows(); ++row) {
    const auto known = match(look.key(row));
    Change change{row, -1, 0};
    EntryPair entry{columns(), {}, look.cells(row), rounded_};
    if (known) {
      seen[*known] = 1;
      change.series = series(*known);
      entry.before = state_.cells(*known);
    }
    if (change.series < 0) changes.unseen.push_back(row);
    if (mode == Mode::baseline) continue;

    Count count = Count::since_before;
    if (!known) {
      count = Count::from_zero;
      change.flags = Flag::first;
    } else if (mode == Mode::from_zero && entry.had_counters()) {
      count = Count::from_zero;
      change.flags = Flag::reset;
    } else if (std::equal(entry.now.begin(), entry.now.end(), entry.before.begin())) {
      continue;
    } else if (entry.was_reset()) {
      count = Count::from_zero_reset;
      change.flags = Flag::reset;
    }
    const bool reset = (change.flags & Flag::reset) != 0;
    if (!reset && !entry.changed(absent)) continue;
    changes.resets += reset ? 1 : 0;
    changes.rows.push_back(change);
    for (size_t i = 0; i < columns_.size(); ++i) {
      changes.columns[i].push_back(sample_cell(entry, i, count, absent));
    }
  }
  for (uint32_t row = 0; row < state_.rows(); ++row) {
    if (seen[row] != 0) continue;
    ++changes.vanished_rows;
    if (series(row) >= 0) changes.vanished.push_back(series(row));
  }
  return changes;
}

void Tracker::accept(Look&& look, std::span<const int32_t> series_by_row) {
  require(look.columns() == columns_.size() && look.key_words() == key_words(),
          "look of another width");
  require(series_by_row.empty() || series_by_row.size() == look.rows(),
          "number of series of a look");
  if (look.resource() != resource()) {
    accept(Look(look, resource()), series_by_row);
    look.clear();
    return;
  }
  Matcher match(state_);
  for (uint32_t row = 0; row < look.rows(); ++row) {
    int32_t id = series_by_row.empty() ? -1 : series_by_row[row];
    if (id < 0) {
      const auto known = match(look.key(row));
      if (known) id = series(*known);
    }
    look.series_[row] = id;
  }
  state_.swap(look);
  look.clear();
  rounded_ = false;
}

void Tracker::clear() {
  state_.clear();
  rounded_ = false;
}

}  // namespace almanac::core
