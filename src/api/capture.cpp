// almanac.capture_slots(), almanac.capture_errors(), almanac.capture_status(): the table of
// statements in shared memory, as it is now.

#include "capture/memory.hpp"
#include "core/histogram.hpp"
#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

constexpr double ns_per_ms = 1e6;

// Calls f(copy) for each slot from `first` on that holds something; those for others come last.
template <class F>
void each_slot(std::uint32_t first, F f) {
  core::StatementTable& table = capture::table();
  if (!table.exists()) return;
  core::StatementCopy copy;
  for (std::uint32_t slot = first; slot <= table.readable(); ++slot) {
    if (slot % 64 == 0) pg::check_interrupts();
    if (table.copy(slot, capture::participant(), copy)) f(copy, slot > table.slots());
  }
}

pg::Arg oid_or_null(std::uint32_t oid) { return oid != 0 ? pg::Arg(oid) : pg::Arg::null(OIDOID); }

pg::Arg bigint(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

ALMANAC_FUNCTION(almanac_capture_slots) {
  pg::RowWriter rows(fcinfo);
  pg::OwnedContext context(CurrentMemoryContext, "almanac capture");
  each_slot(1, [&](const core::StatementCopy& copy, bool other) {
    context.reset();
    const core::StatementCounts& counts = copy.counts;
    core::Vector<std::byte> latency(context.resource());
    static constexpr std::uint32_t zeros[core::bucket_count] = {};
    const std::uint64_t calls =
        core::pack_difference(core::Counters(zeros), core::Counters(counts.buckets), latency);
    if (calls == 0) core::Histogram(context.resource()).pack(latency);
    rows.add({oid_or_null(copy.key.dbid), oid_or_null(copy.key.userid),
              other ? pg::Arg::null(INT8OID) : bigint(copy.key.queryid), copy.key.toplevel != 0,
              bigint(calls), bigint(counts.all_errors()), bigint(counts.cancels),
              bigint(counts.timeouts), static_cast<double>(counts.total_ns) / ns_per_ms,
              other ? pg::Arg::null(TIMESTAMPTZOID) : pg::Arg(pg::Timestamp{copy.first_use}),
              pg::Timestamp{copy.last_use}, latency});
  });
  return rows.done();
}

ALMANAC_FUNCTION(almanac_capture_errors) {
  pg::RowWriter rows(fcinfo);
  each_slot(1, [&](const core::StatementCopy& copy, bool other) {
    for (unsigned i = 0; i < core::error_classes; ++i) {
      if (copy.counts.errors[i] == 0) continue;
      rows.add({oid_or_null(copy.key.dbid), oid_or_null(copy.key.userid),
                other ? pg::Arg::null(INT8OID) : bigint(copy.key.queryid), copy.key.toplevel != 0,
                core::error_class_name(i), bigint(copy.counts.errors[i])});
    }
  });
  return rows.done();
}

// One row: slots, used, reclaimed, unplaced, other_calls, shared_bytes.
ALMANAC_FUNCTION(almanac_capture_status) {
  pg::RowWriter rows(fcinfo);
  const core::StatementTable& table = capture::table();
  std::uint64_t other_calls = 0;
  each_slot(table.slots() + 1,
            [&](const core::StatementCopy& copy, bool) { other_calls += copy.counts.calls(); });
  const bool exists = table.exists();
  rows.add({static_cast<std::int32_t>(exists ? table.slots() : 0),
            static_cast<std::int32_t>(exists ? table.used() : 0),
            bigint(exists ? table.reclaimed() : 0), bigint(exists ? table.unplaced() : 0),
            bigint(other_calls), bigint(capture::shared_bytes())});
  return rows.done();
}

}  // namespace almanac::api
