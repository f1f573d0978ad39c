// SQL from C++: a connection to the server programming interface for a scope, statements with typed
// parameters, rows with typed columns.
//
//   pg::Spi spi;
//   spi.query("SELECT oid, datname FROM pg_database WHERE datallowconn = $1", {true}, [&](const
//   pg::Row& row) {
//     use(row.get<Oid>(0), row.get<std::string_view>(1));
//   });
//   auto n = spi.value<std::int64_t>("SELECT count(*) FROM pg_class");
//
// Zone: C++.
#pragma once

#include "pg/datum.hpp"

namespace almanac::pg {

// One row of a result; columns by position from 0. Valid, with everything that it handed out, until
// the callback it was passed to returns.
class Row {
 public:
  int columns() const noexcept { return count_; }
  bool null(int i) const;

  // The column as T (datum.hpp). Throws Failure: 22004 if it is NULL, 42804 if its type does not
  // fit.
  template <class T>
  T get(int i) const {
    refuse_null(i);
    return detail::read<T>(values_[i], type(i), scratch_);
  }
  // The same; empty if it is NULL.
  template <class T>
  std::optional<T> maybe(int i) const {
    return null(i) ? std::nullopt : std::optional<T>(get<T>(i));
  }
  // An array column. NULL elements need T = std::optional<...>, otherwise Failure (22004).
  template <class T>
  boost::container::pmr::vector<T> array(int i,
                                         boost::container::pmr::memory_resource* resource) const {
    refuse_null(i);
    return detail::read_vector<T>(values_[i], scratch_, resource);
  }

  // SQL type and name of a column.
  Oid type(int i) const;
  std::string_view name(int i) const;

 private:
  friend class Spi;
  Row() = default;
  void refuse_null(int i) const;
  void check(int i) const;

  TupleDesc descriptor_ = nullptr;
  Datum* values_ = nullptr;
  bool* nulls_ = nullptr;
  MemoryContext scratch_ = nullptr;
  int count_ = 0;
};

// A statement that is parsed and planned once and kept for the life of the process. The types of
// its parameters are those of its first execution, and must stay the same. May be a static
// variable: its constructor is constexpr and it has no destructor. `sql` must live as long: a
// literal.
class Plan {
 public:
  explicit constexpr Plan(const char* sql) noexcept : sql_(sql) {}

 private:
  friend class Spi;
  const char* sql_;
  SPIPlanPtr plan_ = nullptr;
  int count_ = 0;
  Oid types_[16] = {};
};

// A reference to a function object of signature void(const Row&), for the length of a call.
class RowCallback {
 public:
  template <class F>
  requires std::is_invocable_v<F&, const Row&> RowCallback(F&& f)
  noexcept
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
        run_([](void* object, const Row& row) {
          (*static_cast<std::remove_reference_t<F>*>(object))(row);
        }) {}
  void operator()(const Row& row) const { run_(object_, row); }

 private:
  void* object_;
  void (*run_)(void*, const Row&);
};

// A connection. Needs a transaction with an active snapshot. Connections nest, as scopes do.
//
// Statements throw Error as the server raised it; Failure (XX000) if SPI refuses (for instance COPY
// or BEGIN); Failure (25P02) if an earlier error has not been rolled back. After an error caught
// together with a Subtransaction that was begun inside the connection's scope, the connection can
// be used on.
class Spi {
 public:
  // read_only: statements see the snapshot that is active, and may not write; for code that runs
  // inside a query.
  enum class Mode : bool { read_write, read_only };

  explicit Spi(Mode mode = Mode::read_write);
  ~Spi();
  Spi(const Spi&) = delete;
  Spi& operator=(const Spi&) = delete;

  using Args = std::initializer_list<Arg>;

  // Executes one statement and returns the number of rows it processed.
  std::uint64_t execute(const char* sql, Args args = {}) { return run(sql, span(args), nullptr); }
  std::uint64_t execute(const std::string& sql, Args args = {}) {
    return run(sql.c_str(), span(args), nullptr);
  }
  std::uint64_t execute(Plan& plan, Args args = {}) { return run(plan, span(args), nullptr); }

  // Executes one statement and calls `each` for every row, after the statement has ended: `each`
  // may throw and may use SQL itself. All rows are in memory meanwhile. Returns their number.
  std::uint64_t query(const char* sql, Args args, RowCallback each) {
    return run(sql, span(args), &each);
  }
  std::uint64_t query(const std::string& sql, Args args, RowCallback each) {
    return run(sql.c_str(), span(args), &each);
  }
  std::uint64_t query(Plan& plan, Args args, RowCallback each) {
    return run(plan, span(args), &each);
  }

  // First column of the first row; empty if there is no row or it is NULL. T = std::string for
  // text.
  template <class T, class Statement>
  std::optional<T> value(Statement&& statement, Args args = {}) {
    static_assert(!std::is_same_v<T, std::string_view>, "would dangle: ask for std::string");
    std::optional<T> out;
    bool first = true;
    query(std::forward<Statement>(statement), args, [&](const Row& row) {
      if (first) out = row.maybe<T>(0);
      first = false;
    });
    return out;
  }

  // For a number of parameters known only at run time. `each` may be null.
  std::uint64_t run(const char* sql, std::span<const Arg> args, const RowCallback* each);
  std::uint64_t run(Plan& plan, std::span<const Arg> args, const RowCallback* each);

 private:
  static std::span<const Arg> span(Args args) noexcept { return {args.begin(), args.size()}; }
  struct Outcome {
    int code;
    std::uint64_t rows;
    SPITupleTable* table;
  };
  void refuse_pending() const;
  std::uint64_t deliver(const Outcome& outcome, const RowCallback* each) const;

  bool read_only_;
  int pending_;
  MemoryContext memory_ = nullptr;  // the connection's own; ends with it
};

}  // namespace almanac::pg
