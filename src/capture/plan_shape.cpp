#include "capture/plan_shape.hpp"

#include "capture/guarded.hpp"
#include "pg/compat.hpp"

namespace almanac::capture {
namespace {

constexpr int most_nodes = 2000;
constexpr int most_depth = 200;
constexpr int most_partitions = 64;  // looked at below one Append
constexpr int most_variants = 16;    // of shapes among them

// Which index an index of a partition belongs to. Never wrong but after ATTACH PARTITION, until the
// session ends.
struct KnownIndex {
  Oid index;
  Oid root;
};
constexpr std::size_t known_count = 4096;
constinit KnownIndex known[known_count];

// Indexes of partitions that a walk did not know.
struct Unknown {
  static constexpr int most = 64;
  KnownIndex indexes[most];
  int count = 0;
  bool more = false;
};

constexpr std::uint64_t combined(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ hash >> 29;
}

class Walk {
 public:
  Walk(const PlannedStmt* planned, PlanObjects* objects, Unknown* unknown)
      : planned_(planned), objects_(objects), unknown_(unknown) {}

  std::uint64_t all() {
    std::uint64_t hash = combined(planned_->commandType, node(planned_->planTree));
    ListCell* cell;
    foreach (cell, planned_->subplans) {
      if (lfirst(cell) != nullptr) {
        hash = combined(hash, node(static_cast<const Plan*>(lfirst(cell))));
      }
    }
    return hash != 0 ? hash : 1;
  }

 private:
  std::uint64_t node(const Plan* plan);
  std::uint64_t details(const Plan* plan);
  std::uint64_t append(const Plan* plan, const List* children, const Bitmapset* parents);
  std::uint64_t children(std::uint64_t hash, const List* plans);
  std::uint64_t relations(std::uint64_t hash, const Bitmapset* members);
  std::uint64_t relation(Index number);
  std::uint64_t index(const Scan& scan, Oid oid);
  const AppendRelInfo* parent_of(Index child);
  bool over_partitions(const Bitmapset* parents) const;
  const RangeTblEntry* entry(Index number) const {
    return number > 0 && static_cast<int>(number) <= list_length(planned_->rtable)
               ? rt_fetch(number, planned_->rtable)
               : nullptr;
  }

  const PlannedStmt* planned_;
  PlanObjects* objects_;
  Unknown* unknown_;
  int nodes_ = 0;
  int depth_ = 0;
  int last_parent_ = 0;  // where parent_of() found what it looked for
};

void note(Oid* list, int& count, Oid oid) {
  if (count < PlanObjects::most && std::find(list, list + count, oid) == list + count) {
    list[count++] = oid;
  }
}

// Children of one parent follow each other, and are asked for in that order.
const AppendRelInfo* Walk::parent_of(Index child) {
  const List* all = planned_->appendRelations;
  const int count = list_length(all);
  for (int i = 0; i < count; ++i) {
    const int at = (last_parent_ + i) % count;
    const auto* info = static_cast<const AppendRelInfo*>(list_nth(all, at));
    if (info != nullptr && info->child_relid == child) {
      last_parent_ = at;
      return info;
    }
  }
  return nullptr;
}

// The table, or what it is a partition of, and which occurrence of it in the statement.
std::uint64_t Walk::relation(Index number) {
  const RangeTblEntry* scanned = entry(number);
  if (scanned == nullptr) {
    return 0;
  }
  if (scanned->rtekind != RTE_RELATION) {
    return static_cast<std::uint64_t>(scanned->rtekind) << 32;
  }
  for (int level = 0; level < most_depth; ++level) {
    const AppendRelInfo* info = parent_of(number);
    if (info == nullptr || info->parent_reloid == InvalidOid) {
      break;
    }
    number = info->parent_relid;
  }
  const RangeTblEntry* root = entry(number);
  const Oid oid = root != nullptr ? root->relid : scanned->relid;
  if (objects_ != nullptr) {
    note(objects_->relations, objects_->relation_count, oid);
  }
  std::uint64_t occurrence = 0;
  const Index most = Min(number, static_cast<Index>(most_depth));
  for (Index i = 1; i < most; ++i) {
    const RangeTblEntry* other = entry(i);
    occurrence += other->rtekind == RTE_RELATION && other->relid == oid ? 1 : 0;
  }
  return occurrence << 32 | oid;
}

std::uint64_t Walk::index(const Scan& scan, Oid oid) {
  Oid root = oid;
  if (const AppendRelInfo* info = parent_of(scan.scanrelid);
      info != nullptr && info->parent_reloid != InvalidOid) {
    const KnownIndex& cached = known[oid % known_count];
    const KnownIndex* const begin = unknown_->indexes;
    const KnownIndex* const end = begin + unknown_->count;
    const auto is_it = [oid](const KnownIndex& one) { return one.index == oid; };
    const KnownIndex* found = is_it(cached) ? &cached : std::find_if(begin, end, is_it);
    if (found != end) {
      root = found->root;
    } else if (unknown_->count < Unknown::most) {
      unknown_->indexes[unknown_->count++] = {oid, InvalidOid};
    } else {
      unknown_->more = true;
    }
  }
  if (objects_ != nullptr && root != InvalidOid) {
    note(objects_->indexes, objects_->index_count, root);
  }
  return combined(root, relation(scan.scanrelid));
}

std::uint64_t Walk::relations(std::uint64_t hash, const Bitmapset* members) {
  int member = -1;
  while ((member = bms_next_member(members, member)) >= 0) {
    hash = combined(hash, relation(static_cast<Index>(member)));
  }
  return hash;
}

bool Walk::over_partitions(const Bitmapset* parents) const {
  int member = -1;
  while ((member = bms_next_member(parents, member)) >= 0) {
    const RangeTblEntry* parent = entry(static_cast<Index>(member));
    if (parent != nullptr && parent->rtekind == RTE_RELATION) {
      return true;
    }
  }
  return false;
}

// Branches of a UNION ALL are in order, but a branch that is a partitioned table is as many
// children as it has partitions: equal neighbours count once.
std::uint64_t Walk::append(const Plan* plan, const List* plans, const Bitmapset* parents) {
  std::uint64_t variants[most_variants];
  int count = 0;
  if (over_partitions(parents)) {
    const int looked_at = Min(list_length(plans), most_partitions);
    for (int i = 0; i < looked_at; ++i) {
      const std::uint64_t shape = node(static_cast<const Plan*>(list_nth(plans, i)));
      const std::ptrdiff_t at = std::lower_bound(variants, variants + count, shape) - variants;
      const bool is_new = at == count || variants[at] != shape;
      if (is_new && count < most_variants) {
        for (int j = count++; j > at; --j) {
          variants[j] = variants[j - 1];
        }
        variants[at] = shape;
      }
    }
    if (count == 1) {
      return variants[0];
    }
  }
  std::uint64_t hash = combined(nodeTag(plan), plan->parallel_aware ? 1 : 0);
  for (int i = 0; i < count; ++i) {
    hash = combined(hash, variants[i]);
  }
  return count > 0 ? hash : children(hash, plans);
}

std::uint64_t Walk::children(std::uint64_t hash, const List* plans) {
  std::uint64_t before = 0;
  ListCell* cell;
  foreach (cell, plans) {
    const std::uint64_t shape = node(static_cast<const Plan*>(lfirst(cell)));
    if (shape != before) {
      hash = combined(hash, shape);
    }
    before = shape;
  }
  return hash;
}

// What a node decides beside its kind, and nodes below it that are not to its left or right.
std::uint64_t Walk::details(const Plan* plan) {
  const auto& scan = *reinterpret_cast<const Scan*>(plan);
  switch (nodeTag(plan)) {
    case T_SeqScan:
    case T_SampleScan:
    case T_BitmapHeapScan:
    case T_TidScan:
    case T_TidRangeScan:
    case T_FunctionScan:
    case T_ValuesScan:
    case T_TableFuncScan:
    case T_CteScan:
    case T_NamedTuplestoreScan:
    case T_WorkTableScan: return relation(scan.scanrelid);
    case T_SubqueryScan: return node(reinterpret_cast<const SubqueryScan*>(plan)->subplan);
    case T_IndexScan: {
      const auto* one = reinterpret_cast<const IndexScan*>(plan);
      return combined(index(scan, one->indexid),
                      static_cast<std::uint64_t>(one->indexorderdir + 1));
    }
    case T_IndexOnlyScan: {
      const auto* one = reinterpret_cast<const IndexOnlyScan*>(plan);
      return combined(index(scan, one->indexid),
                      static_cast<std::uint64_t>(one->indexorderdir + 1));
    }
    case T_BitmapIndexScan:
      return index(scan, reinterpret_cast<const BitmapIndexScan*>(plan)->indexid);
    case T_BitmapAnd: return children(1, reinterpret_cast<const BitmapAnd*>(plan)->bitmapplans);
    case T_BitmapOr: return children(1, reinterpret_cast<const BitmapOr*>(plan)->bitmapplans);
    case T_ForeignScan: {
      const auto* one = reinterpret_cast<const ForeignScan*>(plan);
      const std::uint64_t hash = combined(one->operation, one->fs_server);
      return scan.scanrelid > 0 ? combined(hash, relation(scan.scanrelid))
                                : relations(hash, one->fs_relids);
    }
    case T_CustomScan: {
      const auto* one = reinterpret_cast<const CustomScan*>(plan);
      std::uint64_t hash = 1;
      for (const char* c = one->methods->CustomName; c != nullptr && *c != '\0'; ++c) {
        hash = combined(hash, static_cast<unsigned char>(*c));
      }
      hash = scan.scanrelid > 0 ? combined(hash, relation(scan.scanrelid))
                                : relations(hash, one->custom_relids);
      return children(hash, one->custom_plans);
    }
    case T_ModifyTable: {
      const auto* one = reinterpret_cast<const ModifyTable*>(plan);
      return combined(combined(one->operation, one->onConflictAction),
                      relation(one->nominalRelation));
    }
    case T_NestLoop:
    case T_MergeJoin:
    case T_HashJoin: return reinterpret_cast<const Join*>(plan)->jointype;
    case T_Agg: {
      const auto* one = reinterpret_cast<const Agg*>(plan);
      return combined(combined(one->aggstrategy, one->aggsplit), children(1, one->chain));
    }
    case T_Sort: return static_cast<std::uint64_t>(reinterpret_cast<const Sort*>(plan)->numCols);
    case T_IncrementalSort: {
      const auto* one = reinterpret_cast<const IncrementalSort*>(plan);
      return combined(static_cast<std::uint64_t>(one->sort.numCols),
                      static_cast<std::uint64_t>(one->nPresortedCols));
    }
    case T_SetOp: {
      const auto* one = reinterpret_cast<const SetOp*>(plan);
      return combined(one->cmd, one->strategy);
    }
    case T_Limit: return reinterpret_cast<const Limit*>(plan)->limitOption;
    default: return 0;
  }
}

std::uint64_t Walk::node(const Plan* plan) {
  if (plan == nullptr) {
    return 0;
  }
  if (nodes_ >= most_nodes || depth_ >= most_depth) {
    return 1;
  }
  ++nodes_;
  ++depth_;
  std::uint64_t hash = 0;
  if (IsA(plan, Append)) {
    const auto* one = reinterpret_cast<const Append*>(plan);
    hash = append(plan, one->appendplans, one->apprelids);
  } else if (IsA(plan, MergeAppend)) {
    const auto* one = reinterpret_cast<const MergeAppend*>(plan);
    hash = append(plan, one->mergeplans, one->apprelids);
  } else {
    hash = combined(nodeTag(plan), plan->parallel_aware ? 1 : 0);
    hash = combined(hash, details(plan));
    hash = combined(hash, node(plan->lefttree));
    hash = combined(hash, node(plan->righttree));
  }
  --depth_;
  return hash;
}

// Those that belong to no other are their own.
void resolve(Unknown& unknown) {
  for (int i = 0; i < unknown.count; ++i) {
    KnownIndex& one = unknown.indexes[i];
    List* const ancestors = get_partition_ancestors(one.index);
    one.root = ancestors != NIL ? llast_oid(ancestors) : one.index;
  }
  for (int i = 0; i < unknown.count; ++i) {
    known[unknown.indexes[i].index % known_count] = unknown.indexes[i];
  }
}

[[gnu::noinline, gnu::cold]] std::uint64_t shape_with_unknown(const PlannedStmt* planned,
                                                              PlanObjects* objects,
                                                              Unknown& unknown) {
  const bool more = unknown.more;
  if (!can_guard() || !guarded([&unknown] { resolve(unknown); }) || more) {
    return 0;  // those that were looked up are known the next time
  }
  if (objects != nullptr) {
    *objects = {};
  }
  return Walk(planned, objects, &unknown).all();
}

}  // namespace

std::uint64_t shape_of(const PlannedStmt* planned, PlanObjects* objects) {
  Unknown unknown;
  const std::uint64_t shape = Walk(planned, objects, &unknown).all();
  return likely(unknown.count == 0) ? shape : shape_with_unknown(planned, objects, unknown);
}

}  // namespace almanac::capture
