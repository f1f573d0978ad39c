#include "collect/activity.hpp"

#include "pg/boundary.hpp"
#include "pg/compat_backends.hpp"

namespace almanac::collect {
namespace {

using core::SessionState;
using pg::compat::ProcessStatus;

// Kinds: types of processes as the server numbers them; then those that it does not tell apart.
constexpr std::uint16_t parallel_worker = 200;
constexpr std::uint16_t background_worker = 201;
constexpr std::uint16_t first_worker_name = 202;
constexpr std::size_t most_worker_names = 100;
constexpr std::size_t most_workers = 1000;

constexpr std::uint32_t class_of(std::uint32_t event) { return event & 0xFF000000u; }

// Empty: it does nothing, as far as it can be told.
std::optional<SessionState> state_of(const ProcessStatus& process) {
  const std::uint32_t waits = class_of(process.event);
  if (waits == PG_WAIT_ACTIVITY) {  // in its main loop, for something to do
    return std::nullopt;
  }
  switch (process.state) {
    case STATE_RUNNING:
    case STATE_FASTPATH: return SessionState::active;
    case STATE_IDLEINTRANSACTION: return SessionState::idle_in_transaction;
    case STATE_IDLEINTRANSACTION_ABORTED: return SessionState::aborted;
    case STATE_UNDEFINED:  // processes without client seldom say; workers wait for work in many
                           // ways
      if (process.type == B_BACKEND ||
          (process.type == B_BG_WORKER && waits == PG_WAIT_EXTENSION)) {
        return std::nullopt;
      }
      return SessionState::active;
    case STATE_DISABLED:  // track_activities is off
      return waits == PG_WAIT_CLIENT ? std::nullopt : std::optional(SessionState::active);
    default: return std::nullopt;
  }
}

}  // namespace

std::uint16_t Activity::worker_kind(int pid, TimestampTz started) {
  const auto known = workers_.find(pid);
  if (known != workers_.end() && known->second.started == started) {
    return known->second.kind;
  }
  const char* type = nullptr;
  pg::call([&] { type = GetBackgroundWorkerTypeByPid(pid); });
  if (type == nullptr) {
    return background_worker;
  }
  std::uint16_t kind = background_worker;
  const auto name = std::find(worker_names_.begin(), worker_names_.end(), type);
  if (name != worker_names_.end()) {
    kind = static_cast<std::uint16_t>(first_worker_name + (name - worker_names_.begin()));
  } else if (worker_names_.size() < most_worker_names) {
    kind = static_cast<std::uint16_t>(first_worker_name + worker_names_.size());
    worker_names_.emplace_back(type);
  }
  if (workers_.size() >= most_workers) {
    workers_.clear();
  }
  workers_[pid] = {started, kind};
  return kind;
}

void Activity::look(core::WaitCounts& counts, std::int64_t us) {
  counts.begin_look(us);
  const int slots = pg::compat::process_slots();
  for (int i = 0; i < slots; ++i) {
    ProcessStatus process;
    if (!pg::compat::read_process(i, process) || process.pid == MyProcPid) {
      continue;
    }
    const auto state = state_of(process);
    if (!state) {
      continue;
    }
    core::WaitKey key;
    key.database = process.database;
    key.role = process.role;
    key.query = static_cast<std::int64_t>(process.query);
    key.event = process.event;
    key.state = *state;
    key.kind = process.leader != 0           ? parallel_worker
               : process.type == B_BG_WORKER ? worker_kind(process.pid, process.started)
                                             : static_cast<std::uint16_t>(process.type);
    counts.add(key, us,
               *state == SessionState::active && class_of(process.event) != PG_WAIT_CLIENT);
  }
}

std::string Activity::kind_name(std::uint16_t kind) const {
  if (kind == parallel_worker) {
    return "parallel worker";
  }
  if (kind == background_worker) {
    return "background worker";
  }
  if (kind >= first_worker_name) {
    return worker_names_[static_cast<std::size_t>(kind - first_worker_name)];
  }
  return pg::call([kind] { return GetBackendTypeDesc(static_cast<BackendType>(kind)); });
}

EventName event_name(std::uint32_t event) {
  if (event == 0) {
    return {"CPU", ""};
  }
  if (event == core::other_event) {
    return {"other", ""};
  }
  const char* type = nullptr;
  const char* name = nullptr;
  pg::call([&] {
    type = pgstat_get_wait_event_type(event);
    name = pgstat_get_wait_event(event);
  });
  return {type != nullptr ? type : "", name != nullptr ? name : ""};
}

const char* state_name(SessionState state) {
  switch (state) {
    case SessionState::active: return "active";
    case SessionState::idle_in_transaction: return "idle in transaction";
    case SessionState::aborted: return "idle in transaction (aborted)";
  }
  return "active";
}

}  // namespace almanac::collect
