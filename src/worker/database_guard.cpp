#include "worker/database_guard.hpp"

#include "pg/compat.hpp"
#include "worker/shared.hpp"
#include "worker/source.hpp"

// The command waits up to five seconds for sessions in the database to end. When it begins, the
// hook notes for how long nobody of us may connect there and wakes the repository worker, which
// leaves if it is the one who is in the way; a worker that reads the relations of that database
// lives for milliseconds anyhow. Afterwards the launcher starts the repository worker again.

namespace almanac::worker {
namespace {

constexpr std::int64_t hold_us = 10 * 1'000'000;

ProcessUtility_hook_type previous_utility = nullptr;

// Name of the database that must have no sessions for the statement to succeed; nullptr for all
// other statements.
const char* database_to_leave(Node* statement) {
  switch (nodeTag(statement)) {
    case T_DropdbStmt: return reinterpret_cast<DropdbStmt*>(statement)->dbname;
    case T_RenameStmt: {
      auto* rename = reinterpret_cast<RenameStmt*>(statement);
      return rename->renameType == OBJECT_DATABASE ? rename->subname : nullptr;
    }
    case T_CreatedbStmt: {
      ListCell* cell;
      foreach (cell, reinterpret_cast<CreatedbStmt*>(statement)->options) {
        auto* option = static_cast<DefElem*>(lfirst(cell));
        if (strcmp(option->defname, "template") == 0 && option->arg != nullptr) {
          return defGetString(option);
        }
      }
      return "template1";
    }
    case T_AlterDatabaseStmt: {
      auto* alter = reinterpret_cast<AlterDatabaseStmt*>(statement);
      ListCell* cell;
      foreach (cell, alter->options) {
        if (strcmp(static_cast<DefElem*>(lfirst(cell))->defname, "tablespace") == 0) {
          return alter->dbname;
        }
      }
      return nullptr;
    }
    default: return nullptr;
  }
}

// Only who may carry out such a command can send our workers away.
bool may_manage(Oid database) {
  if (superuser()) {
    return true;
  }
  Oid owner = InvalidOid;
  HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
  if (HeapTupleIsValid(tuple)) {
    owner = reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple))->datdba;
    ReleaseSysCache(tuple);
  }
  bool creates = false;
  tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(GetUserId()));
  if (HeapTupleIsValid(tuple)) {
    creates = reinterpret_cast<Form_pg_authid>(GETSTRUCT(tuple))->rolcreatedb;
    ReleaseSysCache(tuple);
  }
  return creates || (owner != InvalidOid && has_privs_of_role(GetUserId(), owner));
}

void leave(Oid database, std::int64_t hold) {
  Shared* state = shared();
  const std::int64_t until = Moment::now().monotonic + hold;
  SpinLockAcquire(&state->mutex);
  state->released_database = database;
  state->released_until = until;
  Latch* latch = state->worker_pid != 0 ? state->worker_latch : nullptr;
  SpinLockRelease(&state->mutex);
  if (latch != nullptr) {
    SetLatch(latch);
  }
}

// InvalidOid for all statements that need no database for themselves.
Oid database_to_release(const PlannedStmt* planned) {
  const char* name = shared() != nullptr ? database_to_leave(planned->utilityStmt) : nullptr;
  if (name == nullptr || !IsTransactionState()) {
    return InvalidOid;
  }
  const Oid database = get_database_oid(name, true);
  return database != InvalidOid && may_manage(database) ? database : InvalidOid;
}

void proceed(PlannedStmt* planned, const char* text, bool read_only_tree,
             ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment* environment,
             DestReceiver* receiver, QueryCompletion* completion) {
  if (previous_utility != nullptr) {
    previous_utility(planned, text, read_only_tree, context, parameters, environment, receiver,
                     completion);
  } else {
    standard_ProcessUtility(planned, text, read_only_tree, context, parameters, environment,
                            receiver, completion);
  }
}

void utility(PlannedStmt* planned, const char* text, bool read_only_tree,
             ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment* environment,
             DestReceiver* receiver, QueryCompletion* completion) {
  const Oid database = database_to_release(planned);
  if (database == InvalidOid) {
    proceed(planned, text, read_only_tree, context, parameters, environment, receiver, completion);
    return;
  }
  leave(database, hold_us);
  PG_TRY();
  {
    proceed(planned, text, read_only_tree, context, parameters, environment, receiver, completion);
  }
  PG_FINALLY();
  { leave(InvalidOid, 0); }
  PG_END_TRY();
}

}  // namespace

void install_database_guard() {
  previous_utility = ProcessUtility_hook;
  ProcessUtility_hook = utility;
}

}  // namespace almanac::worker
