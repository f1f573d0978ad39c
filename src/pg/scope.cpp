#include "pg/scope.hpp"

namespace almanac::pg {

namespace {

void refuse_pending(int before) {
  if (pending_errors() > before)
    throw Failure(ERRCODE_IN_FAILED_SQL_TRANSACTION,
                  "cannot commit after an error that was not rolled back");
}

// A rollback releases every lightweight lock but takes nothing off the hold-off counters, because
// PostgreSQL raises an error only after it has set them to zero, whereas call() keeps them. What
// they were when the scope began is right: locks from before then are counted by their guards.
void restore_holdoff(const HoldOff& before) noexcept {
  InterruptHoldoffCount = before.interrupts;
  QueryCancelHoldoffCount = before.cancels;
}

void abort_transaction(MemoryContext outer, int pending, const HoldOff& holdoff) noexcept {
  try {
    call([] { AbortOutOfAnyTransaction(); });
  } catch (...) {  // PostgreSQL has no way to go on from here either; the next transaction start
                   // will complain
  }
  restore_holdoff(holdoff);
  MemoryContextSwitchTo(outer);
  detail::set_pending_errors(pending);
}

}  // namespace

Transaction::Transaction() : outer_(CurrentMemoryContext), pending_(pending_errors()) {
  if (IsTransactionState())
    throw Failure(ERRCODE_ACTIVE_SQL_TRANSACTION, "there is already a transaction in progress");
  try {
    call([] {
      SetCurrentStatementStartTimestamp();
      StartTransactionCommand();
      PushActiveSnapshot(GetTransactionSnapshot());
    });
  } catch (...) {
    abort_transaction(outer_, pending_, holdoff_);
    throw;
  }
  open_ = true;
}

Transaction::~Transaction() {
  if (open_) abort_transaction(outer_, pending_, holdoff_);
}

void Transaction::commit() {
  refuse_pending(pending_);
  call([] {
    if (ActiveSnapshotSet()) PopActiveSnapshot();
    CommitTransactionCommand();
  });
  open_ = false;
  MemoryContextSwitchTo(outer_);
}

Subtransaction::Subtransaction()
    : outer_context_(CurrentMemoryContext),
      outer_owner_(CurrentResourceOwner),
      pending_(pending_errors()) {
  try {
    call([] { BeginInternalSubTransaction(nullptr); });
  } catch (...) {
    restore();
    throw;
  }
  level_ = GetCurrentTransactionNestLevel();
  MemoryContextSwitchTo(outer_context_);
}

Subtransaction::~Subtransaction() {
  if (level_ == 0) return;
  try {
    call([level = level_] {
      while (GetCurrentTransactionNestLevel() >= level) RollbackAndReleaseCurrentSubTransaction();
    });
    restore_holdoff(holdoff_);
    detail::set_pending_errors(pending_);
  } catch (...) {  // stays pending: the enclosing transaction cannot commit
  }
  restore();
}

void Subtransaction::commit() {
  refuse_pending(pending_);
  if (GetCurrentTransactionNestLevel() != level_)
    throw Failure(ERRCODE_INTERNAL_ERROR,
                  "subtransactions do not end in the order they were begun");
  call([] { ReleaseCurrentSubTransaction(); });
  level_ = 0;
  restore();
}

void Subtransaction::restore() const noexcept {
  MemoryContextSwitchTo(outer_context_);
  CurrentResourceOwner = outer_owner_;
}

LockGuard::LockGuard(LWLock* lock, LWLockMode mode) : lock_(lock) {
  call([=] { LWLockAcquire(lock, mode); });
}

LockGuard::~LockGuard() {
  if (LWLockHeldByMe(lock_))
    LWLockRelease(lock_);
  else
    InterruptHoldoffCount = InterruptHoldoffCount - 1;  // a rollback took the lock, but not this
}

void recover() noexcept {
  try {
    call([] {
      AbortOutOfAnyTransaction();
      LWLockReleaseAll();
      ConditionVariableCancelSleep();
      pgstat_report_wait_end();
    });
  } catch (...) {  // what is left is for the next transaction start to complain about
  }
  restore_holdoff({0, 0});
  detail::set_pending_errors(0);
}

}  // namespace almanac::pg
