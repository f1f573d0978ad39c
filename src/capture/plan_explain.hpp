// The text of a plan that is new, on its way to the worker.
//
// Zone: PG.
#pragma once

#include "core/plan_table.hpp"
#include "pg/postgres.hpp"

namespace almanac::capture {

// Explains the plan of a statement that is about to end, without costs and constants, and puts the
// text and the names of tables and indexes into the mailbox. False if that was not possible now:
// too many texts in this second, no free cell, not here, or an error, which nobody gets to see.
// True also where there is to be no text: the statement may hold a secret.
bool send_plan_text(QueryDesc* query, const core::PlanKey& key);

}  // namespace almanac::capture
