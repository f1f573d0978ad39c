#include "worker/requests.hpp"

#include "pg/compat.hpp"
#include "settings.hpp"
#include "worker/maintenance.hpp"
#include "worker/recorder.hpp"
#include "worker/shared.hpp"
#include "worker/space.hpp"

namespace almanac::worker {
namespace {

// True if the repository worker serves the extension of this database.
bool worker_serves(const Shared* state) {
  return state->worker_pid != 0 && state->database == MyDatabaseId &&
         (state->state == WorkerState::idle || state->state == WorkerState::busy ||
          state->state == WorkerState::disabled || state->state == WorkerState::no_space);
}

struct Answer {
  bool served = false;
  std::int64_t snapshot_id = 0;
  std::int64_t sealed_rows = 0;
  std::int64_t dropped = 0;
  int sqlstate = 0;
  char message[256] = "";
};

// PG zone. Waits until the worker has served the request; not served if there is none, or it ended
// meanwhile.
Answer ask(std::uint32_t request) {
  Answer answer;
  Shared* state = shared();
  if (state == nullptr) {
    return answer;
  }
  SpinLockAcquire(&state->mutex);
  const bool serves = worker_serves(state);
  const pid_t worker = state->worker_pid;
  Latch* latch = state->worker_latch;
  std::uint64_t ticket = 0;
  if (serves) {
    ticket = ++state->asked;
    state->requests |= request;
  }
  SpinLockRelease(&state->mutex);
  if (!serves) {
    return answer;
  }
  SetLatch(latch);
  ConditionVariablePrepareToSleep(&state->changed);
  for (;;) {
    SpinLockAcquire(&state->mutex);
    const bool gone = state->worker_pid != worker || !worker_serves(state);
    answer.served = state->served >= ticket;
    if (answer.served) {
      answer.snapshot_id = state->last_snapshot_id;
      answer.sealed_rows = state->last_sealed_rows;
      answer.dropped = state->last_dropped;
      answer.sqlstate = state->last_sqlstate;
      memcpy(answer.message, state->last_message, sizeof(answer.message));
    }
    SpinLockRelease(&state->mutex);
    if (answer.served || gone) {
      break;
    }
    ConditionVariableTimedSleep(&state->changed, 1000, pg::compat::wait_event("PgAlmanacSnapshot"));
  }
  ConditionVariableCancelSleep();
  return answer;
}

Answer ask_worker(std::uint32_t request, const char* function) {
  if (RecoveryInProgress()) {
    throw pg::Failure(ERRCODE_READ_ONLY_SQL_TRANSACTION, "cannot record history on a standby")
        .hint("Run this on the primary server.");
  }
  pg::call([function] { PreventCommandIfReadOnly(function); });
  const Answer answer = pg::call([request] { return ask(request); });
  if (answer.served && answer.sqlstate != 0) {
    throw pg::Failure(answer.sqlstate, answer.message)
        .hint(answer.sqlstate == ERRCODE_DISK_FULL ? kSpaceHint : "See the server log.");
  }
  return answer;
}

// Settings of this function alone: our statements do not count.
class QuietSettings {
 public:
  QuietSettings()
      : level_(pg::call([] {
          const int level = NewGUCNestLevel();
          if (GetConfigOption("pg_stat_statements.track", true, false) != nullptr) {
            set_config_option("pg_stat_statements.track", "none", PGC_SUSET, PGC_S_SESSION,
                              GUC_ACTION_SAVE, true, 0, false);
          }
          return level;
        })) {}
  // After an error the transaction's end does it.
  void restore() {
    pg::call([this] { AtEOXact_GUC(true, level_); });
  }

 private:
  int level_;
};

}  // namespace

std::int64_t take_snapshot() {
  const Answer answer = ask_worker(kRequestSnapshot, "almanac.take_snapshot()");
  if (answer.served) {
    return answer.snapshot_id;
  }
  check_room();
  QuietSettings settings;
  Recorder recorder(CurrentMemoryContext);
  const std::int64_t id = recorder.record({}, {}).snapshot_id;
  settings.restore();
  return id;
}

std::int64_t seal_journal() {
  const Answer answer = ask_worker(kRequestSeal, "almanac.seal()");
  if (answer.served) {
    return answer.sealed_rows;
  }
  check_room();
  QuietSettings settings;
  Recorder recorder(CurrentMemoryContext);
  std::int64_t rows = 0;
  for (const store::Stream& stream : store::streams()) {
    for (bool more = true; more;) {
      const Sealed sealed = recorder.seal(stream);
      rows += sealed.rows;
      more = sealed.left != Sealed::Left::nothing;
    }
  }
  settings.restore();
  return rows;
}

std::int64_t purge(std::optional<std::int64_t> at) {
  if (!at) {
    const Answer answer = ask_worker(kRequestPurge, "almanac.purge()");
    if (answer.served) {
      return answer.dropped;
    }
  } else {
    pg::call([] { PreventCommandIfReadOnly("almanac.purge()"); });
  }
  if (IsolationUsesXactSnapshot()) {
    throw pg::Failure(ERRCODE_ACTIVE_SQL_TRANSACTION,
                      "almanac.purge() cannot run in a transaction that keeps its snapshot")
        .hint("Run it in a transaction of isolation level READ COMMITTED.");
  }
  QuietSettings settings;
  pg::OwnedContext context(CurrentMemoryContext, "almanac maintenance");
  Recorder recorder(context.get());
  Maintenance maintenance(context.get(), recorder);
  maintenance.may_write(find_room().enough());
  maintenance.begin(at ? *at : Moment::now().wall);
  while (maintenance.next()) {
    pg::call([] {
      CommandCounterIncrement();
      CHECK_FOR_INTERRUPTS();
    });
  }
  settings.restore();
  return maintenance.dropped();
}

}  // namespace almanac::worker
