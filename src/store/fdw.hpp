// The foreign-data wrapper `almanac`: history as ordinary tables. Reading: fdw_plan.hpp,
// fdw_scan.hpp. Writing: fdw_modify.hpp. Making the tables: fdw_import.hpp.
//
// Zone: PG.
#pragma once

#include "pg/compat.hpp"

namespace almanac::store {

// The wrapper's callbacks, palloc'd.
FdwRoutine* samples_routine();

}  // namespace almanac::store
