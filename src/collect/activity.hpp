// What every process of the server does at a moment, read without a lock and without a
// transaction.
//
// Zone: C++.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "core/wait_counts.hpp"
#include "pg/postgres.hpp"

namespace almanac::collect {

class Activity {
 public:
  // Looks at all processes but this one, and counts those that do something: each for `us`. Does
  // not throw but std::bad_alloc.
  void look(core::WaitCounts& counts, std::int64_t us);

  // Name of a kind of process, as pg_stat_activity.backend_type has it.
  [[nodiscard]] std::string kind_name(std::uint16_t kind) const;

 private:
  struct Worker {
    TimestampTz started = 0;
    std::uint16_t kind = 0;
  };
  std::uint16_t worker_kind(int pid, TimestampTz started);

  // Background workers say what they are where a lock is needed to read it: each is asked once.
  std::unordered_map<int, Worker> workers_;
  std::vector<std::string> worker_names_;
};

// Names of a wait event as pg_stat_activity has them; class "CPU" without event if there is none.
// The event of one that found no room is "other".
struct EventName {
  std::string type;
  std::string event;
};
EventName event_name(std::uint32_t event);

// As pg_stat_activity.state has it.
const char* state_name(core::SessionState state);

}  // namespace almanac::collect
