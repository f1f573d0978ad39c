// From catalogs, counters and files to the rows of the streams `table` and `index`.
//
// Zone: C++.
#pragma once

#include "collect/relations.hpp"
#include "collect/relations_scan.hpp"
#include "collect/sizes.hpp"

namespace almanac::collect {

// Adds a row to out.tables for every table and materialized view, to out.indexes for every index of
// those, and sets out.unsized. `files` may be null: then no size is known. Throws std::logic_error
// if a stream has a column that is not made here, pg::Error, std::bad_alloc. O(relations).
void make_rows(const Catalogs& catalogs, const FileSizes* files, core::Resource* scratch,
               RelationsObserved& out);

}  // namespace almanac::collect
