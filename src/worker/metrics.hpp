// Metrics of users, when they are due: a process of its own for a short time, which runs their
// statements (metric_run.hpp, each in yet another process), moves what was measured and pushed into
// the history, and evaluates ratios. Neither snapshots nor anybody else wait for it.
//
// Zone: C++.
#pragma once

#include "worker/child.hpp"

namespace almanac::worker {

// The repository worker's side.
class Metrics {
 public:
  // Starts the process if something is due and none is under way. Never waits; without a free slot
  // for a background worker it tries again after a minute. Needs to be outside of a transaction.
  // What goes wrong is reported, once.
  void start_if_due();
  // How long until something is due, in microseconds, as far as known: a minute at most while there
  // are metrics.
  [[nodiscard]] std::int64_t pause() const { return pause_; }

 private:
  void look();

  Child child_{"pg_almanac metrics", "almanac_metrics_main"};
  std::int64_t not_before_ = 0;  // monotonic
  std::int64_t last_ = 0;        // monotonic: when it was started; 0: not yet
  std::int64_t pause_ = 0;
  std::string said_;
};

// Has the repository worker look for metrics that are due when the transaction has committed, if
// there is such a worker.
void wake_at_commit();

}  // namespace almanac::worker
