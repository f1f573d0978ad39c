// Errors on their way through the boundary, in both directions.

#include "checks.hpp"
#include "core/corrupt.hpp"
#include "pg/memory.hpp"
#include "pg/scope.hpp"

extern "C" {
PG_MODULE_MAGIC;
}

namespace almanac::boundary {

int& live() {
  static int count = 0;
  return count;
}

namespace {

void raise_in_pg(const char* detail) {
  const Tracked tracked;
  pg::call([=] {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_PARAMETER), errmsg("raised by PostgreSQL"),
             errdetail("%s", detail), errhint("Do something else."), errcontext("while testing")));
  });
}

void throw_failure() {
  const Tracked tracked;
  throw pg::Failure(ERRCODE_UNDEFINED_OBJECT, "thrown by C++").detail("A detail.").hint("A hint.");
}

[[noreturn]] void throw_kind(std::string_view kind) {
  const Tracked tracked;
  if (kind == "bad_alloc") throw std::bad_alloc();
  if (kind == "bad_alloc from a context") {
    pg::ContextResource memory(CurrentMemoryContext);
    boost::container::pmr::vector<char> too_much(MaxAllocHugeSize, &memory);
  }
  if (kind == "invalid_argument") throw std::invalid_argument("argument is invalid");
  if (kind == "length_error") throw std::length_error("too long");
  if (kind == "CorruptChunk") throw core::CorruptChunk("chunk is damaged");
  if (kind == "runtime_error") throw std::runtime_error("something failed");
  if (kind == "logic_error") throw std::logic_error("something is wrong");
  if (kind == "int") throw 42;
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "no such kind");
}

// The kilobytes of this process that are in memory, from /proc/self/status.
std::int64_t resident_kb() {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  if (file == nullptr) return -1;
  char line[256];
  long long kb = -1;
  while (std::fgets(line, sizeof line, file) != nullptr)
    if (std::sscanf(line, "VmRSS: %lld kB", &kb) == 1) break;
  std::fclose(file);
  return kb;
}

}  // namespace
}  // namespace almanac::boundary

using namespace almanac;
using namespace almanac::boundary;

ALMANAC_FUNCTION(boundary_raise) {
  const Tracked tracked;
  raise_in_pg("The detail.");
  return pg::void_result();
}

ALMANAC_FUNCTION(boundary_fail) {
  const Tracked tracked;
  throw_failure();
  return pg::void_result();
}

ALMANAC_FUNCTION(boundary_throw) {
  const Tracked tracked;
  throw_kind(pg::Arguments(fcinfo).get<std::string_view>(0));
}

ALMANAC_FUNCTION(boundary_live) { return pg::result(live()); }

ALMANAC_FUNCTION(boundary_resident_kb) { return pg::result(resident_kb()); }

// What a caught error looks like in C++, and what it leaves behind.
ALMANAC_FUNCTION(boundary_error_checks) {
  Checks check(fcinfo);
  const MemoryContext context = CurrentMemoryContext;
  sigjmp_buf* const stack = PG_exception_stack;
  ErrorContextCallback* const callbacks = error_context_stack;
  std::optional<pg::Error> kept;
  try {
    pg::call([] { MemoryContextSwitchTo(TopMemoryContext); });
    MemoryContextSwitchTo(context);
    raise_in_pg("The detail.");
  } catch (const pg::Error& error) {
    kept = error;
  }
  pg::detail::set_pending_errors(0);  // nothing was changed that a rollback would have to undo
  check("a PostgreSQL error arrives as pg::Error", kept.has_value());
  check("message", kept->message() == "raised by PostgreSQL");
  check("what() is the message", std::string_view(kept->what()) == kept->message());
  check("SQLSTATE", kept->sqlstate() == ERRCODE_UNDEFINED_PARAMETER);
  check("detail", kept->detail() == "The detail.");
  check("hint", kept->hint() == "Do something else.");
  check("context", kept->context().find("while testing") != std::string_view::npos);
  check("file and line", kept->data().filename != nullptr && kept->data().lineno > 0);
  check("memory context is what it was", CurrentMemoryContext == context);
  check("exception stack is what it was", PG_exception_stack == stack);
  check("error context stack is what it was", error_context_stack == callbacks);
  check("destructors have run", live() == 0);

  const pg::Error copy = *kept;
  kept.reset();
  check("a copy outlives the original", copy.hint() == "Do something else.");

  const bool direct = throws<std::runtime_error>(
      [] { pg::call([] { throw std::runtime_error("x"); }); }, [](const auto&) { return true; });
  check("a C++ exception passes a guarded call", direct && PG_exception_stack == stack);
  check("a guarded call returns a value", pg::call([] { return 41 + 1; }) == 42);
  const bool nested = throws_state(ERRCODE_UNDEFINED_PARAMETER,
                                   [] { pg::call([] { pg::entry([] { raise_in_pg(""); }); }); });
  check("an error passes both doors and back", nested && PG_exception_stack == stack);
  pg::detail::set_pending_errors(0);
  return check.done();
}

// Raises and catches `n` errors without a subtransaction, in C++ or in PostgreSQL's zone.
ALMANAC_FUNCTION(boundary_churn) {
  const pg::Arguments arguments(fcinfo);
  const bool inwards = arguments.get<bool>(0);
  const int n = arguments.get<std::int32_t>(1);
  int caught = 0;
  for (int i = 0; i < n; ++i) {
    if (inwards) {
      try {
        raise_in_pg("The detail.");
      } catch (const pg::Error& error) {
        caught += error.detail() == "The detail.";
      }
    } else {
      caught += pg::call([] {
        MemoryContext context = CurrentMemoryContext;
        volatile int seen = 0;
        PG_TRY();
        {
          pg::entry([] { throw_failure(); });
        }
        PG_CATCH();
        {
          MemoryContextSwitchTo(context);
          FlushErrorState();
          seen = 1;
        }
        PG_END_TRY();
        return int{seen};
      });
    }
  }
  pg::detail::set_pending_errors(0);
  return pg::result(caught);
}

// An error while a lightweight lock is held, by a guard or without one.
ALMANAC_FUNCTION(boundary_lock_checks) {
  Checks check(fcinfo);
  LWLock* const lock = AddinShmemInitLock;
  const std::uint32_t before = InterruptHoldoffCount;
  try {
    const pg::LockGuard guard(lock, LW_SHARED);
    check("the lock is held", LWLockHeldByMe(lock) && InterruptHoldoffCount == before + 1);
    raise_in_pg("");
  } catch (const pg::Error&) {
    check("a guard lets go of its lock", !LWLockHeldByMe(lock));
    check("its hold-off is over", InterruptHoldoffCount == before);
  }
  pg::detail::set_pending_errors(0);

  try {
    const pg::Subtransaction attempt;
    pg::call([=] {
      LWLockAcquire(lock, LW_SHARED);
      elog(ERROR, "with a lock held");
    });
  } catch (const pg::Error&) {
    check("a rollback lets go of a lock without a guard", !LWLockHeldByMe(lock));
    check("the hold-off of that is over", InterruptHoldoffCount == before);
  }

  try {
    const pg::LockGuard guard(lock, LW_SHARED);
    const pg::Subtransaction attempt;
    raise_in_pg("");
  } catch (const pg::Error&) {
    check("a guard copes with a rollback inside",
          !LWLockHeldByMe(lock) && InterruptHoldoffCount == before);
  }
  check("no error is pending", pg::pending_errors() == 0);
  return check.done();
}

// Lets an error out while a lock is held: afterwards the session must still be cancellable.
ALMANAC_FUNCTION(boundary_raise_with_lock) {
  const pg::LockGuard guard(AddinShmemInitLock, LW_SHARED);
  raise_in_pg("A lock was held.");
  return pg::void_result();
}

// Waits in C++ until it is interrupted.
ALMANAC_FUNCTION(boundary_wait) {
  const Tracked tracked;
  for (int i = 0; i < 3000; ++i) {
    pg::check_interrupts();
    pg_usleep(10000);
  }
  return pg::void_result();
}

ALMANAC_FUNCTION(boundary_report) {
  pg::report(NOTICE, ERRCODE_SUCCESSFUL_COMPLETION, "a message", "A detail.", "A hint.");
  try {
    raise_in_pg("The detail.");
  } catch (const std::exception& error) {
    pg::report(WARNING, error, "prefix: ");
  }
  pg::detail::set_pending_errors(0);
  try {
    throw_kind("invalid_argument");
  } catch (const std::exception& error) {
    pg::report(WARNING, error);
    pg::report(PANIC, error, "never above WARNING: ");
  }
  return pg::void_result();
}
