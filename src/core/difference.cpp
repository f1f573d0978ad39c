#include "core/difference.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/deviation.hpp"

namespace almanac::core {

namespace {

bool is_ms(Kind kind) {
  return kind == Kind::duration || kind == Kind::deviation || kind == Kind::low ||
         kind == Kind::high;
}

bool is_value(Kind kind) {
  return kind == Kind::gauge || kind == Kind::instant || kind == Kind::epoch ||
         kind == Kind::real || kind == Kind::amount;
}

// A growing cell as an integer that never is negative: a count or us; kNull stays.
int64_t level(Kind kind, int64_t raw) {
  const int64_t value = is_ms(kind) ? us_of(ms_of(raw)) : raw;
  return value == kNull ? kNull : std::max<int64_t>(value, 0);
}

// The increase of a growing cell; both are not NULL or, for before, NULL as zero.
int64_t increase(int64_t before, int64_t now) {
  return std::max<int64_t>(0, now - (before == kNull ? 0 : before));
}

int64_t growing_cell(const EntryPair& entry, size_t column, Count count, AbsentColumns& absent) {
  const Kind kind = entry.columns[column].kind;
  const int64_t now = level(kind, entry.now[column]);
  if (now == kNull || count == Count::from_zero) return now;
  const int64_t before = level(kind, entry.before[column]);
  if (count == Count::from_zero_reset) {
    const bool went_on = kind == Kind::loose && before != kNull && now >= before;
    return went_on ? now - before : now;
  }
  if (before == kNull && absent(column)) return kNull;
  return increase(before, now);
}

// What a source says about the times of an entry. An entry that is not there was never called.
Spread spread(const EntryPair& entry, std::span<const int64_t> cells, size_t column) {
  Spread spread;
  if (cells.empty()) return spread;
  const Column& declared = entry.columns[column];
  const int64_t calls = cells[static_cast<size_t>(declared.calls)];
  spread.total_ms = ms_of(cells[static_cast<size_t>(declared.total)]);
  spread.stddev_ms = ms_of(cells[column]);
  if (calls == kNull) {
    spread.stddev_ms = std::numeric_limits<double>::quiet_NaN();
  } else {
    spread.calls = calls;
  }
  return spread;
}

int64_t deviation_cell(const EntryPair& entry, size_t column, Count count) {
  const bool fresh = count != Count::since_before;
  Spread before = spread(entry, fresh ? std::span<const int64_t>{} : entry.before, column);
  if (entry.rounded && before.calls > 0) before.total_error_ms = 0.0005;
  const Spread after = spread(entry, entry.now, column);
  // Zero is the answer for no call only where a deviation is reported at all.
  if (std::isnan(after.stddev_ms)) return kNull;
  return encode_m2(interval_m2(before, after).us2);
}

// The interval's smallest or largest time. Known if the record was broken in it, if it is the first
// record, or if there was one call.
int64_t extreme_cell(const EntryPair& entry, size_t column, Count count, AbsentColumns& absent) {
  const Column& declared = entry.columns[column];
  const int64_t now = level(declared.kind, entry.now[column]);
  if (now == kNull || now == 0) return kNull;
  if (count != Count::since_before) return now;
  int64_t calls = -1;
  if (declared.calls >= 0) {
    calls = growing_cell(entry, static_cast<size_t>(declared.calls), count, absent);
    if (calls == 0) return kNull;
  }
  const int64_t before = level(declared.kind, entry.before[column]);
  if (before == kNull) return kNull;
  const bool broken = declared.kind == Kind::low ? now < before : now > before;
  if (broken || before == 0) return now;
  if (calls == 1 && declared.total >= 0 && now == before) {
    const int64_t time = growing_cell(entry, static_cast<size_t>(declared.total), count, absent);
    if (time == kNull) return kNull;
    // Rounding must not take it past the record.
    return declared.kind == Kind::low ? std::max(time, now) : std::min(time, now);
  }
  return kNull;
}

}  // namespace

int64_t raw_ms(double ms) { return std::bit_cast<int64_t>(ms); }

double ms_of(int64_t raw) { return std::bit_cast<double>(raw); }

int64_t us_of(double ms) {
  if (std::isnan(ms)) return kNull;
  const double us = ms * 1000;
  constexpr double limit = 9.2e18;
  if (us >= limit) return std::numeric_limits<int64_t>::max();
  if (us <= -limit) return -std::numeric_limits<int64_t>::max();
  return std::llround(us);
}

double ms_of_us(int64_t us) {
  if (us == kNull) return std::numeric_limits<double>::quiet_NaN();
  double ms = static_cast<double>(us) / 1000;
  // Beyond 2^51 us the division may round up: a state that lies above the source would look like a
  // reset.
  for (int i = 0; i < 4 && us_of(ms) > us; ++i) {
    ms = std::nextafter(ms, -std::numeric_limits<double>::infinity());
  }
  return ms;
}

bool is_null(Kind kind, int64_t raw) { return is_ms(kind) ? std::isnan(ms_of(raw)) : raw == kNull; }

bool is_something(Kind kind, int64_t raw) {
  return !is_null(kind, raw) && (is_ms(kind) ? ms_of(raw) != 0 : raw != 0);
}

AbsentColumns::AbsentColumns(std::span<const Column> columns, const Look& state, Resource* scratch)
    : columns_(columns), state_(state), answers_(columns.size(), not_asked, scratch) {}

bool AbsentColumns::operator()(size_t column) {
  if (answers_[column] == not_asked) {
    answers_[column] = absent;
    for (uint32_t row = 0; row < state_.rows() && answers_[column] == absent; ++row) {
      if (!is_null(columns_[column].kind, state_.cells(row)[column])) answers_[column] = present;
    }
  }
  return answers_[column] == absent;
}

bool EntryPair::was_reset() const {
  bool epoch_known = false;
  bool extreme_back = false;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Kind kind = columns[i].kind;
    if (now[i] == before[i] || is_null(kind, now[i]) || is_null(kind, before[i])) {
      epoch_known |= kind == Kind::epoch && !is_null(kind, now[i]) && now[i] == before[i];
      continue;
    }
    switch (kind) {
      case Kind::counter:
      case Kind::duration:
        if (level(kind, now[i]) < level(kind, before[i])) return true;
        break;
      case Kind::epoch: return true;
      case Kind::high: extreme_back |= level(kind, now[i]) < level(kind, before[i]); break;
      case Kind::low:
        extreme_back |= level(kind, before[i]) > 0 && level(kind, now[i]) > level(kind, before[i]);
        break;
      default: break;
    }
  }
  return extreme_back && !epoch_known;
}

bool EntryPair::had_counters() const {
  for (size_t i = 0; i < columns.size(); ++i) {
    const Kind kind = columns[i].kind;
    const bool counts = kind == Kind::counter || kind == Kind::duration || kind == Kind::loose;
    if (counts && is_something(kind, before[i])) return true;
  }
  return false;
}

bool EntryPair::changed(AbsentColumns& absent) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    const Kind kind = columns[i].kind;
    if (before.empty()) {
      if (is_something(kind, now[i])) return true;
    } else if (now[i] == before[i]) {
      continue;
    } else if (is_value(kind)) {
      return true;
    } else if (kind == Kind::counter || kind == Kind::duration || kind == Kind::loose) {
      // kNull is not above zero either.
      if (growing_cell(*this, i, Count::since_before, absent) > 0) return true;
    }
  }
  return false;
}

int64_t sample_cell(const EntryPair& entry, size_t column, Count count, AbsentColumns& absent) {
  switch (entry.columns[column].kind) {
    case Kind::counter:
    case Kind::duration:
    case Kind::loose: return growing_cell(entry, column, count, absent);
    case Kind::deviation: return deviation_cell(entry, column, count);
    case Kind::low:
    case Kind::high: return extreme_cell(entry, column, count, absent);
    default: return entry.now[column];
  }
}

}  // namespace almanac::core
