#include "store/fdw_conditions.hpp"

namespace almanac::store {
namespace {

bool is_column(const Node* node, const RelOptInfo* rel, AttrNumber attribute) {
  if (!IsA(node, Var) || attribute == 0) {
    return false;
  }
  const auto* var = reinterpret_cast<const Var*>(node);
  return var->varno == static_cast<int>(rel->relid) && var->varattno == attribute &&
         var->varlevelsup == 0;
}

// btree strategy of `operator_` in the family that orders `type`; 0 if it has none.
int strategy_of(Oid operator_, Oid type) {
  const TypeCacheEntry* entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
  return get_op_opfamily_strategy(operator_, entry->btree_opf);
}

bool is_integer(Oid type) { return type == INT2OID || type == INT4OID || type == INT8OID; }
bool is_time(Oid type) { return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID; }

bool match_operator(const SamplesTable& table, const RelOptInfo* rel, const OpExpr* clause,
                    Condition* out) {
  if (list_length(clause->args) != 2) {
    return false;
  }
  auto* left = static_cast<Node*>(linitial(clause->args));
  auto* right = static_cast<Node*>(lsecond(clause->args));
  Oid operator_ = clause->opno;
  if (!is_column(left, rel, table.time) && !is_column(left, rel, table.series_id)) {
    std::swap(left, right);
    operator_ = get_commutator(operator_);
    if (operator_ == InvalidOid) {
      return false;
    }
  }
  const Oid type = exprType(right);
  if (is_column(left, rel, table.time) && is_time(type)) {
    *out = {Field::time, strategy_of(operator_, TIMESTAMPTZOID), reinterpret_cast<Expr*>(right)};
    return out->strategy != 0;
  }
  if (is_column(left, rel, table.series_id) && is_integer(type)) {
    *out = {Field::series_id, strategy_of(operator_, INT4OID), reinterpret_cast<Expr*>(right)};
    return out->strategy == BTEqualStrategyNumber;
  }
  return false;
}

bool match_array(const SamplesTable& table, const RelOptInfo* rel, const ScalarArrayOpExpr* clause,
                 Condition* out) {
  auto* left = static_cast<Node*>(linitial(clause->args));
  auto* right = static_cast<Node*>(lsecond(clause->args));
  if (!clause->useOr || !is_column(left, rel, table.series_id) ||
      !is_integer(get_element_type(exprType(right))) ||
      strategy_of(clause->opno, INT4OID) != BTEqualStrategyNumber) {
    return false;
  }
  *out = {Field::series_id, kAny, reinterpret_cast<Expr*>(right)};
  return true;
}

std::int64_t integer_of(Datum value, Oid type) {
  switch (type) {
    case INT2OID: return DatumGetInt16(value);
    case INT4OID: return DatumGetInt32(value);
    default: return DatumGetInt64(value);
  }
}

}  // namespace

bool match_condition(PlannerInfo* root, const SamplesTable& table, RelOptInfo* rel,
                     RestrictInfo* clause, Condition* out) {
  if (clause->pseudoconstant || !restriction_is_securely_promotable(clause, rel)) {
    return false;
  }
  bool matches = false;
  if (IsA(clause->clause, OpExpr)) {
    matches = match_operator(table, rel, reinterpret_cast<OpExpr*>(clause->clause), out);
  } else if (IsA(clause->clause, ScalarArrayOpExpr)) {
    matches = match_array(table, rel, reinterpret_cast<ScalarArrayOpExpr*>(clause->clause), out);
  }
  auto* value = matches ? reinterpret_cast<Node*>(out->value) : nullptr;
  return matches && !bms_is_member(static_cast<int>(rel->relid), pull_varnos(root, value)) &&
         !contain_volatile_functions(value) && !contain_subplans(value);
}

bool time_of_value(Datum value, bool is_null, Oid type, std::int64_t* time) {
  if (is_null) {
    return false;
  }
  // What the comparison operators of these types do: beyond the range of timestamps everything is
  // infinitely far.
  int overflow = 0;
  switch (type) {
    case DATEOID: *time = date2timestamptz_opt_overflow(DatumGetDateADT(value), &overflow); break;
    case TIMESTAMPOID:
      *time = timestamp2timestamptz_opt_overflow(DatumGetTimestamp(value), &overflow);
      break;
    default: *time = DatumGetTimestampTz(value); break;
  }
  if (overflow != 0) {
    *time = overflow < 0 ? PG_INT64_MIN : PG_INT64_MAX;
  }
  return true;
}

void narrow(std::int64_t* from, std::int64_t* to, int strategy, std::int64_t time) {
  switch (strategy) {
    case BTLessStrategyNumber:
      *to = time == PG_INT64_MIN ? time : Min(*to, time - 1);
      *from = time == PG_INT64_MIN ? PG_INT64_MAX : *from;
      break;
    case BTLessEqualStrategyNumber: *to = Min(*to, time); break;
    case BTEqualStrategyNumber:
      *from = Max(*from, time);
      *to = Min(*to, time);
      break;
    case BTGreaterEqualStrategyNumber: *from = Max(*from, time); break;
    default:
      *from = time == PG_INT64_MAX ? time : Max(*from, time + 1);
      *to = time == PG_INT64_MAX ? PG_INT64_MIN : *to;
      break;
  }
}

std::int32_t* series_of_value(Datum value, bool is_null, Oid type, int strategy, int* count) {
  *count = 0;
  if (is_null) {
    return nullptr;
  }
  Datum* values = &value;
  bool no_nulls = false;
  bool* nulls = &no_nulls;
  int elements = 1;
  if (strategy == kAny) {
    ArrayType* array = DatumGetArrayTypeP(value);
    type = ARR_ELEMTYPE(array);
    std::int16_t length = 0;
    bool by_value = false;
    char align = 0;
    get_typlenbyvalalign(type, &length, &by_value, &align);
    deconstruct_array(array, type, length, by_value, align, &values, &nulls, &elements);
  }
  auto* series = static_cast<std::int32_t*>(
      palloc(sizeof(std::int32_t) * static_cast<Size>(Max(elements, 1))));
  for (int i = 0; i < elements; ++i) {
    const std::int64_t id = nulls[i] ? PG_INT64_MIN : integer_of(values[i], type);
    if (id >= PG_INT32_MIN && id <= PG_INT32_MAX) {
      series[(*count)++] = static_cast<std::int32_t>(id);
    }
  }
  return series;
}

}  // namespace almanac::store
