// Writing the archive: samples are cut into segments, packed, and put into the partition of their
// day.
//
// A segment holds samples of series whose ids share id / kSeriesPerSegment, of one UTC day, about
// kSegmentSamples of them. README.md tells why.
//
// Zone: C++.
#pragma once

#include "core/chunk.hpp"
#include "store/stream.hpp"

namespace almanac::store {

// Samples in one segment, about: never more than five times as many.
inline constexpr std::size_t kSegmentSamples = 384;

// What was written.
struct Appended {
  std::uint64_t segments = 0;
  std::uint64_t samples = 0;
  std::uint64_t bytes = 0;  // packed, without row headers
};

// Writes the samples of a batch (column 0: flags, then the stream's columns, see chunk_column())
// into the archive, in the current transaction. Samples flagged `vanished` are the recorder's own
// and left out. The batch may exceed the limits of core::encode(). Does not touch the totals: see
// totals.hpp.
//
// Throws Failure (22008) if a time cannot be stored, and what ensure_partition() throws; Error.
// Then the transaction must be rolled back. O(cells), with scratch memory of about a segment and 8
// bytes a series and tick.
Appended append_archive(const Stream& stream, const core::Batch& batch);

}  // namespace almanac::store
