// Looking for changes in history, now and then: a process of its own for a short time, so that
// snapshots are not late for it.
//
// Zone: C++.
#pragma once

#include "worker/child.hpp"

namespace almanac::worker {

// The repository worker's side.
class Analysis {
 public:
  // Starts the process if pg_almanac.analysis_interval is over and none is under way. Never waits;
  // without a free slot for a background worker it tries again after a minute.
  void start_if_due();

 private:
  Child child_{"pg_almanac analysis", "almanac_analysis_main"};
  std::int64_t last_ = 0;        // wall clock, as core::due_tick() has it; 0: not yet
  std::int64_t not_before_ = 0;  // monotonic
};

}  // namespace almanac::worker
