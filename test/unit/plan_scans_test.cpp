// What the sequential scans of a plan keep of their tables.
#include "core/plan_scans.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support.hpp"

namespace almanac::core::test {
namespace {

// Scans as "table! column= column> ...", with ! for whole, one behind the other.
std::string scans(std::string_view plan) {
  CountingResource resource;
  std::string text;
  int32_t scan = -1;
  for (const ScanCondition& one : plan_scans(plan, &resource)) {
    if (one.scan != scan) {
      text += (scan < 0 ? "" : "; ") + std::string(one.relation.c_str()) + (one.whole ? "!" : "");
      scan = one.scan;
    }
    constexpr std::string_view marks[] = {"*", "=", "@", "<", ">", "0", "other"};
    text += " " + std::string(one.column.c_str());
    if (!one.cast.empty()) text += "::" + std::string(one.cast.c_str());
    text += marks[static_cast<size_t>(one.test)];
  }
  return text;
}

std::string filter(std::string_view conditions) {
  return scans("Seq Scan on t\n  Filter: " + std::string(conditions));
}

TEST(PlanScans, ReadsConditionsOfColumns) {
  EXPECT_EQ(filter("(a = ?)"), "t! a=");
  EXPECT_EQ(filter("((a = $1) AND (b > ?::date) AND (c <= ?))"), "t! a= b> c<");
  EXPECT_EQ(filter("((id IS NULL) AND (a = ANY (?::integer[])))"), "t! id0 a@");
  EXPECT_EQ(filter("(? < a)"), "t! a>");
  EXPECT_EQ(filter("((name)::text = ?::text)"), "t! name::text=");
  EXPECT_EQ(filter("((b)::double precision = ?::double precision)"), "t! b::double precision=");
  EXPECT_EQ(filter("(\"or\"\"der\" = ?)"), "t! or\"der=");
  EXPECT_EQ(filter("(created > (now() - ?::interval))"), "t! created>");
  EXPECT_EQ(filter("((d >= CURRENT_DATE) AND (e = current_setting(?::text)))"), "t! d> e=");
  EXPECT_EQ(filter("((a = $0) AND (b = (InitPlan 1).col1))"), "t! a= b=");
  EXPECT_EQ(filter("(t = ?::timestamp without time zone)"), "t! t=");
  EXPECT_EQ(filter("(((a = ?) AND (b = ?)) AND (c = ?))"), "t! a= b= c=");
  EXPECT_EQ(filter("(a = 5)"), "t! a=");
}

TEST(PlanScans, LeavesAloneWhatAnIndexCannotAnswer) {
  for (const std::string_view conditions : {"(a ~~ ?::text)",
                                            "((a = ?) OR (b = ?))",
                                            "(lower(a) = ?::text)",
                                            "(a <> ?)",
                                            "(a IS NOT NULL)",
                                            "(a = b)",
                                            "(NOT a)",
                                            "a",
                                            "(a = ((random() * ?))::integer)",
                                            "(a = (SubPlan 1))",
                                            "(hashed SubPlan 1)",
                                            "(a <> ALL (?::integer[]))",
                                            "(a = (b + ?))",
                                            "((a + ?) = ?)",
                                            "(a = ?::text COLLATE \"C\")",
                                            "(a @> ?::jsonb)",
                                            "(a[?] = ?)",
                                            "(a > ANY (?::integer[]))",
                                            "(t.a = mine(?))",
                                            "(other.f(?) = a)",
                                            ""}) {
    EXPECT_EQ(filter(conditions), "t! other") << conditions;
  }
  EXPECT_EQ(filter("((a = ?) AND ((b = ?) OR (c = ?)))"), "t! a= other");
  EXPECT_EQ(filter("((date(d) = ?::date) AND ok AND (b < ?))"), "t! other other b<");
}

TEST(PlanScans, KnowsTableAndAlias) {
  EXPECT_EQ(scans("Nested Loop\n"
                  "  Join Filter: (a.id = b.id)\n"
                  "  ->  Seq Scan on t1 a\n"
                  "        Filter: (a.e = ?::text)\n"
                  "  ->  Materialize\n"
                  "        ->  Seq Scan on \"T 2\" b\n"),
            "t1 e=; T 2 *");
  // In a subquery a column of another table is a parameter; two of the same table are no condition.
  EXPECT_EQ(scans("Seq Scan on o\n"
                  "  SubPlan 1\n"
                  "    ->  Aggregate\n"
                  "          ->  Seq Scan on p\n"
                  "                Filter: ((p.o = o.id) AND (p.a = p.b))"),
            "o! *; p o= other");
}

TEST(PlanScans, KnowsWhoseRowsAreThoseOfTheStatement) {
  EXPECT_EQ(scans("Seq Scan on t"), "t! *");
  EXPECT_EQ(scans("Gather Merge\n  Workers Planned: 2\n  ->  Sort\n        Sort Key: a\n"
                  "        ->  Parallel Seq Scan on t\n              Filter: (a = ?)"),
            "t! a=");
  EXPECT_EQ(scans("Delete on t\n  ->  Seq Scan on t\n        Filter: (a = ?)"), "t! a=");
  EXPECT_EQ(scans("Append\n  ->  Seq Scan on p1 p_1\n        Filter: (a = ?)\n"
                  "  ->  Seq Scan on p2 p_2\n        Filter: (a = ?)"),
            "p1! a=; p2! a=");
  EXPECT_EQ(scans("Limit\n  ->  Sort\n        Sort Key: a\n        ->  Seq Scan on t"), "t *");
  EXPECT_EQ(scans("Aggregate\n  ->  Gather\n        ->  Parallel Seq Scan on t"), "t *");
  EXPECT_EQ(scans("Sort\n  CTE x\n    ->  Seq Scan on u\n  ->  Seq Scan on t"), "u *; t! *");
}

TEST(PlanScans, TakesAnyBytes) {
  EXPECT_EQ(scans(""), "");
  EXPECT_EQ(scans("Index Scan using t_a on t\n  Index Cond: (a = ?)\n  Filter: (b = ?)"), "");
  EXPECT_EQ(scans("Seq Scan on "), "");
  EXPECT_EQ(filter("((((a = ?"), "t! other");
  EXPECT_EQ(filter("a = ?) AND b = ?)"), "t! other");
  std::string bytes = "Seq Scan on t\n  Filter: ";
  for (int i = 0; i < 4000; ++i) bytes.push_back(static_cast<char>(i * 31 % 256));
  scans(bytes);
  scans("Seq Scan on t\n  Filter: " + std::string(3000, '('));
  CountingResource limited(100);
  EXPECT_THROW(plan_scans(bytes, &limited), std::bad_alloc);
}

}  // namespace
}  // namespace almanac::core::test
