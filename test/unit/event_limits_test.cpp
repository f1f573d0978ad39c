// A storm of events takes a bounded number of rows, and the first of each kind has its own.
#include "core/event_limits.hpp"

#include <gtest/gtest.h>

namespace almanac::core::test {
namespace {

using Place = EventLimits::Place;
constexpr int64_t hour = int64_t{3600} * 1'000'000;

TEST(EventLimits, RepeatsOfOneObjectAreCountedTogether) {
  EventLimits limits;
  for (int i = 0; i < most_of_object; ++i) {
    EXPECT_EQ(limits.admit(i, "table_truncated", 1, 7), Place::own);
  }
  EXPECT_EQ(limits.admit(9, "table_truncated", 1, 7), Place::object);
  EXPECT_EQ(limits.admit(9, "table_truncated", 1, 8), Place::own);
  EXPECT_EQ(limits.admit(9, "analyze", 1, 7), Place::own);
  EXPECT_EQ(limits.admit(9, "table_truncated", 2, 7), Place::own);
  EXPECT_EQ(limits.admit(hour, "table_truncated", 1, 7), Place::own);
}

TEST(EventLimits, OneKindInOneDatabaseIsBounded) {
  EventLimits limits;
  for (uint32_t i = 1; i <= most_of_kind; ++i) {
    EXPECT_EQ(limits.admit(0, "table_created", 1, i), Place::own);
  }
  EXPECT_EQ(limits.admit(0, "table_created", 1, 1000), Place::kind);
  EXPECT_EQ(limits.admit(0, "table_created", 2, 1000), Place::own);
  EXPECT_EQ(limits.admit(0, "table_dropped", 1, 1000), Place::own);
}

TEST(EventLimits, ADayIsBoundedWhateverHappens) {
  EventLimits limits;
  int own = 0;
  for (uint32_t i = 1; i <= 200000; ++i) {
    const std::string kind = "kind" + std::to_string(i % 50);
    own += limits.admit((i % 24) * hour, kind, i % 7, i) == Place::own ? 1 : 0;
  }
  EXPECT_EQ(own, most_of_day);
  EXPECT_EQ(limits.admit(24 * hour, "restart", 0, 0), Place::own);
}

TEST(EventLimits, RowsThatAreThereCount) {
  EventLimits limits;
  limits.count(-1, "analyze", 1, 7, most_of_object);
  EXPECT_EQ(limits.admit(-hour, "analyze", 1, 7), Place::object);
  EXPECT_EQ(limits.admit(0, "analyze", 1, 7), Place::own);
  EXPECT_EQ(EventLimits::hour_of(-1), -hour);
  EXPECT_EQ(EventLimits::day_of(-1), -24 * hour);
}

}  // namespace
}  // namespace almanac::core::test
