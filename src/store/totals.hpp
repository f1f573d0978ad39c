// Sums over all samples that ever went into the archive, one packed row per stream in
// almanac.totals. They answer "how much since recording began" without reading the history, and
// outlive it.
//
// Whoever writes to the archive adds to the totals in the same transaction. The row is read, merged
// and written as a whole, and stays locked until the transaction ends.
//
// Zone: C++.
#pragma once

#include "store/sums.hpp"

namespace almanac::store {

// Additions that are gathered first and written once.
class TotalsUpdate {
 public:
  // Memory comes from `resource`: some hundred bytes per series.
  TotalsUpdate(const Stream& stream, core::Resource* resource);

  // Adds samples (column 0: flags), but for those flagged `vanished`.
  void add(const core::Batch& batch) { sums_.add(batch); }

  // Writes what was added to almanac.totals, as the extension's owner. Call it once. Throws Failure
  // (XX001) if the stored totals are damaged, Error.
  void write();

 private:
  const Stream& stream_;
  Sums sums_;
};

// Adds the samples of a batch to the totals of a stream.
void add_totals(const Stream& stream, const core::Batch& batch);

// Adds the stored totals of a stream, as `snapshot` sees them, to sums. Damaged totals are an error
// (XX001), or left out with a WARNING under pg_almanac.skip_corrupt_chunks.
void read_totals(const Stream& stream, Sums& sums);

}  // namespace almanac::store
