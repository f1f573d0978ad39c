// What histograms promise: quantiles near the truth, merging and subtracting without loss.
#include "core/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/histogram_text.hpp"
#include "support.hpp"

namespace almanac::core::test {
namespace {

class HistogramTest : public testing::Test {
 protected:
  // Durations in ms.
  Histogram of(const std::vector<double>& values) {
    Histogram histogram(&memory_);
    for (const double ms : values) histogram.add(bucket_of_ms(ms));
    return histogram;
  }
  Vector<std::byte> packed(const Histogram& histogram) {
    Vector<std::byte> out(&memory_);
    histogram.pack(out);
    return out;
  }
  // Says all there is to say about a histogram.
  std::string text(const Histogram& histogram) {
    return std::string(std::string_view(to_text(histogram, &memory_))) + " " +
           std::to_string(histogram.calls());
  }

  CountingResource memory_;
};

struct Distribution {
  const char* name;
  std::function<double(Random&)> ms;
};

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> all = {
      {"constant", [](Random&) { return 3.7; }},
      {"two points", [](Random& random) { return random.chance(0.9) ? 0.11 : 2500.0; }},
      {"uniform", [](Random& random) { return 1 + 99 * random.unit(); }},
      {"lognormal", [](Random& random) { return std::exp(random.normal()); }},
      {"heavy tail", [](Random& random) { return 0.05 / std::pow(1 - random.unit(), 1.2); }},
      {"whole range",
       [](Random& random) { return 0.001024 * std::exp(random.unit() * std::log(0x1p32)); }},
  };
  return all;
}

TEST_F(HistogramTest, QuantilesAreWithinThePromisedErrorAtTheSameRank) {
  Random random(1);
  for (const Distribution& distribution : distributions()) {
    for (const size_t n : {1, 2, 7, 100, 1000, 50'000}) {
      std::vector<double> values(n);
      for (double& ms : values) ms = std::min(distribution.ms(random), 4398046.0);
      const Histogram histogram = of(values);
      std::ranges::sort(values);
      for (const double q : {0.0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        const double rank = std::max(1.0, std::ceil(q * static_cast<double>(n)));
        const double truth = values[static_cast<size_t>(rank) - 1];
        ASSERT_LE(std::abs(histogram.quantile(q).value() - truth),
                  truth * bucket_error * (1 + 1e-12))
            << distribution.name << ", " << n << " values, q " << q;
      }
      double sum = 0;
      for (const double ms : values) sum += ms;
      ASSERT_LE(std::abs(histogram.total() - sum), sum * bucket_error * (1 + 1e-9));
    }
  }
}

TEST_F(HistogramTest, QuantilesGrowWithQ) {
  Random random(2);
  std::vector<double> values(500);
  for (double& ms : values) ms = std::exp(random.normal() * 2);
  const Histogram histogram = of(values);
  for (double q = 0; q < 1; q += 0.001) {
    ASSERT_LE(histogram.quantile(q).value(), histogram.quantile(std::min(1.0, q + 0.001)).value());
    const Range range = histogram.quantile_range(q).value();
    ASSERT_LE(range.lower, histogram.quantile(q).value());
    ASSERT_GE(range.upper, histogram.quantile(q).value());
  }
}

// Samples of a known distribution, drawn anew: how often the range holds the true quantile.
TEST_F(HistogramTest, RangesHoldTheTrueQuantile) {
  Random random(3);
  struct Case {
    size_t n;
    double q;
  };
  for (const auto& [n, q] : {Case{5, 0.5}, Case{50, 0.95}, Case{2000, 0.99}}) {
    const double truth = -std::log(1 - q);
    int held = 0;
    constexpr int rounds = 1000;
    for (int round = 0; round < rounds; ++round) {
      std::vector<double> values(n);
      for (double& ms : values) ms = -std::log(1 - random.unit());
      const Range range = of(values).quantile_range(q).value();
      held += range.lower <= truth && truth <= range.upper ? 1 : 0;
    }
    EXPECT_GE(held, 0.95 * rounds) << n << " values, q " << q;
  }
}

TEST_F(HistogramTest, MergingIsTheHistogramOfAllValues) {
  Random random(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> all;
    Histogram merged(&memory_);
    Histogram from_packed(&memory_);
    for (uint64_t part = random.below(6); part > 0; --part) {
      const Distribution& distribution = distributions()[random.below(distributions().size())];
      std::vector<double> values(random.below(300));
      for (double& ms : values) ms = distribution.ms(random);
      all.insert(all.end(), values.begin(), values.end());
      const Histogram histogram = of(values);
      merged.add(histogram);
      const Vector<std::byte> bytes = packed(histogram);
      from_packed.add(view(bytes));
    }
    ASSERT_EQ(text(merged), text(of(all)));
    ASSERT_EQ(text(from_packed), text(merged));
    ASSERT_EQ(packed(merged), packed(of(all)));
  }
}

TEST_F(HistogramTest, SubtractingUndoesMerging) {
  Random random(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values(random.below(300));
    for (double& ms : values) ms = distributions()[3].ms(random);
    const Histogram a = of(values);
    for (double& ms : values) ms = distributions()[5].ms(random);
    const Histogram b = of(values);
    Histogram both = a;
    both.add(b);
    Histogram rest = both;
    rest.subtract(a);
    ASSERT_EQ(text(rest), text(b));
    ASSERT_EQ(packed(rest), packed(b)) << "buckets that became empty leave no trace";
    for (const double ms : values) both.subtract(bucket_of_ms(ms));
    ASSERT_EQ(text(both), text(a));
  }
}

TEST_F(HistogramTest, RefusedChangesLeaveItAsItWas) {
  Histogram histogram = of({1, 2, 3});
  const std::string before = text(histogram);
  EXPECT_THROW(histogram.add(0, max_calls), std::overflow_error);
  Histogram full(&memory_);
  full.add(500, max_calls);
  EXPECT_THROW(histogram.add(full), std::overflow_error);
  EXPECT_THROW(histogram.subtract(of({1, 5})), std::range_error);
  EXPECT_THROW(histogram.subtract(of({1, 1})), std::range_error);
  EXPECT_THROW(histogram.subtract(513), std::range_error);
  EXPECT_THROW(histogram.subtract(bucket_of_ms(2), 2), std::range_error);
  EXPECT_EQ(text(histogram), before);
  full.subtract(500, max_calls - 1);
  EXPECT_EQ(full.calls(), 1U);
}

TEST_F(HistogramTest, EmptyHasNoQuantiles) {
  const Histogram empty(&memory_);
  EXPECT_EQ(empty.calls(), 0U);
  EXPECT_FALSE(empty.quantile(0.5));
  EXPECT_FALSE(empty.quantile_range(0.5));
  EXPECT_FALSE(empty.share_above(1));
  EXPECT_FALSE(empty.share_above_range(1));
  EXPECT_EQ(empty.total(), 0);
  EXPECT_EQ(packed(empty).size(), 1U);
  Histogram emptied = of({1});
  emptied.subtract(of({1}));
  EXPECT_FALSE(emptied.quantile(0.5));
  EXPECT_EQ(packed(emptied), packed(empty));
}

TEST_F(HistogramTest, ShareAboveLiesWithinItsRange) {
  Random random(6);
  for (const Distribution& distribution : distributions()) {
    std::vector<double> values(1000);
    for (double& ms : values) ms = distribution.ms(random);
    const Histogram histogram = of(values);
    double previous = 1;
    for (double ms = 0.0001; ms < 1e6; ms *= 1.01) {
      const auto above = std::ranges::count_if(values, [ms](double value) { return value >= ms; });
      const double truth = static_cast<double>(above) / 1000;
      const Range range = histogram.share_above_range(ms).value();
      ASSERT_LE(range.lower, truth) << distribution.name << " " << ms;
      ASSERT_GE(range.upper, truth) << distribution.name << " " << ms;
      const double share = histogram.share_above(ms).value();
      ASSERT_LE(range.lower, share);
      ASSERT_GE(range.upper, share);
      ASSERT_LE(share, previous);
      previous = share;
    }
  }
}

TEST_F(HistogramTest, ShareAboveIsExactAtBounds) {
  const Histogram histogram = of({1, 1, 1, 10});
  EXPECT_EQ(histogram.share_above(0), 1);
  EXPECT_EQ(histogram.share_above(bucket_lower_ms(bucket_of_ms(1))), 1);
  EXPECT_EQ(histogram.share_above(bucket_upper_ms(bucket_of_ms(1))), 0.25);
  EXPECT_EQ(histogram.share_above(5), 0.25);
  EXPECT_EQ(histogram.share_above(11), 0);
  EXPECT_EQ(of({1e7}).share_above(1e9), 1) << "of more than 73 minutes nothing is known";
  EXPECT_THROW((void)histogram.share_above(-1), std::out_of_range);
}

TEST_F(HistogramTest, OpenEndsAreSaidToBeOpen) {
  const Histogram histogram = of({1e-5, 1e8});
  EXPECT_DOUBLE_EQ(histogram.quantile(0).value(), 0.000512);
  EXPECT_DOUBLE_EQ(histogram.quantile(1).value(), 4398046.511104);
  EXPECT_TRUE(std::isinf(histogram.quantile_range(1).value().upper));
  EXPECT_EQ(histogram.quantile_range(0).value().lower, 0);
}

TEST_F(HistogramTest, CountersGiveWhatWasCalledInBetween) {
  Random random(7);
  std::array<uint32_t, bucket_count> before{};
  for (auto& count : before) count = static_cast<uint32_t>(random.bits());  // about to wrap
  std::array<uint32_t, bucket_count> now = before;
  Vector<std::byte> bytes(&memory_);
  EXPECT_EQ(pack_difference(before, now, bytes), 0U);
  EXPECT_TRUE(bytes.empty());

  Histogram expected(&memory_);
  for (int i = 0; i < 10'000; ++i) {
    const unsigned bucket = bucket_of(random.bits() >> random.below(64));
    const auto calls = static_cast<uint32_t>(random.chance(0.01) ? random.bits() : 1);
    if (static_cast<uint32_t>(now[bucket] - before[bucket]) > UINT32_MAX - calls) continue;
    now[bucket] += calls;
    expected.add(bucket, calls);
  }
  EXPECT_EQ(pack_difference(before, now, bytes), expected.calls());
  EXPECT_EQ(text(Histogram::unpack(view(bytes), &memory_)), text(expected));
}

TEST_F(HistogramTest, TakesLittleMemory) {
  CountingResource memory;
  Histogram histogram(&memory);
  for (unsigned bucket = bucket_count; bucket-- > 0;) histogram.add(bucket);
  for (unsigned bucket = 0; bucket < bucket_count; ++bucket) histogram.add(bucket);
  EXPECT_LE(memory.used(), 2 * bucket_count * sizeof(uint64_t));
  memory.set_limit(memory.used());
  EXPECT_NO_THROW(histogram.add(histogram));
  EXPECT_EQ(histogram.calls(), 4 * bucket_count);
}

TEST_F(HistogramTest, StopsAtDamagedBytes) {
  Vector<std::byte> bytes = packed(of({1, 2, 3, 500}));
  bytes.pop_back();
  EXPECT_THROW(Histogram::unpack(view(bytes), &memory_), CorruptChunk);
}

}  // namespace
}  // namespace almanac::core::test
