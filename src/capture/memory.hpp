// The table of statements in shared memory: there only when the library is preloaded and
// pg_almanac.max_statements is not 0.
//
// Zone: PG.
#pragma once

#include "core/statement_table.hpp"
#include "pg/postgres.hpp"

namespace almanac::capture {

// From _PG_init, when preloading: asks for the memory, and installs the hooks when all libraries
// are loaded.
void request_shared_memory();

namespace detail {

extern core::StatementTable statements;
extern core::Participant self;
void join();

}  // namespace detail

// Does not exist() without it.
inline core::StatementTable& table() { return detail::statements; }

// Bytes of shared memory.
std::size_t shared_bytes();

// This process's part in the table. To be used only where table() exists.
inline core::Participant& participant() {
  if (unlikely(detail::self.word == nullptr)) {
    detail::join();
  }
  return detail::self;
}

// The latch of the keeper, to be set when free slots become few; nullptr: nobody.
void set_keeper_latch(Latch* latch);
// Wakes the keeper if free slots have become few; at most once until it has called
// set_keeper_latch() again.
void wake_keeper_if_needed();

// How many slots there should be free at least.
std::uint32_t reserve();

}  // namespace almanac::capture
