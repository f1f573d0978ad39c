// Looks at what sessions do while the repository worker has nothing else to do, every
// pg_almanac.wait_interval. What was seen since the last snapshot is kept here, and written by
// Recorder::record().
//
// Zone: C++.
#pragma once

#include "collect/activity.hpp"
#include "pg/memory.hpp"

namespace almanac::worker {

class WaitSampler {
 public:
  explicit WaitSampler(MemoryContext parent);

  // Whether to look at all; false forgets what was seen.
  void enable(bool enabled);
  // Whether there is anything to record: it looks, or has something left from when it did.
  [[nodiscard]] bool active() const;

  // Sleeps as wait() does, and looks meanwhile.
  void sleep(long timeout_ms);
  // Looks if it is time; for when something else takes long.
  void look_if_due();

  [[nodiscard]] const core::WaitCounts& counts() const { return counts_; }
  [[nodiscard]] const collect::Activity& activity() const { return activity_; }
  // CPU time spent looking since what is counted began, in microseconds.
  [[nodiscard]] std::int64_t cpu_us() const { return cpu_us_; }
  // What is counted has been recorded.
  void clear();

  // CPU time that has not been accounted for.
  std::int64_t take_spent() { return std::exchange(spent_us_, 0); }

 private:
  [[nodiscard]] bool looks() const;
  [[nodiscard]] std::int64_t interval() const;
  void look(std::int64_t now);
  void spend(std::int64_t cpu_us);

  pg::OwnedContext context_;
  collect::Activity activity_;
  core::WaitCounts counts_;
  core::LookClock clock_;
  bool enabled_ = false;
  double usual_cost_ = 0;  // of a look, us
  std::int64_t cpu_us_ = 0;
  std::int64_t spent_us_ = 0;
};

}  // namespace almanac::worker
