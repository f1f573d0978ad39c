#include "store/fdw_import.hpp"

#include "store/fdw_table.hpp"

namespace almanac::store {
namespace {

const char* create_statement(const Stream& stream, const char* table, const char* server) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (", quote_identifier(table));
  for (const CommonColumn& column : common_columns()) {
    appendStringInfo(&sql, "%s %s, ", quote_identifier(column.name), column.declaration);
  }
  const char* separator = "";
  for (const ValueColumn& column : stream.columns) {
    appendStringInfo(&sql, "%s%s %s", separator, quote_identifier(column.name),
                     sql_type(column.kind));
    separator = ", ";
  }
  for (const ValueColumn& column : stream.columns) {
    if (has_extremes(column.kind)) {
      for (const std::string_view suffix : {kLeastSuffix, kGreatestSuffix}) {
        appendStringInfo(&sql, ", %s %s",
                         quote_identifier(psprintf("%s%s", column.name, suffix.data())),
                         sql_type(column.kind));
      }
    }
  }
  if (stream.histogram != nullptr) {
    appendStringInfo(&sql, ", %s almanac.histogram", quote_identifier(stream.histogram));
  }
  appendStringInfo(&sql, ") SERVER %s OPTIONS (stream %s)", quote_identifier(server),
                   quote_literal_cstr(stream.name));
  return sql.data;
}

}  // namespace

List* import_schema(ImportForeignSchemaStmt* statement, Oid) {
  if (strcmp(statement->remote_schema, "samples") != 0) {
    ereport(ERROR, (errcode(ERRCODE_FDW_SCHEMA_NOT_FOUND),
                    errmsg("foreign schema \"%s\" does not exist", statement->remote_schema),
                    errhint("The history is in foreign schema \"samples\".")));
  }
  List* commands = NIL;
  for (const Stream& stream : streams()) {
    char* table = psprintf("%s_samples", stream.name);
    if (IsImportableForeignTable(table, statement)) {
      commands = lappend(
          commands, const_cast<char*>(create_statement(stream, table, statement->server_name)));
    }
  }
  return commands;
}

void validate_options(List* options, Oid catalog) {
  bool named = false;
  ListCell* cell;
  foreach (cell, options) {
    auto* option = static_cast<DefElem*>(lfirst(cell));
    if (catalog != ForeignTableRelationId || strcmp(option->defname, "stream") != 0) {
      ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
                      errmsg("invalid option \"%s\"", option->defname),
                      errhint("The only option is \"stream\", of foreign tables.")));
    }
    if (find_stream(defGetString(option)) == nullptr) {
      ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
                      errmsg("stream \"%s\" does not exist", defGetString(option)),
                      errhint("Streams are %s.", stream_list())));
    }
    named = true;
  }
  if (catalog == ForeignTableRelationId && !named) {
    ereport(ERROR,
            (errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
             errmsg("option \"stream\" is required"), errhint("Streams are %s.", stream_list())));
  }
}

}  // namespace almanac::store
