// What of the text of a plan is stored: no constant.
#include "core/plan_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support.hpp"

namespace almanac::core::test {
namespace {

std::string stored(std::string_view plan) {
  CountingResource resource;
  const String text = without_constants(plan, &resource);
  return {text.data(), text.size()};
}

TEST(PlanText, HidesConstantsOfConditions) {
  EXPECT_EQ(stored("Index Scan using t1_a2 on t1\n"
                   "  Index Cond: ((a2 = 17) AND (b = 'it''s'::text))\n"
                   "  Filter: (c1 ~~ '%x%'::text) AND (d > -1.5e3)"),
            "Index Scan using t1_a2 on t1\n"
            "  Index Cond: ((a2 = ?) AND (b = ?::text))\n"
            "  Filter: (c1 ~~ ?::text) AND (d > -?)");
  EXPECT_EQ(stored("  Filter: (a = ANY ('{1,2,3}'::integer[]))"),
            "  Filter: (a = ANY (?::integer[]))");
  EXPECT_EQ(stored("  Order By: (p <-> '(1,2)'::point)"), "  Order By: (p <-> ?::point)");
  EXPECT_EQ(stored("Function Scan on generate_series g\n  Function Call: generate_series(1, 10)"),
            "Function Scan on generate_series g\n  Function Call: generate_series(?, ?)");
}

TEST(PlanText, KeepsWhatIsNoConstant) {
  for (const std::string_view plan :
       {"Gather\n  Workers Planned: 2\n  ->  Parallel Seq Scan on t2",
        "Append\n  Subplans Removed: 3", "  InitPlan 1 (returns $0)\n  ->  Result",
        "  Filter: (a = (hashed SubPlan 2))", "  Index Cond: (a = $1)",
        "  Filter: (\"it's 5\" = b2)", "Hash Join\n  Hash Cond: (a.x1 = b.x1)\n  ->  Hash",
        "Nested Loop\n  ->  Memoize\n        Cache Key: t.a\n        Cache Mode: logical"}) {
    EXPECT_EQ(stored(plan), plan);
  }
}

TEST(PlanText, HidesWhatExtensionsSay) {
  EXPECT_EQ(
      stored("Foreign Scan on f\n  Foreign Program: curl -u me:secret host\n  Filter: (a = 1)"),
      "Foreign Scan on f\n  Foreign Program: ?\n  Filter: (a = ?)");
  EXPECT_EQ(stored("Foreign Scan\n  Remote SQL: SELECT 5"), "Foreign Scan\n  Remote SQL: ?");
}

TEST(PlanText, GivesNothingAwayOfWhatDoesNotEnd) {
  EXPECT_EQ(stored("  Filter: (a = 'secret\n"), "  Filter: (a = ?");
  EXPECT_EQ(stored("  Filter: (a = 'x\\') AND (b = 'secret')"), "  Filter: (a = ?");
  EXPECT_EQ(stored("  Filter: (a = 'line\n  Foreign: secret'::text)"), "  Filter: (a = ?");
  EXPECT_EQ(stored("  Filter: (a -- secret"), "  Filter: (a");
}

TEST(PlanText, TakesAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 2000; ++i) bytes.push_back(static_cast<char>(i * 31 % 256));
  EXPECT_LE(stored(bytes).size(), 2 * bytes.size());
  EXPECT_EQ(stored(""), "");
}

}  // namespace
}  // namespace almanac::core::test
