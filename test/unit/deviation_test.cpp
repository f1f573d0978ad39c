// The spread of an interval, against the individual times it is made of.
#include "core/deviation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The accumulator of pg_stat_statements: Welford's, in doubles.
class Accumulator {
 public:
  void add(double ms) {
    ++calls_;
    total_ += ms;
    const double before = mean_;
    mean_ += (ms - before) / static_cast<double>(calls_);
    sum_var_ += (ms - before) * (ms - mean_);
  }
  Spread spread() const {
    if (calls_ == 0) return {};
    const double variance = sum_var_ / static_cast<double>(calls_);
    return {calls_, total_, calls_ > 1 ? std::sqrt(variance) : 0.0, 0};
  }

 private:
  int64_t calls_ = 0;
  double total_ = 0;
  double mean_ = 0;
  double sum_var_ = 0;
};

// In us^2, from the single times.
long double exact_m2(const std::vector<double>& ms) {
  long double mean = 0;
  for (const double time : ms) mean += time;
  mean /= static_cast<long double>(ms.size());
  long double m2 = 0;
  for (const double time : ms) m2 += (time - mean) * (time - mean);
  return m2 * 1e6L;
}

struct Shape {
  double mean_before, spread_before, mean, spread;
  int calls_before, calls;
};

TEST(Deviation, StaysWithinItsBoundAndAnswersWhenItCan) {
  Random random(1);
  int answered = 0;
  int easy = 0;
  int easy_answered = 0;
  for (int i = 0; i < 3000; ++i) {
    Shape shape{};
    shape.mean_before = std::exp(random.unit() * 14 - 6);  // 2.5 us to 3 s
    shape.mean =
        random.chance(0.5) ? shape.mean_before : shape.mean_before * std::exp(random.normal());
    shape.spread_before = std::exp(random.unit() * 7 - 6);  // 0.25 % to 270 %
    shape.spread = random.chance(0.1) ? 0 : std::exp(random.unit() * 7 - 6);
    shape.calls_before = static_cast<int>(std::exp(random.unit() * 8));
    shape.calls = static_cast<int>(std::exp(random.unit() * 6));
    Accumulator accumulator;
    for (int k = 0; k < shape.calls_before; ++k) {
      accumulator.add(shape.mean_before * std::exp(shape.spread_before * random.normal()));
    }
    const Spread before = accumulator.spread();
    std::vector<double> times;
    for (int k = 0; k < shape.calls; ++k) {
      times.push_back(shape.mean * std::exp(shape.spread * random.normal()));
      accumulator.add(times.back());
    }
    const IntervalM2 m2 = interval_m2(before, accumulator.spread());
    const auto exact = static_cast<double>(exact_m2(times));
    const bool is_easy = exact > 1e-9 * accumulator.spread().calls *
                                     std::pow(1000 * accumulator.spread().stddev_ms, 2);
    easy += is_easy ? 1 : 0;
    if (std::isnan(m2.us2)) continue;
    ++answered;
    easy_answered += is_easy ? 1 : 0;
    ASSERT_LE(std::abs(m2.us2 - exact), m2.error)
        << i << ": " << m2.us2 << " for " << exact << ", " << shape.calls << " calls";
    const double deviation = std::sqrt(exact / shape.calls);
    const double mean = 1000 * shape.mean;
    if (deviation > std::max(0.5, 0.001 * mean)) {
      ASSERT_LE(m2.error, 0.1 * m2.us2);
    }
  }
  EXPECT_GT(answered, 2700);
  EXPECT_EQ(easy_answered, easy) << "unknown although nothing cancels";
}

TEST(Deviation, HoldsAfterMillionsOfCalls) {
  Random random(12);
  for (const double spread : {0.01, 0.3, 1.0}) {
    Accumulator accumulator;
    int answered = 0;
    for (int interval = 0; interval < 40; ++interval) {
      const Spread before = accumulator.spread();
      std::vector<double> times(interval % 2 == 0 ? 100'000 : 20);
      for (double& time : times) {
        time = 0.05 * (1 + spread * (random.unit() + random.unit() - 1));
        accumulator.add(time);
      }
      const IntervalM2 m2 = interval_m2(before, accumulator.spread());
      if (std::isnan(m2.us2)) continue;
      ++answered;
      ASSERT_LE(std::abs(m2.us2 - static_cast<double>(exact_m2(times))), m2.error);
    }
    EXPECT_EQ(answered, 40);
  }
}

TEST(Deviation, IsExactFromZero) {
  Random random(2);
  for (int i = 0; i < 300; ++i) {
    Accumulator accumulator;
    std::vector<double> times;
    for (uint64_t k = 2 + random.below(50); k > 0; --k) {
      times.push_back(std::exp(3 * random.normal()));
      accumulator.add(times.back());
    }
    const IntervalM2 m2 = interval_m2({}, accumulator.spread());
    const auto exact = static_cast<double>(exact_m2(times));
    ASSERT_NEAR(m2.us2, exact, exact * 1e-12);
    ASSERT_LE(std::abs(m2.us2 - exact), m2.error);
  }
}

TEST(Deviation, IsUnknownWhereEverythingCancels) {
  // A thousand calls a second for a year, 1 s +- 3 s, then two calls of 1 s +- 0.5 ms.
  const Spread before{31'536'000'000, 1e3 * 31'536'000'000.0, 3000, 0};
  Spread after = before;
  after.calls += 2;
  after.total_ms += 2000;
  after.stddev_ms =
      std::sqrt((9e6 * static_cast<double>(before.calls) + 0.5) / static_cast<double>(after.calls));
  EXPECT_TRUE(std::isnan(interval_m2(before, after).us2));
}

TEST(Deviation, IsUnknownWhenTheLooksContradictEachOther) {
  EXPECT_TRUE(std::isnan(interval_m2({1000, 1000, 50, 0}, {1100, 1100, 5, 0}).us2));
  EXPECT_TRUE(std::isnan(interval_m2({10, 10, 1, 0}, {9, 9, 1, 0}).us2));
  EXPECT_TRUE(std::isnan(interval_m2({-1, 0, 0, 0}, {9, 9, 1, 0}).us2));
  EXPECT_TRUE(std::isnan(interval_m2({10, 10, 1, 0}, {19, 1e300, 1e300, 0}).us2));
}

TEST(Deviation, OneCallHasNone) {
  EXPECT_EQ(interval_m2({5, 10, 1, 0}, {5, 10, 1, 0}).us2, 0);
  EXPECT_EQ(interval_m2({5, 10, 1, 0}, {6, 99, 7, 0}).us2, 0);
  EXPECT_EQ(interval_m2({5, 10, nan, 0}, {6, 99, nan, 0}).us2, 0);
  EXPECT_EQ(interval_m2({}, {1, 99, 0, 0}).us2, 0);
}

TEST(Deviation, MissingInputMakesItUnknown) {
  EXPECT_TRUE(std::isnan(interval_m2({5, 10, nan, 0}, {9, 20, 1, 0}).us2));
  EXPECT_TRUE(std::isnan(interval_m2({5, 10, 1, 0}, {9, 20, nan, 0}).us2));
  EXPECT_TRUE(std::isnan(interval_m2({5, nan, 1, 0}, {9, 20, 1, 0}).us2));
}

TEST(Deviation, RoundedTotalsWidenTheBound) {
  const Spread exact{100, 5, 0.002, 0};
  Spread rounded = exact;
  rounded.total_error_ms = 0.0005;
  const Spread after{120, 6, 0.0021, 0};
  EXPECT_GT(interval_m2(rounded, after).error, interval_m2(exact, after).error);
}

TEST(DeviationCode, KeepsTwelveBitsAndTheOrder) {
  Random random(3);
  double before = 0;
  std::vector<double> values;
  for (double value = 1e-9; value < 1e40; value *= 1 + random.unit() * 0.01)
    values.push_back(value);
  for (const double value : values) {
    const int64_t code = encode_m2(value);
    const double decoded = decode_m2(code);
    ASSERT_LE(std::abs(decoded - value), value / 4096) << value;
    ASSERT_GE(decoded, before);
    ASSERT_EQ(encode_m2(decoded), code);
    before = decoded;
  }
}

TEST(DeviationCode, HasZeroUnknownAndEnds) {
  EXPECT_EQ(encode_m2(0), 0);
  EXPECT_EQ(encode_m2(1e-10), 0);
  EXPECT_EQ(decode_m2(0), 0);
  EXPECT_EQ(encode_m2(nan), kNull);
  EXPECT_EQ(encode_m2(-1), kNull);
  EXPECT_TRUE(std::isnan(decode_m2(kNull)));
  for (const int64_t code : {int64_t{-1}, int64_t{1}, int64_t{4095}, int64_t{1} << 40,
                             std::numeric_limits<int64_t>::max()}) {
    EXPECT_TRUE(std::isnan(decode_m2(code))) << code;
  }
  const int64_t largest = encode_m2(std::numeric_limits<double>::infinity());
  EXPECT_EQ(encode_m2(std::numeric_limits<double>::max()), largest);
  EXPECT_TRUE(std::isfinite(decode_m2(largest)));
  EXPECT_LT(largest, int64_t{1} << 23) << "at most four bytes as a varint";
}

TEST(DeviationCode, IsTwelveBitsTimesAPowerOfTwo) {
  const int64_t largest = encode_m2(std::numeric_limits<double>::infinity());
  for (int64_t code = 4096; code <= largest; code += 5) {
    const auto mantissa = static_cast<double>(4096 + code % 4096);
    ASSERT_EQ(decode_m2(code), std::ldexp(mantissa, static_cast<int>(code / 4096) - 43)) << code;
  }
}

// Stored codes keep their meaning.
TEST(DeviationCode, NeverChanges) {
  EXPECT_EQ(encode_m2(1), 31 << 12);
  EXPECT_EQ(encode_m2(1.5), (31 << 12) + 2048);
  EXPECT_EQ(encode_m2(1e6), ((31 + 19) << 12) + 3717);
  EXPECT_EQ(encode_m2(std::ldexp(1.0, -30)), 1 << 12);
}

TEST(DeviationCode, GivesTheStandardDeviation) {
  EXPECT_NEAR(stddev_ms(encode_m2(100 * 2500.0 * 2500.0), 100), 2.5, 2.5 / 8192);
  EXPECT_EQ(stddev_ms(0, 7), 0);
  EXPECT_TRUE(std::isnan(stddev_ms(kNull, 7)));
  EXPECT_TRUE(std::isnan(stddev_ms(4096, 0)));
}

TEST(Moments, MergeIsThatOfTheUnion) {
  Random random(4);
  for (int i = 0; i < 300; ++i) {
    std::vector<double> all;
    Moments sum;
    for (uint64_t part = random.below(6); part > 0; --part) {
      std::vector<double> times;
      const double mean = std::exp(random.normal());
      for (uint64_t k = 1 + random.below(20); k > 0; --k) times.push_back(mean * random.unit());
      double total = 0;
      for (const double time : times) total += time;
      all.insert(all.end(), times.begin(), times.end());
      sum = merge(sum, {static_cast<double>(times.size()), total * 1000,
                        static_cast<double>(exact_m2(times))});
    }
    ASSERT_EQ(sum.calls, static_cast<double>(all.size()));
    if (!all.empty()) {
      const auto exact = static_cast<double>(exact_m2(all));
      ASSERT_NEAR(sum.m2_us2, exact, exact * 1e-9 + 1e-9);
    }
  }
}

TEST(Moments, UnknownStaysUnknownUnlessThereWereNoCalls) {
  EXPECT_TRUE(std::isnan(merge({2, 10, nan}, {3, 10, 5}).m2_us2));
  EXPECT_EQ(merge({0, 0, nan}, {3, 10, 5}).m2_us2, 5);
  EXPECT_EQ(merge({3, 10, 5}, moments(0, 0, kNull)).m2_us2, 5);
  EXPECT_EQ(moments(3, 10, 31 << 12).m2_us2, 1);
}

}  // namespace
}  // namespace almanac::core::test
