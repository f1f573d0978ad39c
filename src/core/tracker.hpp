// Zone: core.
//
// From counters that only ever grow to what happened since the last look.
//
// A Tracker remembers the last look at one source: key -> series and raw cells. Each interval:
//
//   Look look(tracker.key_words(), tracker.columns().size(), tracker.resource());
//   for (row of the source) look.add(key, raw);
//   Changes changes = tracker.compare(look, Mode::difference, scratch);
//   ... give the rows in changes.unseen a series, put it into changes.rows[i].series too,
//       write changes.batch(tick, flags, scratch) to the journal, commit ...
//   tracker.accept(std::move(look), series_by_row);
//
// compare() changes nothing, so that a transaction that fails loses nothing: the next look simply
// covers a longer interval. accept() cannot fail if the look was made on the tracker's resource.
//
// Invariant (tested): for every series the sum of the recorded increases is the last accepted
// counter minus the one at the baseline, plus what each reset, eviction or restart of the source
// wiped out before it. Reference (snapshot/restore) plus journal (replay) gives the same state as
// having lived through it, but for deviations, which become unknown where the journal touched them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/chunk.hpp"
#include "core/key_index.hpp"
#include "core/memory.hpp"

namespace almanac::core {

// What a column is. `raw` is the cell of a Look, `sample` the cell that is recorded.
enum class Kind : uint8_t {
  // raw: int64 that only grows (kNull: NULL); sample: the increase.
  counter,
  // raw: double ms that only grows (raw_ms); sample: the increase in us, us_of(now) -
  // us_of(before).
  duration,
  // raw: int64; sample: the value now.
  gauge,
  // raw: timestamptz as int64; sample: the value now.
  instant,
  // raw: double ms, population stddev since the start; sample: encode_m2 of the interval's M2.
  deviation,
  // raw: double ms, smallest since the start (0: none yet); sample: the interval's in us where it
  // can be derived, else kNull.
  low,
  // The same for the largest.
  high,
  // Like instant; going from one value to another says that the entry was reset or made anew.
  epoch,
  // A counter that falls without the entry being reset: a sum over parts that come and go, like
  // the scans of all indexes of a table. It never tells a reset; a fall counts as no increase, or
  // as one from zero if the entry was reset too.
  loose,
  // Any number, as core/real.hpp has it. raw and sample: the value now.
  real,
  // The same, of what adds up; its samples are increases, or amounts, already.
  amount,
};

// A double in ms as a raw cell; NaN stands for NULL.
int64_t raw_ms(double ms);
// Back; NaN for NULL.
double ms_of(int64_t raw);
// Milliseconds as whole microseconds, half away from zero; kNull for NaN; saturates.
int64_t us_of(double ms);
// A double whose us_of() is `us`, or the next below; NaN for kNull.
double ms_of_us(int64_t us);

// One value column of a source.
struct Column {
  Kind kind = Kind::counter;
  // For deviation (required), low and high (optional): the ordinals of the counter of calls and of
  // the duration that totals their times.
  int16_t calls = -1;
  int16_t total = -1;
};

// Bits of column 0 of every sample. Set by compare(): first, reset. The others are the caller's.
struct Flag {
  enum Bits : uint32_t {
    first = 1,         // not seen before: the increase is counted from zero
    reset = 2,         // its counters went backwards: counted from zero
    returned = 4,      // had been evicted and is back: counted from zero (replaces first when the
                       // series is old)
    restart = 8,       // the server was restarted in the interval
    crash = 16,        // and had lost its statistics
    failover = 32,     // another timeline
    gap = 64,          // nobody looked for longer than an interval
    clock_jump = 128,  // the wall clock was set
    partial = 256,     // a source failed, or the interval is not whole
    imported = 512,    // inserted by a person
    baseline = 1024,   // recording began here
    vanished = 2048,   // no cells: the entry is gone from the source; replay() forgets it
    latency_partial = 4096,  // its histogram lacks calls
  };
};

// One pass over a source, row by row.
class Look {
 public:
  // `columns` may be 0. Throws std::invalid_argument for key_words 0.
  Look(unsigned key_words, size_t columns, Resource* resource);
  // A copy on another resource.
  Look(const Look& other, Resource* resource);

  // Adds an entry. Throws std::invalid_argument for a key that is there already or for wrong
  // widths, and std::bad_alloc; then the look is as before.
  void add(std::span<const int64_t> key, std::span<const int64_t> raw);

  // Forgets all rows, keeps the memory: the next look needs none.
  void clear();

  uint32_t rows() const { return index_.size(); }
  size_t columns() const { return columns_; }
  unsigned key_words() const { return index_.words(); }
  Resource* resource() const { return cells_.get_allocator().resource(); }
  std::span<const int64_t> key(uint32_t row) const { return index_.key(row); }
  std::span<const int64_t> cells(uint32_t row) const {
    return {cells_.data() + row * columns_, columns_};
  }
  // To complete a row with what another look knows. `row` < rows(), `column` < columns().
  void set(uint32_t row, size_t column, int64_t raw) { cells_[row * columns_ + column] = raw; }
  std::optional<uint32_t> find(std::span<const int64_t> key) const { return index_.find(key); }
  bool is_at(uint32_t row, std::span<const int64_t> key) const { return index_.is_at(row, key); }

 private:
  friend class Tracker;
  void swap(Look& other);

  KeyIndex index_;
  size_t columns_;
  Vector<int64_t> cells_;   // row-major
  Vector<int32_t> series_;  // -1: none yet
};

enum class Mode {
  difference,  // what happened since the last look
  baseline,    // record nothing, only remember: recording begins
  from_zero,   // the source lost its counters (crash, failover): everything it has is new
};

// One entry that changed.
struct Change {
  uint32_t row = 0;     // in the Look
  int32_t series = -1;  // -1: not known to the tracker; the caller fills it in
  uint32_t flags = 0;   // of Flag
};

// What compare() found.
struct Changes {
  explicit Changes(Resource* resource);

  Vector<Change> rows;              // in the order of the look
  Vector<Vector<int64_t>> columns;  // sample cells, [column][change]
  Vector<uint32_t> unseen;          // rows of the look without a series, changed or not, ascending
  Vector<int32_t>
      vanished;  // series that were known and are not in the look; those without are left out
  uint64_t vanished_rows = 0;  // all that are not in the look
  uint64_t resets = 0;         // entries with flag reset

  // The journal's batch: one tick; column 0 the flags of each change with `flags` added, then the
  // columns; sorted by series; with `tombstones` also one sample of flag vanished and NULLs for
  // each vanished series. Throws std::invalid_argument if a change has no series yet or two have
  // the same.
  Batch batch(Tick tick, uint32_t flags, bool tombstones, Resource* resource) const;
};

class Tracker {
 public:
  // Copies the columns. Throws std::invalid_argument if a deviation lacks its calls or total, an
  // ordinal does not exist or is of another kind, key_words is 0, or there are max_columns or more.
  Tracker(std::span<const Column> columns, unsigned key_words, Resource* resource);

  // What changed between the state and the look. Rules:
  // * an entry not in the state is counted from zero and flagged first; it is a change unless all
  // its cells
  //   are zero or NULL;
  // * a counter or duration that fell, or an epoch that moved, means that the whole entry was
  // reset: all of it is
  //   counted from zero, flagged reset, and a change even if nothing moved since. In a source
  //   without epoch a high that fell and a low that rose (from above 0) mean the same;
  // * otherwise a change is a counter or duration that grew, or a gauge, instant or epoch that is
  // another;
  // * NULL now: the increase is NULL. NULL before: counted from zero, since a part that was not
  //   there (a table's first index) starts from zero; but if the column was NULL in every entry
  //   the source did not have it: its first values are remembered, not counted;
  // * baseline: no changes, only `unseen`;
  // * from_zero: entries that had counters are treated as reset.
  // Nothing is ever negative. O(rows); throws std::invalid_argument for a look of other widths.
  Changes compare(const Look& look, Mode mode, Resource* scratch) const;

  // The look becomes the state; entries not in it are forgotten. `series_by_row` has one id per row
  // of the look, or is empty; with -1, or empty, a row keeps the series it has in the state, or
  // stays without. Afterwards the look is empty and holds the memory of the former state, to be
  // filled again. Does not throw if the look was made on resource(); else it may throw
  // std::bad_alloc, and for wrong widths std::invalid_argument; then nothing changed.
  void accept(Look&& look, std::span<const int32_t> series_by_row);

  // A part of the entry is gone and took along what it had counted: the state of a loose column is
  // lowered by that, so that the next comparison tells what the other parts did. NULL stays NULL;
  // never below zero.
  void subtract(uint32_t row, size_t column, int64_t amount) {
    const int64_t cell = state_.cells(row)[column];
    if (cell != kNull) {
      state_.set(row, column, cell > amount ? cell - amount : 0);
    }
  }

  // Gives a row its series later.
  void assign(uint32_t row, int32_t series) { state_.series_[row] = series; }

  // The state for the reference: one tick, sorted by series, column 0 (flags) zero, then the cells:
  // durations, lows and highs in us, deviations as the bits of the double, the others as they are.
  // Rows without series are left out: give every row that is not all zero a series before. Throws
  // std::invalid_argument if two rows have the same series.
  Batch snapshot(Tick tick, Resource* resource) const;

  // Replaces the state by a snapshot; `keys` has key_words() words for each series of the batch, in
  // its order. Columns that the batch lacks are NULL. Throws std::invalid_argument for anything
  // ill-formed; then the state is as before.
  void restore(const Batch& snapshot, std::span<const int64_t> keys);

  // The series of a batch that replay() would need a key for, ascending.
  Vector<int32_t> unknown(const Batch& deltas, Resource* resource) const;

  // Applies samples of the journal (layout of Changes::batch) that are later than the state.
  // Samples flagged first, reset, returned or crash start from zero; vanished forgets the entry;
  // imported is skipped. `series` and `keys`: ids (ascending) and key words of entries that
  // unknown() named. If it throws (std::invalid_argument for a series without key or a duplicate
  // key, std::bad_alloc), the state is undefined until restore().
  void replay(const Batch& deltas, std::span<const int32_t> series, std::span<const int64_t> keys);

  // Forgets everything: the next compare() sees only first entries.
  void clear();

  uint32_t rows() const { return state_.rows(); }
  std::optional<uint32_t> find(std::span<const int64_t> key) const { return state_.find(key); }
  std::span<const int64_t> key(uint32_t row) const { return state_.key(row); }
  int32_t series(uint32_t row) const { return state_.series_[row]; }
  std::span<const int64_t> cells(uint32_t row) const { return state_.cells(row); }  // raw
  std::span<const Column> columns() const { return {columns_.data(), columns_.size()}; }
  unsigned key_words() const { return state_.key_words(); }
  Resource* resource() const { return columns_.get_allocator().resource(); }

 private:
  void drop_forgotten();

  Vector<Column> columns_;
  bool rounded_ = false;  // totals in the state are whole us (restored), not what the source said
  Look state_;
};

}  // namespace almanac::core
