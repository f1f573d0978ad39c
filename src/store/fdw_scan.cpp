// Executing a scan of samples: conditions are evaluated when the first row is asked for, then the
// reader's blocks are turned into rows, series by series.
//
// The state lives in the query's memory context and goes with it; an error leaves it where it is.
#include "store/fdw_scan.hpp"

#include "core/deviation.hpp"
#include "pg/memory.hpp"
#include "store/fdw_conditions.hpp"
#include "store/fdw_plan.hpp"
#include "store/reader.hpp"
#include "store/server_ids.hpp"

namespace almanac::store {
namespace {

// A column to be filled.
struct Target {
  int at;  // attribute number - 1
  Field field;
  CellType type;
  std::uint16_t column;  // chunk column
  std::uint16_t other;   // chunk column of a deviation's calls; of the value, for its extremes
};

struct EvaluatedCondition {
  Field field;
  int strategy;
  Oid type;
  ExprState* value;
};

// What the planner's lists say.
struct Shape {
  SamplesTable* table;
  int condition_count;
  EvaluatedCondition* conditions;
  int target_count;
  int* targets;
};

Shape shape_of(ForeignScanState* node) {
  auto* plan = reinterpret_cast<ForeignScan*>(node->ss.ps.plan);
  auto* conditions = static_cast<List*>(list_nth(plan->fdw_private, kPlanConditions));
  auto* columns = static_cast<List*>(list_nth(plan->fdw_private, kPlanColumns));
  List* values = ExecInitExprList(plan->fdw_exprs, &node->ss.ps);
  Shape shape;
  shape.table = describe_table(node->ss.ss_currentRelation);
  shape.condition_count = list_length(values);
  shape.conditions = static_cast<EvaluatedCondition*>(
      palloc0(sizeof(EvaluatedCondition) * static_cast<Size>(list_length(values) + 1)));
  for (int i = 0; i < shape.condition_count; ++i) {
    shape.conditions[i] = {static_cast<Field>(list_nth_int(conditions, 2 * i)),
                           list_nth_int(conditions, 2 * i + 1),
                           exprType(static_cast<Node*>(list_nth(plan->fdw_exprs, i))),
                           static_cast<ExprState*>(list_nth(values, i))};
  }
  shape.target_count = list_length(columns);
  shape.targets =
      static_cast<int*>(palloc0(sizeof(int) * static_cast<Size>(shape.target_count + 1)));
  for (int i = 0; i < shape.target_count; ++i) {
    shape.targets[i] = list_nth_int(columns, i) - 1;
  }
  return shape;
}

class Scan {
 public:
  Scan(ForeignScanState* node, const Shape& shape, MemoryContext context);

  // Fills the slot, which is empty, with the next row; false at the end.
  bool next(TupleTableSlot* slot);
  void rescan() { started_ = false; }
  void close() {
    if (reader_) {
      reader_->close();
    }
  }
  ReadCounts counts() const { return reader_ ? reader_->counts() : ReadCounts{}; }

 private:
  void start();
  void evaluate();
  void keep_series(const std::int32_t* series, int count);
  void add_target(const SamplesTable& table, int at);
  std::uint16_t wanted(unsigned column);
  void fill(TupleTableSlot* slot, const Run& run, std::uint32_t sample);
  bool fill_histogram(std::uint32_t sample);
  bool fill_cell(const Target& target, std::uint32_t sample, Datum* value) const;

  ForeignScanState* node_;
  MemoryContext context_;
  pg::ContextResource resource_;
  const Stream& stream_;
  core::Vector<Target> targets_;
  core::Vector<std::uint16_t> columns_;
  core::Vector<EvaluatedCondition> conditions_;
  ServerIds servers_;
  bool wants_duration_ = false;
  bool wants_histograms_ = false;
  bytea* histogram_ = nullptr;  // of the row at hand
  std::size_t histogram_room_ = 0;

  bool started_ = false;
  std::int64_t from_ = PG_INT64_MIN;
  std::int64_t to_ = PG_INT64_MAX;
  bool all_series_ = true;
  core::Vector<std::int32_t> series_;

  std::optional<Reader> reader_;
  core::Vector<Interval> durations_;  // of the block's ticks: rows point here
  std::size_t run_ = 0;
  std::uint32_t sample_ = 0;
  std::int32_t server_ = 0;  // of the run
};

Scan::Scan(ForeignScanState* node, const Shape& shape, MemoryContext context)
    : node_(node),
      context_(context),
      resource_(context),
      stream_(*shape.table->stream),
      targets_(&resource_),
      columns_(&resource_),
      conditions_(shape.conditions, shape.conditions + shape.condition_count, &resource_),
      servers_(stream_, node->ss.ps.state->es_snapshot, &resource_),
      series_(&resource_),
      durations_(&resource_) {
  for (int i = 0; i < shape.target_count; ++i) {
    add_target(*shape.table, shape.targets[i]);
  }
}

std::uint16_t Scan::wanted(unsigned column) {
  const auto wanted = static_cast<std::uint16_t>(column);
  if (std::find(columns_.begin(), columns_.end(), wanted) == columns_.end()) {
    columns_.push_back(wanted);
  }
  return wanted;
}

void Scan::add_target(const SamplesTable& table, int at) {
  const Attribute& attribute = table.attributes[at];
  Target target{at, attribute.field, CellType::integer, 0, 0};
  if (attribute.field == Field::flags) {
    wanted(0);
  } else if (attribute.field == Field::histogram) {
    wants_histograms_ = true;
  } else if (attribute.field == Field::duration) {
    wants_duration_ = true;
  } else if (attribute.field == Field::value) {
    target.type = cell_type(attribute.kind);
    target.column = wanted(chunk_column(attribute.ordinal));
    if (target.type == CellType::deviation) {
      target.other =
          wanted(chunk_column(static_cast<unsigned>(stream_.columns[attribute.ordinal].calls)));
    }
  } else if (attribute.shows_value()) {
    target.type = cell_type(attribute.kind);
    target.column = wanted(extreme_column(attribute.ordinal, attribute.field == Field::greatest));
    target.other = wanted(chunk_column(attribute.ordinal));
  }
  targets_.push_back(target);
}

// Keeps what is in `series_` and in the list; `series_` is sorted.
void Scan::keep_series(const std::int32_t* series, int count) {
  core::Vector<std::int32_t> kept(series, series + count, &resource_);
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  if (!all_series_) {
    const auto end = std::set_intersection(kept.begin(), kept.end(), series_.begin(), series_.end(),
                                           kept.begin());
    kept.erase(end, kept.end());
  }
  series_.swap(kept);
  all_series_ = false;
}

void Scan::evaluate() {
  from_ = PG_INT64_MIN;
  to_ = PG_INT64_MAX;
  all_series_ = true;
  series_.clear();
  ExprContext* const expressions = node_->ss.ps.ps_ExprContext;
  const pg::ContextSwitch scratch(expressions->ecxt_per_tuple_memory);
  for (const EvaluatedCondition& condition : conditions_) {
    bool is_null = false;
    const Datum value =
        pg::call([&] { return ExecEvalExpr(condition.value, expressions, &is_null); });
    if (condition.field == Field::time) {
      std::int64_t time = 0;
      if (pg::call([&] { return time_of_value(value, is_null, condition.type, &time); })) {
        narrow(&from_, &to_, condition.strategy, time);
      } else {
        from_ = PG_INT64_MAX;
        to_ = PG_INT64_MIN;
      }
    } else {
      int count = 0;
      const std::int32_t* series = pg::call([&] {
        return series_of_value(value, is_null, condition.type, condition.strategy, &count);
      });
      keep_series(series, count);
    }
  }
}

void Scan::start() {
  evaluate();
  if (reader_) {
    reader_->restart(from_, to_, all_series_, {series_.data(), series_.size()});
  } else {
    Request request;
    request.stream = &stream_;
    request.grain = wanted_grain();
    request.histograms = wants_histograms_;
    request.from = from_;
    request.to = to_;
    request.all_series = all_series_;
    request.series = {series_.data(), series_.size()};
    request.columns = {columns_.data(), columns_.size()};
    request.snapshot = node_->ss.ps.state->es_snapshot;
    reader_.emplace(context_, request);
  }
  run_ = reader_->runs().size();
  started_ = true;
}

bool Scan::next(TupleTableSlot* slot) {
  if (!started_) {
    start();
  }
  while (run_ >= reader_->runs().size()) {
    if (!reader_->next()) {
      return false;
    }
    run_ = 0;
    sample_ = reader_->runs()[0].from;
    if (wants_duration_) {
      durations_.clear();
      for (const core::Tick& tick : reader_->ticks()) {
        durations_.push_back({tick.duration, 0, 0});
      }
    }
  }
  const Run run = reader_->runs()[run_];
  fill(slot, run, sample_);
  if (++sample_ == run.to) {
    ++run_;
    sample_ = run_ < reader_->runs().size() ? reader_->runs()[run_].from : 0;
  }
  return true;
}

void Scan::fill(TupleTableSlot* slot, const Run& run, std::uint32_t sample) {
  Datum* const values = slot->tts_values;
  bool* const nulls = slot->tts_isnull;
  std::fill_n(nulls, slot->tts_tupleDescriptor->natts, true);
  for (const Target& target : targets_) {
    Datum& value = values[target.at];
    nulls[target.at] = false;
    switch (target.field) {
      case Field::server_id: value = Int32GetDatum(servers_.server_of(run.series)); break;
      case Field::series_id: value = Int32GetDatum(run.series); break;
      case Field::time: value = TimestampTzGetDatum(reader_->tick(sample).time); break;
      case Field::duration:
        value = PointerGetDatum(&durations_[reader_->tick_index(sample)]);
        nulls[target.at] = reader_->tick(sample).duration == core::kNull;
        break;
      case Field::flags: {
        const std::int64_t flags = reader_->cell(0, sample);
        value = Int32GetDatum(flags == core::kNull ? 0 : static_cast<std::int32_t>(flags));
        break;
      }
      case Field::histogram:
        nulls[target.at] = !fill_histogram(sample);
        value = PointerGetDatum(histogram_);
        break;
      default: nulls[target.at] = !fill_cell(target, sample, &value); break;
    }
  }
}

// The row's histogram in memory of the scan, which the next row uses again.
bool Scan::fill_histogram(std::uint32_t sample) {
  const std::span<const std::byte> packed = reader_->histogram(sample);
  if (packed.empty()) {
    return false;
  }
  const std::size_t size = VARHDRSZ + packed.size();
  if (size > histogram_room_) {
    histogram_room_ = 0;
    histogram_ = static_cast<bytea*>(resource_.allocate(2 * size));
    histogram_room_ = 2 * size;
  }
  SET_VARSIZE(histogram_, size);
  std::memcpy(VARDATA(histogram_), packed.data(), packed.size());
  return true;
}

bool Scan::fill_cell(const Target& target, std::uint32_t sample, Datum* value) const {
  std::int64_t cell = reader_->cell(target.column, sample);
  if (cell == core::kNull && target.field != Field::value) {
    cell = reader_->cell(target.other, sample);
  }
  if (cell == core::kNull) {
    return false;
  }
  switch (target.type) {
    case CellType::integer: *value = Int64GetDatum(cell); return true;
    case CellType::instant: *value = TimestampTzGetDatum(cell); return true;
    case CellType::milliseconds:
    case CellType::real: *value = Float8GetDatum(number_of(target.type, cell)); return true;
    case CellType::deviation: break;
  }
  const std::int64_t calls = reader_->cell(target.other, sample);
  const double stddev = calls == core::kNull ? std::nan("") : core::stddev_ms(cell, calls);
  *value = Float8GetDatum(stddev);
  return !std::isnan(stddev);
}

// Conditions on one field as SQL, or `none` without any.
const char* conditions_text(ForeignScanState* node, ExplainState* state, Field field,
                            const char* none) {
  auto* plan = reinterpret_cast<ForeignScan*>(node->ss.ps.plan);
  auto* conditions = static_cast<List*>(list_nth(plan->fdw_private, kPlanConditions));
  List* clauses = NIL;
  for (int i = 0; i < list_length(plan->fdw_recheck_quals); ++i) {
    if (static_cast<Field>(list_nth_int(conditions, 2 * i)) == field) {
      clauses = lappend(clauses, list_nth(plan->fdw_recheck_quals, i));
    }
  }
  if (clauses == NIL) {
    return none;
  }
  List* context = set_deparse_context_plan(state->deparse_cxt, node->ss.ps.plan, NIL);
  const bool prefix = list_length(state->rtable) > 1 || state->verbose;
  return deparse_expression(reinterpret_cast<Node*>(make_ands_explicit(clauses)), context, prefix,
                            false);
}

}  // namespace

void begin_scan(ForeignScanState* node, int flags) {
  if ((flags & EXEC_FLAG_EXPLAIN_ONLY) != 0) {
    return;
  }
  const MemoryContext context = pg::call([node] {
    return AllocSetContextCreate(node->ss.ps.state->es_query_cxt, "almanac scan",
                                 ALLOCSET_DEFAULT_SIZES);
  });
  const Shape shape = pg::call([node] { return shape_of(node); });
  node->fdw_state = pg::create<Scan>(context, node, shape, context);
}

TupleTableSlot* iterate_scan(ForeignScanState* node) {
  TupleTableSlot* const slot = node->ss.ss_ScanTupleSlot;
  // Neither of these can raise an error: the slot holds a virtual tuple or none.
  ExecClearTuple(slot);
  if (static_cast<Scan*>(node->fdw_state)->next(slot)) {
    ExecStoreVirtualTuple(slot);
  }
  return slot;
}

void rescan(ForeignScanState* node) { static_cast<Scan*>(node->fdw_state)->rescan(); }

void end_scan(ForeignScanState* node) {
  if (node->fdw_state != nullptr) {
    static_cast<Scan*>(node->fdw_state)->close();
  }
}

void explain_scan(ForeignScanState* node, ExplainState* state) {
  pg::call([=] {
    const Stream* stream = stream_of_table(RelationGetRelid(node->ss.ss_currentRelation));
    ExplainPropertyText("Stream", stream->name, state);
    ExplainPropertyText("Time Range", conditions_text(node, state, Field::time, "unbounded"),
                        state);
    ExplainPropertyText("Series", conditions_text(node, state, Field::series_id, "all"), state);
  });
  if (!state->analyze || node->fdw_state == nullptr) {
    return;
  }
  const ReadCounts counts = static_cast<Scan*>(node->fdw_state)->counts();
  pg::call([=] {
    List* tiers = NIL;
    for (std::size_t i = 0; i < kTiers; ++i) {
      if ((counts.tiers & (1U << i)) != 0) {
        tiers = lappend(tiers, const_cast<char*>(spec(static_cast<Tier>(i)).name));
      }
    }
    ExplainPropertyList("Tiers", tiers, state);
    ExplainPropertyInteger("Chunks Read", nullptr, static_cast<std::int64_t>(counts.chunks), state);
    ExplainPropertyInteger("Chunks Skipped", nullptr, static_cast<std::int64_t>(counts.skipped),
                           state);
    ExplainPropertyInteger("Journal Rows", nullptr, static_cast<std::int64_t>(counts.journal),
                           state);
  });
}

}  // namespace almanac::store
