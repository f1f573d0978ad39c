#include "worker/metrics.hpp"

#include <deque>

#include "pg/function.hpp"
#include "pg/scope.hpp"
#include "pg/spi.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "worker/metric_run.hpp"
#include "worker/process.hpp"
#include "worker/shared.hpp"
#include "worker/source.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t longest_pause_us = 60 * second_us;
constexpr std::int64_t no_metrics_us = 86400 * second_us;
constexpr std::int64_t retry_us = 60 * second_us;
constexpr std::int64_t shortest_pause_us = 5 * second_us;  // between two starts
// Between two that only store what was pushed: each leaves segments of its own.
constexpr std::int64_t store_pause_us = 60 * second_us;
constexpr std::int64_t failure_pause_us = 300 * second_us;
// Statements that run at the same time: one that takes its time keeps one place, not all.
constexpr std::size_t most_at_once = 2;
constexpr long poll_ms = 250;

// What is due now. Each gets its next time at once, so that one that takes the server down with it
// is not the first thing to run afterwards.
std::deque<MetricToRun> claim_due() {
  std::deque<MetricToRun> due;
  pg::Transaction transaction;
  pg::Spi().query(std::string("SELECT ") + kRequestColumns + " FROM almanac.claim_metrics()", {},
                  [&](const pg::Row& row) { due.push_back(metric_to_run(row)); });
  transaction.commit();
  return due;
}

// Writes down how a run went. Says into the log what went wrong, once for each thing.
void note(const MetricToRun& due, std::int64_t began, const MetricResult& result) {
  pg::Transaction transaction;
  const bool news = note_run(due, began, result);
  transaction.commit();
  if (news && result.trouble) {
    pg::report(LOG, result.trouble->sqlstate,
               "pg_almanac metric \"" + due.name + "\" failed: " + result.trouble->message,
               "Further failures of this kind are told by view almanac.metrics only.",
               result.trouble->hint);
  }
}

void note_safely(const MetricToRun& due, std::int64_t began, MetricResult result) {
  try {
    note(due, began, result);
  } catch (const std::exception& error) {  // labels that this database cannot hold, for instance
    pg::recover();
    result.values.clear();
    result.labels.clear();
    result.trouble = collect::Trouble{pg::sqlstate_of(error), error.what(), ""};
    note(due, began, result);
  }
}

// As long as there is more.
void repeat(const char* sql) {
  bool more = true;
  while (more && !must_leave()) {
    pg::Transaction transaction;
    more = pg::Spi().value<bool>(sql).value_or(false);
    transaction.commit();
  }
}

void store() {
  pg::call([] { pgstat_report_activity(STATE_RUNNING, "storing metrics"); });
  repeat("SELECT almanac.store_metric_values()");
  repeat("SELECT almanac.evaluate_ratios()");
  repeat("SELECT almanac.evaluate_objectives()");
  pg::call([] { pgstat_report_activity(STATE_RUNNING, "running metrics"); });
}

// The runs that are under way, and those that wait for a place.
class Runs {
 public:
  void run_all();

 private:
  struct Active {
    MetricToRun what;
    std::int64_t began;
    std::unique_ptr<MetricRun> run;
  };
  void claim();
  void end_unwanted();
  void start(MetricToRun next);
  bool finish();

  std::deque<MetricToRun> due_;
  std::vector<Active> active_;
};

// One that is still running is not run a second time meanwhile.
void Runs::claim() {
  for (MetricToRun& next : claim_due()) {
    const auto same = [&](const Active& one) { return one.what.metric == next.metric; };
    if (std::none_of(active_.begin(), active_.end(), same)) {
      due_.push_back(std::move(next));
    }
  }
}

// Ends the runs of metrics that were dropped or disabled.
void Runs::end_unwanted() {
  std::vector<std::int32_t> running;
  for (const Active& one : active_) {
    running.push_back(one.what.metric);
  }
  std::vector<std::int32_t> wanted;
  pg::Transaction transaction;
  pg::Spi().query(
      "SELECT metric_id FROM almanac.metric_definitions"
      " WHERE enabled AND metric_id OPERATOR(pg_catalog.=) ANY ($1)",
      {running}, [&](const pg::Row& row) { wanted.push_back(row.get<std::int32_t>(0)); });
  transaction.commit();
  std::erase_if(active_, [&](const Active& one) {
    return std::find(wanted.begin(), wanted.end(), one.what.metric) == wanted.end();
  });
}

void Runs::start(MetricToRun next) {
  const std::int64_t began = Moment::now().wall;
  if (next.obstacle || is_released(next.request.database)) {
    MetricResult none;
    none.trouble = next.obstacle ? next.obstacle
                                 : collect::Trouble{ERRCODE_OBJECT_IN_USE,
                                                    "somebody needs the database for himself", ""};
    note_safely(next, began, std::move(none));
    return;
  }
  auto run = std::make_unique<MetricRun>(next.request);
  active_.push_back({std::move(next), began, std::move(run)});
}

// Takes the results of those that have ended. Returns whether there were any.
bool Runs::finish() {
  bool any = false;
  for (auto at = active_.begin(); at != active_.end();) {
    if (!at->run->ended()) {
      ++at;
      continue;
    }
    MetricResult result;
    try {
      result = at->run->result();
    } catch (const std::exception& error) {
      pg::recover();
      result = {};
      result.trouble = collect::Trouble{pg::sqlstate_of(error), error.what(), ""};
    }
    note_safely(at->what, at->began, std::move(result));
    at = active_.erase(at);
    any = true;
  }
  return any;
}

// Until none is under way. One that takes long keeps others neither from running nor from being
// stored.
void Runs::run_all() {
  claim();
  std::int64_t looked = Moment::now().monotonic;
  std::int64_t stored = looked;
  while (!must_leave() && (!due_.empty() || !active_.empty())) {
    while (active_.size() < most_at_once && !due_.empty()) {
      MetricToRun next = std::move(due_.front());
      due_.pop_front();
      start(std::move(next));
    }
    if (!finish() && !active_.empty()) {
      wait(poll_ms);
    }
    const std::int64_t now = Moment::now().monotonic;
    if (!active_.empty() && now - looked >= shortest_pause_us) {
      end_unwanted();
      if (due_.empty()) {
        claim();
      }
      looked = now;
    }
    if (!active_.empty() && now - stored >= store_pause_us) {
      store();
      stored = Moment::now().monotonic;
    }
  }
}

void run() {
  if (!extension_fits()) {
    return;
  }
  pg::call([] { pgstat_report_activity(STATE_RUNNING, "running metrics"); });
  Runs().run_all();
  store();
}

// False if it failed because the extension was dropped or replaced meanwhile.
bool say(const std::exception& error) {
  if (!extension_fits()) {
    return false;
  }
  pg::report(LOG, error, "pg_almanac could not run metrics: ");
  return true;
}

}  // namespace

void Metrics::start_if_due() {
  try {
    look();
    said_.clear();
  } catch (const std::exception& error) {  // snapshots go on
    pg::recover();
    pause_ = retry_us;
    not_before_ = Moment::now().monotonic + retry_us;
    if (said_ != error.what() && extension_fits()) {
      pg::report(LOG, error, "pg_almanac cannot tell which metrics are due: ");
    }
    said_ = error.what();
  }
}

void Metrics::look() {
  const Moment now = Moment::now();
  pause_ = no_metrics_us;
  if (now.monotonic < not_before_) {
    pause_ = not_before_ - now.monotonic;
    return;
  }
  if (child_.running()) {
    pause_ = shortest_pause_us;
    return;
  }
  {
    static pg::Plan next_metric("SELECT due, values_wait FROM almanac.next_metric()");
    pg::Transaction transaction;
    pg::Spi().query(next_metric, {}, [&](const pg::Row& row) {
      if (const auto due = row.maybe<pg::Timestamp>(0)) {
        pause_ = due->us <= now.wall ? 0 : std::min(due->us - now.wall, longest_pause_us);
      }
      if (row.get<bool>(1)) {
        const std::int64_t next = last_ == 0 ? 0 : last_ + store_pause_us - now.monotonic;
        pause_ = std::min(pause_, std::max<std::int64_t>(next, 0));
      }
    });
    transaction.commit();
  }
  if (pause_ > 0) {
    return;
  }
  const bool started = child_.start();
  last_ = started ? now.monotonic : last_;
  pause_ = started ? shortest_pause_us : retry_us;
  not_before_ = now.monotonic + pause_;
}

namespace {

bool wakes = false;

void wake(XactEvent event, void*) {
  if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT) {
    return;
  }
  if (wakes && event == XACT_EVENT_COMMIT) {
    Shared* state = shared();
    SpinLockAcquire(&state->mutex);
    Latch* latch = state->worker_pid != 0 ? state->worker_latch : nullptr;
    SpinLockRelease(&state->mutex);
    if (latch != nullptr) {
      SetLatch(latch);
    }
  }
  wakes = false;
}

}  // namespace

void wake_at_commit() {
  static bool registered = false;
  if (shared() == nullptr) {
    return;
  }
  if (!registered) {
    pg::call([] { RegisterXactCallback(wake, nullptr); });
    registered = true;
  }
  wakes = true;
}

}  // namespace almanac::worker

ALMANAC_WORKER(almanac_metrics_main) {
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
    run();
  } catch (const std::exception& error) {
    pg::recover();
    // While this process is there no other one is started: what fails is not tried all the time.
    const std::int64_t until = say(error) ? Moment::now().monotonic + failure_pause_us : 0;
    while (!must_leave() && Moment::now().monotonic < until) {
      wait(poll_ms);
    }
  }
}
