// Zone: core.
//
// One section of a chunk: a column of integers with NULLs, in the smallest of several codings.
//
// The encoder computes the exact size of every coding in one pass and takes the smallest, so that a
// column that is all zero costs a byte or less, a sparse one its mask, a gauge its differences, and
// a counter about as many bits as its values vary by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/bytes.hpp"
#include "core/chunk.hpp"

namespace almanac::core {

// Appends sections to a byte vector.
class SectionWriter {
 public:
  // Both must outlive the writer. Scratch space: about 40 bytes per value of the longest section.
  SectionWriter(Vector<std::byte>& out, Resource* scratch, Packing packing = Packing::reading);

  // Appends a section. `groups`: where the series start, with the number of values at the end;
  // empty means one group. A value of kNull is a NULL.
  void write(std::span<const int64_t> values, std::span<const uint32_t> groups);

  // Appends a section that is all NULL.
  void write_nulls() { repeat(0); }

 private:
  void repeat(unsigned kind);
  void write_values(std::span<const int64_t> values, std::span<const uint32_t> groups);

  Vector<std::byte>& out_;
  Resource* scratch_;
  Packing packing_;
  size_t last_tag_ = SIZE_MAX;  // where the run that may be continued has its tag
};

// Reads the payload of a section of values, scaled or not, into `out`, which is as long as the
// section has values. `tag` is the whole tag byte. Of groups outside the range (which counts groups
// as ChunkView does series) nothing need be read: their values are unspecified. Throws
// CorruptChunk.
void read_values(std::span<const std::byte> payload, unsigned tag, std::span<int64_t> out,
                 std::span<const uint32_t> groups, SeriesRange range, Resource* scratch);

// True if read_values() will look at the groups.
bool needs_groups(unsigned tag);

}  // namespace almanac::core
