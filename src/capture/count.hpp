// Counting what a statement of this process did. Nothing here raises an error, waits or allocates.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::capture {

// A statement of the current database.
struct Statement {
  std::uint64_t queryid;
  Oid userid;
  bool toplevel;
};

// One by one: so they fit registers.
void count_call(std::uint64_t queryid, Oid userid, bool toplevel, std::uint64_t ns);

// In PG_CATCH: the statement ended with the error that is being handled. Cancellations and
// statement timeouts are counted apart.
void count_failure(const Statement& statement);

}  // namespace almanac::capture
