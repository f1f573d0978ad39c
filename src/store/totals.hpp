// Sums over all samples that ever went into the archive, in packed rows of kTotalsSeries series
// each in almanac.totals. They answer "how much since recording began" without reading the history,
// and outlive it.
//
// Whoever writes to the archive adds to the totals in the same transaction: the rows of the series
// concerned are read, merged and written. Writers of one stream take turns: the stream's row of
// almanac.sealing stays locked until the transaction ends.
//
// Zone: C++.
#pragma once

#include "pg/spi.hpp"
#include "store/sums.hpp"

namespace almanac::store {

// Series that share a row of almanac.totals. A multiple of kSeriesPerSegment: sealing moves whole
// groups of series, if it can whole rows of totals.
inline constexpr std::int32_t kTotalsSeries = 256;

// The row that a series is in: almanac.totals.series_block.
[[nodiscard]] constexpr std::int32_t totals_block(std::int32_t series) { return series >> 8; }
static_assert(kTotalsSeries == 1 << 8 && kTotalsSeries % kSeriesPerSegment == 0);

// Waits until nobody else adds to archive and totals of a stream, and keeps others from it until
// the transaction ends.
void lock_archive(pg::Spi& spi, const Stream& stream);

// Additions that are gathered first and written once.
class TotalsUpdate {
 public:
  // Memory comes from `resource`: some hundred bytes per series.
  TotalsUpdate(const Stream& stream, core::Resource* resource);

  // Adds samples (column 0: flags), but for those flagged `vanished`.
  void add(const core::Batch& batch) { sums_.add(batch); }

  // Adds totals that were read elsewhere.
  void add_totals(const core::Batch& totals) { sums_.add_totals(totals); }

  // Writes what was added to almanac.totals, as the extension's owner. Call it once. Throws Failure
  // (XX001) if the stored totals are damaged, Error.
  void write();

 private:
  const Stream& stream_;
  Sums sums_;
};

// Adds the samples of a batch to the totals of a stream.
void add_totals(const Stream& stream, const core::Batch& batch);

// Takes `series` (ascending) out of the stored totals, under the lock of lock_archive(). Damaged
// rows stay as they are. Throws Error.
void forget_totals(pg::Spi& spi, const Stream& stream, std::span<const std::int32_t> series);

// Adds the stored totals of a stream, as `snapshot` sees them, to sums. Damaged totals are an error
// (XX001), or left out with a WARNING under pg_almanac.skip_corrupt_chunks.
void read_totals(const Stream& stream, Sums& sums);

}  // namespace almanac::store
