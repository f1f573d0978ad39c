// Values on their way into and out of PostgreSQL: Arg for parameters and result columns, read<T>
// for what comes back.
//
//   C++                                        SQL
//   bool, char, int16, int32, int64            boolean, "char", int2, int4, int8
//   Oid (std::uint32_t)                        oid                (read: also xid, regclass and
//   friends) float, double                              float4, float8 std::string_view,
//   std::string, const char* text               (read: also varchar, bpchar, name, unknown)
//   std::span<const std::byte>                 bytea
//   Timestamp, Interval, Lsn                   timestamptz, interval, pg_lsn
//   a span or vector of the above              the array of it, one-dimensional
//   std::optional<T>, nullptr, Arg::null(type) NULL
//
// Zone: C++.
#pragma once

#include "pg/boundary.hpp"

namespace almanac::pg {

// Microseconds since 2000-01-01 UTC.
struct Timestamp {
  std::int64_t us;
};

// A span of time in microseconds, without months and days.
struct Interval {
  std::int64_t us;
};

// A position in the write-ahead log.
struct Lsn {
  std::uint64_t position;
};

// One value and its SQL type. Borrows what it was made from (strings, spans) and is small and
// trivial to copy: make it where it is used, in the argument list of a call. Makes no memory of its
// own until datum().
class Arg {
 public:
  // NULL of any type: for result columns. As a parameter of a statement it is a text; see null().
  Arg(std::nullptr_t) noexcept : null_(true) {}

  // bool, char, and integers by size; uint32 is oid. uint64 and size_t have no SQL type: cast to
  // int64 or make an Lsn.
  template <class T>
  requires std::is_integral_v<T> Arg(T value)
  noexcept : type_(scalar_type<T>()), word_(static_cast<std::int64_t>(value)) {
    static_assert(scalar_type<T>() != InvalidOid, "no SQL type for this integer type");
  }

  Arg(float value) noexcept : type_(FLOAT4OID), word_(std::bit_cast<std::int32_t>(value)) {}
  Arg(double value) noexcept : type_(FLOAT8OID), word_(std::bit_cast<std::int64_t>(value)) {}
  Arg(Timestamp value) noexcept : type_(TIMESTAMPTZOID), word_(value.us) {}
  Arg(Interval value) noexcept : type_(INTERVALOID), word_(value.us) {}
  Arg(Lsn value) noexcept : type_(LSNOID), word_(static_cast<std::int64_t>(value.position)) {}

  Arg(std::string_view text) noexcept : type_(TEXTOID), data_(text.data()), word_(ssize(text)) {}
  Arg(const std::string& text) noexcept : Arg(std::string_view(text)) {}
  Arg(const char* text) noexcept : Arg(std::string_view(text)) {}

  // std::byte: bytea. Others: an array. An element of a text array whose data() is null is NULL.
  template <class T, std::size_t N>
  Arg(std::span<T, N> values) noexcept
      : type_(span_type<std::remove_cv_t<T>>()), data_(values.data()), word_(ssize(values)) {
    static_assert(span_type<std::remove_cv_t<T>>() != InvalidOid,
                  "no SQL array of this element type");
  }
  // The same for vectors of any kind.
  template <class C>
  requires requires(const C& c) {
    typename C::allocator_type;
    { c.data() } -> std::convertible_to<const void*>;
    requires !std::is_same_v<typename C::value_type, char>;
  }
  Arg(const C& values) noexcept
      : Arg(std::span<const typename C::value_type>(values.data(), values.size())) {}

  // NULL if empty.
  template <class T>
  Arg(const std::optional<T>& value) noexcept : Arg(value ? Arg(*value) : null_like(Arg(T{}))) {}

  // NULL of a type: TEXTOID, INT8OID, ...
  static Arg null(Oid type) noexcept {
    Arg arg(nullptr);
    arg.type_ = type;
    return arg;
  }
  // Bytes as a value of another type that is laid out as bytea.
  static Arg bytes(Oid type, std::span<const std::byte> value) noexcept {
    Arg arg(value);
    arg.type_ = type;
    return arg;
  }
  // text as a name (truncated to 63 bytes by PostgreSQL's rules), json, jsonb or another type with
  // text's layout.
  static Arg name(std::string_view text) noexcept { return Arg(text).as(NAMEOID); }
  static Arg json(std::string_view text) noexcept { return Arg(text).as(JSONOID); }

  // The SQL type; InvalidOid for nullptr.
  Oid type() const noexcept { return type_; }
  bool is_null() const noexcept { return null_; }
  // PG zone: the value, allocated in the current memory context. 0 for NULL. May ereport (out of
  // memory, too long).
  Datum datum() const;

 private:
  template <class C>
  static std::int64_t ssize(const C& c) noexcept {
    return static_cast<std::int64_t>(c.size());
  }
  static Arg null_like(const Arg& arg) noexcept { return null(arg.type_); }
  Arg as(Oid type) const noexcept {
    Arg arg = *this;
    arg.type_ = type;
    return arg;
  }
  template <class T>
  static constexpr Oid scalar_type() noexcept {
    if (std::is_same_v<T, bool>) return BOOLOID;
    if (sizeof(T) == 1) return CHAROID;
    if (std::is_signed_v<T>) return sizeof(T) == 2 ? INT2OID : sizeof(T) == 4 ? INT4OID : INT8OID;
    return sizeof(T) == 4 ? OIDOID : InvalidOid;
  }
  template <class T>
  static constexpr Oid span_type() noexcept {
    if (std::is_same_v<T, std::byte>) return BYTEAOID;
    if (std::is_same_v<T, bool>) return BOOLARRAYOID;
    if (std::is_same_v<T, std::int16_t>) return INT2ARRAYOID;
    if (std::is_same_v<T, std::int32_t>) return INT4ARRAYOID;
    if (std::is_same_v<T, std::int64_t> || std::is_same_v<T, long long>) return INT8ARRAYOID;
    if (std::is_same_v<T, std::uint32_t>) return OIDARRAYOID;
    if (std::is_same_v<T, float>) return FLOAT4ARRAYOID;
    if (std::is_same_v<T, double>) return FLOAT8ARRAYOID;
    if (std::is_same_v<T, std::string_view>) return TEXTARRAYOID;
    if (std::is_same_v<T, Timestamp>) return TIMESTAMPTZARRAYOID;
    return InvalidOid;
  }

  Oid type_ = InvalidOid;
  bool null_ = false;
  const void* data_ = nullptr;
  std::int64_t word_ = 0;  // the value, or the number of elements at data_
};
static_assert(std::is_trivially_copyable_v<Arg> && std::is_trivially_destructible_v<Arg>);

namespace detail {

// The value as T, which must not be NULL. `type` is its SQL type, or InvalidOid to take the one
// that T stands for on trust. Integers and floats are widened. Detoasted values live in `scratch`.
// Throws Failure (42804) on a type that does not fit, Error when detoasting fails.
template <class T>
T read(Datum value, Oid type, MemoryContext scratch);

// An array as its elements and null flags, in `scratch`.
struct Elements {
  Oid type;
  int count;
  Datum* values;
  bool* nulls;
};
Elements read_array(Datum value, MemoryContext scratch);
[[noreturn]] void throw_null_element();

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
boost::container::pmr::vector<T> read_vector(Datum value, MemoryContext scratch,
                                             boost::container::pmr::memory_resource* resource) {
  const Elements elements = read_array(value, scratch);
  boost::container::pmr::vector<T> out(resource);
  out.reserve(static_cast<std::size_t>(elements.count));
  for (int i = 0; i < elements.count; ++i) {
    if constexpr (IsOptional<T>::value) {
      if (elements.nulls[i])
        out.push_back(std::nullopt);
      else
        out.push_back(read<typename T::value_type>(elements.values[i], elements.type, scratch));
    } else {
      if (elements.nulls[i]) throw_null_element();
      out.push_back(read<T>(elements.values[i], elements.type, scratch));
    }
  }
  return out;
}

}  // namespace detail

// `name` as SQL identifier, `text` as SQL literal, always in quotes.
std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);

}  // namespace almanac::pg
