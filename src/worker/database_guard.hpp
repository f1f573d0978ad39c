// Keeps our processes out of the way of whoever drops, renames, moves or copies a database: such
// commands wait only seconds for other sessions to leave, then fail.
//
// Zone: PG.
#pragma once

namespace almanac::worker {

// Installs the ProcessUtility hook; from _PG_init, when preloading.
void install_database_guard();

}  // namespace almanac::worker
