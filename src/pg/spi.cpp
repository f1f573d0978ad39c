#include "pg/spi.hpp"

#include "pg/memory.hpp"

namespace almanac::pg {

namespace {

// Parameters as SPI wants them, in the current memory context. PG zone.
struct Parameters {
  Oid* types;
  Datum* values;
  char* nulls;
};

Oid parameter_type(const Arg& arg) { return arg.type() == InvalidOid ? TEXTOID : arg.type(); }

Parameters make_parameters(std::span<const Arg> args) {
  Parameters out{};
  out.types = static_cast<Oid*>(palloc(args.size() * sizeof(Oid) + 1));
  out.values = static_cast<Datum*>(palloc(args.size() * sizeof(Datum) + 1));
  out.nulls = static_cast<char*>(palloc(args.size() + 1));
  for (std::size_t i = 0; i < args.size(); ++i) {
    out.types[i] = parameter_type(args[i]);
    out.values[i] = args[i].datum();
    out.nulls[i] = args[i].is_null() ? 'n' : ' ';
  }
  return out;
}

// Lives while the rows of a result are handed out. If an error is pending SPI's stack may be deeper
// than this connection, and the rollback frees everything anyway.
class Table {
 public:
  explicit Table(SPITupleTable* table) noexcept : table_(table), pending_(pending_errors()) {}
  ~Table() {
    if (table_ != nullptr && pending_errors() == pending_) SPI_freetuptable(table_);
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

 private:
  SPITupleTable* table_;
  int pending_;
};

}  // namespace

bool Row::null(int i) const {
  check(i);
  return nulls_[i];
}

void Row::check(int i) const {
  if (i < 0 || i >= count_)
    throw Failure(ERRCODE_INTERNAL_ERROR, "result has no column " + std::to_string(i + 1));
}

void Row::refuse_null(int i) const {
  if (null(i))
    throw Failure(ERRCODE_NULL_VALUE_NOT_ALLOWED,
                  "column \"" + std::string(name(i)) + "\" must not be null");
}

Oid Row::type(int i) const {
  check(i);
  return TupleDescAttr(descriptor_, i)->atttypid;
}

std::string_view Row::name(int i) const {
  check(i);
  return NameStr(TupleDescAttr(descriptor_, i)->attname);
}

// SPI makes its own memory current from connecting to finishing. Here the caller's context stays
// current, so that a connection makes no difference to code around it.
Spi::Spi(Mode mode) : read_only_(mode == Mode::read_only), pending_(pending_errors()) {
  MemoryContext const caller = CurrentMemoryContext;
  const int code = call([&] {
    const int rc = SPI_connect();
    memory_ = CurrentMemoryContext;
    return rc;
  });
  MemoryContextSwitchTo(caller);
  if (code != SPI_OK_CONNECT)
    throw Failure(ERRCODE_CONNECTION_EXCEPTION,
                  std::string("could not connect to SPI: ") + SPI_result_code_string(code));
}

Spi::~Spi() {
  // After an error SPI's stack may be deeper than this connection; the rollback that has to follow
  // pops it.
  if (pending_errors() > pending_) return;
  MemoryContext const caller = CurrentMemoryContext;
  try {
    call([] { SPI_finish(); });
  } catch (...) {  // pending, so that the transaction cannot commit
  }
  MemoryContextSwitchTo(caller);
}

void Spi::refuse_pending() const {
  if (pending_errors() > pending_)
    throw Failure(ERRCODE_IN_FAILED_SQL_TRANSACTION,
                  "cannot execute a statement after an error that was not rolled back");
}

std::uint64_t Spi::run(const char* sql, std::span<const Arg> args, const RowCallback* each) {
  refuse_pending();
  const Outcome outcome = call([&] {
    MemoryContext caller = CurrentMemoryContext;
    MemoryContext memory =
        AllocSetContextCreateInternal(memory_, "almanac parameters", ALLOCSET_SMALL_SIZES);
    MemoryContextSwitchTo(memory);
    const Parameters parameters = make_parameters(args);
    Outcome out{};
    out.code = SPI_execute_with_args(sql, static_cast<int>(args.size()), parameters.types,
                                     parameters.values, parameters.nulls, read_only_, 0);
    out.rows = SPI_processed;
    out.table = SPI_tuptable;
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(memory);
    return out;
  });
  return deliver(outcome, each);
}

std::uint64_t Spi::run(Plan& plan, std::span<const Arg> args, const RowCallback* each) {
  refuse_pending();
  const bool first = plan.plan_ == nullptr;
  if (args.size() > std::size(plan.types_) ||
      (!first && args.size() != static_cast<std::size_t>(plan.count_)))
    throw Failure(ERRCODE_INTERNAL_ERROR, "wrong number of parameters for a prepared statement");
  for (std::size_t i = 0; i < args.size() && !first; ++i)
    if (plan.types_[i] != parameter_type(args[i]))
      throw Failure(ERRCODE_INTERNAL_ERROR, "wrong type of parameter " + std::to_string(i + 1) +
                                                " for a prepared statement");
  const Outcome outcome = call([&] {
    MemoryContext caller = CurrentMemoryContext;
    MemoryContext memory =
        AllocSetContextCreateInternal(memory_, "almanac parameters", ALLOCSET_SMALL_SIZES);
    MemoryContextSwitchTo(memory);
    const Parameters parameters = make_parameters(args);
    Outcome out{};
    if (first) {
      SPIPlanPtr prepared = SPI_prepare(plan.sql_, static_cast<int>(args.size()), parameters.types);
      out.code = prepared == nullptr ? SPI_result : SPI_keepplan(prepared);
      if (out.code == 0) {
        plan.plan_ = prepared;
        plan.count_ = static_cast<int>(args.size());
        std::copy_n(parameters.types, args.size(), plan.types_);
      }
    }
    if (plan.plan_ != nullptr) {
      out.code = SPI_execute_plan(plan.plan_, parameters.values, parameters.nulls, read_only_, 0);
      out.rows = SPI_processed;
      out.table = SPI_tuptable;
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(memory);
    return out;
  });
  return deliver(outcome, each);
}

std::uint64_t Spi::deliver(const Outcome& outcome, const RowCallback* each) const {
  const Table table(outcome.table);
  if (outcome.code < 0)
    throw Failure(ERRCODE_INTERNAL_ERROR, std::string("SPI cannot execute this statement: ") +
                                              SPI_result_code_string(outcome.code));
  if (each == nullptr || outcome.table == nullptr) return outcome.rows;

  Row row;
  row.descriptor_ = outcome.table->tupdesc;
  row.count_ = row.descriptor_->natts;
  const OwnedContext scratch(memory_, "almanac row");
  boost::container::small_vector<Datum, 64> values(static_cast<std::size_t>(row.count_));
  boost::container::small_vector<bool, 64> nulls(values.size());
  row.values_ = values.data();
  row.nulls_ = nulls.data();
  row.scratch_ = scratch.get();
  for (std::uint64_t i = 0; i < outcome.rows; ++i) {
    call([&] {
      MemoryContextReset(row.scratch_);
      heap_deform_tuple(outcome.table->vals[i], row.descriptor_, row.values_, row.nulls_);
    });
    (*each)(row);
  }
  return outcome.rows;
}

}  // namespace almanac::pg
