// Asking the repository worker to do something now, and doing it oneself where there is none.
//
// Zone: C++.
#pragma once

#include <cstdint>
#include <optional>

namespace almanac::worker {

// Takes a snapshot of everything and returns its number: through the repository worker if it serves
// this database, else in this process and transaction, with the tables and indexes of this database
// only. Throws pg::Failure or pg::Error: what went wrong in the worker, 25006 on a standby, 57014
// when cancelled, 53100 with less free space than pg_almanac.min_free_space.
std::int64_t take_snapshot();

// Seals the whole journal and returns the number of its rows that were moved. The same.
std::int64_t seal_journal();

// Rolls up what is complete and drops what is expired or too much, as of now or, in this process,
// of another time; returns the number of partitions that were dropped. The same, but below the
// floor of free space it drops and rolls nothing up; 25001 if the transaction keeps one snapshot
// throughout.
std::int64_t purge(std::optional<std::int64_t> at);

}  // namespace almanac::worker
