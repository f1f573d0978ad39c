// The hooks that see every statement: planner, executor and utility.
//
// They are installed when all preloaded libraries are, and so come before the hooks of those, in
// whatever order they are listed. That matters twice: pg_stat_statements takes the identifier off
// utility statements that it counts, and we want to see it; and after the others' ExecutorStart the
// instrumentation that we use too is there, if any of them wants it.
//
// Zone: PG.
#pragma once

namespace almanac::capture {

// From the start-up hook. Again after a crash, when nothing is left to do.
void install_hooks();

}  // namespace almanac::capture
