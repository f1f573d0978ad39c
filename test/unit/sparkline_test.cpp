// Sparklines.
#include "core/sparkline.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

std::string draw(const std::vector<std::optional<double>>& values, bool ascii = false) {
  CountingResource memory;
  const String line = sparkline(values, ascii, &memory);
  return {line.data(), line.size()};
}

TEST(Sparkline, HasAHeightForEachValue) {
  EXPECT_EQ(draw({1, 2, 3, 4, 5, 6, 7, 8}), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(draw({1, 2, 3, 4, 5, 6, 7, 8}, true), "_.-:=+*#");
  EXPECT_EQ(draw({-5, 0, 5}), "▁▅█");
}

TEST(Sparkline, LeavesGapsAndDrawsConstantsLow) {
  EXPECT_EQ(draw({1, std::nullopt, 2}), "▁ █");
  EXPECT_EQ(draw({3, 3}), "▁▁");
  EXPECT_EQ(draw({std::nullopt}), " ");
  EXPECT_EQ(draw({}), "");
}

TEST(Sparkline, TakesTheWidestRange) {
  EXPECT_EQ(draw({-1.79e308, 0, 1.79e308}), "▁▅█");
  EXPECT_EQ(draw({0, 5e-324}), "▁▁") << "too close to tell";
}

}  // namespace
}  // namespace almanac::core::test
