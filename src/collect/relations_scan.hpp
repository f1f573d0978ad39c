// The catalogs and the cumulative statistics of one database, as flat arrays: what relations.cpp
// makes tables and indexes of.
//
// Zone: C++.
#pragma once

#include "collect/observed.hpp"
#include "pg/compat_relations.hpp"

namespace almanac::collect {

// One row of pg_class that has files and is not temporary: table (r), materialized view (m), TOAST
// table (t), index (i).
struct Relation {
  Oid oid, schema, toast;
  Oid tablespace, file_number;  // where its files are; file_number is 0 if it has none
  char kind;
  bool shared;
  float tuples;
  std::uint32_t pages, all_visible_pages;
  TransactionId frozen_xid;
  MultiXactId min_multixact;
};

// Where files are that are of no entry, but hardly ever change: of a sequence.
struct FilesOf {
  Oid tablespace, file_number;
};

// One row of pg_index.
struct IndexOf {
  Oid index, table;
};

// Which relations are wanted.
struct Scope {
  bool own;     // of the database
  bool shared;  // of all databases
};

// Everything at one moment: both catalogs as one snapshot sees them, counters as they are when a
// row is read.
struct Catalogs {
  explicit Catalogs(core::Resource* resource)
      : relations(resource),
        sequences(resource),
        counters(resource),
        names(resource),
        indexes(resource),
        schemas(resource),
        schema_names(resource) {}

  core::Vector<Relation> relations;
  core::Vector<FilesOf> sequences;
  core::Vector<pg::compat::RelationCounters> counters;  // beside relations
  Texts names;                                          // beside relations
  core::Vector<IndexOf> indexes;
  core::Vector<Oid> schemas;  // of the relations, each once
  Texts schema_names;         // beside schemas; empty if the schema is gone

  // Makes room for about so many relations.
  void reserve(std::size_t relations_expected);

  // Replaces the contents. Needs a transaction; between
  // begin_statistics() and end_statistics(). Throws pg::Error, std::bad_alloc: the transaction must
  // be rolled back then. `scratch` is reset.
  void read(Scope scope, MemoryContext scratch);
};

}  // namespace almanac::collect
