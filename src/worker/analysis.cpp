#include "worker/analysis.hpp"

#include "analyze/metrics.hpp"
#include "core/schedule.hpp"
#include "pg/function.hpp"
#include "pg/scope.hpp"
#include "pg/spi.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "worker/ledger.hpp"
#include "worker/process.hpp"
#include "worker/shared.hpp"
#include "worker/source.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t hour_us = 3600 * second_us;
constexpr std::int64_t window_hours = 35 * 24;
constexpr std::int64_t retry_us = 60 * second_us;
// What a piece cost is slept off in its share, but not longer than this.
constexpr std::int64_t longest_rest_us = 30 * second_us;
// Whoever needs the database for himself waits five seconds for us.
constexpr long poll_ms = 250;

bool must_leave() { return must_stop() || is_released(MyDatabaseId) || !settings::enabled; }

void rest(std::int64_t cpu_us) {
  const double share = settings::max_cpu_percent / 100;
  if (share <= 0) {
    return;
  }
  const auto pause = static_cast<std::int64_t>(static_cast<double>(cpu_us) * (1 / share - 1));
  const std::int64_t until = Moment::now().monotonic + std::min(pause, longest_rest_us);
  while (!must_leave() && Moment::now().monotonic < until) {
    wait(poll_ms);
  }
}

bool extension_fits() {
  pg::Transaction transaction;
  const store::Installed found = store::installed();
  transaction.commit();
  return found.fit == store::Fit::fits;
}

std::vector<std::int32_t> groups_of(const store::Stream& stream) {
  std::vector<std::int32_t> groups;
  pg::Transaction transaction;
  pg::Spi().query("SELECT DISTINCT series_id / " + std::to_string(store::kSeriesPerSegment) +
                      " FROM almanac." + stream.name + "_keys ORDER BY 1",
                  {}, [&](const pg::Row& row) { groups.push_back(row.get<std::int32_t>(0)); });
  transaction.commit();
  return groups;
}

// Each group of series in a transaction of its own, with rests between them.
std::int64_t analyze(const store::Stream& stream, std::int64_t until) {
  std::int64_t found = 0;
  for (const std::int32_t group : groups_of(stream)) {
    if (must_leave()) {
      return found;
    }
    const Cost before = Cost::now();
    pg::Transaction transaction;
    const std::int32_t first = group * store::kSeriesPerSegment;
    const auto more = pg::Spi().value<std::int32_t>(
        "SELECT almanac.analyze_stream($1, $2, $3, '1 hour', $4, $5)",
        {stream.name, pg::Timestamp{until - window_hours * hour_us}, pg::Timestamp{until}, first,
         first + store::kSeriesPerSegment - 1});
    transaction.commit();
    found += more.value_or(0);
    rest((Cost::now() - before).cpu_us);
  }
  return found;
}

void run() {
  if (!extension_fits()) {
    return;
  }
  const Cost before = Cost::now();
  const std::int64_t began = Moment::now().wall;
  const std::int64_t until = core::aligned(Moment::now().wall, hour_us);
  std::int64_t found = 0;
  for (const store::Stream& stream : store::streams()) {
    if (!analyze::metrics(stream.id).empty() && !must_leave()) {
      found += analyze(stream, until);
    }
  }
  if (must_leave()) {
    return;
  }
  pg::Transaction transaction;
  {
    pg::Spi spi;
    spi.execute("SELECT almanac.group_changes()");
    spi.execute("SELECT almanac.note_causes($1)", {pg::Timestamp{began}});
    spi.execute("SELECT almanac.join_changes()");
  }
  transaction.commit();
  const Cost cost = Cost::now() - before;
  pg::report(DEBUG1, ERRCODE_SUCCESSFUL_COMPLETION,
             "pg_almanac analysis: " + std::to_string(found) + " new changes, " +
                 std::to_string(cost.cpu_us / 1000) + " ms of CPU time");
}

// Unless it failed because the extension was dropped or replaced meanwhile.
void say(const std::exception& error) {
  if (extension_fits()) {
    pg::report(LOG, error, "pg_almanac could not analyze its history: ");
  }
}

}  // namespace

bool Analysis::running() {
  if (handle_ == nullptr) {
    return false;
  }
  pid_t pid = 0;
  const BgwHandleStatus status = pg::call([&] { return GetBackgroundWorkerPid(handle_, &pid); });
  if (status == BGWH_STARTED || status == BGWH_NOT_YET_STARTED) {
    return true;
  }
  pfree(handle_);
  handle_ = nullptr;
  return false;
}

void Analysis::start_if_due() {
  const std::int64_t interval = std::int64_t{settings::analysis_interval_s} * second_us;
  const Moment now = Moment::now();
  if (interval == 0 || now.monotonic < not_before_ ||
      (last_ != 0 && core::due_tick(now.wall, last_, interval) == core::never) || running()) {
    return;
  }
  BackgroundWorker worker{};
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  strlcpy(worker.bgw_name, "pg_almanac analysis", BGW_MAXLEN);
  strlcpy(worker.bgw_type, "pg_almanac analysis", BGW_MAXLEN);
  strlcpy(worker.bgw_library_name, "pg_almanac", BGW_MAXLEN);
  strlcpy(worker.bgw_function_name, "almanac_analysis_main", BGW_MAXLEN);
  worker.bgw_main_arg = ObjectIdGetDatum(MyDatabaseId);
  const bool started = pg::call([&] {
    MemoryContext const previous = MemoryContextSwitchTo(TopMemoryContext);
    const bool registered = RegisterDynamicBackgroundWorker(&worker, &handle_);
    MemoryContextSwitchTo(previous);
    return registered;
  });
  if (started) {
    last_ = core::aligned(now.wall, interval);
  } else {
    not_before_ = now.monotonic + retry_us;
  }
}

}  // namespace almanac::worker

ALMANAC_WORKER(almanac_analysis_main) {
  using namespace almanac;
  using namespace almanac::worker;
  take_signals();
  const Oid database = DatumGetObjectId(argument);
  pg::call([&] {
    BackgroundWorkerInitializeConnectionByOid(database, InvalidOid,
                                              pg::compat::connection_flags(false));
  });
  pin_session();
  try {
    pg::call([] { pgstat_report_activity(STATE_RUNNING, "looking for changes in history"); });
    run();
  } catch (const std::exception& error) {
    pg::recover();
    say(error);
  }
}
