// Rows of INSERT and COPY become cells here; import.hpp has what happens to them then. Wrong values
// are refused before anything is written, naming the column.
#include "store/fdw_modify.hpp"

#include "core/deviation.hpp"
#include "core/tracker.hpp"
#include "store/fdw_table.hpp"
#include "store/import.hpp"
#include "store/partitions.hpp"

namespace almanac::store {
namespace {

using core::kNull;

constexpr const char* kAppendOnly = "Samples can be read and inserted, not changed.";

constexpr const char* kUnknownIsNull = "Use NULL for what is not known.";
constexpr const char* kIncrease =
    "A sample holds what happened in its interval, not the state of a counter.";

[[noreturn]] void refuse(int sqlstate, const char* column, const std::string& what,
                         const char* hint = kUnknownIsNull) {
  throw pg::Failure(sqlstate, std::string("column \"") + column + "\" " + what).hint(hint);
}

std::int64_t integer_cell(Datum value, core::Kind kind, const char* column) {
  const std::int64_t cell = DatumGetInt64(value);
  if (adds_up(kind) && cell < 0) {
    refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, column, "must not be negative", kIncrease);
  }
  if (cell == kNull) {
    refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, column, "is out of range");
  }
  return cell;
}

// Milliseconds of SQL; never NaN, infinite or negative.
double milliseconds(Datum value, const char* column) {
  const double ms = DatumGetFloat8(value);
  if (!std::isfinite(ms)) {
    refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, column, "must be a finite number of milliseconds");
  }
  if (ms < 0) {
    refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, column, "must not be negative", kIncrease);
  }
  if (ms > 9.0e15) {
    refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, column, "is out of range");
  }
  return ms;
}

std::int64_t real_cell(Datum value, const char* column) {
  const double number = DatumGetFloat8(value);
  if (!std::isfinite(number)) {
    refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, column, "must be a finite number");
  }
  return core::real_cell(number);
}

std::int64_t instant_cell(Datum value, const char* column) {
  const TimestampTz time = DatumGetTimestampTz(value);
  if (TIMESTAMP_NOT_FINITE(time)) {
    refuse(ERRCODE_DATETIME_FIELD_OVERFLOW, column, "must be a finite time");
  }
  return time;
}

// An interval as microseconds, a month as 30 days, as comparing intervals has it.
std::int64_t interval_cell(Datum value, const char* column) {
  const Interval* interval = DatumGetIntervalP(value);
  const std::int64_t days = interval->month * std::int64_t{DAYS_PER_MONTH} + interval->day;
  std::int64_t us = 0;
  if (__builtin_mul_overflow(days, kDay, &us) || __builtin_add_overflow(us, interval->time, &us) ||
      us > PG_INT64_MAX / 2) {
    refuse(ERRCODE_DATETIME_FIELD_OVERFLOW, column, "is out of range");
  }
  if (us < 0) {
    refuse(ERRCODE_DATETIME_FIELD_OVERFLOW, column, "must not be negative");
  }
  return us;
}

class Insertion {
 public:
  Insertion(ResultRelInfo* target, Snapshot snapshot, MemoryContext context)
      : relation_(target->ri_RelationDesc),
        table_(pg::call([this] { return describe_table(relation_); })),
        resource_(context),
        import_(*table_->stream, &resource_),
        servers_(*table_->stream, snapshot, &resource_),
        cells_(import_cells(table_->stream->columns.size()), kNull, &resource_) {}

  void add(TupleTableSlot* slot);
  void finish() { import_.finish(); }

 private:
  void take(const Attribute& attribute, Datum value, const char* column);
  void take_deviations(const TupleTableSlot* slot);
  void check_extremes();
  void check_complete(const TupleTableSlot* slot) const;
  void complete(TupleTableSlot* slot);
  const char* name(int at) const {
    return NameStr(TupleDescAttr(RelationGetDescr(relation_), at)->attname);
  }

  Relation relation_;
  SamplesTable* table_;
  pg::ContextResource resource_;
  Import import_;
  ServerIds servers_;
  core::Vector<std::int64_t> cells_;  // of the row at hand: import_cells()
  ImportRow row_;
  std::span<const std::byte> histogram_;  // of the row at hand
};

void Insertion::add(TupleTableSlot* slot) {
  pg::call([slot] { slot_getallattrs(slot); });
  check_complete(slot);
  row_ = {};
  histogram_ = {};
  std::fill(cells_.begin(), cells_.end(), kNull);
  for (int i = 0; i < table_->count; ++i) {
    if (!slot->tts_isnull[i]) {
      take(table_->attributes[i], slot->tts_values[i], name(i));
    }
  }
  take_deviations(slot);
  check_extremes();
  complete(slot);
  import_.add(row_, core::view(cells_), histogram_);
}

void Insertion::check_complete(const TupleTableSlot* slot) const {
  const auto check = [&](AttrNumber attribute, const char* column) {
    if (attribute == 0 || slot->tts_isnull[attribute - 1]) {
      throw pg::Failure(ERRCODE_NOT_NULL_VIOLATION,
                        std::string("null value in column \"") + column + "\" of foreign table \"" +
                            RelationGetRelationName(relation_) + "\" violates not-null constraint")
          .hint("A sample belongs to a series and a time.");
    }
  };
  check(table_->series_id, "series_id");
  check(table_->time, "time");
}

void Insertion::take(const Attribute& attribute, Datum value, const char* column) {
  switch (attribute.field) {
    case Field::series_id: row_.series = DatumGetInt32(value); break;
    case Field::time: row_.time = DatumGetTimestampTz(value); break;
    case Field::duration: row_.duration = interval_cell(value, column); break;
    case Field::flags:
      row_.flags = DatumGetInt32(value);
      if (row_.flags < 0 || (row_.flags & core::Flag::vanished) != 0) {
        refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, column, "has flags that a sample cannot have");
      }
      break;
    case Field::value:
      switch (cell_type(attribute.kind)) {
        case CellType::integer:
          cells_[attribute.ordinal] = integer_cell(value, attribute.kind, column);
          break;
        case CellType::milliseconds:
          cells_[attribute.ordinal] = core::us_of(milliseconds(value, column));
          break;
        case CellType::instant: cells_[attribute.ordinal] = instant_cell(value, column); break;
        case CellType::real: cells_[attribute.ordinal] = real_cell(value, column); break;
        case CellType::deviation: break;
      }
      break;
    case Field::least:
    case Field::greatest:
      cells_[extreme_cell(table_->stream->columns.size(), attribute.ordinal,
                          attribute.field == Field::greatest)] =
          cell_type(attribute.kind) == CellType::real ? real_cell(value, column)
                                                      : integer_cell(value, attribute.kind, column);
      break;
    case Field::histogram: {
      const auto* packed = pg::call([value] {
        return pg_detoast_datum_packed(reinterpret_cast<varlena*>(DatumGetPointer(value)));
      });
      histogram_ = {reinterpret_cast<const std::byte*>(VARDATA_ANY(packed)),
                    VARSIZE_ANY_EXHDR(packed)};
      break;
    }
    default: break;
  }
}

// Least and greatest value lie on both sides of the value, and are not kept if they are the same.
void Insertion::check_extremes() {
  const auto& columns = table_->stream->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::int64_t value = cells_[i];
    std::int64_t& least = cells_[extreme_cell(columns.size(), i, false)];
    std::int64_t& greatest = cells_[extreme_cell(columns.size(), i, true)];
    if ((least != kNull && (value == kNull || least > value)) ||
        (greatest != kNull && (value == kNull || greatest < value))) {
      throw pg::Failure(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
                        std::string("column \"") + columns[i].name +
                            "\" does not lie between its least and greatest value")
          .hint("Leave out the columns that end in _min and _max where they are not known.");
    }
    least = least == value ? kNull : least;
    greatest = greatest == value ? kNull : greatest;
  }
}

// After the others, because a deviation is kept together with the number of calls.
void Insertion::take_deviations(const TupleTableSlot* slot) {
  for (int i = 0; i < table_->count; ++i) {
    const Attribute& attribute = table_->attributes[i];
    if (attribute.field != Field::value || attribute.kind != core::Kind::deviation ||
        slot->tts_isnull[i]) {
      continue;
    }
    const ValueColumn& declared = table_->stream->columns[attribute.ordinal];
    const std::int64_t calls = cells_[static_cast<std::size_t>(declared.calls)];
    const double us = milliseconds(slot->tts_values[i], name(i)) * 1000.0;
    if (calls == kNull || calls == 0) {
      if (us > 0) {
        refuse(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, name(i),
               std::string("must be null or 0 without \"") +
                   table_->stream->columns[static_cast<std::size_t>(declared.calls)].name + "\"");
      }
      continue;
    }
    cells_[attribute.ordinal] = core::encode_m2(static_cast<double>(calls) * us * us);
  }
}

// What the row becomes, for RETURNING: server and flags are never NULL. And a server that
// contradicts the series is an error.
void Insertion::complete(TupleTableSlot* slot) {
  for (int i = 0; i < table_->count; ++i) {
    if (table_->attributes[i].field == Field::flags) {
      slot->tts_values[i] =
          Int32GetDatum(static_cast<std::int32_t>(row_.flags | core::Flag::imported));
      slot->tts_isnull[i] = false;
    } else if (table_->attributes[i].field == Field::server_id) {
      const std::int32_t server = servers_.server_of(row_.series);
      if (!slot->tts_isnull[i] && DatumGetInt32(slot->tts_values[i]) != server) {
        throw pg::Failure(ERRCODE_FOREIGN_KEY_VIOLATION,
                          "series " + std::to_string(row_.series) + " does not belong to server " +
                              std::to_string(DatumGetInt32(slot->tts_values[i])));
      }
      slot->tts_values[i] = Int32GetDatum(server);
      slot->tts_isnull[i] = false;
    }
  }
}

void begin(EState* state, ResultRelInfo* target) {
  const MemoryContext context = pg::call([state] {
    return AllocSetContextCreate(state->es_query_cxt, "almanac import", ALLOCSET_DEFAULT_SIZES);
  });
  const pg::ContextSwitch inside(context);
  target->ri_FdwState = pg::create<Insertion>(context, target, GetActiveSnapshot(), context);
}

}  // namespace

int updatable(Relation) { return 1 << CMD_INSERT; }

void refuse_row_identity(PlannerInfo*, Index, RangeTblEntry*, Relation relation) {
  throw pg::Failure(ERRCODE_FEATURE_NOT_SUPPORTED,
                    std::string("cannot update or delete samples in foreign table \"") +
                        RelationGetRelationName(relation) + "\"")
      .hint(kAppendOnly);
}

void refuse_truncate(List* relations, DropBehavior, bool) {
  const auto* relation = static_cast<const RelationData*>(linitial(relations));
  throw pg::Failure(ERRCODE_FEATURE_NOT_SUPPORTED, std::string("cannot truncate foreign table \"") +
                                                       RelationGetRelationName(relation) + "\"")
      .hint(kAppendOnly);
}

void begin_modify(ModifyTableState* state, ResultRelInfo* target, List*, int, int flags) {
  if ((flags & EXEC_FLAG_EXPLAIN_ONLY) == 0) {
    begin(state->ps.state, target);
  }
}

void begin_insert(ModifyTableState* state, ResultRelInfo* target) {
  begin(state->ps.state, target);
}

TupleTableSlot* insert(EState*, ResultRelInfo* target, TupleTableSlot* slot, TupleTableSlot*) {
  static_cast<Insertion*>(target->ri_FdwState)->add(slot);
  return slot;
}

void end_insert(EState*, ResultRelInfo* target) {
  if (target->ri_FdwState != nullptr) {
    static_cast<Insertion*>(target->ri_FdwState)->finish();
    target->ri_FdwState = nullptr;
  }
}

}  // namespace almanac::store
