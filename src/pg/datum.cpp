#include "pg/datum.hpp"

#include "pg/memory.hpp"

namespace almanac::pg {

namespace {

// An array of values that lie in memory as the array holds them: no NULLs, fixed width.
Datum flat_array(Oid element, int width, const void* values, std::int64_t count) {
  if (count == 0) return PointerGetDatum(construct_empty_array(element));
  if (count > static_cast<std::int64_t>(MaxArraySize))
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("array of %lld elements is too large", static_cast<long long>(count))));
  const Size bytes = static_cast<Size>(count) * static_cast<Size>(width);
  const Size size = ARR_OVERHEAD_NONULLS(1) + bytes;
  auto* array = static_cast<ArrayType*>(palloc0(size));
  SET_VARSIZE(array, size);
  array->ndim = 1;
  array->elemtype = element;
  ARR_DIMS(array)[0] = static_cast<int>(count);
  ARR_LBOUND(array)[0] = 1;
  std::memcpy(ARR_DATA_PTR(array), values, bytes);
  return PointerGetDatum(array);
}

Datum text_array(const std::string_view* values, std::int64_t count) {
  if (count == 0) return PointerGetDatum(construct_empty_array(TEXTOID));
  auto* data = static_cast<Datum*>(palloc0(static_cast<Size>(count) * sizeof(Datum)));
  auto* nulls = static_cast<bool*>(palloc0(static_cast<Size>(count)));
  for (std::int64_t i = 0; i < count; ++i) {
    nulls[i] = values[i].data() == nullptr;
    if (!nulls[i])
      data[i] = PointerGetDatum(
          cstring_to_text_with_len(values[i].data(), static_cast<int>(values[i].size())));
  }
  int dimension = static_cast<int>(count);
  int bound = 1;
  return PointerGetDatum(
      construct_md_array(data, nulls, 1, &dimension, &bound, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum blob(const void* bytes, std::int64_t size) {
  if (size > static_cast<std::int64_t>(MaxAllocSize - VARHDRSZ))
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("value of %lld bytes is too long", static_cast<long long>(size))));
  auto* out = static_cast<char*>(palloc(static_cast<Size>(size) + VARHDRSZ));
  SET_VARSIZE(out, static_cast<Size>(size) + VARHDRSZ);
  if (size > 0) std::memcpy(VARDATA(out), bytes, static_cast<Size>(size));
  return PointerGetDatum(out);
}

Datum name_value(const char* bytes, std::int64_t size) {
  auto* out = static_cast<NameData*>(palloc0(NAMEDATALEN));
  const int length = size < NAMEDATALEN
                         ? static_cast<int>(size)
                         : pg_mbcliplen(bytes, static_cast<int>(size), NAMEDATALEN - 1);
  std::memcpy(NameStr(*out), bytes, static_cast<Size>(length));
  return NameGetDatum(out);
}

Datum interval_value(std::int64_t us) {
  auto* out = static_cast<::Interval*>(palloc0(sizeof(::Interval)));
  out->time = us;
  return IntervalPGetDatum(out);
}

std::string quote(std::string_view in, char mark) {
  std::string out;
  out.reserve(in.size() + 2);
  out += mark;
  for (const char c : in) {
    if (c == mark) out += c;
    out += c;
  }
  out += mark;
  return out;
}

}  // namespace

Datum Arg::datum() const {
  if (null_) return Datum{0};
  switch (type_) {
    case BOOLOID: return BoolGetDatum(word_ != 0);
    case CHAROID: return CharGetDatum(static_cast<char>(word_));
    case INT2OID: return Int16GetDatum(static_cast<std::int16_t>(word_));
    case INT4OID: return Int32GetDatum(static_cast<std::int32_t>(word_));
    case OIDOID: return ObjectIdGetDatum(static_cast<Oid>(word_));
    case INT8OID: return Int64GetDatum(word_);
    case TIMESTAMPTZOID: return TimestampTzGetDatum(word_);
    case LSNOID: return LSNGetDatum(static_cast<XLogRecPtr>(word_));
    case FLOAT4OID: return Float4GetDatum(std::bit_cast<float>(static_cast<std::int32_t>(word_)));
    case FLOAT8OID: return Float8GetDatum(std::bit_cast<double>(word_));
    case INTERVALOID: return interval_value(word_);
    case NAMEOID: return name_value(static_cast<const char*>(data_), word_);
    case BOOLARRAYOID: return flat_array(BOOLOID, 1, data_, word_);
    case INT2ARRAYOID: return flat_array(INT2OID, 2, data_, word_);
    case INT4ARRAYOID: return flat_array(INT4OID, 4, data_, word_);
    case INT8ARRAYOID: return flat_array(INT8OID, 8, data_, word_);
    case OIDARRAYOID: return flat_array(OIDOID, 4, data_, word_);
    case FLOAT4ARRAYOID: return flat_array(FLOAT4OID, 4, data_, word_);
    case FLOAT8ARRAYOID: return flat_array(FLOAT8OID, 8, data_, word_);
    case TIMESTAMPTZARRAYOID: return flat_array(TIMESTAMPTZOID, 8, data_, word_);
    case TEXTARRAYOID: return text_array(static_cast<const std::string_view*>(data_), word_);
    default: return blob(data_, word_);  // text, json and bytea are laid out alike
  }
}

std::string quote_identifier(std::string_view name) { return quote(name, '"'); }

std::string quote_literal(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return quote(text, '\'');
  std::string escaped;
  escaped.reserve(text.size() + 8);
  for (const char c : text) {
    if (c == '\\') escaped += c;
    escaped += c;
  }
  return " E" + quote(escaped, '\'');
}

namespace detail {

namespace {

[[noreturn]] void mismatch(Oid type, const char* wanted) {
  const char* name = call([&] { return static_cast<const char*>(format_type_be(type)); });
  throw Failure(ERRCODE_DATATYPE_MISMATCH,
                "value of type " + std::string(name) + " cannot be read as " + std::string(wanted));
}

// What lies under a domain; the type itself if it is none.
Oid base_of(Oid type) {
  return call([&] { return getBaseType(type); });
}

// A varlena without compression or TOAST pointer; may have a short header.
struct varlena* plain(Datum value, MemoryContext scratch) {
  auto* packed = reinterpret_cast<struct varlena*>(DatumGetPointer(value));
  if (!VARATT_IS_COMPRESSED(packed) && !VARATT_IS_EXTERNAL(packed)) return packed;
  const ContextSwitch in(scratch);
  return call([&] { return pg_detoast_datum_packed(packed); });
}

template <class T>
T read_base(Datum value, Oid type, MemoryContext scratch, const char* wanted) {
  const Oid base = base_of(type);
  if (base == type) mismatch(type, wanted);
  return read<T>(value, base, scratch);
}

}  // namespace

template <>
bool read<bool>(Datum value, Oid type, MemoryContext scratch) {
  if (type == InvalidOid || type == BOOLOID) return DatumGetBool(value);
  return read_base<bool>(value, type, scratch, "boolean");
}

template <>
char read<char>(Datum value, Oid type, MemoryContext scratch) {
  if (type == InvalidOid || type == CHAROID) return DatumGetChar(value);
  return read_base<char>(value, type, scratch, "\"char\"");
}

template <>
std::int16_t read<std::int16_t>(Datum value, Oid type, MemoryContext scratch) {
  if (type == InvalidOid || type == INT2OID) return DatumGetInt16(value);
  return read_base<std::int16_t>(value, type, scratch, "smallint");
}

template <>
std::int32_t read<std::int32_t>(Datum value, Oid type, MemoryContext scratch) {
  switch (type) {
    case InvalidOid:
    case INT4OID: return DatumGetInt32(value);
    case INT2OID: return DatumGetInt16(value);
    default: return read_base<std::int32_t>(value, type, scratch, "integer");
  }
}

template <>
std::int64_t read<std::int64_t>(Datum value, Oid type, MemoryContext scratch) {
  switch (type) {
    case InvalidOid:
    case INT8OID:
    case TIMESTAMPTZOID:
    case TIMESTAMPOID: return DatumGetInt64(value);
    case INT4OID: return DatumGetInt32(value);
    case INT2OID: return DatumGetInt16(value);
    case OIDOID:
    case XIDOID: return DatumGetObjectId(value);
    default: return read_base<std::int64_t>(value, type, scratch, "bigint");
  }
}

template <>
Oid read<Oid>(Datum value, Oid type, MemoryContext scratch) {
  switch (type) {
    case InvalidOid:
    case OIDOID:
    case XIDOID:
    case CIDOID:
    case REGCLASSOID:
    case REGNAMESPACEOID:
    case REGPROCOID:
    case REGPROCEDUREOID:
    case REGROLEOID:
    case REGTYPEOID: return DatumGetObjectId(value);
    default: return read_base<Oid>(value, type, scratch, "oid");
  }
}

template <>
float read<float>(Datum value, Oid type, MemoryContext scratch) {
  if (type == InvalidOid || type == FLOAT4OID) return DatumGetFloat4(value);
  return read_base<float>(value, type, scratch, "real");
}

template <>
double read<double>(Datum value, Oid type, MemoryContext scratch) {
  switch (type) {
    case InvalidOid:
    case FLOAT8OID: return DatumGetFloat8(value);
    case FLOAT4OID: return static_cast<double>(DatumGetFloat4(value));
    default: return read_base<double>(value, type, scratch, "double precision");
  }
}

template <>
Timestamp read<Timestamp>(Datum value, Oid type, MemoryContext scratch) {
  if (type == InvalidOid || type == TIMESTAMPTZOID) return {DatumGetTimestampTz(value)};
  return read_base<Timestamp>(value, type, scratch, "timestamp with time zone");
}

template <>
Interval read<Interval>(Datum value, Oid type, MemoryContext scratch) {
  if (type != InvalidOid && type != INTERVALOID)
    return read_base<Interval>(value, type, scratch, "interval");
  const auto* in = reinterpret_cast<const ::Interval*>(DatumGetPointer(value));
  std::int64_t us = 0;
  const std::int64_t days = std::int64_t{in->month} * DAYS_PER_MONTH + in->day;
  if (__builtin_mul_overflow(days, USECS_PER_DAY, &us) || __builtin_add_overflow(us, in->time, &us))
    throw Failure(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "interval out of range");
  return {us};
}

template <>
Lsn read<Lsn>(Datum value, Oid type, MemoryContext scratch) {
  if (type == InvalidOid || type == LSNOID) return {DatumGetLSN(value)};
  return read_base<Lsn>(value, type, scratch, "pg_lsn");
}

template <>
std::string_view read<std::string_view>(Datum value, Oid type, MemoryContext scratch) {
  switch (type) {
    case InvalidOid:
    case TEXTOID:
    case VARCHAROID:
    case BPCHAROID:
    case JSONOID: {
      const struct varlena* p = plain(value, scratch);
      return {VARDATA_ANY(p), VARSIZE_ANY_EXHDR(p)};
    }
    case NAMEOID: return NameStr(*DatumGetName(value));
    case CSTRINGOID:
    case UNKNOWNOID: return DatumGetCString(value);
    default: return read_base<std::string_view>(value, type, scratch, "text");
  }
}

template <>
std::string read<std::string>(Datum value, Oid type, MemoryContext scratch) {
  return std::string(read<std::string_view>(value, type, scratch));
}

template <>
std::span<const std::byte> read<std::span<const std::byte>>(Datum value, Oid type,
                                                            MemoryContext scratch) {
  if (type != InvalidOid && type != BYTEAOID)
    return read_base<std::span<const std::byte>>(value, type, scratch, "bytea");
  const struct varlena* p = plain(value, scratch);
  return {reinterpret_cast<const std::byte*>(VARDATA_ANY(p)), VARSIZE_ANY_EXHDR(p)};
}

Elements read_array(Datum value, MemoryContext scratch) {
  const ContextSwitch in(scratch);
  Elements out{};
  const int dimensions = call([&] {
    ArrayType* array = DatumGetArrayTypeP(value);
    out.type = ARR_ELEMTYPE(array);
    if (ARR_NDIM(array) > 1) return ARR_NDIM(array);
    std::int16_t length;
    bool by_value;
    char alignment;
    get_typlenbyvalalign(out.type, &length, &by_value, &alignment);
    deconstruct_array(array, out.type, length, by_value, alignment, &out.values, &out.nulls,
                      &out.count);
    return 1;
  });
  if (dimensions > 1) throw Failure(ERRCODE_ARRAY_SUBSCRIPT_ERROR, "array must have one dimension");
  return out;
}

void throw_null_element() {
  throw Failure(ERRCODE_NULL_VALUE_NOT_ALLOWED, "array must not contain null elements");
}

}  // namespace detail

}  // namespace almanac::pg
