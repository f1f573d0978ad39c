#include "collect/relations_scan.hpp"

#include "core/key_index.hpp"
#include "pg/boundary.hpp"

// Rows cross from the PG zone in batches: arrays of plain structs that a guarded call fills, so
// that nothing is allocated in C++ while PostgreSQL may raise an error. Scan, lock and snapshot are
// left to the rollback if one does.

namespace almanac::collect {
namespace {

constexpr unsigned batch_rows = 64;

struct RelationBatch {
  FilesOf sequences[batch_rows];
  Relation relations[batch_rows];
  pg::compat::RelationCounters counters[batch_rows];
  NameData names[batch_rows];
};

// A sequential scan of a catalog under a given snapshot.
class Scan {
 public:
  Scan(Oid catalog, Snapshot snapshot) {
    pg::call([&] {
      relation_ = table_open(catalog, AccessShareLock);
      scan_ = systable_beginscan(relation_, InvalidOid, false, snapshot, 0, nullptr);
    });
  }
  // PG zone. The next row, nullptr after the last.
  HeapTuple next() { return systable_getnext(scan_); }
  void end() {
    pg::call([&] {
      systable_endscan(scan_);
      table_close(relation_, AccessShareLock);
    });
  }

 private:
  ::Relation relation_ = nullptr;
  SysScanDesc scan_ = nullptr;
};

// PG zone.
bool is_wanted(Form_pg_class form, Scope scope) {
  switch (form->relkind) {
    case RELKIND_RELATION:
    case RELKIND_MATVIEW:
    case RELKIND_TOASTVALUE:
    case RELKIND_INDEX:
      return form->relpersistence != RELPERSISTENCE_TEMP &&
             (form->relisshared ? scope.shared : scope.own);
    default: return false;
  }
}

// PG zone.
bool is_sequence(Form_pg_class form, Scope scope) {
  return form->relkind == RELKIND_SEQUENCE && form->relpersistence != RELPERSISTENCE_TEMP &&
         scope.own;
}

// PG zone.
Oid tablespace_of(Form_pg_class form) {
  return form->reltablespace != InvalidOid ? form->reltablespace : MyDatabaseTableSpace;
}

// PG zone.
Relation describe(Form_pg_class form) {
  Relation r{};
  r.oid = form->oid;
  r.schema = form->relnamespace;
  r.toast = form->reltoastrelid;
  r.tablespace = tablespace_of(form);
  r.file_number = form->relfilenode != InvalidOid
                      ? form->relfilenode
                      : pg::compat::mapped_file_number(form->oid, form->relisshared);
  r.kind = form->relkind;
  r.shared = form->relisshared;
  r.tuples = form->reltuples;
  r.pages = static_cast<std::uint32_t>(form->relpages);
  r.all_visible_pages = static_cast<std::uint32_t>(form->relallvisible);
  r.frozen_xid = form->relfrozenxid;
  r.min_multixact = form->relminmxid;
  return r;
}

void read_relations(Catalogs& out, Snapshot snapshot, Scope scope, MemoryContext scratch) {
  Scan scan(RelationRelationId, snapshot);
  RelationBatch batch;
  for (bool more = true; more;) {
    unsigned sequences = 0;
    const unsigned count = pg::call([&] {
      MemoryContext const previous = MemoryContextSwitchTo(scratch);
      unsigned rows = 0;
      while (rows < batch_rows && sequences < batch_rows) {
        HeapTuple tuple = scan.next();
        if (!HeapTupleIsValid(tuple)) {
          more = false;
          break;
        }
        auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
        if (is_wanted(form, scope)) {
          batch.relations[rows] = describe(form);
          batch.counters[rows] = pg::compat::relation_counters(form->oid, form->relisshared);
          batch.names[rows] = form->relname;
          ++rows;
        } else if (is_sequence(form, scope)) {
          batch.sequences[sequences++] = {tablespace_of(form), form->relfilenode};
        }
      }
      MemoryContextSwitchTo(previous);
      MemoryContextReset(scratch);
      return rows;
    });
    out.relations.insert(out.relations.end(), batch.relations, batch.relations + count);
    out.sequences.insert(out.sequences.end(), batch.sequences, batch.sequences + sequences);
    out.counters.insert(out.counters.end(), batch.counters, batch.counters + count);
    for (unsigned i = 0; i < count; ++i) {
      out.names.add(NameStr(batch.names[i]));
    }
  }
  scan.end();
}

void read_indexes(Catalogs& out, Snapshot snapshot) {
  Scan scan(IndexRelationId, snapshot);
  std::array<IndexOf, batch_rows> batch;
  for (bool more = true; more;) {
    const unsigned count = pg::call([&] {
      unsigned rows = 0;
      while (rows < batch_rows) {
        HeapTuple tuple = scan.next();
        if (!HeapTupleIsValid(tuple)) {
          more = false;
          break;
        }
        auto* form = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
        batch[rows++] = {form->indexrelid, form->indrelid};
      }
      return rows;
    });
    out.indexes.insert(out.indexes.end(), batch.begin(), batch.begin() + count);
  }
  scan.end();
}

void read_schemas(Catalogs& out) {
  core::KeyIndex seen(1, out.schemas.get_allocator().resource());
  for (const Relation& relation : out.relations) {
    const std::int64_t key = oid_word(relation.schema);
    if (!seen.insert({&key, 1}).second) {
      continue;
    }
    NameData name{};
    pg::call([&] {
      if (char* found = get_namespace_name(relation.schema)) {
        namestrcpy(&name, found);
        pfree(found);
      }
    });
    out.schemas.push_back(relation.schema);
    out.schema_names.add(NameStr(name));
  }
}

}  // namespace

void Catalogs::reserve(std::size_t relations_expected) {
  constexpr std::size_t usual_name = 16;
  relations.reserve(relations_expected);
  counters.reserve(relations_expected);
  names.ends.reserve(relations_expected);
  names.bytes.reserve(relations_expected * usual_name);
  indexes.reserve(relations_expected);
}

void Catalogs::read(Scope scope, MemoryContext scratch) {
  relations.clear();
  sequences.clear();
  counters.clear();
  names.clear();
  indexes.clear();
  schemas.clear();
  schema_names.clear();
  Snapshot snapshot = pg::call([] { return RegisterSnapshot(GetLatestSnapshot()); });
  read_relations(*this, snapshot, scope, scratch);
  read_indexes(*this, snapshot);
  pg::call([&] { UnregisterSnapshot(snapshot); });
  read_schemas(*this);
}

}  // namespace almanac::collect
