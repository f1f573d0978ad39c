// Exponential Golomb codes and scaled sections: what is smaller for being read as a whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "core/bytes.hpp"
#include "core/chunk_format.hpp"
#include "core/column_codec.hpp"
#include "core/golomb.hpp"
#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
constexpr int64_t highest = std::numeric_limits<int64_t>::max();

std::vector<int64_t> skewed(Random& random, size_t count) {
  std::vector<int64_t> values;
  const auto widest = static_cast<unsigned>(random.between(0, 40));
  const int64_t base = random.chance(0.5) ? 0 : random.between(-1'000'000'000'000, 1'000'000'000);
  for (size_t i = 0; i < count; ++i) {
    const auto bits = static_cast<unsigned>(random.between(0, widest));
    values.push_back(base + static_cast<int64_t>(random.bits() & ((uint64_t{1} << bits) - 1)));
  }
  return values;
}

GolombChoice plan(const std::vector<int64_t>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return plan_golomb(values, *low, *high);
}

TEST(Golomb, KeepsValuesAndKnowsTheirSize) {
  CountingResource memory;
  Random random(41);
  size_t coded = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto values = skewed(random, static_cast<size_t>(random.between(1, 300)));
    const GolombChoice choice = plan(values);
    if (choice.bytes == SIZE_MAX) continue;
    ++coded;
    Vector<std::byte> bytes(&memory);
    ByteWriter out(bytes);
    write_golomb(out, values, choice.order);
    ASSERT_EQ(bytes.size(), choice.bytes);
    for (const size_t tail : {size_t{0}, size_t{1}, size_t{9}}) {  // what follows does not matter
      Vector<std::byte> longer(bytes, &memory);
      longer.resize(bytes.size() + tail, std::byte{0xff});
      ByteReader in({longer.data(), longer.size()});
      std::vector<int64_t> read(values.size());
      read_golomb(in, read);
      ASSERT_EQ(read, values);
      ASSERT_EQ(in.left(), tail);
    }
  }
  EXPECT_GT(coded, 2500U);
}

TEST(Golomb, TakesNoMoreThanCodesOf57Bits) {
  CountingResource memory;
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::vector<int64_t> values = {0, 0, 0, static_cast<int64_t>(uint64_t{1} << bit), 0, 3};
    const auto choice = plan(values);
    if (choice.bytes == SIZE_MAX) {
      EXPECT_GT(bit, 27U);
      continue;
    }
    Vector<std::byte> bytes(&memory);
    ByteWriter out(bytes);
    write_golomb(out, values, choice.order);
    ByteReader in({bytes.data(), bytes.size()});
    std::vector<int64_t> read(values.size());
    read_golomb(in, read);
    EXPECT_EQ(read, values) << bit;
  }
  EXPECT_EQ(plan({lowest + 1, highest}).bytes, SIZE_MAX);
}

TEST(Golomb, RefusesWhatIsCutOffOrMakesNoSense) {
  CountingResource memory;
  Random random(43);
  const auto values = skewed(random, 50);
  Vector<std::byte> bytes(&memory);
  ByteWriter out(bytes);
  write_golomb(out, values, plan(values).order);
  std::vector<int64_t> read(values.size());
  for (size_t length = 0; length < bytes.size(); ++length) {
    ByteReader in({bytes.data(), length});
    EXPECT_THROW(read_golomb(in, read), CorruptChunk) << length;
  }
  const std::vector<std::byte> order = {std::byte{57}, std::byte{0}, std::byte{0xff}};
  const std::vector<std::byte> zeros(40);
  for (const auto& damaged : {order, zeros}) {
    ByteReader in(damaged);
    EXPECT_THROW(read_golomb(in, read), CorruptChunk);
  }
}

// Writes a section and reads it back; returns its bytes.
size_t round_trip(const std::vector<int64_t>& values, const std::vector<uint32_t>& groups,
                  Packing packing, unsigned* tag_of = nullptr) {
  CountingResource memory;
  Vector<std::byte> bytes(&memory);
  SectionWriter(bytes, &memory, packing).write(values, groups);
  ByteReader in({bytes.data(), bytes.size()});
  const unsigned tag = in.u8();
  if (tag_of != nullptr) *tag_of = tag;
  if (format::is_coded(tag)) {
    const size_t length = in.varint();
    EXPECT_EQ(in.left(), length) << "the size was predicted wrong";
    const auto payload = in.take(length);
    std::vector<int64_t> read(values.size());
    read_values(payload, tag, read, groups, {}, &memory);
    EXPECT_EQ(read, values);
    // Some of the groups only.
    const SeriesRange range{groups.size() / 3, groups.size() / 2};
    std::fill(read.begin(), read.end(), 0);
    read_values(payload, tag, read, groups, range, &memory);
    for (uint32_t i = groups[range.begin]; i < groups[range.end]; ++i) {
      EXPECT_EQ(read[i], values[i]);
    }
  }
  return bytes.size();
}

TEST(Section, PackedForWritingIsSmaller) {
  Random random(44);
  std::vector<int64_t> values;
  std::vector<uint32_t> groups = {0};
  for (int i = 0; i < 500; ++i) {
    values.push_back(random.chance(0.5) ? 0 : random.chance(0.9) ? random.between(1, 9) : 500);
    groups.push_back(static_cast<uint32_t>(values.size()));
  }
  unsigned tag = 0;
  const size_t small = round_trip(values, groups, Packing::writing, &tag);
  EXPECT_EQ(tag >> format::codec_shift, unsigned{format::golomb});
  EXPECT_LT(small * 5, round_trip(values, groups, Packing::reading) * 4);
}

TEST(Section, WhatHasACommonDivisorIsScaled) {
  Random random(45);
  for (const Packing packing : {Packing::reading, Packing::writing}) {
    std::vector<int64_t> sizes;
    std::vector<int64_t> plain;
    std::vector<uint32_t> groups = {0};
    for (int i = 0; i < 300; ++i) {
      const int64_t pages = random.between(-3, 900);
      sizes.push_back(random.chance(0.1) ? kNull : pages * 8192);
      plain.push_back(sizes.back() == kNull ? kNull : pages);
      if (i % 3 == 2) groups.push_back(static_cast<uint32_t>(sizes.size()));
    }
    unsigned tag = 0;
    const size_t scaled = round_trip(sizes, groups, packing, &tag);
    EXPECT_EQ(tag & format::kind_mask, unsigned{format::scaled});
    EXPECT_LE(scaled, round_trip(plain, groups, packing) + 2);
    sizes[7] = 8191;
    round_trip(sizes, groups, packing, &tag);
    EXPECT_EQ(tag & format::kind_mask, unsigned{format::values});
  }
}

TEST(Section, ExtremeMultiplesSurvive) {
  const std::vector<uint32_t> groups = {0, 2, 4, 6};
  for (const Packing packing : {Packing::reading, Packing::writing}) {
    round_trip({lowest + 1, highest, lowest + 1, highest, 0, highest}, groups, packing);
    const int64_t half = int64_t{1} << 62;
    round_trip({half, -half, 0, half, kNull, -half}, groups, packing);
    round_trip({lowest + 2, highest - 1, 0, 2, kNull, -4}, groups, packing);
  }
}

}  // namespace
}  // namespace almanac::core::test
