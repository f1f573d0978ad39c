#include <algorithm>
#include <array>
#include <numeric>

#include "store/stream.hpp"

// The declarations. Names follow the system views; `_ms` is milliseconds, `_bytes` bytes. Positions
// are the storage format: append only.

namespace almanac::store {
namespace {

using core::Kind;
constexpr Kind counter = Kind::counter;
constexpr Kind duration = Kind::duration;
constexpr Kind loose = Kind::loose;
constexpr Kind gauge = Kind::gauge;
constexpr Kind instant = Kind::instant;
constexpr Kind deviation = Kind::deviation;
constexpr Kind low = Kind::low;
constexpr Kind high = Kind::high;

constexpr KeyColumn statement_keys[] = {
    {"dbid", KeyType::oid},
    {"userid", KeyType::oid},
    {"queryid", KeyType::bigint},
    {"toplevel", KeyType::boolean},
};

// Sources are columns of pg_stat_statements, 1.9 to 1.13.
constexpr ValueColumn statement_columns[] = {
    {"calls", counter, "calls", "number of times the statement was executed"},
    {"rows", counter, "rows", "rows retrieved or affected"},
    {"total_exec_ms", duration, "total_exec_time", "time spent executing, in milliseconds"},
    {"stddev_exec_ms", deviation, "stddev_exec_time",
     "standard deviation of the execution time within the interval, in milliseconds; NULL if it "
     "cannot be derived",
     0, 2},
    {"min_exec_ms", low, "min_exec_time",
     "least execution time, in milliseconds; NULL unless it fell in this interval"},
    {"max_exec_ms", high, "max_exec_time",
     "greatest execution time, in milliseconds; NULL unless it rose in this interval"},
    {"plans", counter, "plans",
     "number of times the statement was planned (pg_stat_statements.track_planning)"},
    {"total_plan_ms", duration, "total_plan_time", "time spent planning, in milliseconds"},
    {"stddev_plan_ms", deviation, "stddev_plan_time",
     "standard deviation of the planning time within the interval, in milliseconds; NULL if it "
     "cannot be derived",
     6, 7},
    {"min_plan_ms", low, "min_plan_time",
     "least planning time, in milliseconds; NULL unless it fell in this interval"},
    {"max_plan_ms", high, "max_plan_time",
     "greatest planning time, in milliseconds; NULL unless it rose in this interval"},
    {"shared_blks_hit", counter, "shared_blks_hit", "shared blocks found in the buffer cache"},
    {"shared_blks_read", counter, "shared_blks_read", "shared blocks read"},
    {"shared_blks_dirtied", counter, "shared_blks_dirtied", "shared blocks dirtied"},
    {"shared_blks_written", counter, "shared_blks_written", "shared blocks written"},
    {"local_blks_hit", counter, "local_blks_hit", "local blocks found in the buffer cache"},
    {"local_blks_read", counter, "local_blks_read", "local blocks read"},
    {"local_blks_dirtied", counter, "local_blks_dirtied", "local blocks dirtied"},
    {"local_blks_written", counter, "local_blks_written", "local blocks written"},
    {"temp_blks_read", counter, "temp_blks_read", "temporary blocks read"},
    {"temp_blks_written", counter, "temp_blks_written", "temporary blocks written"},
    {"shared_blk_read_ms", duration, "shared_blk_read_time|blk_read_time",
     "time spent reading blocks, in milliseconds (track_io_timing); shared blocks only from "
     "version 17 on"},
    {"shared_blk_write_ms", duration, "shared_blk_write_time|blk_write_time",
     "time spent writing blocks, in milliseconds (track_io_timing); shared blocks only from "
     "version 17 on"},
    {"local_blk_read_ms", duration, "local_blk_read_time",
     "time spent reading local blocks, in milliseconds"},
    {"local_blk_write_ms", duration, "local_blk_write_time",
     "time spent writing local blocks, in milliseconds"},
    {"temp_blk_read_ms", duration, "temp_blk_read_time",
     "time spent reading temporary blocks, in milliseconds"},
    {"temp_blk_write_ms", duration, "temp_blk_write_time",
     "time spent writing temporary blocks, in milliseconds"},
    {"wal_records", counter, "wal_records", "WAL records generated"},
    {"wal_fpi", counter, "wal_fpi", "WAL full page images generated"},
    {"wal_bytes", counter, "wal_bytes", "WAL generated, in bytes"},
    {"wal_buffers_full", counter, "wal_buffers_full",
     "number of times the WAL buffers became full"},
    {"jit_functions", counter, "jit_functions", "functions JIT-compiled"},
    {"jit_generation_ms", duration, "jit_generation_time",
     "time spent generating JIT code, in milliseconds"},
    {"jit_inlining_count", counter, "jit_inlining_count", "number of times functions were inlined"},
    {"jit_inlining_ms", duration, "jit_inlining_time",
     "time spent inlining functions, in milliseconds"},
    {"jit_optimization_count", counter, "jit_optimization_count",
     "number of times JIT code was optimized"},
    {"jit_optimization_ms", duration, "jit_optimization_time",
     "time spent optimizing JIT code, in milliseconds"},
    {"jit_emission_count", counter, "jit_emission_count", "number of times JIT code was emitted"},
    {"jit_emission_ms", duration, "jit_emission_time",
     "time spent emitting JIT code, in milliseconds"},
    {"jit_deform_count", counter, "jit_deform_count", "tuple deforming functions JIT-compiled"},
    {"jit_deform_ms", duration, "jit_deform_time",
     "time spent JIT-compiling tuple deforming, in milliseconds"},
    {"parallel_workers_to_launch", counter, "parallel_workers_to_launch",
     "parallel workers planned"},
    {"parallel_workers_launched", counter, "parallel_workers_launched",
     "parallel workers launched"},
    {"generic_plan_calls", counter, "generic_plan_calls", "executions with a generic plan"},
    {"custom_plan_calls", counter, "custom_plan_calls", "executions with a custom plan"},
    {"errors", counter, "", "executions that failed, without the next two"},
    {"cancels", counter, "", "executions that were cancelled, other than by statement_timeout"},
    {"timeouts", counter, "", "executions that statement_timeout cancelled"},
};

constexpr KeyColumn table_keys[] = {{"dbid", KeyType::oid}, {"relid", KeyType::oid}};
constexpr KeyColumn table_labels[] = {{"schemaname", KeyType::text}, {"relname", KeyType::text}};

// Filled by collect/relations from pg_class, the cumulative statistics and the files on disk.
constexpr ValueColumn table_columns[] = {
    {"total_bytes", gauge, "", "size of the table with TOAST and indexes, in bytes"},
    {"table_bytes", gauge, "", "size of the table itself, all forks, in bytes"},
    {"index_bytes", gauge, "", "size of the table's indexes, in bytes"},
    {"toast_bytes", gauge, "", "size of the TOAST table and its index, in bytes"},
    {"seq_scan", counter, "", "sequential scans"},
    {"seq_tup_read", counter, "", "live rows fetched by sequential scans"},
    {"idx_scan", loose, "", "index scans"},
    {"idx_tup_fetch", loose, "", "live rows fetched by index scans"},
    {"n_tup_ins", counter, "", "rows inserted"},
    {"n_tup_upd", counter, "", "rows updated"},
    {"n_tup_del", counter, "", "rows deleted"},
    {"n_tup_hot_upd", counter, "", "rows updated heap-only (no index entry needed)"},
    {"n_tup_newpage_upd", counter, "", "rows updated where the successor went onto a new page"},
    {"n_live_tup", gauge, "", "estimated live rows"},
    {"n_dead_tup", gauge, "", "estimated dead rows"},
    {"n_mod_since_analyze", gauge, "", "estimated rows modified since the last analyze"},
    {"n_ins_since_vacuum", gauge, "", "estimated rows inserted since the last vacuum"},
    {"last_seq_scan", instant, "", "time of the last sequential scan"},
    {"last_idx_scan", instant, "", "time of the last index scan"},
    {"last_vacuum", instant, "", "time of the last manual vacuum"},
    {"last_autovacuum", instant, "", "time of the last autovacuum"},
    {"last_analyze", instant, "", "time of the last manual analyze"},
    {"last_autoanalyze", instant, "", "time of the last autoanalyze"},
    {"vacuum_count", counter, "", "manual vacuums"},
    {"autovacuum_count", counter, "", "autovacuums"},
    {"analyze_count", counter, "", "manual analyzes"},
    {"autoanalyze_count", counter, "", "autoanalyzes"},
    {"heap_blks_read", counter, "", "blocks of the table read"},
    {"heap_blks_hit", counter, "", "blocks of the table found in the buffer cache"},
    {"idx_blks_read", loose, "", "blocks of its indexes read"},
    {"idx_blks_hit", loose, "", "blocks of its indexes found in the buffer cache"},
    {"toast_blks_read", loose, "", "blocks of its TOAST table read"},
    {"toast_blks_hit", loose, "", "blocks of its TOAST table found in the buffer cache"},
    {"tidx_blks_read", loose, "", "blocks of its TOAST index read"},
    {"tidx_blks_hit", loose, "", "blocks of its TOAST index found in the buffer cache"},
    {"reltuples", gauge, "", "rows as of the last vacuum or analyze; -1 if never"},
    {"relpages", gauge, "", "pages as of the last vacuum or analyze"},
    {"relallvisible", gauge, "", "all-visible pages as of the last vacuum"},
    {"relfrozenxid", gauge, "", "transaction ID before which all rows are frozen"},
    {"relminmxid", gauge, "", "multixact ID before which all rows are frozen"},
    {"total_vacuum_ms", duration, "", "time spent in manual vacuums, in milliseconds"},
    {"total_autovacuum_ms", duration, "", "time spent in autovacuums, in milliseconds"},
    {"total_analyze_ms", duration, "", "time spent in manual analyzes, in milliseconds"},
    {"total_autoanalyze_ms", duration, "", "time spent in autoanalyzes, in milliseconds"},
};

constexpr KeyColumn index_keys[] = {{"dbid", KeyType::oid}, {"indexrelid", KeyType::oid}};
constexpr KeyColumn index_labels[] = {{"relid", KeyType::oid},
                                      {"schemaname", KeyType::text},
                                      {"relname", KeyType::text},
                                      {"indexrelname", KeyType::text}};

constexpr ValueColumn index_columns[] = {
    {"size_bytes", gauge, "", "size of the index, all forks, in bytes"},
    {"idx_scan", counter, "", "index scans"},
    {"idx_tup_read", counter, "", "index entries returned"},
    {"idx_tup_fetch", counter, "", "live table rows fetched by simple index scans"},
    {"idx_blks_read", counter, "", "blocks read"},
    {"idx_blks_hit", counter, "", "blocks found in the buffer cache"},
    {"last_idx_scan", instant, "", "time of the last index scan"},
    {"relpages", gauge, "", "pages as of the last vacuum or analyze"},
    {"reltuples", gauge, "", "entries as of the last vacuum or analyze"},
};

constexpr KeyColumn database_keys[] = {{"dbid", KeyType::oid}};
constexpr KeyColumn database_labels[] = {{"datname", KeyType::text}};

constexpr ValueColumn database_columns[] = {
    {"size_bytes", gauge, "",
     "size of the database on disk, in bytes; NULL between looks at its files"},
    {"numbackends", gauge, "pg_stat_database.numbackends", "connected backends"},
    {"xact_commit", counter, "pg_stat_database.xact_commit", "transactions committed"},
    {"xact_rollback", counter, "pg_stat_database.xact_rollback", "transactions rolled back"},
    {"blks_read", counter, "pg_stat_database.blks_read", "blocks read"},
    {"blks_hit", counter, "pg_stat_database.blks_hit", "blocks found in the buffer cache"},
    {"tup_returned", counter, "pg_stat_database.tup_returned", "rows read by scans"},
    {"tup_fetched", counter, "pg_stat_database.tup_fetched", "rows fetched by index scans"},
    {"tup_inserted", counter, "pg_stat_database.tup_inserted", "rows inserted"},
    {"tup_updated", counter, "pg_stat_database.tup_updated", "rows updated"},
    {"tup_deleted", counter, "pg_stat_database.tup_deleted", "rows deleted"},
    {"conflicts", counter, "pg_stat_database.conflicts",
     "queries cancelled by conflicts with recovery"},
    {"temp_files", counter, "pg_stat_database.temp_files", "temporary files created"},
    {"temp_bytes", counter, "pg_stat_database.temp_bytes", "written to temporary files, in bytes"},
    {"deadlocks", counter, "pg_stat_database.deadlocks", "deadlocks detected"},
    {"checksum_failures", counter, "pg_stat_database.checksum_failures",
     "pages whose checksum failed"},
    {"blk_read_ms", duration, "pg_stat_database.blk_read_time",
     "time spent reading files, in milliseconds"},
    {"blk_write_ms", duration, "pg_stat_database.blk_write_time",
     "time spent writing files, in milliseconds"},
    {"session_ms", duration, "pg_stat_database.session_time", "time of sessions, in milliseconds"},
    {"active_ms", duration, "pg_stat_database.active_time",
     "time spent executing statements, in milliseconds"},
    {"idle_in_transaction_ms", duration, "pg_stat_database.idle_in_transaction_time",
     "time spent idle in a transaction, in milliseconds"},
    {"sessions", counter, "pg_stat_database.sessions", "sessions established"},
    {"sessions_abandoned", counter, "pg_stat_database.sessions_abandoned",
     "sessions whose client vanished"},
    {"sessions_fatal", counter, "pg_stat_database.sessions_fatal",
     "sessions ended by a fatal error"},
    {"sessions_killed", counter, "pg_stat_database.sessions_killed",
     "sessions terminated by an operator"},
    {"parallel_workers_to_launch", counter, "pg_stat_database.parallel_workers_to_launch",
     "parallel workers planned"},
    {"parallel_workers_launched", counter, "pg_stat_database.parallel_workers_launched",
     "parallel workers launched"},
    {"datfrozenxid", gauge, "database.datfrozenxid",
     "transaction ID before which all rows are frozen"},
    {"datminmxid", gauge, "database.datminmxid", "multixact ID before which all rows are frozen"},
};

// One series. Its parts are reset apart from each other, so every counter stands for itself: a fall
// counts as no increase. Times are whole milliseconds. From version 17 on the checkpointer has its
// own view, from 18 on WAL I/O is in pg_stat_io.
constexpr ValueColumn system_columns[] = {
    {"wal_records", loose, "pg_stat_wal.wal_records", "WAL records generated"},
    {"wal_fpi", loose, "pg_stat_wal.wal_fpi", "WAL full page images generated"},
    {"wal_bytes", loose, "pg_stat_wal.wal_bytes", "WAL generated, in bytes"},
    {"wal_buffers_full", loose, "pg_stat_wal.wal_buffers_full",
     "number of times the WAL buffers became full"},
    {"wal_write", loose, "pg_stat_wal.wal_write", "number of times WAL was written"},
    {"wal_sync", loose, "pg_stat_wal.wal_sync", "number of times WAL was synced"},
    {"wal_write_ms", loose, "pg_stat_wal.wal_write_time",
     "time spent writing WAL, in milliseconds"},
    {"wal_sync_ms", loose, "pg_stat_wal.wal_sync_time", "time spent syncing WAL, in milliseconds"},
    {"checkpoints_timed", loose,
     "pg_stat_checkpointer.num_timed|pg_stat_bgwriter.checkpoints_timed", "scheduled checkpoints"},
    {"checkpoints_req", loose,
     "pg_stat_checkpointer.num_requested|pg_stat_bgwriter.checkpoints_req",
     "requested checkpoints"},
    {"checkpoint_write_ms", loose,
     "pg_stat_checkpointer.write_time|pg_stat_bgwriter.checkpoint_write_time",
     "time spent writing files in checkpoints, in milliseconds"},
    {"checkpoint_sync_ms", loose,
     "pg_stat_checkpointer.sync_time|pg_stat_bgwriter.checkpoint_sync_time",
     "time spent syncing files in checkpoints, in milliseconds"},
    {"buffers_checkpoint", loose,
     "pg_stat_checkpointer.buffers_written|pg_stat_bgwriter.buffers_checkpoint",
     "buffers written in checkpoints"},
    {"buffers_clean", loose, "pg_stat_bgwriter.buffers_clean",
     "buffers written by the background writer"},
    {"maxwritten_clean", loose, "pg_stat_bgwriter.maxwritten_clean",
     "cleaning scans that the background writer stopped at its limit"},
    {"buffers_backend", loose, "pg_stat_bgwriter.buffers_backend",
     "buffers written by backends (pg_stat_io from 17 on)"},
    {"buffers_backend_fsync", loose, "pg_stat_bgwriter.buffers_backend_fsync",
     "fsync calls by backends (pg_stat_io from 17 on)"},
    {"buffers_alloc", loose, "pg_stat_bgwriter.buffers_alloc", "buffers allocated"},
    {"archived_count", loose, "pg_stat_archiver.archived_count", "WAL files archived"},
    {"failed_count", loose, "pg_stat_archiver.failed_count",
     "failed attempts to archive a WAL file"},
    {"last_archived_time", instant, "pg_stat_archiver.last_archived_time",
     "time of the last archival"},
    {"last_failed_time", instant, "pg_stat_archiver.last_failed_time",
     "time of the last failed archival"},
    {"connections", gauge, "activity.connections", "client connections"},
    {"connections_active", gauge, "activity.active", "client connections executing a statement"},
    {"connections_idle", gauge, "activity.idle", "idle client connections"},
    {"connections_idle_in_transaction", gauge, "activity.idle_in_transaction",
     "client connections idle in a transaction, aborted ones included"},
    {"connections_waiting", gauge, "activity.waiting", "client connections waiting for a lock"},
    {"max_connections", gauge, "activity.max_connections", "setting max_connections"},
    {"oldest_xact_start", instant, "activity.oldest_xact_start",
     "start of the oldest open client transaction"},
    {"oldest_xmin_age", gauge, "activity.oldest_xmin_age",
     "age of the oldest snapshot of any backend, in transactions"},
    {"prepared_xacts", gauge, "prepared.prepared_xacts", "prepared transactions"},
    {"replication_slots", gauge, "slots.replication_slots", "replication slots"},
    {"replication_slots_inactive", gauge, "slots.replication_slots_inactive",
     "replication slots nobody reads from"},
    {"replication_lag_bytes", gauge, "slots.replication_lag_bytes",
     "WAL retained for the slot furthest behind, in bytes"},
    {"standbys", gauge, "standbys.standbys", "connected standbys and logical subscribers"},
    {"standby_lag_bytes", gauge, "standbys.standby_lag_bytes",
     "WAL not yet replayed by the standby furthest behind, in bytes"},
    {"restartpoints_timed", loose, "pg_stat_checkpointer.restartpoints_timed",
     "scheduled restartpoints"},
    {"restartpoints_req", loose, "pg_stat_checkpointer.restartpoints_req",
     "requested restartpoints"},
    // The machine, and the control group of the server: filled in by collect/host.
    {"cpu_user_ms", loose, "", "CPU time of programs on the machine, in milliseconds"},
    {"cpu_system_ms", loose, "", "CPU time of the kernel, interrupts included, in milliseconds"},
    {"cpu_iowait_ms", loose, "", "CPU time idle while I/O was under way, in milliseconds"},
    {"cpu_idle_ms", loose, "", "CPU time idle otherwise, in milliseconds"},
    {"cpu_steal_ms", loose, "", "CPU time that the hypervisor gave to others, in milliseconds"},
    {"cpu_count", gauge, "", "CPUs of the machine that are online"},
    {"memory_total_bytes", gauge, "", "memory of the machine, in bytes"},
    {"memory_available_bytes", gauge, "",
     "memory that programs could get without swapping, in bytes"},
    {"memory_cached_bytes", gauge, "", "page cache, shared memory included, in bytes"},
    {"swap_total_bytes", gauge, "", "swap space, in bytes"},
    {"swap_used_bytes", gauge, "", "swap space in use, in bytes"},
    {"load_1min_milli", gauge, "", "load average of a minute, in thousandths"},
    {"load_5min_milli", gauge, "", "load average of 5 minutes, in thousandths"},
    {"load_15min_milli", gauge, "", "load average of 15 minutes, in thousandths"},
    {"cgroup_cpu_limit_milli", gauge, "",
     "CPUs that the tightest control group above the server may use, in thousandths; NULL if that "
     "is no limit"},
    {"cgroup_cpu_ms", loose, "", "CPU time that this group used, in milliseconds"},
    {"cgroup_throttled_ms", loose, "", "time in which it was not let run, in milliseconds"},
    {"cgroup_memory_limit_bytes", gauge, "",
     "memory that the tightest control group above the server may use, in bytes; NULL if that is "
     "no limit"},
    {"cgroup_memory_bytes", gauge, "", "memory that this group uses, in bytes"},
    {"cgroup_memory_cached_bytes", gauge, "",
     "of it page cache, which is given back on demand, in bytes"},
    // What is used up.
    {"next_xid", gauge, "ids.next_xid", "next transaction ID to be assigned, epochs included"},
    {"next_mxid", gauge, "ids.next_mxid", "next multixact ID to be assigned"},
    {"history_bytes", gauge, "", "history of pg_almanac on disk when last measured, in bytes"},
};

constexpr KeyColumn io_keys[] = {
    {"backend_type", KeyType::text}, {"object", KeyType::text}, {"context", KeyType::text}};

constexpr ValueColumn io_columns[] = {
    {"reads", counter, "pg_stat_io.reads", "read operations"},
    {"read_bytes", counter, "pg_stat_io.read_bytes", "read, in bytes"},
    {"read_ms", duration, "pg_stat_io.read_time", "time spent reading, in milliseconds"},
    {"writes", counter, "pg_stat_io.writes", "write operations"},
    {"write_bytes", counter, "pg_stat_io.write_bytes", "written, in bytes"},
    {"write_ms", duration, "pg_stat_io.write_time", "time spent writing, in milliseconds"},
    {"writebacks", counter, "pg_stat_io.writebacks", "blocks the kernel was asked to write out"},
    {"writeback_ms", duration, "pg_stat_io.writeback_time",
     "time spent in writebacks, in milliseconds"},
    {"extends", counter, "pg_stat_io.extends", "extend operations"},
    {"extend_bytes", counter, "pg_stat_io.extend_bytes", "extended, in bytes"},
    {"extend_ms", duration, "pg_stat_io.extend_time", "time spent extending, in milliseconds"},
    {"hits", counter, "pg_stat_io.hits", "blocks found in the buffer cache"},
    {"evictions", counter, "pg_stat_io.evictions", "buffers evicted to make room"},
    {"reuses", counter, "pg_stat_io.reuses", "buffers of a ring reused"},
    {"fsyncs", counter, "pg_stat_io.fsyncs", "fsync calls"},
    {"fsync_ms", duration, "pg_stat_io.fsync_time", "time spent in fsync, in milliseconds"},
};

constexpr KeyColumn replication_keys[] = {{"kind", KeyType::text}, {"name", KeyType::text}};

constexpr ValueColumn replication_columns[] = {
    {"active", gauge, "replication.active", "1 if somebody streams from it"},
    {"retained_bytes", gauge, "replication.retained_bytes", "slot: WAL kept for it, in bytes"},
    {"unconfirmed_bytes", gauge, "replication.unconfirmed_bytes",
     "logical slot: WAL not yet confirmed, in bytes"},
    {"sent_lag_bytes", gauge, "replication.sent_lag_bytes", "standby: WAL not yet sent, in bytes"},
    {"write_lag_bytes", gauge, "replication.write_lag_bytes",
     "standby: WAL not yet written, in bytes"},
    {"flush_lag_bytes", gauge, "replication.flush_lag_bytes",
     "standby: WAL not yet flushed, in bytes"},
    {"replay_lag_bytes", gauge, "replication.replay_lag_bytes",
     "standby: WAL not yet replayed, in bytes"},
    {"replay_lag_us", gauge, "replication.replay_lag_us",
     "standby: time from flush here to replay there, in microseconds"},
};

// The ledger of the recorder itself: one series per source, one sample per look at it.
constexpr KeyColumn snapshot_keys[] = {{"stream", KeyType::text}, {"dbid", KeyType::oid}};

constexpr ValueColumn snapshot_columns[] = {
    {"snapshot_id", gauge, "", "number of the snapshot"},
    {"elapsed_ms", duration, "", "time it took, in milliseconds"},
    {"cpu_ms", duration, "", "CPU time it took, in milliseconds"},
    {"entries", counter, "", "entries seen"},
    {"samples", counter, "", "samples written: entries that changed"},
    {"new_series", counter, "", "series seen for the first time"},
    {"resets", counter, "", "entries whose counters had been reset"},
    {"evicted", counter, "", "entries that pg_stat_statements evicted"},
    {"bytes", counter, "", "packed samples, in bytes"},
    {"wal_bytes", counter, "", "WAL written, in bytes"},
    {"errors", counter, "", "1 if the source failed"},
    {"coverage_ppm", gauge, "",
     "share of the blocks accessed in the server that the samples explain, in millionths; NULL if "
     "too few to tell"},
    {"interval_ms", duration, "",
     "time since the last look at this source, in milliseconds; NULL if not known"},
    {"blks_hit", counter, "", "blocks found in the buffer cache"},
    {"blks_read", counter, "", "blocks read, temporary files included"},
    {"blks_written", counter, "", "blocks written, temporary files included"},
    {"calls", counter, "",
     "calls of the statements in the samples; NULL where latencies are not captured"},
    {"calls_with_latency", counter, "", "calls in the histograms of the samples"},
};

// What sessions were seen doing. Nothing here is read from a view: see core/wait_counts.hpp.
constexpr KeyColumn wait_keys[] = {
    {"dbid", KeyType::oid},          {"userid", KeyType::oid}, {"queryid", KeyType::bigint},
    {"backend_type", KeyType::text}, {"state", KeyType::text}, {"wait_event_type", KeyType::text},
    {"wait_event", KeyType::text},
};

constexpr ValueColumn wait_columns[] = {
    {"active_samples", counter, "", "times that a session was seen active here"},
    {"wait_ms", duration, "", "time of active sessions that these stand for, in milliseconds"},
    {"idle_samples", counter, "",
     "times that a session was seen here that waited for its client, within a statement or a "
     "transaction"},
    {"idle_ms", duration, "", "time that these stand for, in milliseconds"},
};

// With which plan statements ran, as the hooks count them.
constexpr KeyColumn plan_keys[] = {{"dbid", KeyType::oid},
                                   {"userid", KeyType::oid},
                                   {"queryid", KeyType::bigint},
                                   {"toplevel", KeyType::boolean},
                                   {"plan_id", KeyType::bigint}};

constexpr ValueColumn plan_columns[] = {
    {"calls", counter, "",
     "number of times the statement was executed with this plan; estimated "
     "where fewer were measured"},
    {"total_exec_ms", duration, "", "time spent in these executions, in milliseconds; the same"},
    {"measured", counter, "", "number of executions that were looked at"},
};

// Where the server keeps data, and the device below. I/O is that of whoever uses the device.
constexpr KeyColumn volume_keys[] = {{"kind", KeyType::text}, {"spcoid", KeyType::oid}};
constexpr KeyColumn volume_labels[] = {{"name", KeyType::text}, {"device", KeyType::text}};

constexpr ValueColumn volume_columns[] = {
    {"total_bytes", gauge, "", "size of the volume, without what is reserved for root, in bytes"},
    {"used_bytes", gauge, "", "of it in use, by anybody, in bytes"},
    {"total_files", gauge, "", "files that fit on the volume; NULL if it has no such limit"},
    {"used_files", gauge, "", "files on the volume"},
    {"reads", loose, "", "read operations of the device"},
    {"read_bytes", loose, "", "read from the device, in bytes"},
    {"read_ms", loose, "", "time of all its reads together, in milliseconds"},
    {"writes", loose, "", "write operations of the device"},
    {"write_bytes", loose, "", "written to the device, in bytes"},
    {"write_ms", loose, "", "time of all its writes together, in milliseconds"},
    {"busy_ms", loose, "", "time in which the device was busy, in milliseconds"},
    {"rotational", gauge, "",
     "0 if the device says that it does not turn (solid-state); 1 does not mean much, as virtual "
     "ones say so, too"},
};

// What users count and measure; see control/install/55_metrics.sql. A mean over any time is sum of
// total by sum of weight: of a measured value its sum by how often it was measured, of a ratio its
// numerator by its denominator.
constexpr KeyColumn metric_keys[] = {{"metric", KeyType::text}, {"labels", KeyType::text}};

constexpr ValueColumn metric_columns[] = {
    {"value", Kind::real, "", "value as it was measured, counted, or divided"},
    {"total", Kind::amount, "",
     "sum of the values measured, or numerator of a ratio; NULL for counters"},
    {"weight", Kind::amount, "",
     "number of values measured, or denominator of a ratio; NULL for counters"},
    {"increase", Kind::amount, "",
     "counter: by how much it grew, from zero if it began anew; NULL if that is not known"},
};

// How far sequences have come. Both ends of the range are recorded because ALTER SEQUENCE moves
// them; the limit is what is met first: the sequence's own end, or that of a column's type.
constexpr KeyColumn sequence_keys[] = {{"dbid", KeyType::oid}, {"seqrelid", KeyType::oid}};
constexpr KeyColumn sequence_labels[] = {{"schemaname", KeyType::text},
                                         {"sequencename", KeyType::text},
                                         {"keyschema", KeyType::text},
                                         {"keytable", KeyType::text},
                                         {"keycolumn", KeyType::text}};

constexpr ValueColumn sequence_columns[] = {
    {"last_value", gauge, "", "value that was handed out last"},
    {"first_value", gauge, "", "where its range begins: min_value, or max_value if it descends"},
    {"limit_value", gauge, "",
     "the last value that it can hand out and the column that it feeds can hold"},
    {"own_limit_value", gauge, "",
     "the last value that it can hand out: max_value, or min_value if it descends"},
    {"increment", gauge, "", "what is added for the next value"},
    {"seen_on", instant, "", "begin of the UTC day on which it was last seen"},
};

constexpr std::array<Stream, 13> all = {{
    {kStatement,
     "statement",
     statement_keys,
     {},
     statement_columns,
     "statements, as pg_stat_statements counts them",
     "latency"},
    {kTable, "table", table_keys, table_labels, table_columns,
     "tables, materialized views and their sizes"},
    {kIndex, "index", index_keys, index_labels, index_columns, "indexes and their sizes"},
    {kDatabase, "database", database_keys, database_labels, database_columns,
     "databases; dbid 0 is shared objects"},
    {kSystem,
     "system",
     {},
     {},
     system_columns,
     "the cluster and its machine: WAL, checkpoints, connections, archiver, CPU, memory"},
    {kIo,
     "io",
     io_keys,
     {},
     io_columns,
     "I/O by backend type, object and context (version 16 and later)"},
    {kReplication,
     "replication",
     replication_keys,
     {},
     replication_columns,
     "replication slots and standbys"},
    {kSnapshot, "snapshot", snapshot_keys, {}, snapshot_columns, "the recorder's own snapshots"},
    {kWait, "wait", wait_keys, {}, wait_columns, "what sessions do and wait for, by statement"},
    {kPlan, "plan", plan_keys, {}, plan_columns, "statements by the plan they ran with"},
    {kVolume, "volume", volume_keys, volume_labels, volume_columns,
     "volumes that the data directory, the WAL and tablespaces lie on"},
    {kMetric, "metric", metric_keys, {}, metric_columns, "metrics of users, and ratios of metrics"},
    {kSequence, "sequence", sequence_keys, sequence_labels, sequence_columns,
     "sequences that have used up some of their range"},
}};

static_assert(std::all_of(all.begin(), all.end(),
                          [](const Stream& s) { return s.columns.size() < kMostColumns; }));

}  // namespace

std::span<const Stream> streams() { return all; }

const Stream* find_stream(std::string_view name) {
  const auto* at =
      std::find_if(all.begin(), all.end(), [&](const Stream& s) { return name == s.name; });
  return at == all.end() ? nullptr : at;
}

const Stream* find_stream(std::int16_t id) {
  const auto* at =
      std::find_if(all.begin(), all.end(), [&](const Stream& s) { return id == s.id; });
  return at == all.end() ? nullptr : at;
}

int Stream::ordinal(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (column == columns[i].name) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

std::vector<std::uint16_t> Stream::ordinals() const {
  std::vector<std::uint16_t> all(columns.size());
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  return all;
}

const char* sql_type(core::Kind kind) {
  switch (kind) {
    case Kind::counter:
    case Kind::gauge:
    case Kind::loose: return "bigint";
    case Kind::instant:
    case Kind::epoch: return "timestamptz";
    case Kind::duration:
    case Kind::deviation:
    case Kind::low:
    case Kind::high:
    case Kind::real:
    case Kind::amount: return "double precision";
  }
  return "bigint";
}

}  // namespace almanac::store
