// Zone: core.
//
// The sequential scans in the text of a plan, and what each keeps of its table: what an index could
// do instead is read from that.
//
//   Sort                                                  scan 0 of orders, whole
//     Sort Key: created DESC                                account  equal
//     ->  Seq Scan on orders                                created  greater
//           Filter: ((account = ?) AND (created > ?))
#pragma once

#include <cstdint>
#include <string_view>

#include "core/memory.hpp"

namespace almanac::core {

// What a condition asks of a column, as far as a B-tree can answer it.
enum class ScanTest : uint8_t {
  none,     // of a scan without a filter
  equal,    // column = something that does not change during the scan
  among,    // column = ANY (...)
  less,     // column < or <=
  greater,  // column > or >=
  null,     // column IS NULL
  other,    // anything else: OR, LIKE, functions of a column, comparisons of two columns, ...
};

// One of the conditions of a scan, all of which hold for what it keeps. A scan without a filter has
// one, with test none.
struct ScanCondition {
  int32_t scan = 0;    // number of the scan within the plan
  String relation;     // as EXPLAIN names it, without schema and quotes
  bool whole = false;  // each row that the scan keeps is a row of the statement
  ScanTest test = ScanTest::none;
  String column;  // without quotes; empty for none and other
  String cast;    // the type that the column is taken as; empty if as its own

  explicit ScanCondition(Resource* resource)
      : relation(resource), column(resource), cast(resource) {}
};

// All conditions of the sequential scans of a plan, in the order of the text, which is what EXPLAIN
// (COSTS OFF) says, with constants or without (core/plan_text.hpp). What cannot be read is `other`.
// Any bytes are fine; throws nothing but std::bad_alloc. O(size),
// however deep conditions are nested.
Vector<ScanCondition> plan_scans(std::string_view plan, Resource* resource);

}  // namespace almanac::core
