// Executing scans of samples, and explaining them. See fdw_scan.cpp.
//
// Zone: C++.
#pragma once

#include "pg/compat.hpp"

namespace almanac::store {

void begin_scan(ForeignScanState* node, int flags);
TupleTableSlot* iterate_scan(ForeignScanState* node);
void rescan(ForeignScanState* node);
void end_scan(ForeignScanState* node);
void explain_scan(ForeignScanState* node, ExplainState* state);

}  // namespace almanac::store
