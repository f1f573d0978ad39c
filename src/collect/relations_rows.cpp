#include "collect/relations_rows.hpp"

#include "core/key_index.hpp"
#include "pg/boundary.hpp"

// Three steps: the size of every relation; sums over the indexes of every table, TOAST tables
// included; the rows. What a cell is made of stands in two lists, by column name, so that the order
// of a stream's columns does not matter.

namespace almanac::collect {
namespace {

using core::kNull;
using pg::compat::RelationCounters;

// Sums over the indexes of one table.
struct IndexSums {
  std::uint32_t count = 0;
  bool sized = true;
  std::int64_t bytes = 0;
  std::int64_t scans = 0, fetched = 0, blocks_read = 0, blocks_hit = 0;
  std::int64_t last_scan = 0;
};

struct TableFacts {
  const Relation& relation;
  const RelationCounters& own;
  const IndexSums& indexes;
  std::int64_t bytes;              // kNull: not known
  const RelationCounters* toast;   // nullptr: no TOAST table
  std::int64_t toast_bytes;        // kNull: not known
  const IndexSums* toast_indexes;  // of the TOAST table
};

struct IndexFacts {
  const Relation& relation;
  const RelationCounters& own;
  std::int64_t bytes;
};

template <class Facts>
struct CellSource {
  const char* column;
  std::int64_t (*cell)(const Facts&);
};

std::int64_t plus(std::int64_t a, std::int64_t b) {
  return a == kNull || b == kNull ? kNull : a + b;
}
// In whole seconds: who reads when a table was vacuumed needs no more, and the digits below would
// be most of what a quiet column takes.
std::int64_t time_or_null(std::int64_t time) {
  constexpr std::int64_t second = 1'000'000;
  return time == 0 || time == kNull ? kNull : time - ((time % second) + second) % second;
}
std::int64_t xid_or_null(std::uint32_t xid) { return xid == 0 ? kNull : std::int64_t{xid}; }
std::int64_t rows_of(const Relation& relation) { return std::llround(relation.tuples); }
std::int64_t duration_of(std::int64_t ms) {
  return core::raw_ms(ms == kNull ? std::numeric_limits<double>::quiet_NaN()
                                  : static_cast<double>(ms));
}
std::int64_t index_bytes(const IndexSums& sums) { return sums.sized ? sums.bytes : kNull; }
std::int64_t toast_total(const TableFacts& f) {
  return f.toast == nullptr ? 0 : plus(f.toast_bytes, index_bytes(*f.toast_indexes));
}

using T = const TableFacts&;
constexpr CellSource<TableFacts> table_cells[] = {
    {"total_bytes",
     [](T f) { return plus(plus(f.bytes, index_bytes(f.indexes)), toast_total(f)); }},
    {"table_bytes", [](T f) { return f.bytes; }},
    {"index_bytes", [](T f) { return index_bytes(f.indexes); }},
    {"toast_bytes", [](T f) { return toast_total(f); }},
    {"seq_scan", [](T f) { return f.own.scans; }},
    {"seq_tup_read", [](T f) { return f.own.tuples_returned; }},
    {"idx_scan", [](T f) { return f.indexes.count != 0 ? f.indexes.scans : kNull; }},
    {"idx_tup_fetch",
     [](T f) { return f.indexes.count != 0 ? f.indexes.fetched + f.own.tuples_fetched : kNull; }},
    {"n_tup_ins", [](T f) { return f.own.inserted; }},
    {"n_tup_upd", [](T f) { return f.own.updated; }},
    {"n_tup_del", [](T f) { return f.own.deleted; }},
    {"n_tup_hot_upd", [](T f) { return f.own.hot_updated; }},
    {"n_tup_newpage_upd", [](T f) { return f.own.newpage_updated; }},
    {"n_live_tup", [](T f) { return f.own.live; }},
    {"n_dead_tup", [](T f) { return f.own.dead; }},
    {"n_mod_since_analyze", [](T f) { return f.own.mod_since_analyze; }},
    {"n_ins_since_vacuum", [](T f) { return f.own.ins_since_vacuum; }},
    {"last_seq_scan", [](T f) { return time_or_null(f.own.last_scan); }},
    {"last_idx_scan", [](T f) { return time_or_null(f.indexes.last_scan); }},
    {"last_vacuum", [](T f) { return time_or_null(f.own.last_vacuum); }},
    {"last_autovacuum", [](T f) { return time_or_null(f.own.last_autovacuum); }},
    {"last_analyze", [](T f) { return time_or_null(f.own.last_analyze); }},
    {"last_autoanalyze", [](T f) { return time_or_null(f.own.last_autoanalyze); }},
    {"vacuum_count", [](T f) { return f.own.vacuums; }},
    {"autovacuum_count", [](T f) { return f.own.autovacuums; }},
    {"analyze_count", [](T f) { return f.own.analyzes; }},
    {"autoanalyze_count", [](T f) { return f.own.autoanalyzes; }},
    {"heap_blks_read", [](T f) { return f.own.blocks_fetched - f.own.blocks_hit; }},
    {"heap_blks_hit", [](T f) { return f.own.blocks_hit; }},
    {"idx_blks_read", [](T f) { return f.indexes.count != 0 ? f.indexes.blocks_read : kNull; }},
    {"idx_blks_hit", [](T f) { return f.indexes.count != 0 ? f.indexes.blocks_hit : kNull; }},
    {"toast_blks_read",
     [](T f) {
       return f.toast != nullptr ? f.toast->blocks_fetched - f.toast->blocks_hit : kNull;
     }},
    {"toast_blks_hit", [](T f) { return f.toast != nullptr ? f.toast->blocks_hit : kNull; }},
    {"tidx_blks_read",
     [](T f) { return f.toast != nullptr ? f.toast_indexes->blocks_read : kNull; }},
    {"tidx_blks_hit", [](T f) { return f.toast != nullptr ? f.toast_indexes->blocks_hit : kNull; }},
    {"reltuples", [](T f) { return rows_of(f.relation); }},
    {"relpages", [](T f) { return std::int64_t{f.relation.pages}; }},
    {"relallvisible", [](T f) { return std::int64_t{f.relation.all_visible_pages}; }},
    {"relfrozenxid", [](T f) { return xid_or_null(f.relation.frozen_xid); }},
    {"relminmxid", [](T f) { return xid_or_null(f.relation.min_multixact); }},
    {"total_vacuum_ms", [](T f) { return duration_of(f.own.vacuum_ms); }},
    {"total_autovacuum_ms", [](T f) { return duration_of(f.own.autovacuum_ms); }},
    {"total_analyze_ms", [](T f) { return duration_of(f.own.analyze_ms); }},
    {"total_autoanalyze_ms", [](T f) { return duration_of(f.own.autoanalyze_ms); }},
};

using I = const IndexFacts&;
constexpr CellSource<IndexFacts> index_cells[] = {
    {"size_bytes", [](I f) { return f.bytes; }},
    {"idx_scan", [](I f) { return f.own.scans; }},
    {"idx_tup_read", [](I f) { return f.own.tuples_returned; }},
    {"idx_tup_fetch", [](I f) { return f.own.tuples_fetched; }},
    {"idx_blks_read", [](I f) { return f.own.blocks_fetched - f.own.blocks_hit; }},
    {"idx_blks_hit", [](I f) { return f.own.blocks_hit; }},
    {"last_idx_scan", [](I f) { return time_or_null(f.own.last_scan); }},
    {"relpages", [](I f) { return std::int64_t{f.relation.pages}; }},
    {"reltuples", [](I f) { return rows_of(f.relation); }},
};

// Fills the cells of one row, in the order of a stream's columns.
template <class Facts>
class RowMaker {
 public:
  template <std::size_t N>
  RowMaker(const store::Stream& stream, const CellSource<Facts> (&sources)[N]) {
    for (const store::ValueColumn& column : stream.columns) {
      const auto* source = std::find_if(
          std::begin(sources), std::end(sources),
          [&](const CellSource<Facts>& s) { return std::string_view(s.column) == column.name; });
      if (source == std::end(sources)) {
        throw std::logic_error(std::string("nothing makes column ") + stream.name + "." +
                               column.name);
      }
      makers_.push_back(source->cell);
    }
    cells_.resize(makers_.size());
  }
  std::span<const std::int64_t> operator()(const Facts& facts) {
    for (std::size_t i = 0; i < makers_.size(); ++i) {
      cells_[i] = makers_[i](facts);
    }
    return cells_;
  }

 private:
  std::vector<std::int64_t (*)(const Facts&)> makers_;
  std::vector<std::int64_t> cells_;
};

// Where the catalogs say by now that a relation is, for one that was made, rewritten or dropped
// since they were read. Whoever removes files has told everybody before.
std::optional<std::int64_t> relation_size_now(Oid relation, bool shared) {
  Oid tablespace = InvalidOid;
  Oid file_number = InvalidOid;
  pg::call([&] {
    AcceptInvalidationMessages();
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (HeapTupleIsValid(tuple)) {
      auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
      tablespace = form->reltablespace != InvalidOid ? form->reltablespace : MyDatabaseTableSpace;
      file_number = form->relfilenode != InvalidOid
                        ? form->relfilenode
                        : pg::compat::mapped_file_number(relation, shared);
      ReleaseSysCache(tuple);
    }
  });
  return file_number == InvalidOid ? std::nullopt
                                   : relation_size(MyDatabaseId, tablespace, file_number);
}

constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

// The relations, found by oid, with their sizes and the sums over their indexes.
class Family {
 public:
  Family(const Catalogs& catalogs, const FileSizes* files, core::Resource* scratch)
      : catalogs_(catalogs),
        by_oid_(1, scratch),
        bytes_(scratch),
        sums_(scratch),
        table_of_(scratch) {
    const auto n = static_cast<std::uint32_t>(catalogs.relations.size());
    by_oid_.reserve(n);
    for (const Relation& relation : catalogs.relations) {
      const std::int64_t key = oid_word(relation.oid);
      by_oid_.insert({&key, 1});
    }
    measure(files);
    sums_.resize(n);
    table_of_.resize(n, nobody);
    for (const IndexOf& pair : catalogs.indexes) {
      const std::uint32_t index = find(pair.index);
      const std::uint32_t table = find(pair.table);
      if (index != nobody && table != nobody) {
        table_of_[index] = table;
        add(sums_[table], index);
      }
    }
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(catalogs_.relations.size()); }
  std::uint32_t find(Oid oid) const {
    const std::int64_t key = oid_word(oid);
    return by_oid_.find({&key, 1}).value_or(nobody);
  }
  std::uint32_t table_of(std::uint32_t index) const { return table_of_[index]; }
  std::int64_t bytes(std::uint32_t at) const { return bytes_[at]; }
  const IndexSums& sums(std::uint32_t at) const { return sums_[at]; }
  std::uint32_t unsized() const { return unsized_; }

 private:
  void measure(const FileSizes* files) {
    bytes_.resize(size(), kNull);
    for (std::uint32_t at = 0; files != nullptr && at < size(); ++at) {
      const Relation& relation = catalogs_.relations[at];
      if (relation.file_number == InvalidOid) {
        bytes_[at] = 0;
        continue;
      }
      const auto found = files->find(at);
      const auto size = found && !found->doubtful
                            ? std::optional(found->bytes)
                            : relation_size_now(relation.oid, relation.shared);
      bytes_[at] = size.value_or(kNull);
      unsized_ += size ? 0 : 1;
    }
  }

  void add(IndexSums& sums, std::uint32_t index) {
    const RelationCounters& own = catalogs_.counters[index];
    ++sums.count;
    sums.sized = sums.sized && bytes_[index] != kNull;
    sums.bytes += bytes_[index] != kNull ? bytes_[index] : 0;
    sums.scans += own.scans;
    sums.fetched += own.tuples_fetched;
    sums.blocks_read += own.blocks_fetched - own.blocks_hit;
    sums.blocks_hit += own.blocks_hit;
    sums.last_scan = sums.count == 1 ? own.last_scan : std::max(sums.last_scan, own.last_scan);
  }

  const Catalogs& catalogs_;
  core::KeyIndex by_oid_;
  core::Vector<std::int64_t> bytes_;
  core::Vector<IndexSums> sums_;
  core::Vector<std::uint32_t> table_of_;
  std::uint32_t unsized_ = 0;
};

// Schema names by oid.
class SchemaNames {
 public:
  SchemaNames(const Catalogs& catalogs, core::Resource* scratch)
      : catalogs_(catalogs), by_oid_(1, scratch) {
    for (const Oid schema : catalogs.schemas) {
      const std::int64_t key = oid_word(schema);
      by_oid_.insert({&key, 1});
    }
  }
  // Empty if the schema is gone.
  std::string_view operator()(Oid schema) {
    if (schema != last_) {  // most relations are of few schemas
      const std::int64_t key = oid_word(schema);
      at_ = by_oid_.find({&key, 1}).value();
      last_ = schema;
    }
    return catalogs_.schema_names.at(at_);
  }

 private:
  const Catalogs& catalogs_;
  core::KeyIndex by_oid_;
  Oid last_ = InvalidOid;
  std::uint32_t at_ = 0;
};

bool is_table(const Relation& relation) {
  return relation.kind == RELKIND_RELATION || relation.kind == RELKIND_MATVIEW;
}

void add_key(Observed& to, const Relation& relation, std::span<const std::int64_t> cells) {
  const std::int64_t key[] = {oid_word(relation.shared ? InvalidOid : MyDatabaseId),
                              oid_word(relation.oid)};
  to.look.add(key, cells);
}

}  // namespace

void make_rows(const Catalogs& catalogs, const FileSizes* files, core::Resource* scratch,
               RelationsObserved& out) {
  const Family family(catalogs, files, scratch);
  SchemaNames schema_of(catalogs, scratch);
  RowMaker<TableFacts> table_row(*out.tables.stream, table_cells);
  RowMaker<IndexFacts> index_row(*out.indexes.stream, index_cells);
  out.unsized = family.unsized();

  for (std::uint32_t at = 0; at < family.size(); ++at) {
    const Relation& relation = catalogs.relations[at];
    const std::uint32_t table = is_table(relation) ? at : family.table_of(at);
    if (table == nobody || !is_table(catalogs.relations[table])) {
      continue;
    }
    const std::string_view schema = schema_of(catalogs.relations[table].schema);
    if (schema.empty()) {
      continue;
    }
    if (table != at) {
      add_key(out.indexes, relation,
              index_row({relation, catalogs.counters[at], family.bytes(at)}));
      out.indexes.oids.push_back(catalogs.relations[table].oid);
      out.indexes.texts.add(schema);
      out.indexes.texts.add(catalogs.names.at(table));
      out.indexes.texts.add(catalogs.names.at(at));
      continue;
    }
    const std::uint32_t toast = relation.toast != InvalidOid ? family.find(relation.toast) : nobody;
    const bool has_toast = toast != nobody;
    add_key(out.tables, relation,
            table_row({relation, catalogs.counters[at], family.sums(at), family.bytes(at),
                       has_toast ? &catalogs.counters[toast] : nullptr,
                       has_toast ? family.bytes(toast) : 0,
                       has_toast ? &family.sums(toast) : nullptr}));
    out.tables.texts.add(schema);
    out.tables.texts.add(catalogs.names.at(at));
  }
}

}  // namespace almanac::collect
