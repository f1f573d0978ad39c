// Every difference between PostgreSQL 14, 15, 16, 17 and 18 that this extension meets, as inline
// functions. No other file tests PG_VERSION_NUM.
//
// Functions are in the PG zone unless they say otherwise: they may ereport, and C++ code calls them
// inside pg::call.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

#if PG_VERSION_NUM >= 150000
extern "C" {
#include <access/xlogrecovery.h>
#include <utils/pgstat_internal.h>
}
#endif
#if PG_VERSION_NUM >= 160000
extern "C" {
#include <nodes/queryjumble.h>
}
#else
extern "C" {
#include <utils/queryjumble.h>
}
#endif
#if PG_VERSION_NUM >= 180000
extern "C" {
#include <commands/explain_format.h>
#include <commands/explain_state.h>
}
#endif

// Before 16 the macro is empty, because the server was built with everything visible; this module
// is built hidden.
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

// Parameters of ExecutorRun_hook, named `query`, `direction`, `count`, and how to pass them on.
#if PG_VERSION_NUM >= 180000
#define ALMANAC_EXECUTOR_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count
#define ALMANAC_EXECUTOR_RUN_ARGUMENTS query, direction, count
#else
#define ALMANAC_EXECUTOR_RUN_PARAMETERS \
  QueryDesc *query, ScanDirection direction, uint64 count, bool execute_once
#define ALMANAC_EXECUTOR_RUN_ARGUMENTS query, direction, count, execute_once
#endif

namespace almanac::pg::compat {

// Prepares a set-returning function to return its rows through ReturnSetInfo's setResult and
// setDesc.
inline void begin_materialized(FunctionCallInfo fcinfo) {
#if PG_VERSION_NUM >= 150000
  InitMaterializedSRF(fcinfo, MAT_SRF_BLESS);
#else
  auto* info = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  if (info == nullptr || !IsA(info, ReturnSetInfo))
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("set-valued function called in context that cannot accept a set")));
  if (!(info->allowedModes & SFRM_Materialize))
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("materialize mode required, but it is not allowed in this context")));
  MemoryContext previous = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
  TupleDesc descriptor;
  if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "return type must be a row type");
  BlessTupleDesc(descriptor);
  info->returnMode = SFRM_Materialize;
  info->setResult =
      tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
  info->setDesc = descriptor;
  MemoryContextSwitchTo(previous);
#endif
}

// Arranges that `request` runs when a preloaded library may ask for shared memory and locks. To be
// called in _PG_init, once for each function.
template <void (*request)()>
inline void on_shmem_request() {
#if PG_VERSION_NUM >= 150000
  static shmem_request_hook_type previous;
  previous = shmem_request_hook;
  shmem_request_hook = [] {
    if (previous) previous();
    request();
  };
#else
  request();
#endif
}

// How many backends there can be, of all kinds that execute statements; their process numbers are
// below it. From when shared memory may be asked for.
inline int max_backends() {
#if PG_VERSION_NUM >= 150000
  return MaxBackends;
#else
  return MaxConnections + autovacuum_max_workers + 1 + max_worker_processes + max_wal_senders;
#endif
}

// The number of this process among all.
inline int process_number() {
#if PG_VERSION_NUM >= 170000
  return MyProcNumber;
#else
  return MyProc->pgprocno;
#endif
}

// Whether pg_stat_statements counts a utility statement as such. EXECUTE counts as what it
// executes.
inline bool counts_as_utility(const Node* statement) {
#if PG_VERSION_NUM >= 170000
  return !IsA(statement, ExecuteStmt) && !IsA(statement, PrepareStmt);
#else
  return !IsA(statement, ExecuteStmt) && !IsA(statement, PrepareStmt) &&
         !IsA(statement, DeallocateStmt);
#endif
}

// Whether pg_stat_statements takes what runs inside a utility statement for nested; `counted`: it
// counts the statement.
inline bool utility_nests([[maybe_unused]] const Node* statement, [[maybe_unused]] bool counted) {
#if PG_VERSION_NUM >= 170000
  return counted || (!IsA(statement, ExecuteStmt) && !IsA(statement, PrepareStmt));
#else
  return counted;
#endif
}

// Whether it takes what runs while a statement is planned for nested.
#if PG_VERSION_NUM >= 170000
inline constexpr bool planning_nests = true;
#else
inline constexpr bool planning_nests = false;
#endif

// The settings that exist: f(config_generic*) for each.
template <class F>
inline void each_setting(F f) {
#if PG_VERSION_NUM >= 160000
  int count = 0;
  config_generic** settings = get_guc_variables(&count);
#else
  const int count = GetNumConfigOptions();
  config_generic** settings = get_guc_variables();
#endif
  for (int i = 0; i < count; ++i) f(settings[i]);
}

// Nobody else may define settings that begin with `prefix` and a dot.
inline void reserve_settings(const char* prefix) {
#if PG_VERSION_NUM >= 150000
  MarkGUCPrefixReserved(prefix);
#else
  EmitWarningsOnPlaceholders(prefix);
#endif
}

// A wait event for WaitLatch and friends: shown in pg_stat_activity as Extension / `name` from 17
// on, before that as Extension / Extension. `name` is a literal. From 17 on shared memory must be
// ready.
inline std::uint32_t wait_event(const char* name) {
#if PG_VERSION_NUM >= 170000
  return WaitEventExtensionNew(name);
#else
  (void)name;
  return PG_WAIT_EXTENSION;
#endif
}

// Flags for BackgroundWorkerInitializeConnection: connect also where datallowconn is false, and as
// a role that may not log in.
inline std::uint32_t connection_flags(bool bypass_allow_connections) {
  std::uint32_t flags = 0;
  if (bypass_allow_connections) flags |= BGWORKER_BYPASS_ALLOWCONN;
#if PG_VERSION_NUM >= 170000
  flags |= BGWORKER_BYPASS_ROLELOGINCHECK;
#endif
  return flags;
}

// shm_mq_send that makes the message visible to the receiver at once.
inline shm_mq_result send_message(shm_mq_handle* queue, Size bytes, const void* data, bool nowait) {
#if PG_VERSION_NUM >= 150000
  return shm_mq_send(queue, bytes, data, nowait, true);
#else
  return shm_mq_send(queue, bytes, data, nowait);
#endif
}

// A path for a foreign scan of a base relation.
inline ForeignPath* foreign_path(PlannerInfo* root, RelOptInfo* rel, double rows, Cost startup,
                                 Cost total, List* pathkeys, Relids required_outer,
                                 List* fdw_private) {
#if PG_VERSION_NUM >= 180000
  return create_foreignscan_path(root, rel, nullptr, rows, 0, startup, total, pathkeys,
                                 required_outer, nullptr, NIL, fdw_private);
#elif PG_VERSION_NUM >= 170000
  return create_foreignscan_path(root, rel, nullptr, rows, startup, total, pathkeys, required_outer,
                                 nullptr, NIL, fdw_private);
#else
  return create_foreignscan_path(root, rel, nullptr, rows, startup, total, pathkeys, required_outer,
                                 nullptr, fdw_private);
#endif
}

// File number of a mapped relation of the current database, or of a shared one; InvalidOid if it is
// not mapped.
inline Oid mapped_file_number(Oid relation, bool shared) {
#if PG_VERSION_NUM >= 160000
  return RelationMapOidToFilenumber(relation, shared);
#else
  return RelationMapOidToFilenode(relation, shared);
#endif
}

// Timeline that this server writes, or, in recovery, replays.
inline TimeLineID timeline() {
  if (RecoveryInProgress()) {
    TimeLineID replayed = 0;
    GetXLogReplayRecPtr(&replayed);
    return replayed;
  }
#if PG_VERSION_NUM >= 150000
  return GetWALInsertionTimeLine();
#else
  return ThisTimeLineID;
#endif
}

// Scan of an index by keys that index_rescan() is given, at most `keys`.
inline IndexScanDesc begin_index_scan(Relation table, Relation index, Snapshot snapshot, int keys) {
#if PG_VERSION_NUM >= 180000
  return index_beginscan(table, index, snapshot, nullptr, keys, 0);
#else
  return index_beginscan(table, index, snapshot, keys, 0);
#endif
}

}  // namespace almanac::pg::compat
