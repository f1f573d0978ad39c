#include "capture/plans.hpp"

#include "capture/plan_explain.hpp"
#include "capture/plan_shape.hpp"
#include "pg/compat.hpp"
#include "settings.hpp"

namespace almanac::capture {

namespace detail {

constinit core::PlanTable plans;
constinit core::PlanMailbox plan_texts;
constinit Sampling samplings[sampling_count];

}  // namespace detail

namespace {

using detail::plan_texts;
using detail::plans;
using detail::Sampling;

constexpr std::uint32_t exact_calls = 16;
constexpr std::uint32_t block = 16;
constexpr std::size_t line = 64;

shmem_startup_hook_type previous_startup = nullptr;

std::uint32_t wanted_plans() {
  return settings::max_statements > 0 ? static_cast<std::uint32_t>(settings::max_plans) : 0;
}

std::size_t rounded(std::size_t bytes) { return TYPEALIGN(line, bytes); }

// One line more, so that the table can begin at one.
std::size_t wanted_bytes() {
  return add_size(line + rounded(core::PlanTable::bytes(wanted_plans())),
                  core::PlanMailbox::bytes());
}

void startup() {
  if (previous_startup != nullptr) {
    previous_startup();
  }
  if (wanted_plans() == 0) {
    return;
  }
  bool found = false;
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  void* memory = ShmemInitStruct("pg_almanac plans", wanted_bytes(), &found);
  auto* place = reinterpret_cast<std::byte*>(TYPEALIGN(line, memory));
  if (!found) {
    memset(place, 0, wanted_bytes() - line);
  }
  plans = core::PlanTable(place, wanted_plans());
  plan_texts = core::PlanMailbox(place + rounded(core::PlanTable::bytes(wanted_plans())));
  LWLockRelease(AddinShmemInitLock);
}

void request() {
  if (wanted_plans() > 0) {
    RequestAddinShmemSpace(wanted_bytes());
  }
}

// Xorshift (Marsaglia), a process's own.
std::uint32_t random_in_block() {
  static std::uint32_t state = 0;
  if (state == 0) {
    state = static_cast<std::uint32_t>(MyProcPid) * 2654435761U | 1;
  }
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (state >> 8) % block;
}

// How many calls this one stands for; and chooses the next. Each call of a block is as likely to be
// the one that is measured.
std::uint64_t weight_of(Sampling& s, std::uint64_t queryid) {
  const std::uint32_t round = __atomic_load_n(&plans.rounds(), __ATOMIC_RELAXED);
  if (s.queryid != queryid || s.round != round) {
    s.queryid = queryid;
    s.round = round;
    s.skip = s.rest = 0;
    s.exact = exact_calls;
  }
  const bool exact = s.exact > 0;
  s.exact -= exact ? 1 : 0;
  if (s.exact == 0) {
    const std::uint32_t place = random_in_block();
    s.skip = s.rest + place;
    s.rest = block - 1 - place;
  }
  return exact ? 1 : block;
}

// Of this statement, to be pinned; where it was the last time if it ran with the same plan.
core::PlanReference pinned_slot(Sampling& s, std::uint64_t plan_id, bool toplevel,
                                core::PlanKey& key, TimestampTz now) {
  key = {s.queryid, MyDatabaseId, GetUserId(), plan_id, toplevel ? 1U : 0U};
  if (s.slot.slot != 0 && s.plan_id == plan_id && s.userid == key.userid &&
      s.toplevel == key.toplevel && plans.pin(s.slot)) {
    return s.slot;
  }
  s.slot = plans.find(key, now);
  s.plan_id = plan_id;
  s.userid = key.userid;
  s.toplevel = toplevel ? 1 : 0;
  return s.slot;
}

}  // namespace

// Never cleared but with the statement: a place that another took keeps no slot of it.
void detail::measure(QueryDesc* query, bool toplevel, std::uint64_t ns) {
  if ((query->estate->es_top_eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0) {
    return;  // it has not run
  }
  const std::uint64_t queryid = query->plannedstmt->queryId;
  Sampling& s = samplings[queryid % sampling_count];
  if (s.queryid != queryid) {
    s.slot = {};
  }
  const std::uint64_t weight = weight_of(s, queryid);
  const std::uint64_t plan_id = shape_of(query->plannedstmt, nullptr);
  if (plan_id == 0) {
    return;
  }
  const TimestampTz now = GetCurrentStatementStartTimestamp();
  core::PlanKey key;
  const core::PlanReference slot = pinned_slot(s, plan_id, toplevel, key, now);
  if (slot.slot == 0) {
    return;
  }
  plans.count(slot, weight, ns, now);
  const bool text = settings::plan_texts && plans.take_text(slot);
  plans.unpin(slot);
  if (unlikely(text) && !send_plan_text(query, key) && plans.pin(slot)) {
    plans.leave_text(slot);
    plans.unpin(slot);
  }
}

std::size_t plan_bytes() { return plans.exists() ? wanted_bytes() : 0; }

void request_plan_memory() {
  pg::compat::on_shmem_request<request>();
  previous_startup = shmem_startup_hook;
  shmem_startup_hook = startup;
}

}  // namespace almanac::capture
