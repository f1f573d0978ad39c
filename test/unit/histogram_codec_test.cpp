// The packed form of histograms: what comes back, what is refused, how long it is.
#include "core/histogram_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>
#include <vector>

#include "core/histogram.hpp"
#include "support.hpp"

namespace almanac::core::test {
namespace {

using Counts = std::map<unsigned, uint64_t>;

std::vector<std::byte> pack(const Counts& counts) {
  CountingResource memory;
  Vector<std::byte> out(&memory);
  HistogramWriter writer(out);
  for (const auto& [bucket, calls] : counts) writer.add(bucket, calls);
  writer.finish();
  return {out.begin(), out.end()};
}

Counts unpack(std::span<const std::byte> bytes) {
  Counts counts;
  HistogramReader reader(bytes);
  for (Used used; reader.next(used);) counts[used.bucket] = used.calls;
  return counts;
}

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

bool is_canonical(std::span<const std::byte> packed) {
  CountingResource memory;
  try {
    check_packed(packed, &memory);
    return true;
  } catch (const CorruptChunk&) {
    return false;
  }
}

Counts random_counts(Random& random) {
  Counts counts;
  uint64_t room = max_calls;
  const bool large = random.chance(0.1);
  for (uint64_t n = random.below(random.chance(0.2) ? 600 : 30); n > 0; --n) {
    uint64_t calls = 1 + (random.bits() >> (large ? 1 + random.below(63) : 40 + random.below(24)));
    calls = std::min(calls, room);
    if (calls == 0) break;
    const auto bucket = static_cast<unsigned>(random.below(bucket_count));
    if (counts.contains(bucket)) continue;
    counts[bucket] = calls;
    room -= calls;
  }
  return counts;
}

TEST(HistogramCodec, GivesBackWhatWasPacked) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const Counts counts = random_counts(random);
    const std::vector<std::byte> packed = pack(counts);
    ASSERT_EQ(unpack(packed), counts);
    ASSERT_TRUE(is_canonical(packed));
    ASSERT_LE(packed.size(), max_packed_bytes);
  }
}

TEST(HistogramCodec, TakesTheLargestCountsInAllBuckets) {
  for (unsigned bucket = 0; bucket < bucket_count; ++bucket) {
    const Counts counts{{bucket, max_calls}};
    ASSERT_EQ(unpack(pack(counts)), counts);
  }
  Counts alternating;
  for (unsigned bucket = 0; bucket < bucket_count; ++bucket) {
    alternating[bucket] = bucket % 2 == 0 ? max_calls / 300 : 1;
  }
  const std::vector<std::byte> packed = pack(alternating);
  EXPECT_EQ(unpack(packed), alternating);
  EXPECT_LE(packed.size(), max_packed_bytes);
}

// The longest code of a gap has 28 bits, that of a count 80.
static_assert(max_packed_bytes * 8 >= 14 + bucket_count * (28 + 80));

// Stored bytes keep their meaning.
TEST(HistogramCodec, NeverChanges) {
  EXPECT_EQ(pack({}), bytes({0x1f}));
  EXPECT_EQ(pack({{0, 1}}), bytes({0x10, 0x01}));
  EXPECT_EQ(pack({{513, 1}}), bytes({0x18, 0x05}));
  EXPECT_EQ(pack({{100, 3}, {101, 5}, {110, 1000}}),
            bytes({0x11, 0x93, 0x0f, 0x79, 0xff, 0xe4, 0xf9, 0xff}));
}

TEST(HistogramCodec, RefusesWhatItCannotHaveWritten) {
  EXPECT_THROW(unpack({}), CorruptChunk);
  EXPECT_THROW(unpack(bytes({0x2f})), CorruptChunk) << "another version";
  EXPECT_THROW(unpack(bytes({0x10})), CorruptChunk) << "cut off";
  EXPECT_THROW(unpack(bytes({0x18, 0x08})), CorruptChunk) << "bucket 514";
  EXPECT_THROW(unpack(std::vector<std::byte>(max_packed_bytes + 1, std::byte{0x10})), CorruptChunk);
  EXPECT_FALSE(is_canonical(bytes({0x1f, 0xff})));
  EXPECT_FALSE(is_canonical(bytes({0x10, 0x01, 0xff})));
}

TEST(HistogramCodec, RefusesMoreCallsThanThereCanBe) {
  std::vector<std::byte> packed = pack({{7, max_calls}});
  EXPECT_EQ(unpack(packed).at(7), max_calls);
  packed.back() = std::byte{0xff};  // the lowest bits of the count, and the filling
  EXPECT_THROW(unpack(packed), CorruptChunk);
}

// Whatever is changed: it is refused, or it is a histogram, within the limits.
TEST(HistogramCodec, SurvivesDamage) {
  Random random(2);
  int refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::vector<std::byte> packed = pack(random_counts(random));
    for (uint64_t n = 1 + random.below(3); n > 0; --n) {
      packed[random.below(packed.size())] ^= static_cast<std::byte>(1U << random.below(8));
    }
    if (random.chance(0.3)) packed.resize(random.below(packed.size() + 1));
    try {
      uint64_t calls = 0;
      for (const auto& [bucket, more] : unpack(packed)) {
        ASSERT_LT(bucket, bucket_count);
        ASSERT_GT(more, 0U);
        calls += more;
      }
      ASSERT_LE(calls, max_calls);
    } catch (const CorruptChunk&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 20'000);
}

TEST(HistogramCodec, HasOneFormOnly) {
  Random random(3);
  int canonical = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::vector<std::byte> packed(1 + random.below(12));
    for (auto& byte : packed) byte = static_cast<std::byte>(random.bits());
    packed[0] = (packed[0] & std::byte{0x0f}) | std::byte{0x10};
    if (!is_canonical(packed)) continue;
    ++canonical;
    ASSERT_EQ(pack(unpack(packed)), packed);
  }
  EXPECT_GT(canonical, 1000);
}

// Bytes on disk are the price of keeping distributions for years.
TEST(HistogramCodec, IsShort) {
  struct Case {
    int calls;
    double spread;  // of the logarithm
    double bytes;   // at most, on average
  };
  Random random(4);
  for (const auto& [calls, spread, limit] :
       {Case{1, 0.3, 2}, Case{10, 0.3, 7}, Case{10, 0.8, 9}, Case{10, 1.5, 10}, Case{100, 0.3, 19},
        Case{100, 0.8, 28}, Case{100, 1.5, 38}, Case{1000, 0.3, 38}, Case{1000, 0.8, 71},
        Case{1000, 1.5, 107}, Case{100'000, 0.8, 195}}) {
    const int rounds = calls > 10'000 ? 5 : 50;
    size_t total = 0;
    for (int round = 0; round < rounds; ++round) {
      Counts counts;
      const double median = std::exp(random.unit() * 7 + 10.5);
      for (int i = 0; i < calls; ++i) {
        ++counts[bucket_of(static_cast<uint64_t>(median * std::exp(spread * random.normal())))];
      }
      total += pack(counts).size();
    }
    EXPECT_LE(static_cast<double>(total) / rounds, limit) << calls << " calls, " << spread;
  }
}

}  // namespace
}  // namespace almanac::core::test
