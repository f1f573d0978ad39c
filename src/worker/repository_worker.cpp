// The repository worker: connected to the repository database, takes the snapshots and seals the
// journal. Its loop is at the bottom of this file.

#include <map>
#include <optional>

#include "capture/keeper.hpp"
#include "core/schedule.hpp"
#include "pg/function.hpp"
#include "pg/scope.hpp"
#include "settings.hpp"
#include "worker/database_worker.hpp"
#include "worker/maintenance.hpp"
#include "worker/process.hpp"
#include "worker/recorder.hpp"
#include "worker/shared.hpp"

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

class Worker {
 public:
  // One turn of the loop; returns how long to sleep, in milliseconds.
  long turn();
  // At the end of a clean shutdown.
  void finish();

 private:
  bool find_extension();
  void snapshot(bool by_hand, bool relations, Reply& reply);
  void seal(const store::Stream& stream, bool all, Reply& reply);
  void seal_due(bool all, Reply& reply);
  bool maintain(bool all, Reply& reply);
  void note_unsealed(const store::Stream& stream, const std::exception& error);

  Oid extension_ = InvalidOid;
  std::optional<Recorder> recorder_;
  std::optional<Maintenance> maintenance_;
  bool said_missing_ = false;
  unsigned failures_ = 0;
  std::int64_t not_before_ = 0;  // monotonic: after failures
  std::int64_t last_tick_ = core::never, last_relation_tick_ = core::never;
  std::int64_t last_texts_ = 0, last_seal_ = 0, last_round_ = 0;
  std::map<const store::Stream*, std::string> unsealed_;  // what kept them from being sealed
};

// Also notices that the extension was dropped and created again: then nothing that is remembered is
// true any more.
bool Worker::find_extension() {
  pg::Transaction transaction;
  const Oid extension = pg::call([] { return get_extension_oid("pg_almanac", true); });
  transaction.commit();
  if (extension != extension_) {
    extension_ = extension;
    maintenance_.reset();
    recorder_.reset();
    last_tick_ = last_relation_tick_ = core::never;
    if (extension != InvalidOid) {
      recorder_.emplace(TopMemoryContext);
      maintenance_.emplace(TopMemoryContext, *recorder_);
    }
  }
  if (extension == InvalidOid && !said_missing_) {
    pg::report(
        LOG, ERRCODE_UNDEFINED_OBJECT,
        std::string("pg_almanac records nothing: the extension is not created in database \"") +
            settings::database + "\"",
        {}, "Connect to that database and run CREATE EXTENSION pg_almanac.");
    said_missing_ = true;
  }
  if (extension != InvalidOid) {
    said_missing_ = false;
  }
  return extension != InvalidOid;
}

// Other databases are looked into one after the other, before the transaction begins: nothing is
// held meanwhile.
void Worker::snapshot(bool by_hand, bool relations, Reply& reply) {
  const std::int64_t now = Moment::now().monotonic;
  RecordOptions options;
  options.relations = relations;
  options.texts = by_hand || last_texts_ == 0 || now - last_texts_ >= text_pause_us;
  options.interval_us = settings::interval_s * second_us;
  options.relation_interval_us =
      std::max(settings::relation_interval_s, settings::interval_s) * second_us;

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
    for (const Database& database : databases.recorded) {
      if (database.oid == MyDatabaseId || is_released(database.oid) || must_stop()) {
        continue;
      }
      found.push_back(std::make_unique<collect::RelationsObserved>(memory.resource()));
      look_into(database.oid, {}, *found.back());
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
    pg::Transaction transaction;
    const Sealed sealed = recorder_->seal(stream);
    transaction.commit();
    reply.sealed_rows += sealed.rows;
    more = sealed.left == Sealed::Left::run || (all && sealed.left == Sealed::Left::journal);
  }
}

void Worker::seal_due(bool all, Reply& reply) {
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
// tried again in the next round. True if there is more to do.
bool Worker::maintain(bool all, Reply& reply) {
  const std::int64_t begun = Moment::now().monotonic;
  if (all || !maintenance_->active()) {
    maintenance_->begin(Moment::now().wall);
    last_round_ = begun;
  }
  bool more = true;
  while (more && !must_stop() && !is_released(MyDatabaseId) &&
         (all || Moment::now().monotonic - begun < round_share_us)) {
    try {
      pg::Transaction transaction;
      more = maintenance_->next();
      transaction.commit();
    } catch (const std::exception& error) {
      pg::recover();
      if (!find_extension()) {
        return false;
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
  return more;
}

long Worker::turn() {
  if (!find_extension()) {
    set_state(WorkerState::no_schema);
    return poll_ms;
  }
  const Asked asked = take_requests();
  Reply reply;
  const Moment now = Moment::now();
  const std::int64_t interval = settings::interval_s * second_us;
  const std::int64_t relation_interval =
      std::max(settings::relation_interval_s, settings::interval_s) * second_us;
  const bool by_hand = (asked.requests & kRequestSnapshot) != 0;
  const bool first = last_tick_ == core::never;
  const bool due = settings::enabled && now.monotonic >= not_before_ &&
                   (first || core::due_tick(now.wall, last_tick_, interval) != core::never);
  const bool relations =
      by_hand || first ||
      core::due_tick(now.wall, last_relation_tick_, relation_interval) != core::never;
  bool unfinished = false;
  try {
    if (by_hand || due) {
      set_state(WorkerState::busy);
      snapshot(by_hand, relations, reply);
      failures_ = 0;
      if (due) {
        last_tick_ = core::aligned(now.wall, interval);
        last_relation_tick_ =
            relations ? core::aligned(now.wall, relation_interval) : last_relation_tick_;
      }
    }
    const bool seal_now = (asked.requests & kRequestSeal) != 0;
    if (seal_now || (due && now.monotonic - last_seal_ >= seal_pause_us)) {
      set_state(WorkerState::busy);
      seal_due(seal_now, reply);
      last_seal_ = now.monotonic;
    }
    const bool purge_now = (asked.requests & kRequestPurge) != 0;
    if (purge_now || (settings::enabled && (maintenance_->active() || last_round_ == 0 ||
                                            now.monotonic - last_round_ >= round_pause_us))) {
      set_state(WorkerState::busy);
      unfinished = maintain(purge_now, reply);
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
  answer(asked, reply);
  set_state(settings::enabled ? WorkerState::idle : WorkerState::disabled);
  const Moment after = Moment::now();
  const std::int64_t pause =
      std::max(core::next_tick(after.wall, last_tick_, interval) - after.wall,
               not_before_ - after.monotonic);
  if (unfinished && settings::enabled) {
    return static_cast<long>(std::min(pause / 1000 + 1, std::int64_t{500}));
  }
  return settings::enabled ? static_cast<long>(pause / 1000 + 1) : poll_ms;
}

// So that the next worker starts from here without reading the journal, and knows the deviations.
void Worker::finish() {
  if (!recorder_) {
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
    if (!must_stop() && !is_released(MyDatabaseId)) {
      wait(sleep);
    }
  }
  if (!is_released(MyDatabaseId)) {
    worker.finish();
  }
  note_request_to_leave();
}
