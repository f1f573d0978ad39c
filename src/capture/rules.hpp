// Which statements count, and which of them are top-level: as pg_stat_statements decides it, so
// that every call counted here is one counted there.
//
//   - Statements without an identifier do not count.
//   - pg_stat_statements.track and track_utility decide for us too; without that library all
//     statements count.
//   - The level grows while a statement runs or finishes, and in utility statements that count; the
//     details differ between versions (pg/compat.hpp).
//   - Parallel workers do not count: their leader does. Neither do processes of this extension.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::capture {

// From the start-up hook, when all libraries are loaded: finds the settings of pg_stat_statements.
void find_rules();

// Nothing that this process does counts, from now on.
void exclude_process();

namespace rules {

enum Track : int { track_none, track_top, track_all };  // numbered as in pg_stat_statements

extern const int* track;
extern const bool* track_utility;
extern int level;  // how many statements surround what runs now

// Whether statements count on this level; pg_almanac.capture left aside.
inline bool tracks() {
  return *track > (level > 0 ? track_top : track_none) && !IsParallelWorker();
}

}  // namespace rules
}  // namespace almanac::capture
