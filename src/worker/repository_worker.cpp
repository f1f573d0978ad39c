// The repository worker: connected to the repository database, takes the snapshots and seals the
// journal. Its loop is at the bottom of this file.

#include <map>
#include <optional>

#include "capture/commands.hpp"
#include "capture/keeper.hpp"
#include "core/schedule.hpp"
#include "pg/function.hpp"
#include "pg/scope.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "worker/alerts.hpp"
#include "worker/analysis.hpp"
#include "worker/database_worker.hpp"
#include "worker/maintenance.hpp"
#include "worker/metrics.hpp"
#include "worker/process.hpp"
#include "worker/recorder.hpp"
#include "worker/shared.hpp"
#include "worker/space.hpp"
#include "worker/throttle.hpp"
#include "worker/wait_sampler.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t text_pause_us = 10 * second_us;  // between two readings of query texts
constexpr std::int64_t seal_pause_us =
    60 * second_us;  // between two looks at the size of the journal
constexpr std::int64_t round_pause_us = 300 * second_us;  // between two rounds of maintenance
constexpr std::int64_t round_share_us = second_us / 2;    // of a round, between two snapshots
constexpr std::int64_t longest_backoff_us = 300 * second_us;
constexpr long poll_ms = 2000;  // for the extension to be created

void set_state(WorkerState state) {
  Shared* shared_state = shared();
  SpinLockAcquire(&shared_state->mutex);
  shared_state->state = state;
  SpinLockRelease(&shared_state->mutex);
}

// Memory that this process has for itself, in bytes, as Linux tells it; 0 if it does not. The
// shared buffers that it has touched are not its own.
std::int64_t private_bytes() {
  FILE* file = fopen("/proc/self/statm", "r");
  if (file == nullptr) {
    return 0;
  }
  long total = 0;
  long resident = 0;
  long with_others = 0;
  const int fields = fscanf(file, "%ld %ld %ld", &total, &resident, &with_others);
  fclose(file);
  return fields == 3 ? (resident - with_others) * sysconf(_SC_PAGESIZE) : 0;
}

void leave(int, Datum) {
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  if (state->worker_pid == MyProcPid) {
    state->worker_pid = 0;
    state->worker_latch = nullptr;
    state->state = WorkerState::down;
    state->database = InvalidOid;
  }
  SpinLockRelease(&state->mutex);
  ConditionVariableBroadcast(&state->changed);
}

void enter() {
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  state->worker_pid = MyProcPid;
  state->worker_latch = MyLatch;
  state->worker_started = GetCurrentTimestamp();
  state->state = WorkerState::starting;
  state->database = MyDatabaseId;
  SpinLockRelease(&state->mutex);
  pg::call([] { before_shmem_exit(leave, Datum{0}); });
}

void note_request_to_leave() {
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  state->worker_left = true;
  SpinLockRelease(&state->mutex);
}

// What backends asked for since the last time.
struct Asked {
  std::uint32_t requests = 0;
  std::uint64_t ticket = 0;
};

Asked take_requests() {
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  const Asked asked{state->requests, state->asked};
  state->requests = 0;
  SpinLockRelease(&state->mutex);
  return asked;
}

// Whether somebody wants something since the turn began. Whatever waits within a turn, for a lock
// for instance, takes the latch for its own: that it is not set does not mean that nobody has set
// it.
bool asked_meanwhile() {
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  const bool asked = state->requests != 0;
  SpinLockRelease(&state->mutex);
  return asked || ConfigReloadPending != 0;
}

// What became of it.
struct Reply {
  std::int64_t snapshot_id = 0;
  std::int64_t sealed_rows = 0;
  std::int64_t dropped = 0;
  int sqlstate = 0;
  std::string message;
};

void answer(const Asked& asked, const Reply& reply) {
  Shared* state = shared();
  const std::int64_t memory = private_bytes();
  const std::int64_t cpu = Cost::now().cpu_us;
  SpinLockAcquire(&state->mutex);
  if (asked.requests != 0) {  // otherwise the last answer may not have been read yet
    state->served = asked.ticket;
    state->last_snapshot_id = reply.snapshot_id;
    state->last_sealed_rows = reply.sealed_rows;
    state->last_dropped = reply.dropped;
    state->last_sqlstate = reply.sqlstate;
    strlcpy(state->last_message, reply.message.c_str(), sizeof(state->last_message));
  }
  state->worker_private_bytes = memory;
  state->worker_cpu_us = cpu;
  SpinLockRelease(&state->mutex);
  if (asked.requests != 0) {
    pg::call([state] { ConditionVariableBroadcast(&state->changed); });
  }
}

constexpr std::int64_t no_space_poll_us = 10 * second_us;
constexpr std::int64_t alert_pause_us = 60 * second_us;  // between two looks without a snapshot

class Worker {
 public:
  // One turn of the loop; returns how long to sleep, in milliseconds.
  long turn();
  void sleep(long ms) { waits_.sleep(ms); }
  // At the end of a clean shutdown.
  void finish();

 private:
  bool find_extension();
  void say_misfit(const store::Installed& found);
  void snapshot(bool by_hand, bool scheduled, bool relations, Reply& reply);
  void seal(const store::Stream& stream, bool all, Reply& reply);
  void seal_due(bool all, Reply& reply);
  void maintain(bool all, Reply& reply);
  void record_events();
  void evaluate_alerts(bool at_once);
  bool find_space();
  void note_unsealed(const store::Stream& stream, const std::exception& error);

  Throttle throttle_;
  WaitSampler waits_{TopMemoryContext};
  Room room_;
  bool no_space_ = false;
  Oid extension_ = InvalidOid;
  pg::OwnedContext known_{TopMemoryContext, "pg_almanac known sizes"};
  std::map<Oid, collect::KnownSizes> known_sizes_;  // of other databases, from the last look
  std::optional<Recorder> recorder_;
  std::optional<Maintenance> maintenance_;
  Analysis analysis_;
  Metrics metrics_;
  Alerts alerts_;
  store::Fit fit_ = store::Fit::missing;
  std::string said_misfit_;
  unsigned failures_ = 0;
  std::int64_t not_before_ = 0;  // monotonic: after failures
  std::int64_t last_tick_ = core::never, last_relation_tick_ = core::never;
  std::int64_t last_texts_ = 0, last_seal_ = 0, last_round_ = 0, last_alerts_ = 0;
  std::map<const store::Stream*, std::string> unsealed_;  // what kept them from being sealed
};

// Also notices that the extension was dropped and created again, or updated: then nothing that is
// remembered is true any more.
bool Worker::find_extension() {
  pg::Transaction transaction;
  const store::Installed found = store::installed();
  transaction.commit();
  const Oid extension = found.fit == store::Fit::fits ? found.oid : InvalidOid;
  if (extension != extension_) {
    extension_ = extension;
    maintenance_.reset();
    recorder_.reset();
    last_tick_ = last_relation_tick_ = core::never;
    last_round_ = 0;
    waits_.enable(false);  // what was seen belongs to the former history
    if (extension != InvalidOid) {
      recorder_.emplace(TopMemoryContext, true);
      maintenance_.emplace(TopMemoryContext, *recorder_);
    }
  }
  fit_ = found.fit;
  say_misfit(found);
  return extension != InvalidOid;
}

// Into the log once.
void Worker::say_misfit(const store::Installed& found) {
  const std::string database = std::string("database \"") + settings::database + "\"";
  std::string message;
  std::string hint;
  switch (found.fit) {
    case store::Fit::fits: break;
    case store::Fit::missing:
      message = "the extension is not created in " + database;
      hint = "Connect to that database and run CREATE EXTENSION pg_almanac.";
      break;
    case store::Fit::older:
      message = "the extension in " + database + " has version " + found.version +
                ", older than the library, " + store::library_version();
      hint = "Connect to that database and run ALTER EXTENSION pg_almanac UPDATE.";
      break;
    case store::Fit::newer:
      message = "the extension in " + database + " has version " + found.version +
                ", newer than the library, " + store::library_version();
      hint = store::describe(found).hint;
      break;
  }
  if (!message.empty() && message != said_misfit_) {
    pg::report(LOG,
               found.fit == store::Fit::missing ? ERRCODE_UNDEFINED_OBJECT
                                                : ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
               "pg_almanac records nothing: " + message, {}, hint);
  }
  said_misfit_ = message;
}

// Other databases are looked into one after the other, before the transaction begins: nothing is
// held meanwhile.
void Worker::snapshot(bool by_hand, bool scheduled, bool relations, Reply& reply) {
  const std::int64_t now = Moment::now().monotonic;
  RecordOptions options;
  options.relations = relations;
  options.texts = by_hand || last_texts_ == 0 || now - last_texts_ >= text_pause_us;
  options.interval_us = throttle_.expected_interval();
  options.relation_interval_us = throttle_.expected_relation_interval();
  options.waits = &waits_;

  pg::OwnedContext memory(TopMemoryContext, "pg_almanac relations");
  std::vector<std::unique_ptr<collect::RelationsObserved>> found;
  std::vector<collect::RelationsObserved*> others;
  if (relations) {
    Databases databases;
    {
      pg::Transaction transaction;
      pg::Spi spi;
      databases = list_databases(spi);
    }
    std::erase_if(known_sizes_, [&](const auto& known) {
      return std::ranges::find(databases.recorded, known.first, &Database::oid) ==
             databases.recorded.end();
    });
    for (const Database& database : databases.recorded) {
      if (database.oid == MyDatabaseId || is_released(database.oid) || must_stop()) {
        continue;
      }
      waits_.look_if_due();
      found.push_back(std::make_unique<collect::RelationsObserved>(memory.resource()));
      collect::KnownSizes& known =
          known_sizes_.try_emplace(database.oid, known_.resource()).first->second;
      DatabaseLook request;
      request.known = pgstat_track_counts ? &known : nullptr;
      const std::int64_t own = Cost::now().cpu_us;
      look_into(database.oid, request, *found.back());
      throttle_.others(found.back()->cpu_us - (Cost::now().cpu_us - own));
      known = found.back()->known;
      found.back()->database = database.oid;
      others.push_back(found.back().get());
    }
  }
  if (must_stop()) {
    return;
  }
  try {
    pg::Transaction transaction;
    const Recorded recorded = recorder_->record(options, others);
    transaction.commit();
    recorder_->accept();
    reply.snapshot_id = recorded.snapshot_id;
    throttle_.snapshot(scheduled,
                       relations ? std::optional(recorded.relations_cpu_us) : std::nullopt);
  } catch (...) {
    recorder_->discard();
    throw;
  }
  if (options.texts) {
    last_texts_ = now;
  }
}

void Worker::seal(const store::Stream& stream, bool all, Reply& reply) {
  bool more = true;
  while (more && !must_stop()) {
    waits_.look_if_due();
    pg::Transaction transaction;
    const Sealed sealed = recorder_->seal(stream);
    transaction.commit();
    reply.sealed_rows += sealed.rows;
    more = sealed.left == Sealed::Left::run || (all && sealed.left == Sealed::Left::journal);
  }
}

void Worker::seal_due(bool all, Reply& reply) {
  const Throttle::Upkeep upkeep(throttle_, all);
  std::vector<const store::Stream*> due;
  if (all) {
    for (const store::Stream& stream : store::streams()) {
      due.push_back(&stream);
    }
  } else {
    pg::Transaction transaction;
    due = recorder_->due_for_sealing();
    transaction.commit();
  }
  for (const store::Stream* stream : due) {
    try {
      seal(*stream, all, reply);
      unsealed_.erase(stream);
    } catch (const std::exception& error) {
      pg::recover();
      if (!find_extension()) {
        return;
      }
      note_unsealed(*stream, error);
      if (all && reply.sqlstate == 0) {
        reply.sqlstate = pg::sqlstate_of(error);
        reply.message = error.what();
      }
    }
  }
}

// A stream that cannot be sealed keeps its journal; the others are sealed all the same. Into the
// log once.
void Worker::note_unsealed(const store::Stream& stream, const std::exception& error) {
  std::string& said = unsealed_[&stream];
  if (said != error.what()) {
    said = error.what();
    pg::report(LOG, error, std::string("pg_almanac cannot seal stream \"") + stream.name + "\": ");
  }
}

// A round of maintenance, or a part of one so that snapshots are not late. What fails is said and
// tried again in the next round.
void Worker::maintain(bool all, Reply& reply) {
  const Throttle::Upkeep upkeep(throttle_, all);
  const std::int64_t begun = Moment::now().monotonic;
  if (all || !maintenance_->active()) {
    maintenance_->begin_now(Moment::now().wall, last_round_ == 0 ? 0 : begun - last_round_);
    last_round_ = begun;
  }
  maintenance_->may_write(!no_space_);
  bool more = true;
  int pieces = 0;
  while (more && !must_stop() && !is_released(MyDatabaseId) &&
         (all || pieces == 0 ||
          (throttle_.rest_until() == 0 && Moment::now().monotonic - begun < round_share_us))) {
    ++pieces;
    waits_.look_if_due();
    const std::int64_t piece_begun = Moment::now().monotonic;
    try {
      pg::Transaction transaction;
      more = maintenance_->next();
      transaction.commit();
      if (message_level_is_interesting(DEBUG1)) {
        pg::report(DEBUG1, ERRCODE_SUCCESSFUL_COMPLETION,
                   "pg_almanac maintenance, " + maintenance_->piece() + ": " +
                       std::to_string(Moment::now().monotonic - piece_begun) + " us");
      }
    } catch (const std::exception& error) {
      pg::recover();
      if (!find_extension()) {
        return;
      }
      pg::report(LOG, error, "pg_almanac could not maintain its history: ");
      maintenance_->skip();
      if (all) {
        reply.sqlstate = pg::sqlstate_of(error);
        reply.message = error.what();
      }
    }
  }
  reply.dropped = maintenance_->dropped();
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  state->stored_bytes = maintenance_->stored();
  SpinLockRelease(&state->mutex);
}

// Between two snapshots: when many commands wait, and when settings have just changed.
void Worker::record_events() {
  try {
    pg::Transaction transaction;
    recorder_->record_events();
    transaction.commit();
    recorder_->accept_events();
  } catch (...) {
    recorder_->discard();
    throw;
  }
}

// After a snapshot, or instead of one that could not be taken: then not more often than need be.
void Worker::evaluate_alerts(bool at_once) {
  const std::int64_t now = Moment::now().monotonic;
  if (!settings::enabled || must_stop() ||
      (!at_once && now - last_alerts_ < std::min(throttle_.interval(), alert_pause_us))) {
    return;
  }
  alerts_.evaluate();
  last_alerts_ = now;
}

// Whether there is enough free space to record; said when that changes.
bool Worker::find_space() {
  pg::Transaction transaction;
  room_ = find_room();
  transaction.commit();
  const bool short_before = no_space_;
  no_space_ = short_before ? !room_.ample() : !room_.enough();
  if (no_space_ && !short_before) {
    pg::report(LOG, ERRCODE_DISK_FULL, "pg_almanac records nothing: " + room_.complaint(),
               "Counters go on counting: what happens meanwhile will be in one long interval.",
               kSpaceHint);
  } else if (!no_space_ && short_before) {
    pg::report(LOG, ERRCODE_SUCCESSFUL_COMPLETION,
               "pg_almanac records again: there is enough free space");
  }
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  state->free_bytes = room_.free_bytes;
  SpinLockRelease(&state->mutex);
  return !no_space_;
}

long Worker::turn() {
  if (!find_extension()) {
    set_state(fit_ == store::Fit::missing ? WorkerState::no_schema : WorkerState::outdated);
    return poll_ms;
  }
  const Asked asked = take_requests();
  Reply reply;
  waits_.enable(settings::enabled);
  throttle_.looked(waits_.take_spent());
  throttle_.choose();
  const Moment now = Moment::now();
  const std::int64_t interval = throttle_.interval();
  const std::int64_t relation_interval = throttle_.relation_interval();
  const bool by_hand = (asked.requests & kRequestSnapshot) != 0;
  const bool first = last_tick_ == core::never;
  const bool due = settings::enabled && now.monotonic >= not_before_ &&
                   (first || core::due_tick(now.wall, last_tick_, interval) != core::never);
  const bool relations =
      by_hand || first ||
      core::due_tick(now.wall, last_relation_tick_, relation_interval) != core::never;
  const bool short_before = no_space_;
  try {
    const bool room = !(settings::enabled || asked.requests != 0) || find_space();
    const bool seal_now = (asked.requests & kRequestSeal) != 0;
    if (!room && (by_hand || seal_now)) {
      reply.sqlstate = ERRCODE_DISK_FULL;
      reply.message = room_.complaint();
    }
    if (room && (by_hand || due)) {
      set_state(WorkerState::busy);
      snapshot(by_hand, due, relations, reply);
      failures_ = 0;
      if (due) {
        last_tick_ = core::aligned(now.wall, interval);
        last_relation_tick_ =
            relations ? core::aligned(now.wall, relation_interval) : last_relation_tick_;
      }
    }
    if (room && (seal_now || (due && now.monotonic - last_seal_ >= seal_pause_us))) {
      set_state(WorkerState::busy);
      seal_due(seal_now, reply);
      last_seal_ = now.monotonic;
    }
    if (room && settings::enabled && recorder_->has_events()) {
      record_events();
    }
    const bool purge_now = (asked.requests & kRequestPurge) != 0;
    if (purge_now || (settings::enabled && now.monotonic >= throttle_.rest_until() &&
                      (maintenance_->active() || last_round_ == 0 ||
                       now.monotonic - last_round_ >= round_pause_us))) {
      set_state(WorkerState::busy);
      maintain(purge_now, reply);
    }
    if (settings::enabled && room) {
      analysis_.start_if_due();
      metrics_.start_if_due();
    }
  } catch (const std::exception& error) {
    pg::recover();
    if (find_extension()) {
      pg::report(LOG, error, "pg_almanac could not take a snapshot: ");
    }
    reply.sqlstate = pg::sqlstate_of(error);
    reply.message = error.what();
    not_before_ = Moment::now().monotonic + core::backoff(++failures_, longest_backoff_us);
  }
  pg::call([] {
    pgstat_report_stat(true);
    pgstat_report_activity(STATE_IDLE, nullptr);
  });
  throttle_.choose();
  set_state(!settings::enabled ? WorkerState::disabled
            : no_space_        ? WorkerState::no_space
                               : WorkerState::idle);
  const bool at_once = by_hand || reply.snapshot_id != 0 || no_space_ != short_before;
  if (due || at_once) {
    evaluate_alerts(at_once);
  }
  answer(asked, reply);
  const Moment after = Moment::now();
  std::int64_t pause =
      std::max(core::next_tick(after.wall, last_tick_, throttle_.interval()) - after.wall,
               not_before_ - after.monotonic);
  if (maintenance_ && maintenance_->active()) {
    const std::int64_t rest = throttle_.rest_until() - after.monotonic;
    pause = std::min(pause, std::max(rest, second_us / 2));
  }
  if (no_space_) {
    pause = std::min(pause, no_space_poll_us);
  } else if (settings::enabled) {
    pause = std::min(pause, metrics_.pause());
  }
  return settings::enabled ? static_cast<long>(pause / 1000 + 1) : poll_ms;
}

// So that the next worker starts from here without reading the journal, and knows the deviations.
void Worker::finish() {
  if (!recorder_ || no_space_) {
    return;
  }
  try {
    pg::Transaction transaction;
    recorder_->save_references();
    transaction.commit();
  } catch (const std::exception& error) {
    pg::recover();
    pg::report(LOG, error, "pg_almanac could not write its reference: ");
  }
}

}  // namespace
}  // namespace almanac::worker

ALMANAC_WORKER(almanac_repository_main) {
  using namespace almanac;
  using namespace almanac::worker;
  take_signals();
  const Oid database = DatumGetObjectId(argument);
  pg::call([&] {
    BackgroundWorkerInitializeConnectionByOid(database, InvalidOid,
                                              pg::compat::connection_flags(false));
  });
  pin_session();
  enter();
  Worker worker;
  while (!must_stop() && !is_released(MyDatabaseId)) {
    long sleep = 1000;
    try {
      sleep = worker.turn();
    } catch (const std::exception& error) {
      pg::recover();
      pg::report(LOG, error, "pg_almanac repository worker: ");
    }
    capture::make_room(MyLatch);
    capture::set_reader_latch(MyLatch);
    if (must_stop() || is_released(MyDatabaseId)) {
      break;
    }
    if (asked_meanwhile()) {
      wait(0);
    } else {
      worker.sleep(sleep);
    }
  }
  if (!is_released(MyDatabaseId)) {
    worker.finish();
  }
  note_request_to_leave();
}
