// Rolling up: from samples at full resolution to those of coarser tiers.
//
// Per series and bucket that had a sample there is one of the coarser tier:
//
//   counter, duration   sum
//   gauge               the last, with the least and greatest (extreme_column())
//   instant             the last
//   low, high           least and greatest
//   deviation           that of all calls together
//   histogram           sum
//   flags               all that occurred
//
// A sample belongs to the bucket that its time falls into. The coarser sample's time is that of the
// last sample of any series of the stream in the bucket, its duration reaches back to where the
// first began: so all series of a bucket share one time, it lies within the bucket, and what time
// and duration say is exact even if recording began or paused in it.
//
// Coarser from coarse: an hour is made of its ten-minute samples, a day of its hours.
//
// Zone: C++.
#pragma once

#include "store/reader.hpp"
#include "store/tiers.hpp"

namespace almanac::store {

// What has become of a piece of work.
struct Rolled {
  std::uint64_t samples = 0;  // that were read
  bool more = false;          // there is more to do, in another transaction
};

// Rolls up the oldest complete day of a stream, piece by piece, a transaction each. `complete`:
// days that end no later than this (a time) are over, and nothing of them is in the journal.
//
// One object serves any number of calls, and remembers what it knows of the day. The state in
// almanac.tier_state says where to go on, so that calls may come from any process, and those that
// fail are simply repeated.
class RollUp {
 public:
  RollUp(const Stream& stream, MemoryContext parent);

  // Does one piece, some 5,000 samples of the coarser tiers, or all of one series. Needs a
  // transaction.
  // Throws as append_tier(); Failure (XX001) if a segment is damaged, unless
  // pg_almanac.skip_corrupt_chunks is set.
  Rolled next(std::int64_t complete);

 private:
  Rolled roll_piece(TierState& state, std::int64_t complete);
  bool begin_day(std::int64_t from);
  void roll_series(std::int64_t begin, std::int64_t end, const TierState& state);

  const Stream& stream_;
  pg::OwnedContext context_;
  std::int64_t day_ = PG_INT64_MIN;  // that `ticks_` is about
  core::Vector<core::Tick> ticks_;   // of the buckets of the finest rolled-up tier, by bucket
};

// Rolls up those samples of a batch that come too late to be rolled up with their day. In the
// transaction that adds them, with the state locked.
void roll_up_late(const Stream& stream, const TierState& state, const core::Batch& batch);

}  // namespace almanac::store
