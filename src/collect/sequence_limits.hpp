// What a sequence is called, which columns it feeds, and which of them sets the limit.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::collect {

struct SequenceDescription {
  NameData schema, name;
  // A column that it feeds: the one whose type sets the limit, else the first that was found; empty
  // if there is none.
  NameData key_schema, key_table, key_column;
  bool has_key;
  // The last value that the sequence can hand out and all these columns can hold.
  std::int64_t limit;
};

// Describes a sequence that can hand out values up to `own_limit`, or down to it. False if it is
// gone, or its schema. `out` must be zero. Takes no lock but on catalogs; what it allocates stays
// in the current memory context. May ereport: if cancelled, or if a type is dropped meanwhile.
bool describe_sequence(Oid sequence, bool ascending, std::int64_t own_limit,
                       SequenceDescription& out);

}  // namespace almanac::collect
