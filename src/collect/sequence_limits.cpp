#include "collect/sequence_limits.hpp"

#include "pg/compat_sequences.hpp"

// What a sequence feeds is found by the index of pg_depend from either end, so that a database pays
// for the sequences that it has, not for all else.

namespace almanac::collect {
namespace {

// f(form of pg_depend) for what an object depends on, or what depends on it; `part` is a column's
// number or 0 for any.
template <class F>
void each_dependency(bool of_dependers, Oid catalog, Oid object, int part, F f) {
  ScanKeyData keys[3];
  ScanKeyInit(&keys[0], of_dependers ? Anum_pg_depend_refclassid : Anum_pg_depend_classid,
              BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(catalog));
  ScanKeyInit(&keys[1], of_dependers ? Anum_pg_depend_refobjid : Anum_pg_depend_objid,
              BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
  ScanKeyInit(&keys[2], of_dependers ? Anum_pg_depend_refobjsubid : Anum_pg_depend_objsubid,
              BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(part));
  ::Relation depend = table_open(DependRelationId, AccessShareLock);
  SysScanDesc scan =
      systable_beginscan(depend, of_dependers ? DependReferenceIndexId : DependDependerIndexId,
                         true, nullptr, part != 0 ? 3 : 2, keys);
  HeapTuple tuple;
  while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
    f(reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple)));
  }
  systable_endscan(scan);
  table_close(depend, AccessShareLock);
}

void set_name(NameData& to, char* name) {
  if (name != nullptr) {
    namestrcpy(&to, name);
    pfree(name);
  }
}

// What a column of the type can hold, in the direction of the sequence; false if it is no integer.
bool type_limit(Oid type, bool ascending, std::int64_t& limit) {
  switch (getBaseType(type)) {
    case INT2OID: limit = ascending ? PG_INT16_MAX : PG_INT16_MIN; return true;
    case INT4OID: limit = ascending ? PG_INT32_MAX : PG_INT32_MIN; return true;
    case INT8OID: limit = ascending ? PG_INT64_MAX : PG_INT64_MIN; return true;
    default: return false;
  }
}

// A column that values of the sequence end up in.
bool consider(Oid table, AttrNumber column, bool ascending, SequenceDescription& out) {
  HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(table), Int16GetDatum(column));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  auto* form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
  std::int64_t limit = 0;
  const bool integer = !form->attisdropped && type_limit(form->atttypid, ascending, limit);
  if (integer && (!out.has_key || (ascending ? limit < out.limit : limit > out.limit))) {
    out.key_column = form->attname;
    set_name(out.key_table, get_rel_name(table));
    set_name(out.key_schema, get_namespace_name(get_rel_namespace(table)));
    out.has_key = true;
    out.limit = ascending ? std::min(limit, out.limit) : std::max(limit, out.limit);
  }
  ReleaseSysCache(tuple);
  return integer;
}

// The columns of a foreign key that refer to a column.
void consider_foreign_key(Oid constraint, Oid table, AttrNumber column, bool ascending,
                          SequenceDescription& out) {
  HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
  if (!HeapTupleIsValid(tuple)) {
    return;
  }
  auto* form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
  if (form->contype == CONSTRAINT_FOREIGN && form->confrelid == table) {
    bool no_key = true;
    bool no_referred = true;
    Datum key = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conkey, &no_key);
    Datum referred = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_confkey, &no_referred);
    if (!no_key && !no_referred) {
      ArrayType* keys = DatumGetArrayTypeP(key);
      ArrayType* referreds = DatumGetArrayTypeP(referred);
      const int count = std::min(ArrayGetNItems(ARR_NDIM(keys), ARR_DIMS(keys)),
                                 ArrayGetNItems(ARR_NDIM(referreds), ARR_DIMS(referreds)));
      const auto* from = reinterpret_cast<const std::int16_t*>(ARR_DATA_PTR(keys));
      const auto* to = reinterpret_cast<const std::int16_t*>(ARR_DATA_PTR(referreds));
      for (int i = 0; i < count; ++i) {
        if (to[i] == column) {
          consider(form->conrelid, from[i], ascending, out);
        }
      }
    }
  }
  ReleaseSysCache(tuple);
}

// A column that is fed, and the foreign keys that refer to it. Those of partitions have the types
// of their parent's.
void consider_with_references(Oid table, AttrNumber column, bool ascending,
                              SequenceDescription& out) {
  if (!consider(table, column, ascending, out) || get_rel_relispartition(table)) {
    return;
  }
  each_dependency(true, RelationRelationId, table, column, [&](Form_pg_depend d) {
    if (d->classid == ConstraintRelationId && d->deptype == DEPENDENCY_NORMAL) {
      consider_foreign_key(d->objid, table, column, ascending, out);
    }
  });
}

}  // namespace

bool describe_sequence(Oid sequence, bool ascending, std::int64_t own_limit,
                       SequenceDescription& out) {
  CHECK_FOR_INTERRUPTS();
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(sequence));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
  out.name = form->relname;
  set_name(out.schema, get_namespace_name(form->relnamespace));
  ReleaseSysCache(tuple);
  out.limit = own_limit;
  each_dependency(false, RelationRelationId, sequence, 0, [&](Form_pg_depend d) {
    if (d->refclassid == RelationRelationId && d->refobjsubid != 0) {
      consider_with_references(d->refobjid, static_cast<AttrNumber>(d->refobjsubid), ascending,
                               out);
    }
  });
  each_dependency(true, RelationRelationId, sequence, 0, [&](Form_pg_depend d) {
    if (d->classid == AttrDefaultRelationId) {
      each_dependency(false, AttrDefaultRelationId, d->objid, 0, [&](Form_pg_depend of) {
        if (of->refclassid == RelationRelationId && of->refobjsubid != 0 &&
            of->deptype == DEPENDENCY_AUTO) {
          consider_with_references(of->refobjid, static_cast<AttrNumber>(of->refobjsubid),
                                   ascending, out);
        }
      });
    }
  });
  return NameStr(out.schema)[0] != '\0';
}

}  // namespace almanac::collect
