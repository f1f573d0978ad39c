// Keeps the worker within pg_almanac.max_cpu_percent: tells core::Budget what was spent, by this
// process and those it started, and which intervals are in use.
//
// Zone: C++.
#pragma once

#include "core/budget.hpp"
#include "worker/ledger.hpp"

namespace almanac::worker {

class Throttle {
 public:
  Throttle();

  // Chooses the intervals anew, by the settings as they are now; says in the log when they are
  // stretched and when no more; tells almanac.status.
  void choose();
  // In use, us.
  [[nodiscard]] std::int64_t interval() const { return now_.snapshot; }
  [[nodiscard]] std::int64_t relation_interval() const { return now_.relations; }
  // The longest that a sample may be expected to cover, now or when its interval began.
  [[nodiscard]] std::int64_t expected_interval() const;
  [[nodiscard]] std::int64_t expected_relation_interval() const;

  // Another process has used CPU time for the snapshot that is being taken.
  void others(std::int64_t cpu_us) { others_us_ += cpu_us; }
  // This process has used CPU time to look at sessions, whose interval is stretched apart.
  void looked(std::int64_t cpu_us);
  // A snapshot was taken; `relations_cpu_us`: of it for relations, if they were looked at.
  void snapshot(bool scheduled, std::optional<std::int64_t> relations_cpu_us);

  // Sealing or maintenance, until the scope ends; `asked`: by hand, so that nothing follows from
  // it.
  class Upkeep {
   public:
    Upkeep(Throttle& throttle, bool asked)
        : throttle_(throttle), asked_(asked), before_(Cost::now()) {}
    ~Upkeep() { throttle_.upkeep(Cost::now() - before_, asked_); }
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;

   private:
    Throttle& throttle_;
    bool asked_;
    Cost before_;
  };
  // Until when, by the monotonic clock, no more maintenance is due; 0: it need not be spread.
  [[nodiscard]] std::int64_t rest_until() const { return rest_until_; }

 private:
  void upkeep(const Cost& cost, bool asked);
  void say(const core::Allowance& allowance, std::int64_t now) const;
  [[nodiscard]] std::int64_t spent();

  core::Budget budget_;
  core::Intervals now_;
  int snapshot_step_ = 0;  // when the last snapshot was taken
  int relation_step_ = 0;  // and the last of relations
  bool stretched_ = false;
  std::int64_t own_us_ = 0;  // CPU time of this process that has been accounted for
  std::int64_t others_us_ = 0;
  std::int64_t upkeep_us_ = 0;  // of this process, that is accounted for apart from snapshots
  std::int64_t rest_until_ = 0;
  Cost upkeep_cost_;  // since the worker started
};

}  // namespace almanac::worker
