// Counting with which plan a statement of this process ran: the hot path, and the memory that all
// share.
//
// A process counts the first 16 calls of a statement after each time that the worker has read, and
// from then on one of every 16, picked at random, which stands for all of them. So what is rare is
// complete, what is hot costs next to nothing, and sums are right on average.
//
// Zone: PG.
#pragma once

#include "core/plan_mailbox.hpp"
#include "core/plan_table.hpp"
#include "pg/postgres.hpp"

namespace almanac::capture {

// From _PG_init, when preloading.
void request_plan_memory();

// Bytes of shared memory.
std::size_t plan_bytes();

namespace detail {

extern core::PlanTable plans;
extern core::PlanMailbox plan_texts;

// Where a statement's sampling has come to. Others may share the place: then it begins anew.
struct alignas(64) Sampling {
  std::uint64_t queryid;
  std::uint32_t round;
  std::uint32_t skip;   // calls until the next that is measured
  std::uint32_t exact;  // calls left that are all measured
  std::uint32_t rest;   // calls left in the block of the last one
  core::PlanReference slot;
  std::uint64_t plan_id;
  Oid userid;
  std::uint32_t toplevel;
};
constexpr std::size_t sampling_count = 512;
extern Sampling samplings[sampling_count];

void measure(QueryDesc* query, bool toplevel, std::uint64_t ns);

}  // namespace detail

// Neither exists() without it.
inline core::PlanTable& plan_table() { return detail::plans; }
inline core::PlanMailbox& plan_mailbox() { return detail::plan_texts; }

// A statement that counts has ended; before its executor state is gone.
inline void count_plan(QueryDesc* query, std::uint64_t queryid, bool toplevel, std::uint64_t ns) {
  if (!detail::plans.exists()) {
    return;
  }
  detail::Sampling& s = detail::samplings[queryid % detail::sampling_count];
  const std::uint32_t round = __atomic_load_n(&detail::plans.rounds(), __ATOMIC_RELAXED);
  if (likely(s.skip > 0 && s.queryid == queryid && s.round == round)) {
    --s.skip;
    return;
  }
  detail::measure(query, toplevel, ns);
}

}  // namespace almanac::capture
