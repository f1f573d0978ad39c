// almanac.take_snapshot(), almanac.seal(), almanac.purge(), almanac.worker_status()

#include "pg/function.hpp"
#include "settings.hpp"
#include "worker/requests.hpp"
#include "worker/shared.hpp"

namespace {

const char* name_of(almanac::worker::WorkerState state) {
  using almanac::worker::WorkerState;
  switch (state) {
    case WorkerState::down: return "down";
    case WorkerState::starting: return "starting";
    case WorkerState::no_schema: return "extension missing";
    case WorkerState::outdated: return "outdated";
    case WorkerState::disabled: return "disabled";
    case WorkerState::idle: return "idle";
    case WorkerState::busy: return "busy";
    case WorkerState::no_space: return "no space";
  }
  return "unknown";
}

}  // namespace

using namespace almanac;

ALMANAC_FUNCTION(almanac_take_snapshot) { return pg::result(worker::take_snapshot()); }

ALMANAC_FUNCTION(almanac_seal) { return pg::result(worker::seal_journal()); }

ALMANAC_FUNCTION(almanac_purge) {
  const auto at = pg::Arguments(fcinfo).maybe<pg::Timestamp>(0);
  if (at && TIMESTAMP_NOT_FINITE(at->us)) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "time to purge at must be finite");
  }
  return pg::result(worker::purge(at ? std::optional(at->us) : std::nullopt));
}

// One row: preloaded, state, database, launcher_pid, worker_pid, worker_started,
// worker_memory_bytes, worker_cpu_ms, cpu_percent, snapshot_interval, relation_interval (seconds),
// upkeep_cpu_ms, upkeep_wal_bytes, free_bytes.
ALMANAC_FUNCTION(almanac_worker_status) {
  pg::RowWriter rows(fcinfo);
  worker::Shared* state = worker::shared();
  if (state == nullptr) {
    rows.add({false, "not preloaded", pg::Arg::null(TEXTOID), pg::Arg::null(INT4OID),
              pg::Arg::null(INT4OID), pg::Arg::null(TIMESTAMPTZOID), pg::Arg::null(INT8OID),
              pg::Arg::null(FLOAT8OID), pg::Arg::null(FLOAT8OID), pg::Arg::null(FLOAT8OID),
              pg::Arg::null(FLOAT8OID), pg::Arg::null(FLOAT8OID), pg::Arg::null(INT8OID),
              pg::Arg::null(INT8OID)});
    return rows.done();
  }
  SpinLockAcquire(&state->mutex);
  const pid_t launcher = state->launcher_pid;
  const pid_t pid = state->worker_pid;
  const worker::WorkerState what = state->state;
  const TimestampTz started = state->worker_started;
  const std::int64_t memory = state->worker_private_bytes;
  const std::int64_t cpu = state->worker_cpu_us;
  const double share = state->cpu_share;
  const std::int64_t interval = state->interval_us;
  const std::int64_t relation_interval = state->relation_interval_us;
  const std::int64_t upkeep_cpu = state->upkeep_cpu_us;
  const std::int64_t upkeep_wal = state->upkeep_wal_bytes;
  const std::int64_t free = state->free_bytes;
  SpinLockRelease(&state->mutex);
  const bool runs = pid != 0;
  const bool known = runs && interval != 0;
  const auto real = [](bool is_known, double value) {
    return is_known ? pg::Arg(value) : pg::Arg::null(FLOAT8OID);
  };
  rows.add({true, name_of(what), settings::database,
            launcher != 0 ? pg::Arg(static_cast<std::int32_t>(launcher)) : pg::Arg::null(INT4OID),
            runs ? pg::Arg(static_cast<std::int32_t>(pid)) : pg::Arg::null(INT4OID),
            runs ? pg::Arg(pg::Timestamp{started}) : pg::Arg::null(TIMESTAMPTZOID),
            runs ? pg::Arg(memory) : pg::Arg::null(INT8OID),
            real(runs, static_cast<double>(cpu) / 1e3), real(known, share * 100),
            real(known, static_cast<double>(interval) / 1e6),
            real(known, static_cast<double>(relation_interval) / 1e6),
            real(known, static_cast<double>(upkeep_cpu) / 1e3),
            known ? pg::Arg(upkeep_wal) : pg::Arg::null(INT8OID),
            known && free >= 0 ? pg::Arg(free) : pg::Arg::null(INT8OID)});
  return rows.done();
}
