// Takes the rows of a statement into an Observed, without a tuple store in between: first the key
// columns, then the labels, then the value columns of the stream.
//
// Zone: C++.
#pragma once

#include "collect/observed.hpp"
#include "pg/boundary.hpp"
#include "pg/memory.hpp"

namespace almanac::collect {

class CellReceiver {
 public:
  // `out` must outlive it.
  explicit CellReceiver(Observed& out);
  CellReceiver(const CellReceiver&) = delete;
  CellReceiver& operator=(const CellReceiver&) = delete;

  // What to give to the executor; valid as long as this object.
  DestReceiver* destination() { return &receiver_.base; }

 private:
  struct Receiver {
    DestReceiver base;  // first: the executor knows nothing else
    CellReceiver* self;
  };
  static void startup(DestReceiver* self, int operation, TupleDesc descriptor);
  static bool receive(TupleTableSlot* slot, DestReceiver* self);
  static void end(DestReceiver*) {}

  Receiver receiver_{};
  Observed& out_;
  std::vector<std::int64_t> key_;
  std::vector<std::int64_t> raw_;
};

}  // namespace almanac::collect
