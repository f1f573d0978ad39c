// Samples of a stream, block by block, from archive and journal: the one way in which history is
// read.
//
//   Reader reader(CurrentMemoryContext, request);
//   while (reader.next())
//     for (const Run& run : reader.runs())                  // stretches of samples that match
//       for (uint32_t i = run.from; i < run.to; ++i)
//         use(run.series, reader.tick(i), reader.cell(column, i));
//
// A block is one archive segment or journal row. Of a block only the index and the wanted columns
// are decoded, and the columns only if samples match; the memory of a block is used again for the
// next, so that what is needed is bounded by the largest block, however long the history.
//
// Damaged blocks raise ERRCODE_DATA_CORRUPTED, naming stream, series and times, or are left out
// with a WARNING under pg_almanac.skip_corrupt_chunks. Damage is whatever the checksum finds, and
// any disagreement between a block and the row that holds it.
//
// Zone: C++.
#pragma once

#include "core/chunk.hpp"
#include "pg/memory.hpp"
#include "store/segments.hpp"

namespace almanac::store {

// What to read. Spans must live as long as the reader.
struct Request {
  const Stream* stream = nullptr;
  std::int64_t from = PG_INT64_MIN;  // both inclusive: times of samples
  std::int64_t to = PG_INT64_MAX;
  bool archive = true;      // false: only what is in the journal
  bool journal = true;      // false: only what is in the archive
  Tier grain = Tier::raw;   // where history is rolled up, no tier finer than this
  bool only_grain = false;  // this tier alone
  bool all_series = true;
  std::span<const std::int32_t> series;  // unless all: strictly ascending
  // Chunk columns (see chunk_column()) that cell() will be asked for.
  std::span<const std::uint16_t> columns;
  bool histograms = false;      // histogram() will be asked
  bool times = true;            // tick() will be asked; without, times are read only to compare
  Snapshot snapshot = nullptr;  // registered or active as long as the reader reads
};

// Samples from <= i < to of the block belong to `series` and match the request. Ascending by time.
struct Run {
  std::int32_t series;
  std::uint32_t from;
  std::uint32_t to;
};

// What a reader has done so far.
struct ReadCounts {
  std::uint64_t chunks = 0;   // archive segments unpacked
  std::uint64_t skipped = 0;  // archive segments passed over without unpacking
  std::uint64_t journal = 0;  // journal rows unpacked
  unsigned tiers = 0;         // that were read: a bit each
};

class Reader {
 public:
  // Memory comes from `context`, which must outlive the reader; what is opened is closed by
  // close(), or by the end of the transaction after an error. Throws Failure (42P01) if a table is
  // missing.
  Reader(MemoryContext context, const Request& request);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Starts again with another range and other series. Counts go on.
  void restart(std::int64_t from, std::int64_t to, bool all_series,
               std::span<const std::int32_t> series);

  // Goes to the next block with a match; false when there is none. Throws Failure (XX001), Error.
  bool next();

  // Closes what is open. Harmless when done twice.
  void close();

  // The block: valid until next(). runs() is not empty after next() returned true.
  std::span<const Run> runs() const { return {runs_.data(), runs_.size()}; }
  const core::Tick& tick(std::uint32_t sample) const { return batch_.ticks[batch_.tick[sample]]; }
  std::uint32_t tick_index(std::uint32_t sample) const { return batch_.tick[sample]; }
  std::span<const core::Tick> ticks() const { return {batch_.ticks.data(), batch_.ticks.size()}; }
  // A cell of a wanted column; kNull for NULL.
  std::int64_t cell(unsigned column, std::uint32_t sample) const {
    const Cells& cells = cells_[column];
    return cells.values != nullptr ? cells.values[sample] : cells.same;
  }
  // Nothing but NULLs, nothing but zeros in a wanted column.
  bool all_null(unsigned column) const {
    return cells_[column].values == nullptr && cells_[column].same == core::kNull;
  }
  bool all_zero(unsigned column) const {
    return cells_[column].values == nullptr && cells_[column].same == 0;
  }
  // The cells of a wanted column by sample; nullptr if all_null() or all_zero().
  const std::int64_t* cells(unsigned column) const { return cells_[column].values; }

  // The packed histogram of a sample; empty if it has none. Valid until next().
  std::span<const std::byte> histogram(std::uint32_t sample) const {
    return batch_.histograms.of(sample);
  }

  ReadCounts counts() const;

 private:
  struct Cells {
    const std::int64_t* values = nullptr;
    std::int64_t same = core::kNull;  // what all cells are, without values
  };

  void begin();
  bool decode();
  void check_groups(const core::ChunkView& view) const;
  void find_runs();
  void find_wanted_runs();
  void drop_sealed();
  void read_times(const core::ChunkView& view);
  void clip_runs(std::uint32_t first_tick, std::uint32_t end_tick);
  void drop_tombstones(const core::ChunkView& view);
  void read_column(const core::ChunkView& view, unsigned column);
  void complain(const core::CorruptChunk& error) const;

  pg::ContextResource resource_;
  MemoryContext row_;
  Request request_;
  Oid journal_;
  Oid sealing_;
  core::Vector<GroupMembers> groups_;
  SegmentScan scan_;
  RawSegment raw_{};
  core::Batch batch_;
  core::Vector<Cells> cells_;
  core::Vector<Run> runs_;
  core::SeriesRange range_;  // series of the block that are decoded
  ReadCounts counts_;
};

}  // namespace almanac::store
