// The launcher: a static background worker without a database. It starts the repository worker, and
// starts it again when it has ended, sooner or later depending on how it ended.
//
// Zone: PG.
#pragma once

namespace almanac::worker {

// Registers the launcher with the postmaster; from _PG_init, when preloading. Not in pg_upgrade,
// and not before a standby is promoted.
void register_launcher();

}  // namespace almanac::worker
