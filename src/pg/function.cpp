#include "pg/function.hpp"

namespace almanac::pg {

void Arguments::refuse_null(int i) const {
  if (null(i))
    throw Failure(ERRCODE_NULL_VALUE_NOT_ALLOWED,
                  "argument " + std::to_string(i + 1) + " must not be null");
}

Datum result(const Arg& value) {
  return call([&] { return value.datum(); });
}

Datum result(FunctionCallInfo fcinfo, const Arg& value) {
  fcinfo->isnull = value.is_null();
  return result(value);
}

RowWriter::RowWriter(FunctionCallInfo fcinfo)
    : info_(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo)) {
  scratch_ = call([&] {
    compat::begin_materialized(fcinfo);
    // Of a function that returns records this is the caller's own, which it frees with the result
    // and then uses again, when the function is called again in a join.
    auto* info = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    if (info->setDesc == info->expectedDesc) {
      MemoryContext previous = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
      info->setDesc = CreateTupleDescCopy(info->expectedDesc);
      MemoryContextSwitchTo(previous);
    }
    return AllocSetContextCreateInternal(CurrentMemoryContext, "almanac row",
                                         ALLOCSET_DEFAULT_SIZES);
  });
}

RowWriter::~RowWriter() { MemoryContextDelete(scratch_); }

int RowWriter::columns() const noexcept { return info_->setDesc->natts; }

void RowWriter::add(std::span<const Arg> values) {
  const TupleDesc descriptor = info_->setDesc;
  const auto columns = static_cast<std::size_t>(descriptor->natts);
  const std::size_t given_columns = std::min(columns, values.size());
  for (std::size_t i = 0; i < given_columns; ++i) {
    const Form_pg_attribute column = TupleDescAttr(descriptor, static_cast<int>(i));
    const Oid given = values[i].type();
    if (given == column->atttypid || given == InvalidOid) continue;
    const char* names[2];
    call([&] {
      names[0] = format_type_be(given);
      names[1] = format_type_be(column->atttypid);
    });
    throw Failure(ERRCODE_DATATYPE_MISMATCH, "function returns type " + std::string(names[0]) +
                                                 " for column \"" + NameStr(column->attname) +
                                                 "\", but its definition has " + names[1]);
  }
  call([&] {
    MemoryContext previous = MemoryContextSwitchTo(scratch_);
    auto* data = static_cast<Datum*>(palloc(columns * sizeof(Datum)));
    auto* nulls = static_cast<bool*>(palloc(columns));
    for (std::size_t i = 0; i < columns; ++i) {
      data[i] = i < given_columns ? values[i].datum() : Datum{0};
      nulls[i] = i >= given_columns || values[i].is_null();
    }
    tuplestore_putvalues(info_->setResult, descriptor, data, nulls);
    MemoryContextSwitchTo(previous);
    MemoryContextReset(scratch_);
  });
}

}  // namespace almanac::pg
