// The mapping of durations to buckets, over its whole range.
#include "core/buckets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A duration of any size, as likely in one octave as in another.
uint64_t any_ns(Random& random) { return random.bits() >> random.below(64); }

TEST(Buckets, AreContiguousAndHoldTheirBounds) {
  EXPECT_EQ(bucket_lower_ns(0), 0U);
  EXPECT_EQ(bucket_upper_ns(0), 1024U);
  EXPECT_EQ(bucket_lower_ns(last_bucket), uint64_t{1} << 42);
  EXPECT_EQ(bucket_upper_ns(last_bucket), UINT64_MAX);
  for (unsigned bucket = 0; bucket < bucket_count; ++bucket) {
    ASSERT_EQ(bucket_of(bucket_lower_ns(bucket)), bucket);
    ASSERT_EQ(bucket_of(bucket_upper_ns(bucket) - 1), bucket);
    ASSERT_LT(bucket_lower_ns(bucket), bucket_upper_ns(bucket));
    if (bucket > 0) {
      ASSERT_EQ(bucket_lower_ns(bucket), bucket_upper_ns(bucket - 1));
    }
  }
  EXPECT_EQ(bucket_of(UINT64_MAX), last_bucket);
}

TEST(Buckets, GrowWithTheDuration) {
  Random random(1);
  for (int i = 0; i < 1'000'000; ++i) {
    const uint64_t a = any_ns(random);
    const uint64_t b = any_ns(random);
    ASSERT_LE(bucket_of(std::min(a, b)), bucket_of(std::max(a, b)));
    ASSERT_LE(bucket_lower_ns(bucket_of(a)), a);
    ASSERT_TRUE(a < bucket_upper_ns(bucket_of(a)) || a == UINT64_MAX);
  }
  for (uint64_t ns = 0; ns < 1'000'000; ++ns) ASSERT_LE(bucket_of(ns), bucket_of(ns + 1));
}

// Counts are stored by the number of their bucket.
TEST(Buckets, NeverChange) {
  EXPECT_EQ(bucket_of(0), 0U);
  EXPECT_EQ(bucket_of(1023), 0U);
  EXPECT_EQ(bucket_of(1024), 1U);
  EXPECT_EQ(bucket_of(1087), 1U);
  EXPECT_EQ(bucket_of(1088), 2U);
  EXPECT_EQ(bucket_of(2047), 16U);
  EXPECT_EQ(bucket_of(2048), 17U);
  EXPECT_EQ(bucket_of(1'000'000), 159U);
  EXPECT_EQ(bucket_of(1'000'000'000), 318U);
  EXPECT_EQ(bucket_of(3'600'000'000'000), 507U);
  EXPECT_EQ(bucket_of((uint64_t{1} << 42) - 1), 512U);
  EXPECT_EQ(bucket_of(uint64_t{1} << 42), 513U);
}

TEST(Buckets, StandForAValueNoFurtherThanPromised) {
  EXPECT_NEAR(bucket_error, 0.0303, 0.00001);
  Random random(2);
  const double limit = bucket_error * (1 + 1e-12);
  double worst = 0;
  for (unsigned bucket = 1; bucket < last_bucket; ++bucket) {
    const double value = bucket_value_ms(bucket) * 1e6;
    const auto lower = static_cast<double>(bucket_lower_ns(bucket));
    const auto upper = static_cast<double>(bucket_upper_ns(bucket));
    for (const double ns : {lower, upper, lower + random.unit() * (upper - lower)}) {
      ASSERT_LE(std::abs(value - ns) / ns, limit) << bucket;
      worst = std::max(worst, std::abs(value - ns) / ns);
    }
  }
  EXPECT_NEAR(worst, bucket_error, 1e-9);
  EXPECT_DOUBLE_EQ(bucket_value_ms(0), 0.000512);
  EXPECT_DOUBLE_EQ(bucket_value_ms(last_bucket), 4398046.511104);
}

TEST(Buckets, TakeMillisecondsExactlyByTheirBounds) {
  for (unsigned bucket = 0; bucket < bucket_count; ++bucket) {
    const double lower = bucket_lower_ms(bucket);
    ASSERT_EQ(bucket_of_ms(lower), bucket);
    if (bucket > 0) {
      ASSERT_EQ(bucket_of_ms(std::nextafter(lower, 0)), bucket - 1);
    }
    ASSERT_EQ(bucket_of_ms(std::nextafter(lower, infinity)), bucket);
  }
  EXPECT_EQ(bucket_upper_ms(last_bucket), infinity);
  Random random(3);
  for (int i = 0; i < 300'000; ++i) {
    const double ms = std::exp(random.unit() * 40 - 20);
    const unsigned bucket = bucket_of_ms(ms);
    ASSERT_LE(bucket_lower_ms(bucket), ms);
    ASSERT_LT(ms, bucket_upper_ms(bucket));
  }
}

TEST(Buckets, TakeEveryFiniteMillisecond) {
  EXPECT_EQ(bucket_of_ms(0), 0U);
  EXPECT_EQ(bucket_of_ms(-0.0), 0U);
  EXPECT_EQ(bucket_of_ms(std::numeric_limits<double>::denorm_min()), 0U);
  EXPECT_EQ(bucket_of_ms(std::numeric_limits<double>::max()), last_bucket);
  EXPECT_THROW(bucket_of_ms(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW(bucket_of_ms(infinity), std::invalid_argument);
  EXPECT_THROW(bucket_of_ms(-infinity), std::invalid_argument);
  EXPECT_THROW(bucket_of_ms(-1e-300), std::out_of_range);
}

}  // namespace
}  // namespace almanac::core::test
