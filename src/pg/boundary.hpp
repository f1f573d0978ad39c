// The two doors between PostgreSQL's errors (longjmp) and C++ exceptions (unwinding).
//
//   C++ zone --- pg::call(f) ---> PG zone      an error raised in f arrives as a pg::Error
//   exception PG zone  --- pg::entry(f) --> C++ zone     an exception thrown in f leaves as a
//   PostgreSQL error
//
// A longjmp over a frame with destructors is undefined behaviour, and an exception that reaches
// PostgreSQL's C frames aborts the server. So all C++ code reaches PostgreSQL through call(), and
// every function that PostgreSQL calls (function.hpp has the macro and the template that make them)
// is wrapped in entry().
//
// An error that call() has caught leaves the transaction as broken as it was when the error
// happened: it may only be swallowed together with a rolled back Subtransaction or Transaction
// (scope.hpp). pending_errors() keeps count, and commit() refuses while one is pending.
//
// Zone: C++.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::pg {

// A PostgreSQL error as a C++ exception. Owns a deep copy of the whole ErrorData on the C++ heap
// (shared between copies of the exception), so it outlives every memory context and transaction.
// Strings are in the database encoding.
class Error : public std::exception {
 public:
  // Takes a copy of `data`. Throws std::bad_alloc.
  explicit Error(const ErrorData& data);

  // The primary message. Valid as long as a copy of this exception lives, like all pointers
  // returned here.
  const char* what() const noexcept override;
  // The SQLSTATE as PostgreSQL packs it; compare with ERRCODE_... macros.
  int sqlstate() const noexcept { return data_->sqlerrcode; }
  // Primary message, detail, hint and context; empty when absent.
  std::string_view message() const noexcept { return view(data_->message); }
  std::string_view detail() const noexcept { return view(data_->detail); }
  std::string_view hint() const noexcept { return view(data_->hint); }
  std::string_view context() const noexcept { return view(data_->context); }
  // Everything. All pointers in it point into memory that this exception owns.
  const ErrorData& data() const noexcept { return *data_; }

 private:
  static std::string_view view(const char* s) noexcept { return s ? std::string_view(s) : ""; }
  std::shared_ptr<const ErrorData> data_;
};

// An error of our own, thrown by C++ code:
//
//   throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "interval is too short")
//       .detail("It is " + std::to_string(n) + " ms.")
//       .hint("Use at least 1 s.");
//
// Messages follow PostgreSQL's style: lower case without a full stop; detail and hint are
// sentences.
class Failure : public std::exception {
 public:
  Failure(int sqlstate, std::string message) : sqlstate_(sqlstate), message_(std::move(message)) {}

  Failure& detail(std::string text) {
    detail_ = std::move(text);
    return *this;
  }
  Failure& hint(std::string text) {
    hint_ = std::move(text);
    return *this;
  }

  const char* what() const noexcept override { return message_.c_str(); }
  int sqlstate() const noexcept { return sqlstate_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::string& hint() const noexcept { return hint_; }

 private:
  int sqlstate_;
  std::string message_, detail_, hint_;
};

// The SQLSTATE that entry() gives an exception: Error and Failure their own; core::CorruptChunk
// XX001 (data_corrupted); std::bad_alloc 53200; std::invalid_argument 22023; std::length_error
// 54000; everything else XX000.
int sqlstate_of(const std::exception& error) noexcept;

// Writes a message below ERROR (LOG, WARNING, NOTICE, ...) to the log or client. Never throws: what
// cannot be reported is lost. `detail` and `hint` may be empty.
void report(int level, int sqlstate, std::string_view message, std::string_view detail = {},
            std::string_view hint = {}) noexcept;

// The same for an exception, with its SQLSTATE, detail, hint and context; `prefix` is put before
// its message.
void report(int level, const std::exception& error, std::string_view prefix = {}) noexcept;

// How many errors call() has caught that no scope has rolled back yet. Scopes compare it with the
// value they began with; entry() resets it to what it was when the function was entered.
int pending_errors() noexcept;

namespace detail {

// An exception on its way to become a PostgreSQL error. `error` lives in ErrorContext; null: there
// was no memory for it.
struct Raised {
  ErrorData* error = nullptr;
  bool again = false;  // it was a PostgreSQL error before
};

// Runs f(argument); throws Error.
void guard(void (*f)(void*), void* argument);
// To be called inside a catch clause: copies what is needed of the exception.
Raised keep_current_exception() noexcept;
// To be called outside of it.
[[noreturn]] void raise(Raised raised);
void set_pending_errors(int count) noexcept;

}  // namespace detail

// Runs `f` in the PG zone and returns its result. A PostgreSQL error raised by it is thrown as
// Error, after memory context, exception stacks and the interrupt hold-off counters are back to
// what they were before the call.
//
// `f` may hold only trivially destructible locals, and must not throw. Its result must be trivially
// copyable, because it is abandoned when an error is raised. Costs about 25 ns. May be nested.
template <class F>
auto call(F&& f) -> decltype(f()) {
  using Result = decltype(f());
  if constexpr (std::is_void_v<Result>) {
    detail::guard([](void* p) { (*static_cast<std::remove_reference_t<F>*>(p))(); },
                  const_cast<void*>(static_cast<const void*>(std::addressof(f))));
  } else {
    static_assert(std::is_trivially_copyable_v<Result> && !std::is_reference_v<Result>);
    struct Frame {
      std::remove_reference_t<F>* f;
      Result result;
    } frame{std::addressof(f), Result{}};
    detail::guard(
        [](void* p) {
          auto* fr = static_cast<Frame*>(p);
          fr->result = (*fr->f)();
        },
        &frame);
    return frame.result;
  }
}

// Runs `f` in the C++ zone on behalf of PostgreSQL and returns its result. An exception thrown by
// it is raised as a PostgreSQL error, after the exception object has been destroyed: raised from
// inside the catch clause it would leak. An Error goes on as it came, with all its fields; for
// others see sqlstate_of().
//
// The caller's frame is jumped over, so `f` may capture by reference or trivially only.
template <class F>
auto entry(F&& f) -> decltype(f()) {
  using Result = decltype(f());
  static_assert(std::is_void_v<Result> || std::is_trivially_copyable_v<Result>);
  static_assert(std::is_trivially_destructible_v<std::remove_reference_t<F>>);
  detail::Raised raised;
  const int pending = pending_errors();
  try {
    if constexpr (std::is_void_v<Result>) {
      f();
      detail::set_pending_errors(pending);
      return;
    } else {
      Result result = f();
      detail::set_pending_errors(pending);
      return result;
    }
  } catch (...) {
    raised = detail::keep_current_exception();
  }
  detail::set_pending_errors(pending);
  detail::raise(raised);
}

// Lets a pending cancel, terminate or other interrupt be served: throws Error when the query is
// cancelled.
inline void check_interrupts() {
  if (InterruptPending) call([] { CHECK_FOR_INTERRUPTS(); });
}

}  // namespace almanac::pg
