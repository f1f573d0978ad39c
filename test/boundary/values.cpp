// Values of each type, there and back.

#include "checks.hpp"
#include "pg/memory.hpp"
#include "pg/scope.hpp"
#include "pg/spi.hpp"

using namespace almanac;
using namespace almanac::boundary;

namespace {

using boost::container::pmr::vector;

template <class T>
bool same(const vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// A value goes to the server as a parameter and comes back as a column.
template <class T, class... Casts>
std::optional<T> there_and_back(pg::Spi& spi, const char* sql, const pg::Arg& value) {
  std::optional<T> out;
  spi.query(sql, {value}, [&](const pg::Row& row) { out = row.maybe<T>(0); });
  return out;
}

bool equal(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

ALMANAC_FUNCTION(boundary_type_checks) {
  Checks check(fcinfo);
  pg::Spi spi(pg::Spi::Mode::read_only);
  constexpr auto smallest = std::numeric_limits<std::int64_t>::min();

  check("boolean", there_and_back<bool>(spi, "SELECT NOT $1", true) == false);
  check("\"char\"", there_and_back<char>(spi, "SELECT $1", 'r') == 'r');
  check("smallint",
        there_and_back<std::int16_t>(spi, "SELECT $1 + 1::int2", std::int16_t{-3}) == -2);
  check("integer",
        there_and_back<std::int32_t>(spi, "SELECT $1 - 1", -2147483647) == -2147483647 - 1);
  check("bigint", there_and_back<std::int64_t>(spi, "SELECT $1", smallest) == smallest);
  check("oid", there_and_back<Oid>(spi, "SELECT $1", Oid{4294967295U}) == 4294967295U);
  check("regclass as oid",
        there_and_back<Oid>(spi, "SELECT $1::regclass", "pg_class") == RelationRelationId);
  check("real", there_and_back<float>(spi, "SELECT $1", 0.1F) == 0.1F);
  check("double precision", there_and_back<double>(spi, "SELECT $1 / 3", 1.0) == 1.0 / 3);
  check("not a number",
        std::isnan(there_and_back<double>(spi, "SELECT $1", std::nan("")).value_or(0)));
  check("text", there_and_back<std::string>(spi, "SELECT $1 || 'ö'", "a") == "aö");
  check("empty text", there_and_back<std::string>(spi, "SELECT $1", "") == "");
  check("varchar, bpchar, name, unknown, json",
        there_and_back<std::string>(spi, "SELECT $1::varchar", "v") == "v" &&
            there_and_back<std::string>(spi, "SELECT $1::char(3)", "b") == "b  " &&
            there_and_back<std::string>(spi, "SELECT $1", pg::Arg::name("n")) == "n" &&
            there_and_back<std::string>(spi, "SELECT 'u' WHERE $1", true) == "u" &&
            there_and_back<std::string>(spi, "SELECT $1", pg::Arg::json("{}")) == "{}");
  check("a domain as what lies under it",
        there_and_back<std::string>(spi, "SELECT $1::information_schema.sql_identifier", "d") ==
                "d" &&
            there_and_back<int>(spi, "SELECT $1::information_schema.cardinal_number", 7) == 7);
  check("timestamptz",
        there_and_back<pg::Timestamp>(spi, "SELECT $1 + '1 s'", pg::Timestamp{1})->us == 1000001);
  check("timestamptz as bigint",
        there_and_back<std::int64_t>(spi, "SELECT '2000-01-01 00:00:01+00'::timestamptz WHERE $1",
                                     true) == 1000000);
  check("interval",
        there_and_back<pg::Interval>(spi, "SELECT $1 * 2 + '1 month 1 day'", pg::Interval{5})->us ==
            10 + 31 * USECS_PER_DAY);
  check("pg_lsn", there_and_back<pg::Lsn>(spi, "SELECT $1", pg::Lsn{~std::uint64_t{0}})->position ==
                      ~std::uint64_t{0});
  check("integers are widened",
        there_and_back<std::int64_t>(spi, "SELECT $1", std::int16_t{-5}) == -5 &&
            there_and_back<std::int64_t>(spi, "SELECT $1", Oid{5}) == 5 &&
            there_and_back<double>(spi, "SELECT $1", 0.5F) == 0.5);
  check("bytea", [&] {
    const std::array bytes{std::byte{0}, std::byte{255}, std::byte{'\''}};
    bool ok = false;
    spi.query("SELECT $1, length($1)", {std::span(bytes)}, [&](const pg::Row& row) {
      ok = equal(row.get<std::span<const std::byte>>(0), bytes) && row.get<int>(1) == 3;
    });
    return ok;
  }());
  check("a long text, out of line", [&] {
    const std::string text(3000000, 'x');
    bool ok = false;
    spi.query("SELECT t, $1 = t FROM long_text", {text}, [&](const pg::Row& row) {
      ok = row.get<std::string_view>(0) == text && row.get<bool>(1);
    });
    return ok;
  }());

  check("NULL of each type", [&] {
    bool ok = true;
    for (const Oid type : {BOOLOID, INT8OID, TEXTOID, BYTEAOID, TIMESTAMPTZOID, FLOAT8ARRAYOID}) {
      spi.query("SELECT $1, $1 IS NULL", {pg::Arg::null(type)}, [&](const pg::Row& row) {
        ok = ok && row.null(0) && row.type(0) == type && row.get<bool>(1) &&
             !row.maybe<std::string>(0);
      });
    }
    return ok;
  }());
  check("an empty optional is a NULL of its type",
        !there_and_back<int>(spi, "SELECT $1 + 1", std::optional<int>()));
  check("NULL read as a value", throws_state(ERRCODE_NULL_VALUE_NOT_ALLOWED, [&] {
          spi.query("SELECT NULL::int", {}, [](const pg::Row& row) { row.get<int>(0); });
        }));
  check("a value read as another type", throws_state(ERRCODE_DATATYPE_MISMATCH, [&] {
          spi.query("SELECT 1.5", {}, [](const pg::Row& row) { row.get<double>(0); });
        }));
  check("a column that is not there", throws_state(ERRCODE_INTERNAL_ERROR, [&] {
          spi.query("SELECT 1", {}, [](const pg::Row& row) { row.get<int>(1); });
        }));
  check("no error is pending", pg::pending_errors() == 0);

  pg::ContextResource memory(CurrentMemoryContext);
  const auto array = [&]<class T>(const char* sql, const pg::Arg& value,
                                  const std::vector<T>& expected) {
    bool ok = false;
    spi.query(sql, {value},
              [&](const pg::Row& row) { ok = same(row.array<T>(0, &memory), expected); });
    return ok;
  };
  const std::vector<std::int64_t> numbers{1, smallest, 3};
  const std::vector<std::int32_t> integers{1, -2};
  const std::vector<std::int16_t> shorts{1, -2, 3};
  const std::vector<Oid> oids{1, 4294967295U};
  const std::vector<double> doubles{0.5, -1e300};
  const std::array<bool, 3> booleans{true, false, true};
  check("bigint[]",
        array("SELECT $1", numbers, numbers) &&
            array("SELECT $1 || 4::int8", numbers, std::vector<std::int64_t>{1, smallest, 3, 4}));
  check("integer[], smallint[]",
        array("SELECT $1", integers, integers) &&
            array("SELECT $1 || 4::int2", shorts, std::vector<std::int16_t>{1, -2, 3, 4}));
  check("oid[]", array("SELECT $1", oids, oids));
  check("double precision[]", array("SELECT $1", doubles, doubles));
  check("boolean[]", array("SELECT $1", std::span(booleans),
                           std::vector<std::optional<bool>>{true, false, true}));
  check("an empty array", array("SELECT $1", std::vector<double>{}, std::vector<double>{}) &&
                              there_and_back<int>(spi, "SELECT cardinality($1)",
                                                  std::span<const std::string_view>{}) == 0);
  check("a Boost vector", [&] {
    const vector<std::int64_t> values(numbers.begin(), numbers.end(), &memory);
    return array("SELECT $1", values, numbers);
  }());
  check("text[] with NULL", [&] {
    const std::vector<std::string_view> texts{"a", {}, "", "ö\"'\\{}"};
    return array("SELECT $1", texts,
                 std::vector<std::optional<std::string>>{"a", std::nullopt, "", "ö\"'\\{}"});
  }());
  check("NULL elements", array("SELECT ARRAY[1, NULL, 3] WHERE $1", true,
                               std::vector<std::optional<std::int64_t>>{1, std::nullopt, 3}));
  check("NULL elements read as values", throws_state(ERRCODE_NULL_VALUE_NOT_ALLOWED, [&] {
          array("SELECT ARRAY[1, NULL] WHERE $1", true, std::vector<int>{});
        }));
  check("two dimensions", throws_state(ERRCODE_ARRAY_SUBSCRIPT_ERROR, [&] {
          array("SELECT ARRAY[[1], [2]] WHERE $1", true, std::vector<int>{});
        }));
  check("an array out of line", [&] {
    std::vector<std::int64_t> many(200000);
    for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::int64_t>(i);
    return array("SELECT a FROM long_array WHERE $1", true, many);
  }());
  return check.done();
}

ALMANAC_FUNCTION(boundary_spi_checks) {
  Checks check(fcinfo);
  pg::Spi spi;
  check("rows processed",
        spi.execute("INSERT INTO scopes SELECT generate_series(1, $1)", {10}) == 10);
  check("rows returned",
        spi.query("DELETE FROM scopes RETURNING 1", {}, [](const pg::Row&) {}) >= 10);
  check("no rows", !spi.value<int>("SELECT 1 WHERE false"));
  check("a NULL", !spi.value<int>("SELECT NULL::int"));
  check("the first of many", spi.value<int>("SELECT generate_series(3, 9)") == 3);
  check("text", spi.value<std::string>("SELECT 'a' || $1", {"b"}) == "ab");
  check("column names", [&] {
    bool ok = false;
    spi.query("SELECT 1 AS one, 2 AS \"Two\"", {}, [&](const pg::Row& row) {
      ok = row.columns() == 2 && row.name(0) == "one" && row.name(1) == "Two";
    });
    return ok;
  }());
  check("no columns",
        spi.query("SELECT FROM generate_series(1, 3)", {}, [](const pg::Row&) {}) == 3);

  static pg::Plan plan("SELECT $1 + $2");
  static pg::Plan broken("SELECT nonsense");
  check("a kept plan", spi.value<int>(plan, {1, 2}) == 3 && spi.value<int>(plan, {2, 3}) == 5);
  check("with other types", throws_state(ERRCODE_INTERNAL_ERROR, [&] {
          spi.execute(plan, {1, std::int64_t{2}});
        }));
  check("with another number of parameters",
        throws_state(ERRCODE_INTERNAL_ERROR, [&] { spi.execute(plan, {1}); }));
  check("a plan that cannot be made", throws_state(ERRCODE_UNDEFINED_COLUMN, [&] {
          const pg::Subtransaction attempt;
          spi.execute(broken);
        }));
  check("statements in a callback", [&] {
    int sum = 0;
    spi.query("SELECT generate_series(1, 3)", {}, [&](const pg::Row& outer) {
      pg::Spi inner;
      sum += *inner.value<int>("SELECT $1 * 10", {outer.get<int>(0)});
      sum += *spi.value<int>("SELECT $1 * 100", {outer.get<int>(0)});
    });
    return sum == 660;
  }());
  check("an exception from a callback",
        throws<std::runtime_error>(
            [&] {
              const Tracked tracked;
              spi.query("SELECT generate_series(1, 3)", {},
                        [](const pg::Row&) { throw std::runtime_error("enough"); });
            },
            [](const auto&) { return live() == 0 && pg::pending_errors() == 0; }));
  check("transaction control is refused",
        throws_state(ERRCODE_INTERNAL_ERROR, [&] { spi.execute("COMMIT"); }));
  check("a read-only connection does not write", throws_state(ERRCODE_FEATURE_NOT_SUPPORTED, [&] {
          const pg::Subtransaction attempt;
          pg::Spi reader(pg::Spi::Mode::read_only);
          reader.execute("INSERT INTO scopes VALUES (1)");
        }));
  check("errors keep their position", throws<pg::Error>(
                                          [&] {
                                            const pg::Subtransaction attempt;
                                            spi.execute("SELECT 1 +");
                                          },
                                          [](const pg::Error& e) {
                                            return e.sqlstate() == ERRCODE_SYNTAX_ERROR &&
                                                   e.data().internalpos > 0 &&
                                                   e.data().internalquery != nullptr;
                                          }));
  const Size before = MemoryContextMemAllocated(TopMemoryContext, true);
  for (int i = 0; i < 2000; ++i)
    spi.query("SELECT repeat('x', 1000), $1", {"y"}, [](const pg::Row&) {});
  check("nothing piles up over statements",
        MemoryContextMemAllocated(TopMemoryContext, true) <= before + 65536);
  return check.done();
}

ALMANAC_FUNCTION(boundary_name_checks) {
  Checks check(fcinfo);
  const auto name = pg::Arguments(fcinfo).get<std::string>(0);
  pg::Spi spi;
  check("63 bytes", name.size() == NAMEDATALEN - 1);
  spi.execute("CREATE TABLE " + pg::quote_identifier(name) + " (" + pg::quote_identifier(name) +
              " int)");
  spi.execute("COMMENT ON TABLE " + pg::quote_identifier(name) + " IS " + pg::quote_literal(name));
  check("a table of that name",
        spi.value<std::string>("SELECT relname FROM pg_class WHERE relname = $1",
                               {pg::Arg::name(name)}) == name);
  check("found by text",
        spi.value<std::string>("SELECT relname FROM pg_class WHERE relname = $1", {name}) == name);
  check("its column",
        spi.query("SELECT * FROM " + pg::quote_identifier(name), {}, [](const pg::Row&) {}) == 0);
  check("as a literal", spi.value<std::string>("SELECT obj_description($1::regclass)",
                                               {pg::quote_identifier(name)}) == name);
  const std::string longer = name + "ö";
  check("longer is cut between characters",
        spi.value<std::string>("SELECT $1", {pg::Arg::name(longer)}) == name);
  const std::string split = name.substr(0, NAMEDATALEN - 2) + "ö";
  check("never within one", spi.value<std::string>("SELECT $1", {pg::Arg::name(split)}) ==
                                name.substr(0, NAMEDATALEN - 2));
  spi.execute("DROP TABLE " + pg::quote_identifier(name));
  return check.done();
}

ALMANAC_FUNCTION(boundary_echo) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  pg::RowWriter rows(fcinfo);
  rows.add({nullptr, nullptr, nullptr, nullptr, nullptr, nullptr});
  std::optional<vector<double>> doubles;
  std::vector<std::string_view> texts;
  if (!arguments.null(4)) doubles = arguments.array<double>(4, &memory);
  const auto optional_texts = arguments.null(5)
                                  ? vector<std::optional<std::string_view>>(&memory)
                                  : arguments.array<std::optional<std::string_view>>(5, &memory);
  for (const auto& text : optional_texts) texts.push_back(text.value_or(std::string_view()));
  rows.add({arguments.maybe<std::int64_t>(0), arguments.maybe<std::string_view>(1),
            arguments.maybe<std::span<const std::byte>>(2), arguments.maybe<pg::Timestamp>(3),
            doubles ? pg::Arg(*doubles) : pg::Arg(nullptr), texts});
  return rows.done();
}

// Rows of another type, or of another version of the definition.
ALMANAC_FUNCTION(boundary_other_row) {
  const auto kind = pg::Arguments(fcinfo).get<std::string_view>(0);
  pg::RowWriter rows(fcinfo);
  if (kind == "type") rows.add({1, "a"});
  if (kind == "fewer") rows.add({std::int64_t{1}});
  if (kind == "more") rows.add({std::int64_t{1}, "a", true});
  return rows.done();
}
