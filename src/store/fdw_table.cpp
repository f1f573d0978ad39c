#include "store/fdw_table.hpp"

namespace almanac::store {
namespace {

constexpr CommonColumn kCommon[] = {
    {"server_id", Field::server_id, INT4OID, "integer NOT NULL"},
    {"series_id", Field::series_id, INT4OID, "integer NOT NULL"},
    {"time", Field::time, TIMESTAMPTZOID, "timestamp with time zone NOT NULL"},
    {"duration", Field::duration, INTERVALOID, "interval"},
    {"flags", Field::flags, INT4OID, "integer NOT NULL"},
};

// Ordinal of the gauge whose least or greatest value a column of that name shows; -1 if none.
int gauge_of(const Stream& stream, std::string_view name, Field* field) {
  for (const auto& [suffix, shown] :
       {std::pair(kLeastSuffix, Field::least), std::pair(kGreatestSuffix, Field::greatest)}) {
    if (name.ends_with(suffix)) {
      const int ordinal = stream.ordinal(name.substr(0, name.size() - suffix.size()));
      if (ordinal >= 0 && has_extremes(stream.columns[static_cast<std::size_t>(ordinal)].kind)) {
        *field = shown;
        return ordinal;
      }
    }
  }
  return -1;
}

Attribute describe_column(const Stream& stream, Relation table,
                          const FormData_pg_attribute* column) {
  Attribute attribute{Field::none, core::Kind::counter, 0};
  if (column->attisdropped) {
    return attribute;
  }
  const char* name = NameStr(column->attname);
  Oid type = InvalidOid;
  for (const CommonColumn& common : kCommon) {
    if (strcmp(common.name, name) == 0) {
      attribute.field = common.field;
      type = common.type;
    }
  }
  if (attribute.field == Field::none && stream.histogram != nullptr &&
      strcmp(stream.histogram, name) == 0) {
    attribute.field = Field::histogram;
    type = histogram_type();
  }
  if (attribute.field == Field::none) {
    attribute.field = Field::value;
    int ordinal = stream.ordinal(name);
    if (ordinal < 0) {
      ordinal = gauge_of(stream, name, &attribute.field);
    }
    if (ordinal < 0) {
      ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_COLUMN_NAME),
                      errmsg("stream \"%s\" has no column \"%s\"", stream.name, name),
                      errdetail("Foreign table \"%s\" has it.", RelationGetRelationName(table)),
                      errhint("almanac.stream_columns() lists the columns of each stream.")));
    }
    attribute.kind = stream.columns[static_cast<std::size_t>(ordinal)].kind;
    attribute.ordinal = static_cast<std::uint16_t>(ordinal);
    type = sql_type_oid(attribute.kind);
  }
  if (column->atttypid != type) {
    ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
                    errmsg("column \"%s\" of foreign table \"%s\" must be of type %s", name,
                           RelationGetRelationName(table), format_type_be(type))));
  }
  return attribute;
}

}  // namespace

Oid histogram_type() {
  return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("histogram"),
                         ObjectIdGetDatum(get_namespace_oid("almanac", false)));
}

std::span<const CommonColumn> common_columns() { return kCommon; }

const char* stream_list() {
  StringInfoData list;
  initStringInfo(&list);
  for (const Stream& stream : streams()) {
    appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", stream.name);
  }
  return list.data;
}

const Stream* stream_of_table(Oid foreign_table) {
  const char* name = nullptr;
  ListCell* cell;
  foreach (cell, GetForeignTable(foreign_table)->options) {
    auto* option = static_cast<DefElem*>(lfirst(cell));
    if (strcmp(option->defname, "stream") == 0) {
      name = defGetString(option);
    }
  }
  const Stream* stream = name == nullptr ? nullptr : find_stream(name);
  if (stream == nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_FDW_OPTION_NAME_NOT_FOUND),
             errmsg("foreign table \"%s\" does not name a stream", get_rel_name(foreign_table)),
             errhint("Set its option \"stream\" to one of %s.", stream_list())));
  }
  return stream;
}

SamplesTable* describe_table(Relation foreign_table) {
  const TupleDesc descriptor = RelationGetDescr(foreign_table);
  auto* table = static_cast<SamplesTable*>(palloc0(sizeof(SamplesTable)));
  table->stream = stream_of_table(RelationGetRelid(foreign_table));
  table->count = descriptor->natts;
  table->attributes =
      static_cast<Attribute*>(palloc0(sizeof(Attribute) * static_cast<Size>(Max(table->count, 1))));
  for (int i = 0; i < table->count; ++i) {
    table->attributes[i] =
        describe_column(*table->stream, foreign_table, TupleDescAttr(descriptor, i));
    if (table->attributes[i].field == Field::series_id) {
      table->series_id = static_cast<AttrNumber>(i + 1);
    } else if (table->attributes[i].field == Field::time) {
      table->time = static_cast<AttrNumber>(i + 1);
    }
  }
  return table;
}

}  // namespace almanac::store
