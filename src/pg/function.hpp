// What PostgreSQL calls: SQL-callable functions, background worker entry points, FDW and other
// callbacks. Everything here ends in pg::entry, so that no exception can reach PostgreSQL's frames.
//
//   ALMANAC_FUNCTION(almanac_seal) {  // Datum almanac_seal(FunctionCallInfo fcinfo)
//     const pg::Arguments arguments(fcinfo);
//     pg::RowWriter rows(fcinfo);
//     rows.add({arguments.get<std::int64_t>(0), "text", nullptr});
//     return rows.done();
//   }
//
// Zone: C++.
#pragma once

#include "pg/compat.hpp"
#include "pg/datum.hpp"

// Defines a version-1 SQL-callable function. The body is in the C++ zone and returns Datum;
// `fcinfo` is its parameter.
#define ALMANAC_FUNCTION(name)                                           \
  static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo);    \
  extern "C" {                                                           \
  PGDLLEXPORT Datum name(FunctionCallInfo fcinfo);                       \
  PG_FUNCTION_INFO_V1(name);                                             \
  Datum name(FunctionCallInfo fcinfo) {                                  \
    return almanac::pg::entry([fcinfo] { return name##_body(fcinfo); }); \
  }                                                                      \
  }                                                                      \
  static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)

// Defines the entry point of a background worker: bgw_function_name is the name as text. `argument`
// is its parameter.
#define ALMANAC_WORKER(name)                                   \
  static void name##_body([[maybe_unused]] Datum argument);    \
  extern "C" {                                                 \
  PGDLLEXPORT void name(Datum argument);                       \
  void name(Datum argument) {                                  \
    almanac::pg::entry([argument] { name##_body(argument); }); \
  }                                                            \
  }                                                            \
  static void name##_body([[maybe_unused]] Datum argument)

namespace almanac::pg {

namespace detail {

template <auto F>
struct Callback;
template <class Result, class... Parameters, Result (*F)(Parameters...)>
struct Callback<F> {
  static Result run(Parameters... parameters) {
    return entry([&] { return F(parameters...); });
  }
};

}  // namespace detail

// A C++ function as a callback that PostgreSQL may call, of the same type:
//   routine->BeginForeignScan = pg::callback<begin_scan>;
template <auto F>
inline constexpr auto callback = &detail::Callback<F>::run;

// The arguments of a SQL-callable function, by position from 0. Those that the function had not yet
// when an older version of the extension was created are NULL.
class Arguments {
 public:
  explicit Arguments(FunctionCallInfo fcinfo) noexcept : fcinfo_(fcinfo) {}

  int count() const noexcept { return fcinfo_->nargs; }
  bool null(int i) const noexcept { return i >= fcinfo_->nargs || fcinfo_->args[i].isnull; }

  // The argument as T, which must be the C++ type of its declared SQL type (datum.hpp): it is not
  // checked. Strings and bytes live until the function returns. Throws Failure (22004) if it is
  // NULL.
  template <class T>
  T get(int i) const {
    refuse_null(i);
    return detail::read<T>(fcinfo_->args[i].value, InvalidOid, CurrentMemoryContext);
  }
  // The same; empty if it is NULL.
  template <class T>
  std::optional<T> maybe(int i) const {
    return null(i) ? std::nullopt : std::optional<T>(get<T>(i));
  }
  // An array argument. NULL elements need T = std::optional<...>, otherwise Failure (22004).
  template <class T>
  boost::container::pmr::vector<T> array(int i,
                                         boost::container::pmr::memory_resource* resource) const {
    refuse_null(i);
    return detail::read_vector<T>(fcinfo_->args[i].value, CurrentMemoryContext, resource);
  }

 private:
  void refuse_null(int i) const;
  FunctionCallInfo fcinfo_;
};

// Return values of SQL-callable functions.
Datum result(const Arg& value);                           // allocated in the current memory context
Datum result(FunctionCallInfo fcinfo, const Arg& value);  // the same; may be NULL
inline Datum void_result() noexcept { return Datum{0}; }  // of a function that returns void

// The result of a set-returning function, in materialize mode: RETURNS TABLE (...) or SETOF record.
class RowWriter {
 public:
  // Throws Error if the caller cannot take a set.
  explicit RowWriter(FunctionCallInfo fcinfo);
  ~RowWriter();
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  // Adds one row. Types of the values must be those of the result's columns: Failure (42804)
  // otherwise. Later versions of a function return more columns at the end, so the definition of
  // another version may have fewer columns, or more, which are NULL.
  void add(std::initializer_list<Arg> values) {
    add(std::span<const Arg>(values.begin(), values.size()));
  }
  void add(std::span<const Arg> values);

  int columns() const noexcept;
  // What the function returns.
  Datum done() const noexcept { return Datum{0}; }

 private:
  ReturnSetInfo* info_;
  MemoryContext scratch_ = nullptr;
};

}  // namespace almanac::pg
