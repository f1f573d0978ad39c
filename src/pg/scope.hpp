// Transactions, subtransactions and locks that end with the C++ scope they were begun in.
//
// Zone: C++.
#pragma once

#include "pg/boundary.hpp"

namespace almanac::pg {

// How many hold-offs of interrupts are in force: InterruptHoldoffCount and QueryCancelHoldoffCount.
struct HoldOff {
  std::uint32_t interrupts = InterruptHoldoffCount;
  std::uint32_t cancels = QueryCancelHoldoffCount;
};

// A transaction of a background worker, with an active snapshot. Inside, the current memory context
// is the transaction's, and is gone afterwards; at the end the context that was current before is
// current again.
//
// Without commit() the destructor aborts, which also releases every LWLock, snapshot and open
// relation.
class Transaction {
 public:
  // Throws Failure (25001) if a transaction is already in progress, Error if none can be started.
  Transaction();
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Commits. Throws Error if the commit fails, Failure (25P02) if an error was caught inside the
  // transaction and not rolled back; the transaction is then aborted by the destructor. At most
  // once.
  void commit();

 private:
  MemoryContext outer_;
  int pending_;
  HoldOff holdoff_;
  bool open_ = false;
};

// A subtransaction; needs a transaction in progress. Inside, the current memory context stays what
// it was. Without commit() the destructor rolls back, including subtransactions within, and an
// error caught inside is then settled:
//
//   try {
//     pg::Subtransaction attempt;
//     spi.execute("...");
//     attempt.commit();
//   } catch (const pg::Error& error) { ... the transaction goes on ... }
//
// At the end, memory context and resource owner are what they were before.
class Subtransaction {
 public:
  // Throws Error (no transaction, parallel operation).
  Subtransaction();
  ~Subtransaction();
  Subtransaction(const Subtransaction&) = delete;
  Subtransaction& operator=(const Subtransaction&) = delete;

  // Commits into the parent. Throws like Transaction::commit. At most once.
  void commit();

 private:
  void restore() const noexcept;

  MemoryContext outer_context_;
  ResourceOwner outer_owner_;
  int pending_;
  HoldOff holdoff_;
  int level_ = 0;  // nesting level of this subtransaction; 0 once it is over
};

// Holds a lightweight lock for a scope. Copes with a rollback inside the scope, which releases all
// such locks. While held, cancel and terminate wait: keep it short.
class LockGuard {
 public:
  // Waits for the lock. Throws Error.
  LockGuard(LWLock* lock, LWLockMode mode);
  ~LockGuard();
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  LWLock* lock_;
};

// For the main loop of a worker, after an error outside of any Transaction: ends whatever
// transaction is left, releases locks and waits, and settles pending errors. No scope object may be
// alive. Never throws.
void recover() noexcept;

}  // namespace almanac::pg
