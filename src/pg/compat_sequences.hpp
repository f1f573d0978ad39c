// What reading sequences needs beside postgres.hpp, and what differs between PostgreSQL 14 and 18
// there. Part of compat.hpp in spirit; apart because only the collector of sequences needs it.
//
// Zone: PG.
#pragma once

#include "pg/compat.hpp"

extern "C" {
#include <catalog/pg_attrdef.h>
#include <catalog/pg_constraint.h>
#include <catalog/pg_depend.h>
#include <catalog/pg_sequence.h>
#include <commands/sequence.h>
}

namespace almanac::pg::compat {

// The first page of a relation of this database whose row of pg_class is `form`, pinned. The caller
// holds a lock that keeps its file in place.
inline Buffer first_page(Form_pg_class form, BufferAccessStrategy strategy) {
#if PG_VERSION_NUM >= 150000
  // Past the relation cache, where an entry takes several times as long to make as the page to
  // read.
#if PG_VERSION_NUM >= 160000
  RelFileLocator file;
  file.spcOid = form->reltablespace != InvalidOid ? form->reltablespace : MyDatabaseTableSpace;
  file.dbOid = MyDatabaseId;
  file.relNumber = form->relfilenode;
#else
  RelFileNode file;
  file.spcNode = form->reltablespace != InvalidOid ? form->reltablespace : MyDatabaseTableSpace;
  file.dbNode = MyDatabaseId;
  file.relNode = form->relfilenode;
#endif
  return ReadBufferWithoutRelcache(file, MAIN_FORKNUM, 0, RBM_NORMAL, strategy,
                                   form->relpersistence == RELPERSISTENCE_PERMANENT);
#else
  Relation relation = relation_open(form->oid, NoLock);
  Buffer buffer = ReadBufferExtended(relation, MAIN_FORKNUM, 0, RBM_NORMAL, strategy);
  relation_close(relation, NoLock);
  return buffer;
#endif
}

}  // namespace almanac::pg::compat
