// Conditions of a query that a scan of samples answers itself, exactly, so that the executor need
// not look again:
//
//   "time" <, <=, =, >=, > expression        expression: timestamptz, timestamp or date
//   series_id = expression                   expression: smallint, integer or bigint
//   series_id = ANY (expression)             an array of those
//
// The expression may be anything that does not depend on the row itself and is not volatile:
// constants, parameters, now() - interval '1 day', columns of other tables in a join. It is
// evaluated when the scan starts, and again for each rescan.
//
// Zone: PG.
#pragma once

#include "store/fdw_table.hpp"

namespace almanac::store {

struct Condition {
  Field field;   // time or series_id
  int strategy;  // of btree; kAny for = ANY (array)
  Expr* value;
};
inline constexpr int kAny = 0;

// True if the clause is such a condition on the table at `relid` of the query, and may be checked
// before others (row level security).
bool match_condition(PlannerInfo* root, const SamplesTable& table, RelOptInfo* rel,
                     RestrictInfo* clause, Condition* out);

// A time that a value stands for; false for NULL, which no time compares to.
bool time_of_value(Datum value, bool is_null, Oid type, std::int64_t* time);

// Narrows [from, to] by a condition on the time.
void narrow(std::int64_t* from, std::int64_t* to, int strategy, std::int64_t time);

// Series that a value (an array for kAny) stands for, in no order; their number goes to `count`.
// Values that no series can have, and NULL, are left out.
std::int32_t* series_of_value(Datum value, bool is_null, Oid type, int strategy, int* count);

}  // namespace almanac::store
