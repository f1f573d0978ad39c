// The shape of a plan: a hash of what the planner decided, and of nothing that differs from one
// execution to the next.
//
// In it are the kinds of nodes and how they hang together, the tables and indexes that they scan
// (by OID), directions of scans, kinds and order of joins, strategies of aggregates and set
// operations, whether a node is parallel. Not in it are constants, costs, estimates, numbers of
// workers, conditions. Of a table that a statement has several times it is known which one a node
// scans. OIDs and numbers of node types are those of a server and its major version: so are ids.
//
// Partitions: what is scanned of a partition counts as scanned of the partitioned table, and its
// index as that which it is attached to. An Append over partitions is the set of the shapes below
// it, of the first 64; if that is only one, it is that shape. So it does not matter which
// partitions are left, or how many, whether they were pruned while planning, while executing, or
// not at all, as long as they are all read in the same way. A partition that is read in another way
// than the rest makes another shape where it is among them. Inheritance is treated alike.
//
// Walks at most 2000 nodes, 200 deep: what is beyond is not in the hash.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::capture {

// Tables and indexes of a plan, those partitioned in place of their partitions, in the order of the
// plan; the first of many.
struct PlanObjects {
  static constexpr int most = 64;
  Oid relations[most];
  Oid indexes[most];
  int relation_count = 0;
  int index_count = 0;
};

// The shape's id; 0 if it cannot be told now. Allocates nothing and raises no error, but where an
// index of a partition is new to this process: then it is looked up under guard. `objects` may be
// nullptr.
std::uint64_t shape_of(const PlannedStmt* planned, PlanObjects* objects);

}  // namespace almanac::capture
