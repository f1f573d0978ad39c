// Zone: core.
//
// Packed samples: the bytes that the journal, the reference and the archive keep.
//
// A Batch is samples of many series at many ticks, column by column. encode() packs it, ChunkView
// reads it back, lazily: a reader that needs 3 of 43 columns touches the bytes of those 3. The
// format is described in chunk_format.hpp; it is versioned, carries a checksum, and bytes that are
// not what encode() wrote raise CorruptChunk, never anything worse: no read outside the bytes, and
// no allocation beyond max_cells * 8 bytes for a whole chunk or max_samples * 8 for one column.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "core/blobs.hpp"
#include "core/corrupt.hpp"
#include "core/memory.hpp"

namespace almanac::core {

// The cell that stands for SQL's NULL. No other meaning: values lie in (INT64_MIN, INT64_MAX].
inline constexpr int64_t kNull = std::numeric_limits<int64_t>::min();

// Limits of one batch. encode() refuses more, ChunkView takes more for corruption.
inline constexpr size_t max_samples = size_t{1} << 20;
inline constexpr size_t max_ticks = 65536;
inline constexpr size_t max_columns = 256;
// samples * columns that are not all NULL.
inline constexpr size_t max_cells = size_t{1} << 26;
// Tick times lie in (-max_time, max_time), far beyond PostgreSQL's finite timestamps.
inline constexpr int64_t max_time = int64_t{1} << 62;

// One look at a source: the end of an interval and its length.
struct Tick {
  int64_t time = 0;      // us since 2000-01-01 UTC
  int64_t duration = 0;  // us, >= 0, by the monotonic clock; or kNull: not known
  friend bool operator==(const Tick&, const Tick&) = default;
};

// Samples of many series at many ticks. A plain record: whoever fills it keeps to what is said
// beside the members; check() tells.
struct Batch {
  explicit Batch(Resource* resource);

  Vector<Tick> ticks;      // ascending by time; equal times are allowed (the clock stepped back)
  Vector<int32_t> series;  // strictly ascending; each has at least one sample
  Vector<uint32_t> first;  // series.size() + 1 offsets into the samples, which are series-major;
                           // without series it may be empty
  Vector<uint32_t> tick;   // per sample its index in ticks, strictly ascending within a series
  Vector<Vector<int64_t>> columns;  // by ordinal; each empty (all NULL) or samples() long

  // Beside the columns; not part of a chunk. Empty, or a string for each sample.
  Blobs histograms;

  size_t samples() const { return tick.size(); }

  // Where all containers of this batch allocate.
  Resource* resource() const { return tick.get_allocator().resource(); }

  // Throws std::invalid_argument, naming what is wrong, unless the members are as described above
  // and within the limits. O(samples + ticks + columns).
  void check() const;
};

// What a chunk is packed for.
enum class Packing {
  reading,  // quick to read, also in parts
  writing,  // as small as can be: for what is written often and read seldom
};

// Packs a batch. The bytes are allocated on `resource`, scratch space too (about 50 bytes a sample,
// freed). Deterministic: equal batches give equal bytes. Throws std::invalid_argument as
// Batch::check(), and std::bad_alloc.
Vector<std::byte> encode(const Batch& batch, Resource* resource,
                         Packing packing = Packing::reading);

// Series of a chunk by position: begin <= i < end, cut at the number of series.
struct SeriesRange {
  size_t begin = 0;
  size_t end = std::numeric_limits<size_t>::max();
};

// Reads a chunk in place. Does not own the bytes, which must outlive it; trivially copyable; about
// 3 kB. Every reading function throws CorruptChunk if what it decodes makes no sense.
class ChunkView {
 public:
  // Verifies header, checksum and section table. O(bytes).
  static ChunkView parse(std::span<const std::byte> bytes);

  uint32_t samples() const { return samples_; }
  uint32_t series_count() const { return series_; }
  uint32_t tick_count() const { return ticks_; }
  uint32_t column_count() const { return columns_; }

  // Nothing but NULLs, or no such ordinal: columns that a newer declaration appended read as NULL.
  bool all_null(unsigned ordinal) const;
  // Nothing but zeros, without NULLs.
  bool all_zero(unsigned ordinal) const;
  // Packed size in bytes of one column, for reports.
  size_t column_bytes(unsigned ordinal) const;

  // Replaces ticks, series, first and tick of `out`; its columns stay as they are.
  void read_index(Batch& out) const;
  // The same in two steps, for readers that can do without the second: series and first; then
  // ticks and tick, of a batch that has been through the first step.
  void read_groups(Batch& out) const;
  void read_times(Batch& out, SeriesRange range = {}) const;

  // Replaces `out` by the cells of a column, as many as samples(), in the order of the index; empty
  // if the column is all NULL or absent. Series-wise deltas need the sample counts per series: they
  // are decoded anew each time unless `first` (as read_index fills it) is given; with a range it
  // must be.
  //
  // With a range, here and in read_times(), only what belongs to its series is decoded; the ticks
  // and cells of other samples are unspecified. Of the rest little more is read than where it ends.
  void read_column(unsigned ordinal, Vector<int64_t>& out, std::span<const uint32_t> first = {},
                   SeriesRange range = {}) const;

  // Everything.
  Batch decode(Resource* resource) const;

 private:
  struct Section {
    uint32_t offset = 0;
    uint32_t length = 0;
    uint8_t tag = 0;
  };

  static constexpr size_t index_sections = 5;

  ChunkView() = default;
  const Section& column(unsigned ordinal) const { return sections_[index_sections + ordinal]; }
  void parse_sections(size_t at);
  void read_section(const Section& section, std::span<int64_t> out,
                    std::span<const uint32_t> groups, SeriesRange range, Resource* scratch) const;
  void read_ticks(Vector<Tick>& out) const;
  void read_series(Vector<int32_t>& out) const;
  void read_first(Vector<uint32_t>& out) const;
  void read_tick_indexes(Batch& out, SeriesRange range) const;

  std::span<const std::byte> bytes_;
  uint32_t samples_ = 0;
  uint32_t series_ = 0;
  uint32_t ticks_ = 0;
  uint32_t columns_ = 0;
  unsigned version_ = 0;
  uint64_t options_ = 0;
  std::array<Section, index_sections + max_columns> sections_{};
};

}  // namespace almanac::core
