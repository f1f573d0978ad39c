// What PostgreSQL 14 to 18 call the counters of a relation and of a database in the cumulative
// statistics system, in one shape. Part of compat.hpp in spirit; apart because only the collector
// of relations needs it.
//
// Zone: PG.
#pragma once

#include "pg/compat.hpp"

namespace almanac::pg::compat {

// Counters of one relation since they were last reset, all zero if it has none. Times are 0 if
// never; microseconds since 2000-01-01 UTC. What the running version does not have is INT64_MIN.
struct RelationCounters {
  std::int64_t scans;  // sequential scans of a table, index scans of an index
  std::int64_t last_scan;
  std::int64_t tuples_returned;
  std::int64_t tuples_fetched;
  std::int64_t inserted, updated, deleted, hot_updated, newpage_updated;
  std::int64_t live, dead, mod_since_analyze, ins_since_vacuum;
  std::int64_t blocks_fetched, blocks_hit;
  std::int64_t last_vacuum, last_autovacuum, last_analyze, last_autoanalyze;
  std::int64_t vacuums, autovacuums, analyzes, autoanalyzes;
  std::int64_t vacuum_ms, autovacuum_ms, analyze_ms, autoanalyze_ms;
};

// Reads them for a relation of this database, or a shared one. The copy that the server makes is
// left in the current memory context. To be called between begin_statistics() and end_statistics().
inline RelationCounters relation_counters(Oid relation, bool shared) {
  [[maybe_unused]] constexpr std::int64_t absent = PG_INT64_MIN;
  RelationCounters c{};
#if PG_VERSION_NUM < 160000
  c.last_scan = c.newpage_updated = absent;
#endif
#if PG_VERSION_NUM < 180000
  c.vacuum_ms = c.autovacuum_ms = c.analyze_ms = c.autoanalyze_ms = absent;
#endif
#if PG_VERSION_NUM >= 150000
  const PgStat_StatTabEntry* entry = pgstat_fetch_stat_tabentry_ext(shared, relation);
#else
  (void)shared;
  const PgStat_StatTabEntry* entry = pgstat_fetch_stat_tabentry(relation);
#endif
  if (entry == nullptr) return c;
  c.scans = entry->numscans;
  c.tuples_returned = entry->tuples_returned;
  c.tuples_fetched = entry->tuples_fetched;
  c.inserted = entry->tuples_inserted;
  c.updated = entry->tuples_updated;
  c.deleted = entry->tuples_deleted;
  c.hot_updated = entry->tuples_hot_updated;
  c.blocks_fetched = entry->blocks_fetched;
  c.blocks_hit = entry->blocks_hit;
  c.vacuums = entry->vacuum_count;
  c.analyzes = entry->analyze_count;
#if PG_VERSION_NUM >= 160000
  c.last_scan = entry->lastscan;
  c.newpage_updated = entry->tuples_newpage_updated;
  c.live = entry->live_tuples;
  c.dead = entry->dead_tuples;
  c.mod_since_analyze = entry->mod_since_analyze;
  c.ins_since_vacuum = entry->ins_since_vacuum;
  c.last_vacuum = entry->last_vacuum_time;
  c.last_autovacuum = entry->last_autovacuum_time;
  c.last_analyze = entry->last_analyze_time;
  c.last_autoanalyze = entry->last_autoanalyze_time;
  c.autovacuums = entry->autovacuum_count;
  c.autoanalyzes = entry->autoanalyze_count;
#else
  c.live = entry->n_live_tuples;
  c.dead = entry->n_dead_tuples;
  c.mod_since_analyze = entry->changes_since_analyze;
  c.ins_since_vacuum = entry->inserts_since_vacuum;
  c.last_vacuum = entry->vacuum_timestamp;
  c.last_autovacuum = entry->autovac_vacuum_timestamp;
  c.last_analyze = entry->analyze_timestamp;
  c.last_autoanalyze = entry->autovac_analyze_timestamp;
  c.autovacuums = entry->autovac_vacuum_count;
  c.autoanalyzes = entry->autovac_analyze_count;
#endif
#if PG_VERSION_NUM >= 180000
  c.vacuum_ms = entry->total_vacuum_time;
  c.autovacuum_ms = entry->total_autovacuum_time;
  c.analyze_ms = entry->total_analyze_time;
  c.autoanalyze_ms = entry->total_autoanalyze_time;
#endif
  return c;
}

// Counters of a database that nothing but a reset of all its statistics makes fall. `reset` is 0 if
// never.
struct DatabaseCounters {
  std::int64_t reset;
  std::int64_t commits, rollbacks;
  std::int64_t blocks_fetched;
  std::int64_t returned, fetched, inserted, updated, deleted;
  std::int64_t temp_bytes, sessions;
};

// Reads them for any database, or for InvalidOid: shared objects. As relation_counters().
inline DatabaseCounters database_counters(Oid database) {
  DatabaseCounters c{};
  const PgStat_StatDBEntry* entry = pgstat_fetch_stat_dbentry(database);
  if (entry == nullptr) return c;
  c.reset = entry->stat_reset_timestamp;
#if PG_VERSION_NUM >= 160000
  c.commits = entry->xact_commit;
  c.rollbacks = entry->xact_rollback;
  c.blocks_fetched = entry->blocks_fetched;
  c.returned = entry->tuples_returned;
  c.fetched = entry->tuples_fetched;
  c.inserted = entry->tuples_inserted;
  c.updated = entry->tuples_updated;
  c.deleted = entry->tuples_deleted;
  c.temp_bytes = entry->temp_bytes;
  c.sessions = entry->sessions;
#else
  c.commits = entry->n_xact_commit;
  c.rollbacks = entry->n_xact_rollback;
  c.blocks_fetched = entry->n_blocks_fetched;
  c.returned = entry->n_tuples_returned;
  c.fetched = entry->n_tuples_fetched;
  c.inserted = entry->n_tuples_inserted;
  c.updated = entry->n_tuples_updated;
  c.deleted = entry->n_tuples_deleted;
  c.temp_bytes = entry->n_temp_bytes;
  c.sessions = entry->n_sessions;
#endif
  return c;
}

// From here until end_statistics() counters are read as they are, not as a snapshot taken earlier
// in the transaction has them. Returns what end_statistics() wants; an abort of the
// (sub)transaction puts the setting back as well.
inline int begin_statistics() {
  const int level = NewGUCNestLevel();
  pgstat_clear_snapshot();
#if PG_VERSION_NUM >= 150000
  set_config_option("stats_fetch_consistency", "none", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
                    true, 0, false);
#endif
  return level;
}
inline void end_statistics(int level) {
  pgstat_clear_snapshot();
  AtEOXact_GUC(true, level);
}

// Tablespace directory below a tablespace's location, for this major version.
inline const char* tablespace_version_directory() { return TABLESPACE_VERSION_DIRECTORY; }

}  // namespace almanac::pg::compat
