// Planning scans of samples. See fdw_plan.cpp.
//
// Zone: PG.
#pragma once

#include "pg/compat.hpp"

namespace almanac::store {

void get_rel_size(PlannerInfo* root, RelOptInfo* rel, Oid foreign_table);
void get_paths(PlannerInfo* root, RelOptInfo* rel, Oid foreign_table);
ForeignScan* get_plan(PlannerInfo* root, RelOptInfo* rel, Oid foreign_table, ForeignPath* path,
                      List* targets, List* clauses, Plan* outer);

// What a ForeignScan carries from planner to executor beside the values of its conditions, which
// are its fdw_exprs: the conditions (field and strategy by turns, in the order of fdw_exprs and of
// fdw_recheck_quals), and the attribute numbers of the columns to be filled.
enum PlanPrivate : int { kPlanConditions, kPlanColumns };

}  // namespace almanac::store
