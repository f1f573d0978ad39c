// The hooks that see commands: see commands.hpp.

#include "capture/command_intent.hpp"
#include "capture/commands.hpp"
#include "pg/compat.hpp"
#include "settings.hpp"

namespace almanac::capture {
namespace {

using core::CommandEvent;
using core::CommandKind;

ProcessUtility_hook_type next_utility = nullptr;
object_access_hook_type next_access = nullptr;

// The command that runs.
struct Running {
  TimestampTz begun = 0;
  const char* command = "";
  bool quiet = false;
  bool concurrent = false;
};
constinit Running running;

// What most statements are that come here.
bool is_ordinary(const Node* tree) {
  switch (nodeTag(tree)) {
    case T_TransactionStmt:
    case T_VariableSetStmt:
    case T_VariableShowStmt:
    case T_PrepareStmt:
    case T_ExecuteStmt:
    case T_DeallocateStmt:
    case T_DeclareCursorStmt:
    case T_FetchStmt:
    case T_ClosePortalStmt:
    case T_CopyStmt:
    case T_DoStmt:
    case T_CallStmt:
    case T_ExplainStmt:
    case T_NotifyStmt:
    case T_ListenStmt:
    case T_LockStmt:
    case T_DiscardStmt: return true;
    default: return false;
  }
}

// The library itself makes and drops partitions.
bool is_own_process() {
  return MyBgworkerEntry != nullptr && strcmp(MyBgworkerEntry->bgw_library_name, "pg_almanac") == 0;
}

bool watches() {
  return settings::track_commands && commands().exists() && !IsParallelWorker() &&
         !creating_extension && IsTransactionState() && !is_own_process();
}

void set_name(char (&to)[core::name_bytes], const char* name) {
  strlcpy(to, name != nullptr ? name : "", sizeof(to));
}

CommandEvent* add(CommandKind kind) {
  CommandEvent* event = detail::add_pending(kind);
  if (event != nullptr) {
    event->begun = running.begun;
    event->concurrent = running.concurrent;
    strlcpy(event->command, running.command, sizeof(event->command));
  }
  return event;
}

bool left_out(Oid schema) {
  if (isAnyTempNamespace(schema) || IsToastNamespace(schema)) {
    return true;
  }
  const char* name = get_namespace_name(schema);
  return name != nullptr && strcmp(name, "almanac") == 0;
}

enum class Did : std::uint8_t { created, altered, dropped, truncated, rewritten };

// The kind for a relation; false: events of such relations are not kept.
bool kind_of(char relkind, Did did, CommandKind& kind) {
  using K = CommandKind;
  switch (relkind) {
    case RELKIND_RELATION:
    case RELKIND_PARTITIONED_TABLE:
    case RELKIND_MATVIEW:
    case RELKIND_FOREIGN_TABLE: {
      constexpr K kinds[] = {K::table_created, K::table_altered, K::table_dropped,
                             K::table_truncated, K::table_rewritten};
      kind = kinds[static_cast<int>(did)];
      return true;
    }
    case RELKIND_INDEX:
    case RELKIND_PARTITIONED_INDEX: {
      constexpr K kinds[] = {K::index_created, K::index_altered, K::index_dropped, K::index_altered,
                             K::index_rebuilt};
      kind = kinds[static_cast<int>(did)];
      return true;
    }
    case RELKIND_VIEW: {
      constexpr K kinds[] = {K::view_created, K::view_altered, K::view_dropped, K::view_altered,
                             K::view_altered};
      kind = kinds[static_cast<int>(did)];
      return true;
    }
    default: return false;
  }
}

// Names of a relation, and for an index of its table. False if it is not there, or is left out.
bool name_relation(CommandEvent& event, Oid relation, char* relkind) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  const auto* row = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
  *relkind = row->relkind;
  const Oid schema = row->relnamespace;
  const bool temporary = row->relpersistence == RELPERSISTENCE_TEMP;
  event.object = relation;
  set_name(event.name, NameStr(row->relname));
  ReleaseSysCache(tuple);
  if (temporary || left_out(schema)) {
    return false;
  }
  set_name(event.schema, get_namespace_name(schema));
  if (*relkind == RELKIND_INDEX || *relkind == RELKIND_PARTITIONED_INDEX) {
    const Oid table = IndexGetRelation(relation, true);
    if (OidIsValid(table)) {
      event.table = table;
      set_name(event.table_name, get_rel_name(table));
      set_name(event.table_schema, get_namespace_name(get_rel_namespace(table)));
    }
  }
  return true;
}

// A function or extended statistics. The same.
bool name_other(CommandEvent& event, Oid class_oid, Oid object) {
  Oid schema = InvalidOid;
  if (class_oid == ProcedureRelationId) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(object));
    if (!HeapTupleIsValid(tuple)) {
      return false;
    }
    const auto* row = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    schema = row->pronamespace;
    set_name(event.name, NameStr(row->proname));
    ReleaseSysCache(tuple);
  } else {
    HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(object));
    if (!HeapTupleIsValid(tuple)) {
      return false;
    }
    const auto* row = reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple));
    schema = row->stxnamespace;
    const Oid table = row->stxrelid;
    set_name(event.name, NameStr(row->stxname));
    ReleaseSysCache(tuple);
    event.table = table;
    set_name(event.table_name, get_rel_name(table));
    set_name(event.table_schema, get_namespace_name(get_rel_namespace(table)));
  }
  event.object = object;
  if (left_out(schema)) {
    return false;
  }
  set_name(event.schema, get_namespace_name(schema));
  return true;
}

enum Unnamed : std::uint8_t { named, unnamed_relation, unnamed_function, unnamed_statistics };

void note_created(Oid class_oid, Oid object) {
  CommandEvent* event = nullptr;
  if (class_oid == RelationRelationId) {
    event = add(CommandKind::table_created);
  } else if (class_oid == ProcedureRelationId) {
    // Not visible yet if it is new.
    const bool exists = SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(object));
    event = add(exists ? CommandKind::function_replaced : CommandKind::function_created);
  } else {
    event = add(CommandKind::statistics_created);
  }
  if (event != nullptr) {
    event->object = object;
    event->unnamed = class_oid == RelationRelationId    ? unnamed_relation
                     : class_oid == ProcedureRelationId ? unnamed_function
                                                        : unnamed_statistics;
  }
}

void note_now(Did did, Oid class_oid, Oid object) {
  CommandEvent found;
  CommandKind kind = CommandKind::table_dropped;
  if (class_oid == RelationRelationId) {
    char relkind = '\0';
    if (!name_relation(found, object, &relkind) || !kind_of(relkind, did, kind)) {
      return;
    }
  } else {
    if (!name_other(found, class_oid, object)) {
      return;
    }
    const bool function = class_oid == ProcedureRelationId;
    kind = did == Did::dropped
               ? (function ? CommandKind::function_dropped : CommandKind::statistics_dropped)
               : (function ? CommandKind::function_altered : CommandKind::statistics_altered);
  }
  CommandEvent* event = add(kind);
  if (event != nullptr) {
    event->object = found.object;
    event->table = found.table;
    memcpy(event->schema, found.schema, sizeof(found.schema));
    memcpy(event->name, found.name, sizeof(found.name));
    memcpy(event->table_schema, found.table_schema, sizeof(found.table_schema));
    memcpy(event->table_name, found.table_name, sizeof(found.table_name));
  }
}

void note_extension_dropped(Oid extension) {
  const char* name = get_extension_name(extension);
  CommandEvent* event = name != nullptr ? add(CommandKind::extension_dropped) : nullptr;
  if (event != nullptr) {
    set_name(event->name, name);
    extension_version(name, event->old_value, sizeof(event->old_value));
  }
}

void access(ObjectAccessType type, Oid class_oid, Oid object, int part, void* argument) {
  if (next_access != nullptr) {
    next_access(type, class_oid, object, part, argument);
  }
  const bool relation = class_oid == RelationRelationId;
  const bool other = class_oid == ProcedureRelationId || class_oid == StatisticExtRelationId;
  if (type == OAT_DROP && class_oid == ExtensionRelationId && !creating_extension) {
    note_extension_dropped(object);
  }
  if (running.quiet || creating_extension || part != 0 || !(relation || other)) {
    return;
  }
  switch (type) {
    case OAT_POST_CREATE:
      if (argument == nullptr || !static_cast<ObjectAccessPostCreate*>(argument)->is_internal) {
        note_created(class_oid, object);
      }
      break;
    case OAT_DROP:
      if (argument == nullptr ||
          (static_cast<ObjectAccessDrop*>(argument)->dropflags & PERFORM_DELETION_INTERNAL) == 0) {
        note_now(Did::dropped, class_oid, object);
      }
      break;
    case OAT_POST_ALTER:
      if (other) {
        note_now(Did::altered, class_oid, object);
      }
      break;
    case OAT_TRUNCATE: note_now(Did::truncated, class_oid, object); break;
    default: break;
  }
}

// What was created while the command ran can be looked up now.
void name_created(int first) {
  for (int i = detail::pending_count() - 1; i >= first; --i) {
    CommandEvent& event = detail::pending(i);
    bool keep = true;
    if (event.unnamed == unnamed_relation) {
      char relkind = '\0';
      CommandKind kind = CommandKind::table_created;
      keep = name_relation(event, event.object, &relkind) && kind_of(relkind, Did::created, kind);
      event.kind = static_cast<std::uint8_t>(kind);
    } else if (event.unnamed == unnamed_function || event.unnamed == unnamed_statistics) {
      keep = name_other(
          event, event.unnamed == unnamed_function ? ProcedureRelationId : StatisticExtRelationId,
          event.object);
    } else {
      continue;
    }
    event.unnamed = named;
    if (!keep) {
      detail::remove_pending(i);
    }
  }
}

Did did_of(CommandKind kind) {
  const bool rewrites = kind == CommandKind::table_rewritten || kind == CommandKind::index_rebuilt;
  return rewrites ? Did::rewritten : Did::altered;
}

void fill(CommandEvent* event, const Intent& intent) {
  if (event != nullptr) {
    memcpy(event->detail, intent.detail, sizeof(event->detail));
    memcpy(event->old_value, intent.old_value, sizeof(event->old_value));
  }
}

// What the statement said itself.
void note_intent(const Intent& intent) {
  if (!intent.has_kind) {
    return;
  }
  for (int i = 0; i < intent.targets; ++i) {
    CommandEvent found;
    char relkind = '\0';
    CommandKind kind = intent.kind;
    const Oid now =
        OidIsValid(intent.schema) ? get_relname_relid(intent.name, intent.schema) : InvalidOid;
    if (!name_relation(found, OidIsValid(now) ? now : intent.relations[i], &relkind)) {
      continue;
    }
    const bool analyzes = kind == CommandKind::vacuum || kind == CommandKind::analyze;
    const bool of_table = relkind != RELKIND_INDEX && relkind != RELKIND_PARTITIONED_INDEX;
    if (!analyzes && !(kind == CommandKind::index_rebuilt && of_table) &&
        !kind_of(relkind, did_of(kind), kind)) {
      continue;
    }
    CommandEvent* event = add(kind);
    fill(event, intent);
    if (event != nullptr) {
      event->object = found.object;
      event->table = found.table;
      event->more = i == intent.targets - 1 ? static_cast<std::uint32_t>(intent.more) : 0;
      memcpy(event->schema, found.schema, sizeof(found.schema));
      memcpy(event->name, found.name, sizeof(found.name));
      memcpy(event->table_schema, found.table_schema, sizeof(found.table_schema));
      memcpy(event->table_name, found.table_name, sizeof(found.table_name));
    }
  }
  if (intent.targets > 0) {
    return;
  }
  CommandEvent* event = add(intent.kind);
  fill(event, intent);
  if (event == nullptr) {
    return;
  }
  set_name(event->name, intent.name);
  if (intent.kind == CommandKind::setting_changed) {
    event->database = intent.database;
    event->object = intent.role;
  } else if (intent.kind == CommandKind::alter_system ||
             intent.kind == CommandKind::database_created ||
             intent.kind == CommandKind::database_dropped) {
    event->database = InvalidOid;
  } else if (intent.kind == CommandKind::extension_created ||
             intent.kind == CommandKind::extension_updated) {
    extension_version(intent.name, event->detail, sizeof(event->detail));
  }
}

bool changes_nothing(const Intent& intent) {
  if (intent.kind != CommandKind::extension_updated || !intent.has_kind) {
    return false;
  }
  char now[sizeof(intent.old_value)];
  extension_version(intent.name, now, sizeof(now));
  return strcmp(now, intent.old_value) == 0;
}

void call_next(PlannedStmt* planned, const char* text, bool read_only_tree,
               ProcessUtilityContext context, ParamListInfo parameters,
               QueryEnvironment* environment, DestReceiver* receiver, QueryCompletion* completion) {
  if (next_utility != nullptr) {
    next_utility(planned, text, read_only_tree, context, parameters, environment, receiver,
                 completion);
  } else {
    standard_ProcessUtility(planned, text, read_only_tree, context, parameters, environment,
                            receiver, completion);
  }
}

void begin(const Intent& intent) {
  running.begun = GetCurrentTimestamp();
  running.command = intent.command;
  running.quiet = running.quiet || intent.quiet;
  running.concurrent = intent.concurrent;
  ++detail::commands_running;
  if (detail::commands_running == 1) {
    next_access = object_access_hook;
    object_access_hook = access;
  }
}

void leave(const Running& outer) {
  running = outer;
  --detail::commands_running;
  if (detail::commands_running == 0 && object_access_hook == access) {
    object_access_hook = next_access;
  }
}

void watch(PlannedStmt* planned, const char* text, bool read_only_tree,
           ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment* environment,
           DestReceiver* receiver, QueryCompletion* completion, const Intent& intent) {
  const Running outer = running;
  const int first = detail::pending_count();
  begin(intent);
  PG_TRY();
  {
    call_next(planned, text, read_only_tree, context, parameters, environment, receiver,
              completion);
    name_created(std::min(first, detail::pending_count()));
    if (!outer.quiet && !changes_nothing(intent)) {
      note_intent(intent);
    }
  }
  PG_FINALLY();
  { leave(outer); }
  PG_END_TRY();
}

void utility(PlannedStmt* planned, const char* text, bool read_only_tree,
             ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment* environment,
             DestReceiver* receiver, QueryCompletion* completion) {
  Node* tree = planned->utilityStmt;
  if (!is_ordinary(tree) && watches()) {
    const Intent intent = read_intent(tree);
    if (intent.watched) {
      watch(planned, text, read_only_tree, context, parameters, environment, receiver, completion,
            intent);
      return;
    }
  }
  call_next(planned, text, read_only_tree, context, parameters, environment, receiver, completion);
}

}  // namespace

void detail::install_command_hook() {
  next_utility = ProcessUtility_hook;
  ProcessUtility_hook = utility;
}

}  // namespace almanac::capture
