// almanac.capture_plans(), almanac.capture_plans_status(): the table of plans in shared memory, as
// it is now.

#include "capture/plans.hpp"
#include "pg/function.hpp"

namespace almanac::api {
namespace {

constexpr double ns_per_ms = 1e6;

pg::Arg bigint(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

ALMANAC_FUNCTION(almanac_capture_plans) {
  pg::RowWriter rows(fcinfo);
  const core::PlanTable& table = capture::plan_table();
  core::PlanCopy copy;
  for (std::uint32_t slot = 1; table.exists() && slot <= table.readable(); ++slot) {
    if (slot % 1024 == 0) pg::check_interrupts();
    if (!table.copy(slot, copy)) continue;
    rows.add({copy.key.dbid, copy.key.userid, bigint(copy.key.queryid), copy.key.toplevel != 0,
              bigint(copy.key.plan_id), bigint(copy.counts.calls),
              static_cast<double>(copy.counts.total_ns) / ns_per_ms, bigint(copy.counts.measured),
              pg::Timestamp{copy.first_use}, pg::Timestamp{copy.last_use}});
  }
  return rows.done();
}

// One row: slots, used, reclaimed, unplaced, texts_sent, texts_dropped, texts_deferred,
// shared_bytes.
ALMANAC_FUNCTION(almanac_capture_plans_status) {
  pg::RowWriter rows(fcinfo);
  const core::PlanTable& table = capture::plan_table();
  const core::PlanMailbox& texts = capture::plan_mailbox();
  const bool exists = table.exists();
  rows.add({static_cast<std::int32_t>(exists ? table.plans() : 0),
            static_cast<std::int32_t>(exists ? table.used() : 0),
            bigint(exists ? table.reclaimed() : 0), bigint(exists ? table.unplaced() : 0),
            bigint(exists ? texts.passed() : 0), bigint(exists ? texts.dropped() : 0),
            bigint(exists ? texts.deferred() : 0), bigint(capture::plan_bytes())});
  return rows.done();
}

}  // namespace almanac::api
