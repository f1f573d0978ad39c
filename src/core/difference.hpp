// Zone: core.
//
// One entry of a source now against the same entry before: the rules of Tracker::compare(), row by
// row.
#pragma once

#include <cstdint>
#include <span>

#include "core/memory.hpp"
#include "core/tracker.hpp"

namespace almanac::core {

// Which columns the source did not have when the state was taken: they are NULL in every entry.
// Looked up when first asked for, O(entries) per column.
class AbsentColumns {
 public:
  AbsentColumns(std::span<const Column> columns, const Look& state, Resource* scratch);
  bool operator()(size_t column);

 private:
  enum Answer : int8_t { not_asked, absent, present };
  std::span<const Column> columns_;
  const Look& state_;
  Vector<int8_t> answers_;
};

// NULL as the kind of column writes it.
bool is_null(Kind kind, int64_t raw);

// Neither NULL nor zero.
bool is_something(Kind kind, int64_t raw);

// An entry before and now. `before` empty: not known.
struct EntryPair {
  std::span<const Column> columns;
  std::span<const int64_t> before;
  std::span<const int64_t> now;
  bool rounded = false;  // durations of `before` are whole us

  // The entry was reset in between. `before` must not be empty.
  bool was_reset() const;
  // It had counters at all.
  bool had_counters() const;
  // Something worth a sample happened; for entries that were not reset.
  bool changed(AbsentColumns& absent) const;
};

// How the increase of an entry is counted.
enum class Count {
  since_before,
  from_zero,        // first seen, or the source lost everything
  from_zero_reset,  // the entry was reset: loose columns may have gone on
};

// The sample cell of a column.
int64_t sample_cell(const EntryPair& entry, size_t column, Count count, AbsentColumns& absent);

}  // namespace almanac::core
