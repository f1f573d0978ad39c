// Zone: core.
//
// What of the text of a plan may be stored.
//
// EXPLAIN shows the constants of conditions. Those are data, and differ from one execution to the
// next: they become `?`. What is left are the nodes, the names of tables, indexes and columns, and
// the form of the conditions.
#pragma once

#include <string_view>

#include "core/memory.hpp"

namespace almanac::core {

// The text of a plan, as EXPLAIN (COSTS OFF) says it, without constants:
//
//   Index Scan using t_a on t        Index Scan using t_a on t
//     Index Cond: (a = 17)             Index Cond: (a = ?)
//     Filter: (b ~ 'x.*'::text)        Filter: (b ~ ?::text)
//
// Strings of any kind become `?`, numbers within parentheses too, but for those of `SubPlan 1`.
// What a line says under a heading that PostgreSQL itself does not have, such as that of a foreign
// data wrapper, becomes `?` as a whole. Strings that do not end, and all that follows, become one
// `?`. Any bytes are fine; throws nothing but std::bad_alloc. O(size).
String without_constants(std::string_view plan, Resource* resource);

}  // namespace almanac::core
