// Planning a scan of samples.
//
// Conditions on the time and on series ids are answered by the scan itself. They come from three
// places: restrictions of the table, which hold for every scan of it; and, for scans that run once
// per row of something else, join clauses and what follows from equivalence classes. For each set
// of other tables that such clauses need there is a path, as with indexes on ordinary tables: "the
// history of these ten statements" becomes a nested loop, "the history of all statements" a hash
// join.
#include "store/fdw_plan.hpp"

#include "store/fdw_conditions.hpp"
#include "store/fdw_estimate.hpp"

namespace almanac::store {
namespace {

// Decoding a column of a sample, in units of cpu_operator_cost.
constexpr double kDecodeCost = 0.05;
// What finding a few series in a journal row takes, as a share of unpacking all of it.
constexpr double kJournalRowShare = 0.1;
// Opening a partition and going down its index, the same.
constexpr double kPartitionCost = 100;
// Series ids that an array is taken to have when it is not known.
constexpr double kArraySize = 10;

struct Planned {
  const SamplesTable* table;
  List* local;  // RestrictInfos left to the executor
  Extent extent;
  double selectivity;  // of conditions on the time whose values are not known yet
  double series;       // that are wanted; negative: all
  double local_selectivity;
  double columns;  // to be decoded
};

// What conditions say while planning.
struct Bounds {
  std::int64_t from = PG_INT64_MIN;
  std::int64_t to = PG_INT64_MAX;
  bool unknown_from = false;
  bool unknown_to = false;
  double series = -1;
};

void add_time(PlannerInfo* root, const Condition& condition, Bounds* bounds) {
  Node* value = estimate_expression_value(root, reinterpret_cast<Node*>(condition.value));
  if (IsA(value, Const)) {
    const auto* constant = reinterpret_cast<const Const*>(value);
    std::int64_t time = 0;
    if (time_of_value(constant->constvalue, constant->constisnull, constant->consttype, &time)) {
      narrow(&bounds->from, &bounds->to, condition.strategy, time);
    }
    return;
  }
  bounds->unknown_from |= condition.strategy >= BTEqualStrategyNumber;
  bounds->unknown_to |= condition.strategy <= BTEqualStrategyNumber;
}

void add_series(PlannerInfo* root, const Condition& condition, Bounds* bounds) {
  double wanted = 1;
  if (condition.strategy == kAny) {
    wanted = kArraySize;
    Node* value = estimate_expression_value(root, reinterpret_cast<Node*>(condition.value));
    if (IsA(value, Const) && !reinterpret_cast<const Const*>(value)->constisnull) {
      ArrayType* array = DatumGetArrayTypeP(reinterpret_cast<const Const*>(value)->constvalue);
      wanted = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    }
  }
  bounds->series = bounds->series < 0 ? wanted : Min(bounds->series, wanted);
}

void add_condition(PlannerInfo* root, const Condition& condition, Bounds* bounds) {
  if (condition.field == Field::time) {
    add_time(root, condition, bounds);
  } else {
    add_series(root, condition, bounds);
  }
}

double selectivity_of(const Bounds& bounds) {
  if (bounds.unknown_from && bounds.unknown_to) {
    return DEFAULT_RANGE_INEQ_SEL;
  }
  return bounds.unknown_from || bounds.unknown_to ? DEFAULT_INEQ_SEL : 1.0;
}

// Attribute numbers of the table that the query reads, shifted as pull_varattnos() has it.
Bitmapset* columns_read(const RelOptInfo* rel, List* local) {
  Bitmapset* columns = nullptr;
  pull_varattnos(reinterpret_cast<Node*>(rel->reltarget->exprs), rel->relid, &columns);
  ListCell* cell;
  foreach (cell, local) {
    auto* clause = static_cast<Node*>(lfirst(cell));
    if (IsA(clause, RestrictInfo)) {
      clause = reinterpret_cast<Node*>(reinterpret_cast<RestrictInfo*>(clause)->clause);
    }
    pull_varattnos(clause, rel->relid, &columns);
  }
  return columns;
}

bool reads(Bitmapset* columns, int attribute) {
  return bms_is_member(attribute - FirstLowInvalidHeapAttributeNumber, columns);
}

double count_columns(const SamplesTable& table, Bitmapset* columns) {
  double count = 1;
  for (int i = 0; i < table.count; ++i) {
    if (table.attributes[i].shows_value() && (reads(columns, i + 1) || reads(columns, 0))) {
      count += 1;
    }
  }
  return count;
}

struct Costs {
  double rows;
  Cost total;
};

// A scan under conditions: `series` wanted (negative: all), `selectivity` of times not known yet.
Costs cost_scan(const Planned& planned, double series, double selectivity) {
  const Extent& extent = planned.extent;
  const double archive = extent.archive_samples * selectivity;
  double share = 1;  // of the samples that are returned
  double read = 1;   // of the archive that is read
  double page_cost = seq_page_cost;
  if (series >= 0) {
    share = Min(series / extent.series, 1.0);
    read = Min(series * kSeriesPerSegment / Max(extent.series, kSeriesPerSegment), 1.0);
    // Segments of a group lie apart, but they are few and larger than rows.
    page_cost = (seq_page_cost + random_page_cost) / 2;
  }
  const double samples = (archive + extent.journal_samples) * share;
  // Of journal rows too only those series are unpacked, but all rows are gone through.
  const double journal = extent.journal_samples * Min(read + kJournalRowShare, 1.0);
  const double decoded = archive * read + journal;
  Costs costs;
  costs.rows = clamp_row_est(samples * planned.local_selectivity);
  costs.total = Max(extent.partitions * selectivity, 1.0) * kPartitionCost * cpu_operator_cost +
                (extent.archive_pages * selectivity * read) * page_cost +
                extent.journal_pages * seq_page_cost +
                decoded * planned.columns * kDecodeCost * cpu_operator_cost +
                samples * cpu_tuple_cost + samples * cpu_operator_cost * list_length(planned.local);
  return costs;
}

// Equivalence classes that are of use: those with the time or the series id of this table.
bool is_condition_column(PlannerInfo*, RelOptInfo* rel, EquivalenceClass*,
                         EquivalenceMember* member, void* argument) {
  const auto* table = static_cast<const SamplesTable*>(argument);
  const auto* var = reinterpret_cast<const Var*>(member->em_expr);
  return IsA(var, Var) && var->varno == static_cast<int>(rel->relid) && var->varlevelsup == 0 &&
         var->varattno > 0 && (var->varattno == table->series_id || var->varattno == table->time);
}

// Adds the parameterization that a join clause needs, if the scan can answer the clause.
List* add_parameters(PlannerInfo* root, RelOptInfo* rel, RestrictInfo* clause, List* found) {
  const auto* planned = static_cast<const Planned*>(rel->fdw_private);
  Condition condition;
  if (!join_clause_is_movable_to(clause, rel) ||
      !match_condition(root, *planned->table, rel, clause, &condition)) {
    return found;
  }
  Relids outer = bms_union(clause->clause_relids, rel->lateral_relids);
  outer = bms_del_member(outer, static_cast<int>(rel->relid));
  return bms_is_empty(outer)
             ? found
             : list_append_unique_ptr(found, get_baserel_parampathinfo(root, rel, outer));
}

List* find_parameters(PlannerInfo* root, RelOptInfo* rel) {
  const auto* planned = static_cast<const Planned*>(rel->fdw_private);
  List* found = NIL;
  ListCell* cell;
  foreach (cell, rel->joininfo) {
    found = add_parameters(root, rel, lfirst_node(RestrictInfo, cell), found);
  }
  if (rel->has_eclass_joins) {
    List* clauses = generate_implied_equalities_for_column(
        root, rel, is_condition_column, const_cast<SamplesTable*>(planned->table),
        rel->lateral_referencers);
    foreach (cell, clauses) {
      found = add_parameters(root, rel, lfirst_node(RestrictInfo, cell), found);
    }
  }
  return found;
}

void add_parameterized_path(PlannerInfo* root, RelOptInfo* rel, ParamPathInfo* parameters) {
  const auto* planned = static_cast<const Planned*>(rel->fdw_private);
  Bounds bounds;
  ListCell* cell;
  foreach (cell, parameters->ppi_clauses) {
    Condition condition;
    if (match_condition(root, *planned->table, rel, lfirst_node(RestrictInfo, cell), &condition)) {
      add_condition(root, condition, &bounds);
    }
  }
  const double series =
      planned->series < 0 ? bounds.series : Min(planned->series, Max(bounds.series, 1.0));
  const Costs costs =
      cost_scan(*planned, series, Min(planned->selectivity, selectivity_of(bounds)));
  // All paths with these parameters must agree on the number of rows.
  parameters->ppi_rows = costs.rows;
  add_path(rel, reinterpret_cast<Path*>(pg::compat::foreign_path(
                    root, rel, costs.rows, 0, costs.total, NIL, parameters->ppi_req_outer, NIL)));
}

}  // namespace

void get_rel_size(PlannerInfo* root, RelOptInfo* rel, Oid foreign_table) {
  auto* planned = static_cast<Planned*>(palloc0(sizeof(Planned)));
  rel->fdw_private = planned;
  Relation relation = table_open(foreign_table, NoLock);
  planned->table = describe_table(relation);
  table_close(relation, NoLock);

  Bounds bounds;
  ListCell* cell;
  foreach (cell, rel->baserestrictinfo) {
    auto* clause = lfirst_node(RestrictInfo, cell);
    Condition condition;
    if (match_condition(root, *planned->table, rel, clause, &condition)) {
      add_condition(root, condition, &bounds);
    } else {
      planned->local = lappend(planned->local, clause);
    }
  }
  planned->extent =
      estimate_extent(*planned->table->stream, wanted_grain(), bounds.from, bounds.to);
  planned->selectivity = selectivity_of(bounds);
  planned->series = bounds.series;
  planned->local_selectivity = clauselist_selectivity(
      root, planned->local, static_cast<int>(rel->relid), JOIN_INNER, nullptr);
  planned->columns = count_columns(*planned->table, columns_read(rel, planned->local));
  rel->tuples = clamp_row_est(planned->extent.archive_samples + planned->extent.journal_samples);
  rel->rows = cost_scan(*planned, planned->series, planned->selectivity).rows;
}

void get_paths(PlannerInfo* root, RelOptInfo* rel, Oid) {
  const auto* planned = static_cast<const Planned*>(rel->fdw_private);
  const Costs costs = cost_scan(*planned, planned->series, planned->selectivity);
  add_path(rel, reinterpret_cast<Path*>(pg::compat::foreign_path(
                    root, rel, costs.rows, 0, costs.total, NIL, rel->lateral_relids, NIL)));
  ListCell* cell;
  foreach (cell, find_parameters(root, rel)) {
    add_parameterized_path(root, rel, static_cast<ParamPathInfo*>(lfirst(cell)));
  }
}

ForeignScan* get_plan(PlannerInfo* root, RelOptInfo* rel, Oid, ForeignPath*, List* targets,
                      List* clauses, Plan* outer) {
  const auto* planned = static_cast<const Planned*>(rel->fdw_private);
  const SamplesTable& table = *planned->table;
  List* local = NIL;
  List* answered = NIL;
  List* values = NIL;
  List* conditions = NIL;
  ListCell* cell;
  foreach (cell, clauses) {
    auto* clause = lfirst_node(RestrictInfo, cell);
    Condition condition;
    if (clause->pseudoconstant) {
      continue;
    }
    if (match_condition(root, table, rel, clause, &condition)) {
      answered = lappend(answered, clause->clause);
      values = lappend(values, condition.value);
      conditions = lappend_int(lappend_int(conditions, static_cast<int>(condition.field)),
                               condition.strategy);
    } else {
      local = lappend(local, clause->clause);
    }
  }
  Bitmapset* read = columns_read(rel, local);
  List* columns = NIL;
  for (int i = 0; i < table.count; ++i) {
    if (table.attributes[i].field != Field::none && (reads(read, i + 1) || reads(read, 0))) {
      columns = lappend_int(columns, i + 1);
    }
  }
  return make_foreignscan(targets, local, rel->relid, values, list_make2(conditions, columns), NIL,
                          answered, outer);
}

}  // namespace almanac::store
