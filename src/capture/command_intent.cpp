#include "capture/command_intent.hpp"

#include "core/redact.hpp"
#include "pg/compat.hpp"

namespace almanac::capture {
namespace {

using core::CommandKind;

void copy(char* to, std::size_t size, const char* from) {
  strlcpy(to, from != nullptr ? from : "", size);
  const int clipped = pg_mbcliplen(to, static_cast<int>(strlen(to)), static_cast<int>(size) - 1);
  to[clipped] = '\0';
}

template <std::size_t size>
void copy(char (&to)[size], const char* from) {
  copy(to, size, from);
}

// The relation of that name, as the command will find it; temporary ones are of no interest. Unlike
// RangeVarGetRelid() it raises no error about the name: that is the command's own to raise.
Oid find_relation(const RangeVar* relation) {
  if (relation->relpersistence == RELPERSISTENCE_TEMP) {
    return InvalidOid;
  }
  if (relation->schemaname == nullptr) {
    return RelnameGetRelid(relation->relname);
  }
  const Oid schema = get_namespace_oid(relation->schemaname, true);
  return OidIsValid(schema) ? get_relname_relid(relation->relname, schema) : InvalidOid;
}

void add_target(Intent& intent, const RangeVar* relation) {
  if (relation == nullptr) {
    return;
  }
  const Oid oid = find_relation(relation);
  if (!OidIsValid(oid)) {
    return;
  }
  if (intent.targets < most_targets) {
    intent.relations[intent.targets++] = oid;
  } else {
    ++intent.more;
  }
}

void set_kind(Intent& intent, CommandKind kind) {
  intent.has_kind = true;
  intent.kind = kind;
}

bool option(const List* options, const char* name) {
  ListCell* cell;
  foreach (cell, options) {
    auto* element = static_cast<DefElem*>(lfirst(cell));
    if (strcmp(element->defname, name) == 0) {
      return defGetBoolean(element);
    }
  }
  return false;
}

const char* words_of(AlterTableType type) {
  switch (type) {
    case AT_AddColumn: return "ADD COLUMN";
    case AT_DropColumn: return "DROP COLUMN";
    case AT_AlterColumnType: return "ALTER COLUMN TYPE";
    case AT_ColumnDefault: return "ALTER COLUMN DEFAULT";
    case AT_SetNotNull: return "SET NOT NULL";
    case AT_DropNotNull: return "DROP NOT NULL";
    case AT_SetStatistics: return "SET STATISTICS";
    case AT_SetOptions:
    case AT_ResetOptions: return "SET COLUMN OPTIONS";
    case AT_SetStorage: return "SET STORAGE";
    case AT_AddConstraint: return "ADD CONSTRAINT";
    case AT_ValidateConstraint: return "VALIDATE CONSTRAINT";
    case AT_DropConstraint: return "DROP CONSTRAINT";
    case AT_ChangeOwner: return "OWNER";
    case AT_ClusterOn: return "CLUSTER ON";
    case AT_SetLogged: return "SET LOGGED";
    case AT_SetUnLogged: return "SET UNLOGGED";
    case AT_SetTableSpace: return "SET TABLESPACE";
    case AT_SetRelOptions: return "SET";
    case AT_ResetRelOptions: return "RESET";
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
    case AT_EnableTrigAll:
    case AT_EnableTrigUser: return "ENABLE TRIGGER";
    case AT_DisableTrig:
    case AT_DisableTrigAll:
    case AT_DisableTrigUser: return "DISABLE TRIGGER";
    case AT_AddInherit: return "INHERIT";
    case AT_DropInherit: return "NO INHERIT";
    case AT_EnableRowSecurity: return "ENABLE ROW LEVEL SECURITY";
    case AT_DisableRowSecurity: return "DISABLE ROW LEVEL SECURITY";
    case AT_AttachPartition: return "ATTACH PARTITION";
    case AT_DetachPartition: return "DETACH PARTITION";
    case AT_AddIndex: return "ADD INDEX";
    default: return "other";
  }
}

// "ADD COLUMN note, SET STATISTICS amount"
void describe(const AlterTableStmt* alter, Intent& intent) {
  ListCell* cell;
  foreach (cell, alter->cmds) {
    const auto* part = static_cast<AlterTableCmd*>(lfirst(cell));
    char words[core::name_bytes * 2];
    const char* name = part->name;
    if (part->subtype == AT_AddColumn && part->def != nullptr && IsA(part->def, ColumnDef)) {
      name = reinterpret_cast<ColumnDef*>(part->def)->colname;
    }
    pg_snprintf(words, sizeof(words), "%s%s%s%s", intent.detail[0] != '\0' ? ", " : "",
                words_of(part->subtype), name != nullptr ? " " : "", name != nullptr ? name : "");
    if (strlen(intent.detail) + strlen(words) + 1 > sizeof(intent.detail)) {
      break;
    }
    strlcat(intent.detail, words, sizeof(intent.detail));
  }
}

CommandKind altered(ObjectType type) {
  switch (type) {
    case OBJECT_INDEX: return CommandKind::index_altered;
    case OBJECT_VIEW: return CommandKind::view_altered;
    default: return CommandKind::table_altered;
  }
}

bool is_relation(ObjectType type) {
  return type == OBJECT_TABLE || type == OBJECT_INDEX || type == OBJECT_VIEW ||
         type == OBJECT_MATVIEW || type == OBJECT_FOREIGN_TABLE;
}

void read_rename(const RenameStmt* rename, Intent& intent) {
  if (rename->renameType == OBJECT_FUNCTION || rename->renameType == OBJECT_PROCEDURE ||
      rename->renameType == OBJECT_ROUTINE) {
    intent.watched = true;  // the object access hook sees which
    return;
  }
  const bool inside =
      rename->renameType == OBJECT_COLUMN || rename->renameType == OBJECT_TABCONSTRAINT;
  if (rename->relation == nullptr || !(inside || is_relation(rename->renameType))) {
    return;
  }
  intent.watched = true;
  set_kind(intent, altered(inside ? rename->relationType : rename->renameType));
  add_target(intent, rename->relation);
  char words[sizeof(intent.detail)];
  pg_snprintf(words, sizeof(words), "RENAME %s%s%s TO %s", inside ? "" : "FROM ",
              inside ? rename->subname : rename->relation->relname, "", rename->newname);
  copy(intent.detail, words);
}

void read_vacuum(const VacuumStmt* vacuum, Intent& intent) {
  intent.watched = true;
  const bool full = vacuum->is_vacuumcmd && option(vacuum->options, "full");
  set_kind(intent, full                   ? CommandKind::table_rewritten
                   : vacuum->is_vacuumcmd ? CommandKind::vacuum
                                          : CommandKind::analyze);
  if (vacuum->is_vacuumcmd) {
    intent.command = full                                 ? "VACUUM FULL"
                     : option(vacuum->options, "analyze") ? "VACUUM ANALYZE"
                                                          : "VACUUM";
  }
  ListCell* cell;
  foreach (cell, vacuum->rels) {
    add_target(intent, static_cast<VacuumRelation*>(lfirst(cell))->relation);
  }
  if (vacuum->rels != NIL && intent.targets == 0) {
    intent.has_kind = false;
  }
}

void read_reindex(const ReindexStmt* reindex, Intent& intent) {
  intent.watched = intent.quiet = true;
  intent.concurrent = option(reindex->params, "concurrently");
  set_kind(intent, CommandKind::index_rebuilt);
  add_target(intent, reindex->relation);
  copy(intent.name, reindex->name);
  if (intent.concurrent && intent.targets == 1) {
    copy(intent.name, get_rel_name(intent.relations[0]));
    intent.schema = get_rel_namespace(intent.relations[0]);
  }
  if (reindex->relation != nullptr && intent.targets == 0) {
    intent.has_kind = false;
  }
}

void read_drop(const DropStmt* drop, Intent& intent) {
  switch (drop->removeType) {
    case OBJECT_EXTENSION: intent.quiet = true; [[fallthrough]];
    case OBJECT_TABLE:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_INDEX:
    case OBJECT_VIEW:
    case OBJECT_MATVIEW:
    case OBJECT_SCHEMA:
    case OBJECT_TYPE:
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
    case OBJECT_STATISTIC_EXT: intent.watched = true; break;
    case OBJECT_TRIGGER:
    case OBJECT_RULE:
    case OBJECT_POLICY: {
      intent.watched = true;
      set_kind(intent, CommandKind::table_altered);
      ListCell* cell;
      foreach (cell, drop->objects) {
        List* name = static_cast<List*>(lfirst(cell));
        List* relation = list_truncate(list_copy(name), list_length(name) - 1);
        if (relation != NIL) {
          add_target(intent, makeRangeVarFromNameList(relation));
          copy(intent.detail, strVal(llast(name)));
        }
      }
      break;
    }
    default: break;
  }
  intent.concurrent = drop->concurrent;
}

// The value as it stands in the statement, or *** if it may be a secret.
void read_setting(VariableSetStmt* set, Intent& intent) {
  copy(intent.name, set->kind == VAR_RESET_ALL ? "all" : set->name);
  if (set->kind == VAR_SET_VALUE) {
    const char* value = ExtractSetVariableArgs(set);
    copy(intent.detail,
         core::is_secret_setting(set->name, value != nullptr ? value : "") ? core::kHidden : value);
  } else {
    copy(intent.detail, set->kind == VAR_SET_CURRENT ? "from current" : "reset");
  }
}

void read_extension(const char* name, CommandKind kind, Intent& intent) {
  intent.watched = intent.quiet = true;
  set_kind(intent, kind);
  copy(intent.name, name);
  extension_version(name, intent.old_value, sizeof(intent.old_value));
}

}  // namespace

void extension_version(const char* name, char* out, std::size_t size) {
  out[0] = '\0';
  Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
              CStringGetDatum(name));
  SysScanDesc scan = systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &key);
  HeapTuple tuple = systable_getnext(scan);
  if (HeapTupleIsValid(tuple)) {
    bool null = true;
    const Datum version =
        heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(extensions), &null);
    if (!null) {
      copy(out, size, TextDatumGetCString(version));
    }
  }
  systable_endscan(scan);
  table_close(extensions, AccessShareLock);
}

Intent read_intent(Node* tree) {
  Intent intent;
  switch (nodeTag(tree)) {
    case T_CreateStmt:
    case T_CreateForeignTableStmt:
    case T_CreateTableAsStmt:
    case T_CreateStatsStmt:
    case T_CreateFunctionStmt:
    case T_AlterFunctionStmt:
    case T_DropOwnedStmt:
    case T_TruncateStmt: intent.watched = true; break;
    case T_IndexStmt:
      intent.watched = true;
      intent.concurrent = reinterpret_cast<IndexStmt*>(tree)->concurrent;
      break;
    case T_ViewStmt:
      intent.watched = true;
      set_kind(intent, CommandKind::view_altered);
      add_target(intent, reinterpret_cast<ViewStmt*>(tree)->view);  // if it is replaced
      intent.has_kind = intent.targets > 0;
      break;
    case T_AlterTableStmt: {
      const auto* alter = reinterpret_cast<AlterTableStmt*>(tree);
      if (is_relation(alter->objtype)) {
        intent.watched = true;
        set_kind(intent, altered(alter->objtype));
        add_target(intent, alter->relation);
        describe(alter, intent);
      }
      break;
    }
    case T_RenameStmt: read_rename(reinterpret_cast<RenameStmt*>(tree), intent); break;
    case T_AlterObjectSchemaStmt: {
      const auto* move = reinterpret_cast<AlterObjectSchemaStmt*>(tree);
      if (is_relation(move->objectType) && move->relation != nullptr) {
        intent.watched = true;
        set_kind(intent, altered(move->objectType));
        add_target(intent, move->relation);
        copy(intent.detail, "SET SCHEMA");
      }
      break;
    }
    case T_CreateTrigStmt: {
      const auto* trigger = reinterpret_cast<CreateTrigStmt*>(tree);
      intent.watched = true;
      set_kind(intent, CommandKind::table_altered);
      add_target(intent, trigger->relation);
      copy(intent.detail, trigger->trigname);
      break;
    }
    case T_CreatePolicyStmt: {
      const auto* policy = reinterpret_cast<CreatePolicyStmt*>(tree);
      intent.watched = true;
      set_kind(intent, CommandKind::table_altered);
      add_target(intent, policy->table);
      copy(intent.detail, policy->policy_name);
      break;
    }
    case T_RuleStmt: {
      const auto* rule = reinterpret_cast<RuleStmt*>(tree);
      intent.watched = true;
      set_kind(intent, CommandKind::table_altered);
      add_target(intent, rule->relation);
      copy(intent.detail, rule->rulename);
      break;
    }
    case T_AlterStatsStmt: intent.watched = true; break;
    case T_DropStmt: read_drop(reinterpret_cast<DropStmt*>(tree), intent); break;
    case T_VacuumStmt: read_vacuum(reinterpret_cast<VacuumStmt*>(tree), intent); break;
    case T_ClusterStmt: {
      const auto* cluster = reinterpret_cast<ClusterStmt*>(tree);
      intent.watched = intent.quiet = true;
      set_kind(intent, CommandKind::table_rewritten);
      add_target(intent, cluster->relation);
      break;
    }
    case T_ReindexStmt: read_reindex(reinterpret_cast<ReindexStmt*>(tree), intent); break;
    case T_CreateExtensionStmt:
      read_extension(reinterpret_cast<CreateExtensionStmt*>(tree)->extname,
                     CommandKind::extension_created, intent);
      intent.has_kind = intent.old_value[0] == '\0';  // IF NOT EXISTS
      break;
    case T_AlterExtensionStmt:
      read_extension(reinterpret_cast<AlterExtensionStmt*>(tree)->extname,
                     CommandKind::extension_updated, intent);
      break;
    case T_CreatedbStmt:
      intent.watched = true;
      set_kind(intent, CommandKind::database_created);
      copy(intent.name, reinterpret_cast<CreatedbStmt*>(tree)->dbname);
      break;
    case T_DropdbStmt: {
      const char* name = reinterpret_cast<DropdbStmt*>(tree)->dbname;
      intent.watched = true;
      if (OidIsValid(get_database_oid(name, true))) {
        set_kind(intent, CommandKind::database_dropped);
        copy(intent.name, name);
      }
      break;
    }
    case T_AlterSystemStmt:
      intent.watched = true;
      set_kind(intent, CommandKind::alter_system);
      read_setting(reinterpret_cast<AlterSystemStmt*>(tree)->setstmt, intent);
      break;
    case T_AlterDatabaseSetStmt: {
      const auto* alter = reinterpret_cast<AlterDatabaseSetStmt*>(tree);
      intent.watched = true;
      set_kind(intent, CommandKind::setting_changed);
      intent.database = get_database_oid(alter->dbname, true);
      read_setting(alter->setstmt, intent);
      break;
    }
    case T_AlterRoleSetStmt: {
      const auto* alter = reinterpret_cast<AlterRoleSetStmt*>(tree);
      intent.watched = true;
      set_kind(intent, CommandKind::setting_changed);
      intent.role = alter->role != nullptr ? get_rolespec_oid(alter->role, true) : InvalidOid;
      intent.database =
          alter->database != nullptr ? get_database_oid(alter->database, true) : InvalidOid;
      read_setting(alter->setstmt, intent);
      break;
    }
    default: break;
  }
  if (intent.watched && intent.command == nullptr) {
    intent.command = CreateCommandName(tree);
  }
  return intent;
}

}  // namespace almanac::capture
