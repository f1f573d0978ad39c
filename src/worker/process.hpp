// What every background worker of the extension does first and last.
//
// Zone: C++.
#pragma once

#include "pg/boundary.hpp"

namespace almanac::worker {

// Handlers for SIGHUP and SIGTERM that only take note and wake up, then signals are let in. To be
// called before a connection is made. From then on statements of this process are not captured.
void take_signals();

// Settings of the session: pinned, whatever is configured for server, database or role. No
// statement of ours counts in pg_stat_statements, waits long for a lock, or runs with a foreign
// search_path.
void pin_session();

// Sleeps until the latch is set or `timeout_ms` (-1: none) is over; leaves with the postmaster.
// Reloads the configuration if that was asked for. Returns whether the latch was set or the
// configuration reloaded.
bool wait(long timeout_ms);

// Somebody wants this process to end.
bool must_stop();

// What works on its own account has to end: for that reason, because somebody needs this database
// for himself, or because recording was switched off.
bool must_leave();

// Whether the extension is in this database, in the version of this library. Takes a transaction of
// its own. Throws pg::Error.
bool extension_fits();

}  // namespace almanac::worker
