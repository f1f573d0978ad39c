// Adds rows to the archive's partitions, one partition after the other, in day's order.
//
// Rows go straight to the partition that their day belongs to: heap, TOAST and index, without
// planner or routing.
//
// Zone: C++.
#pragma once

#include "store/segments.hpp"

namespace almanac::store {

class SegmentWriter {
 public:
  SegmentWriter(const Stream& stream, Tier tier) : stream_(stream), tier_(tier) {}
  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;

  // The rows to come belong to this day (day_of()). Makes the partition if need be. Throws as
  // ensure_partition().
  void open(std::int64_t day);

  // Adds a row to the open partition. Throws Error.
  void insert(const RawSegment& segment);

  // Ends the last partition. Without it, what is open is closed when the transaction aborts: there
  // is no other way to leave off half-way.
  void close();

 private:
  const Stream& stream_;
  Tier tier_;
  Relation partition_ = nullptr;
  EState* state_ = nullptr;
  ResultRelInfo* target_ = nullptr;
  TupleTableSlot* slot_ = nullptr;
};

}  // namespace almanac::store
