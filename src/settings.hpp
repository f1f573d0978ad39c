// Every setting, in one place. docs/settings.md has a row for each.
//
// Zone: PG.
#pragma once

namespace almanac::settings {

extern char* database;            // pg_almanac.database: where extension and history live
extern bool enabled;              // pg_almanac.enabled
extern int interval_s;            // pg_almanac.interval
extern int relation_interval_s;   // pg_almanac.relation_interval
extern int analysis_interval_s;   // pg_almanac.analysis_interval; 0: never
extern int wait_interval_ms;      // pg_almanac.wait_interval; 0: nobody looks at sessions
extern char* include_databases;   // pg_almanac.include_databases: list of names, empty: all
extern char* exclude_databases;   // pg_almanac.exclude_databases: list of names
extern int max_query_bytes;       // pg_almanac.max_query_length
extern bool skip_corrupt_chunks;  // pg_almanac.skip_corrupt_chunks
extern int max_size_mb;           // pg_almanac.max_size; -1: no limit
extern double max_cpu_percent;    // pg_almanac.max_cpu_percent: of one core; 0: no limit
extern int min_free_space_mb;     // pg_almanac.min_free_space; 0: any
extern int grain;                 // pg_almanac.grain: a store::Tier
extern bool
    dump_history;  // pg_almanac.dump_history: read by pg_dump through the extension's conditions
extern int max_statements;   // pg_almanac.max_statements; 0: nothing is captured
extern bool capture;         // pg_almanac.capture
extern bool track_commands;  // pg_almanac.track_commands
extern int max_plans;        // pg_almanac.max_plans; 0: plans are not captured
extern bool plan_texts;      // pg_almanac.plan_texts

// Defines them all; from _PG_init. `preloading`: the library is loaded by the postmaster.
void define(bool preloading);

// Whether a database of that name is to be recorded, by include_databases and exclude_databases.
bool wants_database(const char* name);

}  // namespace almanac::settings
