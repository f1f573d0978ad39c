// How far the sequences of one database have come, and what they feed: for the stream `sequence`.
//
// pg_sequence tells the range, the sequence's only page the last value. The page is read like
// nextval() reads it, in the buffer cache, but without making an entry in the relation cache, and
// under nextval()'s lock, held for some microseconds and taken only if it is free: who alters or
// drops a sequence waits for nobody here, and nobody here waits for him. No privilege on the
// sequence is needed.
//
// What a sequence feeds are columns of an integer type that own it (serial, identity) or whose
// default depends on it, and foreign keys that refer to these: the value has to fit them all. So
// the limit is the least of the sequence's own end and those of the types. The column that
// is named is the one that sets the limit, else the first that was found.
//
// A value that was set but not yet handed out (setval(s, n, false), or a new sequence) counts as
// the one before it. Sequences that cycle and temporary ones are left out: they do not run out.
//
// Zone: C++.
#pragma once

#include "collect/observed.hpp"

namespace almanac::collect {

// Adds a row for each sequence of the database that this process is connected to; one that could
// not be read, because somebody is altering it or its page is damaged, has NULL as its last value.
// Needs a transaction. Throws pg::Error if cancelled or the catalogs cannot be read, 55P03 if the
// lock timeout passed. O(sequences * log(dependencies)), some 15 us each.
void read_sequences(Observed& out);

// Share of its range that a row of `stream` has used up, from its cells; 0 if not known.
double used_share(const store::Stream& stream, std::span<const std::int64_t> cells);

// From `all`, what is recorded, into `out`: rows that `known` has, and new ones that have used up
// at least a hundredth of their range; together not many more than a thousand, those first that
// are nearest to their end. What could not be read is as it was known.
void choose_sequences(const Observed& all, const core::Tracker& known, std::int64_t now,
                      Observed& out);

}  // namespace almanac::collect
