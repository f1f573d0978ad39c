// Writing the archive: samples are cut into segments, packed, and put into the partition of their
// day.
//
// A segment holds samples of series whose ids share id / kSeriesPerSegment, of one UTC day, about
// kSegmentSamples of them. README.md tells why.
//
// Zone: C++.
#pragma once

#include "core/chunk.hpp"
#include "store/tiers.hpp"

namespace almanac::store {

// Samples in one segment, about: never more than five times as many.
inline constexpr std::size_t kSegmentSamples = 384;

// What was written.
struct Appended {
  std::uint64_t segments = 0;
  std::uint64_t samples = 0;
  std::uint64_t bytes = 0;  // packed, without row headers
};

// Writes the samples of a batch (column 0: flags, then the stream's columns, see chunk_column(),
// and extreme_column()) into the archive, in the current transaction: into the raw tier, and what
// belongs to a day that is rolled up already into the coarser tiers too, so that no tier misses it.
// Samples of times that only coarser tiers still have go only there. Samples flagged `vanished` are
// the recorder's own and left out. The batch may exceed the limits of core::encode(). Does not
// touch the totals: see totals.hpp.
//
// Until the transaction ends, no day of the stream is rolled up and nothing is dropped.
//
// Throws Failure (22008) if a time cannot be stored, and what ensure_partition() throws; Error.
// Then the transaction must be rolled back. O(cells), with scratch memory of about a segment and 8
// bytes a series and tick.
Appended append_archive(const Stream& stream, const core::Batch& batch);

// Writes a batch into one tier as it is, but for samples before `since`. Throws as
// append_archive().
Appended append_tier(const Stream& stream, Tier tier, const core::Batch& batch,
                     std::int64_t since = PG_INT64_MIN);

}  // namespace almanac::store
