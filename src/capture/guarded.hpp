// Running code of PostgreSQL that may fail inside of a hook, on behalf of nobody: its errors must
// not become those of the statement.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::capture {

// Whether guarded() can do anything here: in a transaction that has not failed, outside of parallel
// mode.
inline bool can_guard() { return IsTransactionState() && !IsInParallelMode(); }

namespace detail {

bool run_guarded(void (*f)(void*), void* argument);

}  // namespace detail

// Runs f() in a subtransaction and a memory context of its own, both of which end with it. False if
// it raised an error, which is rolled back and forgotten; but a cancellation or a termination is
// the user's, and goes on. `f` may hold only trivially destructible locals. Only where can_guard().
template <class F>
bool guarded(F&& f) {
  return detail::run_guarded(
      [](void* argument) { (*static_cast<std::remove_reference_t<F>*>(argument))(); },
      const_cast<void*>(static_cast<const void*>(std::addressof(f))));
}

}  // namespace almanac::capture
