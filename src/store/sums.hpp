// What the samples of each series add up to, over any stretch of time.
//
//   counter, duration   sum
//   gauge, instant      the last that is not NULL
//   low, high           least and greatest
//   deviation           standard deviation of all calls together
//   histogram           sum
//
// NULL is left out of sums, and the result is NULL if all are; the standard deviation is NULL if it
// is unknown for any interval with calls, because then it cannot be told for the whole.
//
// Zone: C++.
#pragma once

#include <boost/container/flat_map.hpp>

#include "core/deviation.hpp"
#include "store/histogram_sums.hpp"
#include "store/reader.hpp"

namespace almanac::store {

// Which samples to add up.
struct Window {
  std::int64_t from = PG_INT64_MIN;  // both inclusive
  std::int64_t to = PG_INT64_MAX;
  bool all_series = true;
  std::span<const std::int32_t> series;  // unless all: strictly ascending
};

class Sums {
 public:
  // Sums the value columns `ordinals` of the stream; with `times` also tells first_time(),
  // last_time() and duration(). All memory comes from `resource`, which must outlive the object.
  Sums(const Stream& stream, std::span<const std::uint16_t> ordinals, bool times,
       core::Resource* resource);

  // Chunk columns that blocks must provide: those asked for and what their deviations need.
  std::span<const std::uint16_t> chunk_columns() const {
    return {chunk_columns_.data(), chunk_columns_.size()};
  }

  // Also adds up the histograms of samples; to be called before anything is added.
  void want_histograms() { wants_histograms_ = true; }
  bool wants_histograms() const { return wants_histograms_; }
  // The sum of a row's histograms; nullptr if there was none.
  const core::Histogram* histogram(std::uint32_t row) const { return histograms_.of(row); }

  // Blocks must have times.
  bool needs_times() const { return needs_times_; }

  // Adds the matching samples of the reader's block.
  void add(const Reader& block);
  // Adds all samples of a batch, but for those flagged `vanished`.
  void add(const core::Batch& batch);
  // Adds some samples of a block or batch, under the series that the runs name.
  void add(const Reader& block, std::span<const Run> runs);
  void add(const core::Batch& batch, std::span<const Run> runs);
  // Adds what to_totals() made.
  void add_totals(const core::Batch& totals);

  // The groups of series that there is something of, ascending.
  template <class F>
  void each_group(F f) const {
    for (const auto& [group, block] : blocks_) {
      f(group);
    }
  }

  // The series of groups first_group <= group < end_group as a batch with one tick and one sample
  // per series, for almanac.totals. Columns: number of samples, first time, last time, total
  // duration, then the stream's columns by ordinal; a deviation is the bits of M2 in us^2. With the
  // histograms, if they are wanted and there are any.
  core::Batch to_totals(std::int32_t first_group, std::int32_t end_group,
                        core::Resource* resource) const;

  // Calls f(series, row) for each series that has samples, ascending.
  template <class F>
  void each(F f) const {
    each(PG_INT32_MIN, PG_INT32_MAX, f);
  }
  // The same for series of groups first_group <= group < end_group.
  template <class F>
  void each(std::int32_t first_group, std::int32_t end_group, F f) const {
    for (auto at = blocks_.lower_bound(first_group); at != blocks_.end() && at->first < end_group;
         ++at) {
      const auto [group, block] = *at;
      for (std::uint32_t i = 0; i < kSeriesPerSegment; ++i) {
        const std::uint32_t row = block * kSeriesPerSegment + i;
        if (rows_[row].samples > 0) {
          f(static_cast<std::int32_t>(group * kSeriesPerSegment + static_cast<std::int32_t>(i)),
            row);
        }
      }
    }
  }

  // About a row: how many samples, the first and last of their times, and how long they lasted
  // (kNull: not known).
  std::int64_t samples(std::uint32_t row) const { return rows_[row].samples; }
  std::int64_t first_time(std::uint32_t row) const { return rows_[row].first_time; }
  std::int64_t last_time(std::uint32_t row) const { return rows_[row].last_time; }
  std::int64_t duration(std::uint32_t row) const { return rows_[row].duration; }

  // The sum of the i-th of the columns asked for, as a sample's cell; kNull for NULL. Not for
  // deviations.
  std::int64_t value(std::size_t i, std::uint32_t row) const { return columns_[i].values[row]; }
  // Deviations: what they are derived from.
  const core::Moments& moments(std::size_t i, std::uint32_t row) const {
    return columns_[i].moments[row];
  }
  // Deviations: the standard deviation in milliseconds, NaN if it is not known.
  double stddev_ms(std::size_t i, std::uint32_t row) const;

 private:
  struct Row {
    std::int64_t samples = 0;
    std::int64_t first_time = PG_INT64_MAX;
    std::int64_t last_time = PG_INT64_MIN;
    std::int64_t duration = core::kNull;
  };
  struct Column {
    explicit Column(core::Resource* resource)
        : values(resource), times(resource), moments(resource) {}
    std::uint16_t ordinal = 0;
    core::Kind kind = core::Kind::counter;
    std::uint16_t calls = 0;  // chunk columns, deviations only
    std::uint16_t total = 0;
    core::Vector<std::int64_t> values;    // by row
    core::Vector<std::int64_t> times;     // gauges and instants: when the value was taken
    core::Vector<core::Moments> moments;  // deviations
  };

  template <class Block>
  void add_block(const Block& block, std::span<const Run> runs);
  template <class Block>
  void add_column(const Block& block, std::span<const Run> runs, Column& column);
  template <class Block>
  void add_values(const Block& block, std::span<const Run> runs, Column& column);
  template <class Block>
  void add_moments(const Block& block, std::span<const Run> runs, Column& column);
  std::uint32_t row_of(std::int32_t series);
  std::size_t position(unsigned ordinal) const;

  const Stream& stream_;
  bool times_;
  bool needs_times_;
  bool wants_histograms_ = false;
  core::Resource* resource_;
  core::Vector<std::uint16_t> chunk_columns_;
  boost::container::flat_map<
      std::int32_t, std::uint32_t, std::less<>,
      boost::container::pmr::polymorphic_allocator<std::pair<std::int32_t, std::uint32_t>>>
      blocks_;  // group of series -> its block of kSeriesPerSegment rows
  core::Vector<Row> rows_;
  HistogramSums histograms_;  // by row
  core::Vector<Column> columns_;
  core::Vector<std::uint32_t> targets_;  // row of each run of the block at hand
  std::int32_t group_ = 0;               // the group looked up last, if there is any
  std::uint32_t block_ = 0;
};

// Adds the samples of the window, as `snapshot` sees them, to sums.
void sum_window(const Stream& stream, const Window& window, Snapshot snapshot, Sums& sums);

// Steps of equal length, from the beginning of the window to its end.
struct StepGrid {
  std::int64_t length = 0;  // microseconds
  std::int32_t count = 0;   // of the window
};

// The same of all series together, or of groups of them, step by step: what there is of group g in
// step i is then in sums as series g * count + i. `groups` are those of the window's series;
// without them all are in group 0. Only for columns that add up over series.
void sum_steps(const Stream& stream, const Window& window, const StepGrid& grid,
               std::span<const std::int32_t> groups, Snapshot snapshot, Sums& sums);

// The same for the samples that are only in the journal.
void sum_journal(const Stream& stream, Snapshot snapshot, Sums& sums);

}  // namespace almanac::store
