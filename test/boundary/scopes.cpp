// Transactions, subtransactions and memory as scopes.

#include "checks.hpp"
#include "pg/memory.hpp"
#include "pg/scope.hpp"
#include "pg/spi.hpp"

using namespace almanac;
using namespace almanac::boundary;

namespace {

std::int64_t count(pg::Spi& spi) { return *spi.value<std::int64_t>("SELECT count(*) FROM scopes"); }

void insert(pg::Spi& spi, int number) { spi.execute("INSERT INTO scopes VALUES ($1)", {number}); }

void divide_by_zero(pg::Spi& spi) { spi.execute("SELECT 1 / (count(*) - count(*)) FROM scopes"); }

}  // namespace

ALMANAC_FUNCTION(boundary_subtransaction_checks) {
  Checks check(fcinfo);
  const MemoryContext context = CurrentMemoryContext;
  const ResourceOwner owner = CurrentResourceOwner;
  const int level = GetCurrentTransactionNestLevel();
  const auto restored = [&] {
    return CurrentMemoryContext == context && CurrentResourceOwner == owner &&
           GetCurrentTransactionNestLevel() == level && pg::pending_errors() == 0;
  };
  pg::Spi spi;
  check("a connection does not change the memory context", CurrentMemoryContext == context);

  {
    pg::Subtransaction attempt;
    check("the memory context stays inside", CurrentMemoryContext == context);
    insert(spi, 1);
    attempt.commit();
  }
  check("committed", count(spi) == 1 && restored());

  {
    const pg::Subtransaction attempt;
    insert(spi, 2);
  }
  check("rolled back without commit", count(spi) == 1 && restored());

  const bool state = throws_state(ERRCODE_DIVISION_BY_ZERO, [&] {
    const Tracked tracked;
    pg::Subtransaction attempt;
    insert(spi, 3);
    divide_by_zero(spi);
    attempt.commit();
  });
  check("rolled back after an error, and the connection goes on",
        state && count(spi) == 1 && restored() && live() == 0);

  throws_state(ERRCODE_DIVISION_BY_ZERO, [&] {
    const pg::Subtransaction attempt;
    pg::Spi inner;
    insert(inner, 4);
    pg::Spi innermost;
    divide_by_zero(innermost);
  });
  check("connections begun inside end with the rollback", count(spi) == 1 && restored());

  throws_state(ERRCODE_RAISE_EXCEPTION, [&] {
    const pg::Subtransaction attempt;
    spi.execute("DO $$ BEGIN EXECUTE 'DO $d$ BEGIN RAISE ''deep''; END $d$'; END $$");
  });
  check("an error from nested procedures, with connections of their own",
        count(spi) == 1 && restored());

  {
    pg::Subtransaction outer;
    insert(spi, 5);
    throws_state(ERRCODE_DIVISION_BY_ZERO, [&] {
      const pg::Subtransaction inner;
      insert(spi, 6);
      divide_by_zero(spi);
    });
    insert(spi, 7);
    outer.commit();
  }
  check("nested: inner rolled back, outer committed", count(spi) == 3 && restored());

  {
    const pg::Subtransaction outer;
    pg::Subtransaction inner;
    insert(spi, 8);
    inner.commit();
  }
  check("nested: inner committed, outer rolled back", count(spi) == 3 && restored());

  const bool refused = throws_state(ERRCODE_IN_FAILED_SQL_TRANSACTION, [&] {
    pg::Subtransaction attempt;
    throws_state(ERRCODE_DIVISION_BY_ZERO, [&] { divide_by_zero(spi); });
    attempt.commit();
  });
  check("commit is refused after an error that was swallowed",
        refused && count(spi) == 3 && restored());

  const bool closed = throws_state(ERRCODE_IN_FAILED_SQL_TRANSACTION, [&] {
    const pg::Subtransaction attempt;
    throws_state(ERRCODE_DIVISION_BY_ZERO, [&] { divide_by_zero(spi); });
    insert(spi, 9);
  });
  check("so is another statement", closed && count(spi) == 3 && restored());

  std::uint64_t seen = 0;
  spi.query("SELECT generate_series(1, 5)", {}, [&](const pg::Row& row) {
    throws_state(ERRCODE_DIVISION_BY_ZERO, [&] {
      const pg::Subtransaction attempt;
      divide_by_zero(spi);
    });
    seen += static_cast<std::uint64_t>(row.get<int>(0));
  });
  check("rows survive rollbacks between them", seen == 15 && restored());

  check("a transaction cannot begin inside one",
        throws_state(ERRCODE_ACTIVE_SQL_TRANSACTION, [] { const pg::Transaction transaction; }));
  return check.done();
}

// Runs in a background worker, where transactions begin and end; results go to table worker_checks.
ALMANAC_WORKER(boundary_worker_main) {
  BackgroundWorkerUnblockSignals();
  BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(argument), InvalidOid, 0);
  std::vector<std::pair<std::string, bool>> checks;
  const auto check = [&](const char* what, bool ok) { checks.emplace_back(what, ok); };
  const MemoryContext context = CurrentMemoryContext;
  const auto restored = [&] {
    return CurrentMemoryContext == context && !IsTransactionState() && pg::pending_errors() == 0;
  };
  const auto rows = [] {
    const pg::Transaction transaction;
    pg::Spi spi;
    return count(spi);
  };
  const std::int64_t before = rows();

  {
    pg::Transaction transaction;
    check("the transaction's memory is current", CurrentMemoryContext == CurTransactionContext);
    pg::Spi spi;
    insert(spi, 100);
  }
  check("aborted without commit", rows() == before && restored());

  {
    pg::Transaction transaction;
    {
      pg::Spi spi;
      insert(spi, 101);
    }
    transaction.commit();
  }
  check("committed", rows() == before + 1 && restored());

  const bool state = throws_state(ERRCODE_DIVISION_BY_ZERO, [&] {
    const Tracked tracked;
    pg::Transaction transaction;
    pg::Spi spi;
    insert(spi, 102);
    divide_by_zero(spi);
  });
  check("aborted by an error", state && rows() == before + 1 && restored() && live() == 0);

  const bool deferred = throws_state(ERRCODE_FOREIGN_KEY_VIOLATION, [&] {
    pg::Transaction transaction;
    {
      pg::Spi spi;
      spi.execute("INSERT INTO deferred VALUES (1)");
    }
    transaction.commit();
  });
  check("an error in the commit itself", deferred && restored());

  throws_state(ERRCODE_DIVISION_BY_ZERO, [&] {
    pg::Transaction transaction;
    pg::Subtransaction attempt;
    pg::Subtransaction deeper;
    pg::Spi spi;
    divide_by_zero(spi);
  });
  check("an error under subtransactions", restored());

  check("a second transaction cannot begin", throws_state(ERRCODE_ACTIVE_SQL_TRANSACTION,
                                                          [] {
                                                            const pg::Transaction transaction;
                                                            const pg::Transaction second;
                                                          }) &&
                                                 restored());

  const bool swallowed = throws_state(ERRCODE_IN_FAILED_SQL_TRANSACTION, [&] {
    pg::Transaction transaction;
    pg::Spi spi;
    throws_state(ERRCODE_DIVISION_BY_ZERO, [&] { divide_by_zero(spi); });
    transaction.commit();
  });
  check("commit is refused after an error that was swallowed", swallowed && restored());

  try {
    pg::call([] {
      StartTransactionCommand();
      LWLockAcquire(AddinShmemInitLock, LW_SHARED);
      elog(ERROR, "outside of any scope");
    });
  } catch (const pg::Error&) {
    pg::recover();
  }
  MemoryContextSwitchTo(context);
  check("recover() ends what was left",
        restored() && !LWLockHeldByMe(AddinShmemInitLock) && InterruptHoldoffCount == 0);

  const auto churn = [&](int n) {
    for (int i = 0; i < n; ++i)
      throws_state(ERRCODE_DIVISION_BY_ZERO, [&] {
        pg::Transaction transaction;
        pg::Spi spi;
        divide_by_zero(spi);
      });
  };
  churn(100);
  const Size allocated = MemoryContextMemAllocated(TopMemoryContext, true);
  churn(1000);
  check("nothing leaks over 1,000 aborted transactions",
        MemoryContextMemAllocated(TopMemoryContext, true) <= allocated + 65536);

  pg::Transaction transaction;
  {
    pg::Spi spi;
    for (const auto& [what, ok] : checks)
      spi.execute("INSERT INTO worker_checks (what, ok) VALUES ($1, $2)", {what, ok});
  }
  transaction.commit();
}

// Starts the worker and waits for its end.
ALMANAC_FUNCTION(boundary_worker) {
  const Oid database = pg::Arguments(fcinfo).get<Oid>(0);
  return pg::result(pg::call([=] {
    BackgroundWorker worker{};
    std::snprintf(worker.bgw_name, BGW_MAXLEN, "boundary test");
    std::snprintf(worker.bgw_type, BGW_MAXLEN, "boundary test");
    std::snprintf(worker.bgw_library_name, sizeof worker.bgw_library_name, "almanac_boundary");
    std::snprintf(worker.bgw_function_name, sizeof worker.bgw_function_name,
                  "boundary_worker_main");
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    worker.bgw_main_arg = ObjectIdGetDatum(database);
    worker.bgw_notify_pid = MyProcPid;
    BackgroundWorkerHandle* handle = nullptr;
    return RegisterDynamicBackgroundWorker(&worker, &handle) &&
           WaitForBackgroundWorkerShutdown(handle) == BGWH_STOPPED;
  }));
}

ALMANAC_FUNCTION(boundary_memory_checks) {
  Checks check(fcinfo);
  {
    pg::OwnedContext context(CurrentMemoryContext, "boundary test");
    boost::container::pmr::vector<std::int64_t> numbers(context.resource());
    for (int i = 0; i < 100000; ++i) numbers.push_back(i);
    check("a container lives in a context",
          MemoryContextMemAllocated(context.get(), false) > 800000);
    check("and holds what was put in", numbers[99999] == 99999);
  }
  {
    pg::OwnedContext context(CurrentMemoryContext, "boundary test");
    bool aligned = true;
    for (std::size_t alignment = 1; alignment <= 4096; alignment *= 2) {
      void* p = context.resource()->allocate(100, alignment);
      aligned = aligned && reinterpret_cast<std::uintptr_t>(p) % alignment == 0;
      std::memset(p, 1, 100);
      context.resource()->deallocate(p, 100, alignment);
    }
    check("any alignment", aligned);
    check("too much is bad_alloc, not an error",
          throws_state(ERRCODE_OUT_OF_MEMORY,
                       [&] {
                         static_cast<void>(context.resource()->allocate(
                             std::numeric_limits<std::size_t>::max(), 8));
                       }) &&
              pg::pending_errors() == 0);
    check("too much with a great alignment too", throws_state(ERRCODE_OUT_OF_MEMORY, [&] {
            static_cast<void>(context.resource()->allocate(MaxAllocHugeSize, 64));
          }));
    pg::create<Tracked>(context.get());
    pg::create<Tracked>(context.get());
    check("objects live in a context", live() == 2);
    context.reset();
    check("and are destroyed with it", live() == 0);
    pg::create<Tracked>(context.get());
  }
  check("or when its owner goes", live() == 0);
  const MemoryContext before = CurrentMemoryContext;
  {
    const pg::ContextSwitch in(TopMemoryContext);
    check("switched", CurrentMemoryContext == TopMemoryContext);
  }
  check("and back", CurrentMemoryContext == before);
  pg::create<Tracked>(CurrentMemoryContext);  // destroyed when the query ends
  return check.done();
}
