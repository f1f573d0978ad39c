// Tables, materialized views and indexes of one database: counters, sizes and names, for the
// streams `table` and `index`.
//
// pg_class and pg_index are scanned directly under one snapshot, counters come straight from the
// cumulative statistics, sizes from the database's directories (sizes.hpp). No view, no
// function of SQL, no lock on any relation but those two catalogs: a table that somebody holds in
// ACCESS EXCLUSIVE mode is read like any other. Then sequences, in a way of their own
// (sequences.hpp).
//
// What the numbers mean is what pg_stat_all_tables, pg_statio_all_tables, pg_stat_all_indexes and
// pg_statio_all_indexes say, to the last count:
//   idx_scan, idx_blks_*   sums over the indexes of the table; NULL without index
//   idx_tup_fetch          the same, plus what bitmap scans fetched from the table itself
//   toast_blks_*, tidx_*   of the table's TOAST table and its index; NULL without TOAST table
// TOAST tables and their indexes are not entries of their own. Temporary relations, partitioned
// tables and indexes (no storage), views and sequences are no tables. Shared catalogs stand under
// dbid 0.
//
// What is a sum over other relations falls when one of those is dropped or reset, although the
// table goes on: such columns are of Kind::loose.
//
// Zone: C++.
#pragma once

#include <optional>
#include <string>

#include "collect/blocks.hpp"
#include "collect/observed.hpp"
#include "collect/sizes.hpp"
#include "pg/postgres.hpp"

namespace almanac::collect {

// Numbers that only a reset of a whole database's statistics makes fall: the epoch of its counters.
struct Epoch {
  // pg_stat_database.stats_reset; also moves when one table is reset.
  std::int64_t reset = core::kNull;
  std::int64_t xact_commit = 0;
  std::int64_t xact_rollback = 0;
  std::int64_t blocks = 0;    // accessed: read or hit
  std::int64_t returned = 0;  // tuples
  std::int64_t fetched = 0;   // tuples
  std::int64_t written = 0;   // tuples inserted, updated and deleted
  std::int64_t temp_bytes = 0;
  std::int64_t sessions = 0;

  static constexpr std::size_t kWords = 9;
  [[nodiscard]] std::array<std::int64_t, kWords> words() const noexcept;
  // Back from words(); missing words are as in an epoch just begun.
  [[nodiscard]] static Epoch from(std::span<const std::int64_t> words) noexcept;
  friend bool operator==(const Epoch&, const Epoch&) = default;
};

// True if all statistics of the database began anew between the two: `reset` moved and a number
// fell.
[[nodiscard]] bool began_anew(const Epoch& before, const Epoch& now) noexcept;
// The same for words().
[[nodiscard]] bool began_anew(std::span<const std::int64_t> before,
                              std::span<const std::int64_t> now) noexcept;

// The epoch of any database as of now; of dbid 0: shared objects. Throws pg::Error.
[[nodiscard]] Epoch read_epoch(Oid database);

// Why a database could not be looked at.
struct Trouble {
  int sqlstate = 0;
  std::string message;
  std::string hint;
};

// What there is in one database, or of what all databases share.
struct RelationsObserved {
  explicit RelationsObserved(core::Resource* resource);

  // InvalidOid: shared catalogs alone.
  Oid database = InvalidOid;
  // When the counters were read.
  TimestampTz time = 0;
  // Wall time of the whole look, including the start of a worker.
  std::int64_t elapsed_us = 0;
  // CPU time that it took, of all processes that took part.
  std::int64_t cpu_us = 0;
  // Blocks that the process that collected accessed.
  Blocks blocks;
  // Size of the database as pg_database_size() says, but for what is remembered of relations
  // (sizes.hpp); 0 for shared catalogs.
  std::int64_t size_bytes = 0;
  // Relations whose size could not be read: dropped or rewritten meanwhile.
  std::uint32_t unsized = 0;
  // What the look was told by the one before, and then what it leaves to the next; clear() keeps
  // it.
  KnownSizes known;
  // Of `database`, read together with the counters.
  Epoch epoch;
  Observed tables, indexes;
  // All sequences that can run out, also those that are not worth recording.
  Observed sequences;
  // Then nothing else is set but database and what it cost.
  std::optional<Trouble> trouble;

  // Forgets everything but `known`, keeps the memory.
  void clear();
};

// What to look at. Shared catalogs are the same in every database, but have statistics of their
// own, which are not reset with those of a database: best looked at by themselves, once.
struct RelationsOptions {
  bool own = true;               // the database's own relations
  bool shared_catalogs = false;  // the catalogs that all databases share
  bool sizes = true;             // else all sizes are NULL, and no file is looked at
  int lock_timeout_ms = 1000;    // how long to wait for somebody who rewrites pg_class or pg_index
};

// Fills `out` (cleared before) with what there is in the database this process is connected to.
// Needs a transaction. Sees what is committed, whatever snapshot the transaction has, and reads the
// statistics afresh whatever stats_fetch_consistency says. Throws pg::Error: 55P03 if the lock
// timeout passed, 57014 if cancelled; `out` is undefined then. O(relations + files).
void collect_relations(const RelationsOptions& options, RelationsObserved& out);

// The same for callers that want an object in any case: errors other than cancel and terminate end
// up in `trouble`. Rolls back a subtransaction then.
void collect_relations_here(const RelationsOptions& options, RelationsObserved& out);

}  // namespace almanac::collect
