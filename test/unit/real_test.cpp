// Doubles as cells: order, zero, and the way back.

#include "core/real.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/chunk.hpp"

namespace almanac::core {
namespace {

TEST(Real, GoesThereAndBack) {
  for (const double value : {0.0, 1.0, -1.0, 0.1, -0.1, 1e300, -1e300, 5e-324, -5e-324}) {
    EXPECT_EQ(real_of(real_cell(value)), value);
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isnan(value)) {
      EXPECT_EQ(real_of(real_cell(value)), value);
    }
  }
}

TEST(Real, KeepsTheOrderOfNumbers) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 100000; ++i) {
    const auto a = std::bit_cast<double>(random());
    const auto b = std::bit_cast<double>(random());
    if (!std::isnan(a) && !std::isnan(b)) {
      EXPECT_EQ(real_cell(a) < real_cell(b), a < b) << a << " " << b;
    }
  }
}

TEST(Real, HasZeroAsZeroAndNoNumberAsNull) {
  EXPECT_EQ(real_cell(0.0), 0);
  EXPECT_EQ(real_cell(-0.0), 0);
  EXPECT_TRUE(std::isnan(real_of(kNull)));
  for (const double value :
       {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::lowest(), -1.0}) {
    EXPECT_GT(real_cell(value), kNull);
  }
}

}  // namespace
}  // namespace almanac::core
