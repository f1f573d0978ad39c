// Fingerprints: what is the same statement, and values that never change.
#include "core/fingerprint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

std::string form(std::string_view text) {
  CountingResource memory;
  return std::string(std::string_view(normal_form(text, &memory)));
}

TEST(Fingerprint, NormalForms) {
  const std::vector<std::pair<std::string_view, std::string_view>> forms = {
      {"", ""},
      {" ; ;\n", ""},
      {"SELECT 1;", "select ?"},
      {"Select\t$1 ", "select ?"},
      {"SELECT a , b FROM t", "select a,b from t"},
      {"select a.b+c*-d from t", "select a.b+c*-d from t"},
      {"select a* -b", "select a* -b"},
      {"select a*-b", "select a*-b"},
      {"/* app */ SELECT /* a /* nested */ b */ x -- end\nFROM t", "select x from t"},
      {"select a--no\r+b", "select a+b"},
      {"select \"Quoted  Name\", \"a\"\"B\" from \"T\"",
       "select \"Quoted  Name\",\"a\"\"B\" from \"T\""},
      {"select U&\"d\\0061t\" from t", "select U&\"d\\0061t\" from t"},
      {"select 'it''s', E'a\\'b', B'01', x'ff', N'n', U&'x'", "select ?,?,?,?,?,?"},
      {"select $$a;b$$, $tag$ 'x' $$ $tag$", "select ?,?"},
      {"select 'a'\n  'b'", "select ?"},
      {"select 1, 1.5, .5, 1e10, 1.5E-3, 0xFF, 1_000", "select ?,?,?,?,?,?,?"},
      {"select * from t where a in ($1, $2, $3)", "select*from t where a in(?)"},
      {"select * from t where a in ($1 /*, ... */)", "select*from t where a in(?)"},
      {"where (a, b) in ((1, 2), (3, 4))", "where(a,b)in((?),(?))"},
      {"values (1, 'x', $3), (a, 2)", "values(?),(a,?)"},
      {"f(x, 1, 2)", "f(x,?,?)"},
      {"f(1, 2, x)", "f(?,?,x)"},
      {"f(1)", "f(?)"},
      {"f()", "f()"},
      {"x = ANY(ARRAY[1, 2])", "x=any(array[?,?])"},
      {"a::int4, b:=c", "a::int4,b:=c"},
      {"tab1.col2$x", "tab1.col2$x"},
      {"a <> b AND c >= d", "a<>b and c>=d"},
      {"a < = b", "a< =b"},
      {"j ? 'key'", "j??"},
      {"GRÖSSE", "grÖsse"},
      {"select 'never ends", "select ?"},
      {"select \"never ends", "select \"never ends"},
      {"select 1 /* never ends", "select ?"},
      {"select $tag$ never ends", "select ?"},
      {"$", "$"},
      {"a$1", "a$1"},
      {"limit $12 offset $13", "limit ? offset ?"},
  };
  for (const auto& [text, expected] : forms) {
    EXPECT_EQ(form(text), expected) << text;
  }
}

// Stored values: a change here orphans what every installation has recorded.
TEST(Fingerprint, NeverChanges) {
  CountingResource memory;
  const std::vector<std::pair<std::string_view, uint64_t>> vectors = {
      {"", 0x2d06800538d394c2},
      {"SELECT $1", 0x61a0463a1c92eb55},
      {"SELECT abalance FROM pgbench_accounts WHERE aid = $1", 0x10b3cdda091c9c49},
      {"UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2", 0x0e7ee27826b17ae5},
      {"INSERT INTO \"Order Lines\" (a, b) VALUES ($1, $2)", 0x55b6a1b3150c7b31},
      {"select * from t where a in ($1, $2, $3) and b = 'x' -- c", 0x0fb97c9364998e5d},
  };
  for (const auto& [text, expected] : vectors) {
    EXPECT_EQ(fingerprint(text, &memory), expected) << std::hex << fingerprint(text, &memory);
  }
}

TEST(Fingerprint, IsThatOfTheNormalForm) {
  CountingResource memory;
  EXPECT_EQ(fingerprint("SELECT  A FROM t WHERE x IN ($1,$2)", &memory),
            fingerprint("select a from T where x in ($3 /*, ... */);", &memory));
  EXPECT_NE(fingerprint("select a from t", &memory), fingerprint("select b from t", &memory));
  EXPECT_NE(fingerprint("select a from \"T\"", &memory),
            fingerprint("select a from \"t\"", &memory));
}

// The normal form of a normal form is itself, so that a stored one can be compared.
TEST(Fingerprint, FormsAreStableUnderWhiteSpace) {
  Random random(9);
  const std::vector<std::string_view> tokens = {"select", "a",  "\"B\"", ",", "(", ")", "'x'",
                                                "$1",     "42", "::",    ".", "=", "[", "]"};
  for (int i = 0; i < 2000; ++i) {
    std::string tight;
    std::string wide;
    for (uint64_t n = random.below(30); n > 0; --n) {
      const std::string_view token = tokens[random.below(tokens.size())];
      tight += " ";
      tight += token;
      wide += random.chance(0.5) ? " \n\t" : " /* -- */ --'\n";
      wide += token;
    }
    ASSERT_EQ(form(tight), form(wide));
  }
}

TEST(Fingerprint, LongTextTakesLinearTime) {
  CountingResource memory;
  for (const std::string_view piece :
       {"(", "?,", "/*", "'", "$a$", "((1,", "--\n", "a.", "(1,2),"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    memory.reset_peak();
    fingerprint(text, &memory);
    EXPECT_LE(memory.peak(), 4 * text.size());
  }
}

}  // namespace
}  // namespace almanac::core::test
