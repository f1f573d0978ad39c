// Zone: core.
//
// Blocks of integers as bits: each block stores its smallest value and every value's distance from
// it in as few bits as the largest distance needs (frame of reference). The layout says where
// blocks end; see chunk_format.hpp.
//
// Values come in groups (the samples of one series): groups[i]..groups[i + 1] are the positions of
// group i, and the last entry is the number of values. Groups may be empty.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "core/bytes.hpp"
#include "core/chunk_format.hpp"

namespace almanac::core {

// The cheapest layout of a sequence and its exact size.
struct PackChoice {
  unsigned layout = 0;
  size_t bytes = 0;  // with the layout byte
};

// Watches a sequence go by and says which layout packs it best. Constant memory, O(1) per value.
class PackPlanner {
 public:
  void add(int64_t value) {
    fine_.add(value);
    series_.add(value);
    if (fine_.count == leaf) end_leaf();
    if (series_.count == format::series_block) end_group();
  }
  // The group ends here.
  void end_group();
  // The sequence ends here; call once.
  PackChoice finish();

 private:
  // Range of the values of a block so far.
  struct Range {
    int64_t low = std::numeric_limits<int64_t>::max();
    int64_t high = std::numeric_limits<int64_t>::min();
    size_t count = 0;
    void add(int64_t value) {
      low = std::min(low, value);
      high = std::max(high, value);
      ++count;
    }
    void add(const Range& other);
  };
  // Layouts that are tried besides one block per series.
  static constexpr std::array<unsigned, 5> levels = {4, 5, 6, 7, format::layout_max};
  static constexpr size_t leaf = size_t{1} << levels[0];

  static size_t block_bytes(const Range& range);
  void end_leaf();

  Range fine_;
  Range series_;
  size_t series_bytes_ = 0;
  std::array<Range, levels.size()> level_{};
  std::array<size_t, levels.size()> level_bytes_{};
};

// Where blocks end, for writer and reader alike.
class BlockLengths {
 public:
  BlockLengths(unsigned layout, size_t values, std::span<const uint32_t> groups)
      : layout_(layout), left_(values), groups_(groups) {}

  // Length of the next block; 0 when all values are done.
  size_t next();

 private:
  unsigned layout_;
  size_t left_;
  std::span<const uint32_t> groups_;
  size_t group_ = 0;
  size_t in_group_ = 0;
};

// Appends layout byte and blocks.
void write_packed(ByteWriter& out, std::span<const int64_t> values,
                  std::span<const uint32_t> groups, unsigned layout);

// True if the blocks that come next end where groups end: only then does read_packed() look at the
// groups.
bool packed_by_group(const ByteReader& in);

// Reads the values with begin <= position < end of as many as `out` is long, and perhaps some
// beside them; goes no further than the block of the last. Throws CorruptChunk.
void read_packed(ByteReader& in, std::span<int64_t> out, std::span<const uint32_t> groups,
                 size_t begin, size_t end);

}  // namespace almanac::core
