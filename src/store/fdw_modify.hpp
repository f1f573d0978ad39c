// INSERT and COPY into foreign tables of samples; UPDATE, DELETE and TRUNCATE are refused. See
// fdw_modify.cpp.
//
// Zone: C++.
#pragma once

#include "pg/compat.hpp"

namespace almanac::store {

int updatable(Relation relation);
void refuse_row_identity(PlannerInfo* root, Index index, RangeTblEntry* entry, Relation relation);
void refuse_truncate(List* relations, DropBehavior behavior, bool restart_sequences);
void begin_modify(ModifyTableState* state, ResultRelInfo* target, List* plan, int subplan,
                  int flags);
void begin_insert(ModifyTableState* state, ResultRelInfo* target);
TupleTableSlot* insert(EState* state, ResultRelInfo* target, TupleTableSlot* slot,
                       TupleTableSlot* plan_slot);
void end_insert(EState* state, ResultRelInfo* target);

}  // namespace almanac::store
