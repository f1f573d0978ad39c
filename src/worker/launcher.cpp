#include "worker/launcher.hpp"

#include "core/schedule.hpp"
#include "pg/function.hpp"
#include "pg/scope.hpp"
#include "settings.hpp"
#include "worker/child.hpp"
#include "worker/process.hpp"
#include "worker/shared.hpp"
#include "worker/source.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t longest_backoff_us = 60 * second_us;
constexpr std::int64_t healthy_us =
    60 * second_us;  // a worker that lived that long did not fail at start

// PG zone. Without a database only the catalogs that all share can be read, and without their
// indexes.
Oid database_by_name(const char* name) {
  Relation catalog = table_open(DatabaseRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_database_datname, BTEqualStrategyNumber, F_NAMEEQ,
              CStringGetDatum(name));
  SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 1, &key);
  HeapTuple tuple = systable_getnext(scan);
  Oid database = InvalidOid;
  if (HeapTupleIsValid(tuple)) {
    auto* row = reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple));
    database = row->datallowconn ? row->oid : InvalidOid;
  }
  systable_endscan(scan);
  table_close(catalog, AccessShareLock);
  return database;
}

// Oid of the repository database; InvalidOid, said once, if it is missing or refuses connections.
Oid find_database(bool& said) {
  pg::Transaction transaction;
  const Oid database = pg::call([] { return database_by_name(settings::database); });
  transaction.commit();
  if (database == InvalidOid && !said) {
    pg::report(
        LOG, ERRCODE_UNDEFINED_DATABASE,
        std::string("pg_almanac records nothing: database \"") + settings::database +
            "\" does not exist or refuses connections",
        {},
        "Create it, or set pg_almanac.database to an existing database and restart the server.");
    said = true;
  }
  if (database != InvalidOid) {
    said = false;
  }
  return database;
}

// Starts the repository worker and waits until it has ended. Returns how long it ran, in
// microseconds; -1 if it could not be registered.
std::int64_t run_worker(Oid database) {
  BackgroundWorker worker;
  describe(worker, "pg_almanac repository", "almanac_repository_main");
  worker.bgw_main_arg = ObjectIdGetDatum(database);
  worker.bgw_notify_pid = MyProcPid;
  BackgroundWorkerHandle* handle = nullptr;
  if (!pg::call([&] { return RegisterDynamicBackgroundWorker(&worker, &handle); })) {
    return -1;
  }
  const std::int64_t started = Moment::now().monotonic;
  bool told = false;
  for (;;) {
    pid_t pid = 0;
    const BgwHandleStatus status = pg::call([&] { return GetBackgroundWorkerPid(handle, &pid); });
    if (status == BGWH_STOPPED || status == BGWH_POSTMASTER_DIED) {
      break;
    }
    if (must_stop() && !told) {
      pg::call([&] { TerminateBackgroundWorker(handle); });
      told = true;
    }
    wait(10'000);
  }
  pfree(handle);
  return Moment::now().monotonic - started;
}

void sleep_for(std::int64_t us) {
  const std::int64_t until = Moment::now().monotonic + us;
  while (!must_stop()) {
    const std::int64_t left = until - Moment::now().monotonic;
    if (left <= 0) {
      return;
    }
    wait(static_cast<long>(left / 1000 + 1));
  }
}

// Whether the repository worker that ended last did so because it was asked to.
bool left_by_request() {
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  const bool left = state->worker_left;
  state->worker_left = false;
  SpinLockRelease(&state->mutex);
  return left;
}

void set_launcher(pid_t pid) {
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  state->launcher_pid = pid;
  SpinLockRelease(&state->mutex);
}

void run() {
  bool said_missing = false;
  bool said_full = false;
  unsigned failures = 0;
  while (!must_stop()) {
    std::int64_t pause = second_us;
    try {
      const Oid database = find_database(said_missing);
      if (database == InvalidOid) {
        pause = 5 * second_us;
      } else if (!is_released(database)) {
        const std::int64_t lived = run_worker(database);
        const bool left = left_by_request();
        if (lived < 0 && !said_full) {
          pg::report(LOG, ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
                     "pg_almanac records nothing: no free slot for a background worker", {},
                     "Increase max_worker_processes.");
          said_full = true;
        }
        failures = lived >= healthy_us || left ? 0 : failures + 1;
        pause = failures == 0 ? second_us / 10 : core::backoff(failures, longest_backoff_us);
      }
    } catch (const std::exception& error) {
      pg::recover();
      pg::report(LOG, error, "pg_almanac launcher: ");
      pause = core::backoff(++failures, longest_backoff_us);
    }
    sleep_for(pause);
  }
}

}  // namespace

void register_launcher() {
  if (IsBinaryUpgrade) {
    return;
  }
  BackgroundWorker worker;
  describe(worker, "pg_almanac launcher", "almanac_launcher_main");
  worker.bgw_restart_time = 5;
  RegisterBackgroundWorker(&worker);
}

}  // namespace almanac::worker

ALMANAC_WORKER(almanac_launcher_main) {
  using namespace almanac;
  worker::take_signals();
  pg::call([] { BackgroundWorkerInitializeConnection(nullptr, nullptr, 0); });
  worker::pin_session();
  worker::set_launcher(MyProcPid);
  worker::run();
  worker::set_launcher(0);
  // A background worker that exits with 0 is never started again; whoever terminated this one wants
  // no such thing.
  pg::call([] { proc_exit(1); });
}
