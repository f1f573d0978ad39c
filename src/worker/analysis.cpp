#include "worker/analysis.hpp"

#include "analyze/metrics.hpp"
#include "core/schedule.hpp"
#include "pg/function.hpp"
#include "pg/memory.hpp"
#include "pg/scope.hpp"
#include "pg/spi.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "worker/findings.hpp"
#include "worker/ledger.hpp"
#include "worker/process.hpp"
#include "worker/reports.hpp"
#include "worker/shared.hpp"
#include "worker/source.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t hour_us = 3600 * second_us;
constexpr std::int64_t window_us = 35 * 24 * hour_us;  // that is looked at
constexpr std::int64_t retry_us = 60 * second_us;
// What a piece cost is slept off in its share, but not longer than this.
constexpr std::int64_t longest_rest_us = 30 * second_us;
// Whoever needs the database for himself waits five seconds for us.
constexpr long poll_ms = 250;

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

// Each transaction keeps the extension from being dropped until it ends: whoever drops it waits,
// and does not end in a deadlock.

struct Group {
  std::int32_t number;
  std::vector<std::int32_t> series;
};

// Groups that have something new.
std::vector<Group> groups_of(const store::Stream& stream, std::int64_t until) {
  std::vector<Group> groups;
  pg::Transaction transaction;
  store::hold_extension();
  {
    pg::OwnedContext memory(CurrentMemoryContext, "almanac groups");
    pg::Spi().query("SELECT g.series_group, g.series FROM almanac.series_to_analyze($1, $2) g",
                    {stream.name, pg::Timestamp{until}}, [&](const pg::Row& row) {
                      const auto series = row.array<std::int32_t>(1, memory.resource());
                      groups.push_back({row.get<std::int32_t>(0), {series.begin(), series.end()}});
                    });
  }
  transaction.commit();
  return groups;
}

// What a look found, and what it took.
struct Look {
  std::int64_t until;
  std::int64_t deadline;  // monotonic: what is left then has its turn first the next time
  double exec_seconds_per_day = 0;
  std::int64_t found = 0;
  std::int64_t series = 0;

  [[nodiscard]] bool over() const { return must_leave() || Moment::now().monotonic > deadline; }
};

// Each group of series in a transaction of its own, with rests between them.
void analyze(const store::Stream& stream, Look& look) {
  for (const Group& group : groups_of(stream, look.until)) {
    if (look.over()) {
      return;
    }
    const Cost before = Cost::now();
    pg::Transaction transaction;
    store::hold_extension();
    const auto more = pg::Spi().value<std::int32_t>(
        "SELECT almanac.analyze_group($1, $2, $3, $4, $5)",
        {stream.name, group.number, std::span<const std::int32_t>(group.series),
         pg::Timestamp{look.until}, look.exec_seconds_per_day});
    transaction.commit();
    look.found += more.value_or(0);
    look.series += static_cast<std::int64_t>(group.series.size());
    rest((Cost::now() - before).cpu_us);
  }
}

template <class... T>
void execute(const char* sql, T... arguments) {
  pg::Transaction transaction;
  store::hold_extension();
  pg::Spi().execute(sql, {arguments...});
  transaction.commit();
}

// Looks for causes of what was found since.
void explain(std::int64_t since, const Look& look) {
  std::vector<std::int64_t> changes;
  {
    pg::Transaction transaction;
    store::hold_extension();
    pg::Spi().query("SELECT c.change_id FROM almanac.changes_to_explain($1, false) c",
                    {pg::Timestamp{since}},
                    [&](const pg::Row& row) { changes.push_back(row.get<std::int64_t>(0)); });
    transaction.commit();
  }
  for (const std::int64_t change : changes) {
    if (look.over()) {
      return;
    }
    const Cost before = Cost::now();
    execute("SELECT almanac.note_cause($1)", change);
    rest((Cost::now() - before).cpu_us);
  }
}

double exec_seconds_per_day(std::int64_t until) {
  pg::Transaction transaction;
  store::hold_extension();
  const auto seconds =
      pg::Spi().value<double>("SELECT almanac.exec_seconds_per_day($1, $2)",
                              {pg::Timestamp{until - 24 * hour_us}, pg::Timestamp{until}});
  transaction.commit();
  return seconds.value_or(0);
}

void run() {
  if (!extension_fits()) {
    return;
  }
  const Cost before = Cost::now();
  const Moment began = Moment::now();
  Look look;
  look.until = core::aligned(began.wall, hour_us);
  look.deadline =
      began.monotonic + std::max<std::int64_t>(settings::analysis_interval_s, 60) * second_us;
  look.exec_seconds_per_day = exec_seconds_per_day(look.until);
  for (const store::Stream& stream : store::streams()) {
    if (!analyze::metrics(stream.id).empty() && !look.over()) {
      analyze(stream, look);
    }
  }
  if (must_leave()) {
    return;
  }
  execute("SELECT almanac.note_new_plan_changes($1)", pg::Timestamp{look.until});
  execute("SELECT almanac.group_changes()");
  explain(began.wall, look);
  execute("SELECT almanac.join_changes($1)", pg::Timestamp{look.until - window_us});
  execute("SELECT almanac.forget_changes($1)", pg::Timestamp{began.wall});
  const std::optional<std::int32_t> findings = find_findings(must_leave);
  make_reports(must_leave);
  const Cost cost = Cost::now() - before;
  pg::report(DEBUG1, ERRCODE_SUCCESSFUL_COMPLETION,
             "pg_almanac analysis: " + std::to_string(look.found) + " new changes in " +
                 std::to_string(look.series) + " series, " + std::to_string(findings.value_or(0)) +
                 " findings, " + std::to_string(cost.cpu_us / 1000) + " ms of CPU time");
}

// Unless it failed because the extension was dropped or replaced meanwhile.
void say(const std::exception& error) {
  if (extension_fits()) {
    pg::report(LOG, error, "pg_almanac could not analyze its history: ");
  }
}

}  // namespace

void Analysis::start_if_due() {
  const std::int64_t interval = std::int64_t{settings::analysis_interval_s} * second_us;
  const Moment now = Moment::now();
  if (interval == 0 || now.monotonic < not_before_ ||
      (last_ != 0 && core::due_tick(now.wall, last_, interval) == core::never) ||
      child_.running()) {
    return;
  }
  if (child_.start()) {
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
