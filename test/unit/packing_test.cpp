// The parts of the codec: varints, masks, blocks of bits, sections.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "core/bytes.hpp"
#include "core/chunk_format.hpp"
#include "core/column_codec.hpp"
#include "core/mask.hpp"
#include "core/pack.hpp"
#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
constexpr int64_t highest = std::numeric_limits<int64_t>::max();

std::vector<int64_t> edges() {
  std::vector<int64_t> values;
  for (int bit = 0; bit < 63; ++bit) {
    for (int64_t d = -1; d <= 1; ++d) {
      values.push_back((int64_t{1} << bit) + d);
      values.push_back(-(int64_t{1} << bit) + d);
    }
  }
  values.insert(values.end(), {lowest, lowest + 1, highest, highest - 1});
  return values;
}

TEST(Varint, KeepsEveryWidthAndKnowsItsSize) {
  CountingResource memory;
  for (const int64_t value : edges()) {
    Vector<std::byte> bytes(&memory);
    ByteWriter out(bytes);
    out.varint(static_cast<uint64_t>(value));
    ASSERT_EQ(bytes.size(), varint_size(static_cast<uint64_t>(value)));
    const size_t plain = bytes.size();
    out.signed_varint(value);
    ASSERT_EQ(bytes.size() - plain, varint_size(zigzag(value)));
    ByteReader in({bytes.data(), bytes.size()});
    ASSERT_EQ(in.varint(), static_cast<uint64_t>(value));
    ASSERT_EQ(in.signed_varint(), value);
    ASSERT_EQ(in.left(), 0U);
    ASSERT_EQ(unzigzag(zigzag(value)), value);
  }
}

TEST(Varint, RefusesWhatIsCutOffOrTooLong) {
  CountingResource memory;
  Vector<std::byte> bytes(&memory);
  for (int i = 0; i < 12; ++i) {
    ByteReader in({bytes.data(), bytes.size()});
    EXPECT_THROW(in.varint(), CorruptChunk) << i;
    bytes.push_back(std::byte{0xff});
  }
  // 70 bits
  Vector<std::byte> wide(9, std::byte{0xff}, &memory);
  wide.push_back(std::byte{2});
  EXPECT_THROW(ByteReader({wide.data(), wide.size()}).varint(), CorruptChunk);
  wide.back() = std::byte{1};
  EXPECT_EQ(ByteReader({wide.data(), wide.size()}).varint(), UINT64_MAX);
}

TEST(Mask, KeepsPositionsAndKnowsItsSize) {
  CountingResource memory;
  Random random(5);
  for (int i = 0; i < 2000; ++i) {
    const size_t size = random.below(300);
    const double density = random.unit();
    const bool runs = random.chance(0.5);
    Mask mask(size, &memory);
    std::vector<bool> model(size);
    bool on = false;
    for (size_t at = 0; at < size; ++at) {
      on = runs ? on != random.chance(density * 0.1) : random.chance(density);
      model[at] = on;
      if (on) mask.keep(at);
    }
    Vector<std::byte> bytes(&memory);
    ByteWriter out(bytes);
    mask.write(out);
    ASSERT_EQ(bytes.size(), mask.bytes());
    ByteReader in({bytes.data(), bytes.size()});
    const Mask read = Mask::read(in, size, &memory);
    ASSERT_EQ(in.left(), 0U);
    ASSERT_EQ(read.count(), static_cast<size_t>(std::count(model.begin(), model.end(), true)));
    for (size_t at = 0; at < size; ++at) ASSERT_EQ(read.keeps(at), model[at]);

    std::vector<int64_t> cells(size, -1);
    const size_t kept = read.count();
    for (size_t k = 0; k < kept; ++k) cells[size - kept + k] = static_cast<int64_t>(k);
    read.spread(cells, -7);
    int64_t next = 0;
    for (size_t at = 0; at < size; ++at) ASSERT_EQ(cells[at], model[at] ? next++ : -7);
  }
}

TEST(Mask, CountsKeptPositionsByGroup) {
  CountingResource memory;
  Random random(6);
  for (int i = 0; i < 500; ++i) {
    const size_t size = random.below(400);
    Mask mask(size, &memory);
    std::vector<uint32_t> before(size + 1);
    for (size_t at = 0; at < size; ++at) {
      const bool kept = random.chance(0.4);
      if (kept) mask.keep(at);
      before[at + 1] = before[at] + (kept ? 1 : 0);
    }
    std::vector<uint32_t> groups = {0};
    while (groups.back() < size) {
      groups.push_back(
          static_cast<uint32_t>(std::min<uint64_t>(size, groups.back() + random.below(100))));
    }
    const Vector<uint32_t> kept = mask.kept_groups(groups, &memory);
    ASSERT_EQ(kept.size(), groups.size());
    for (size_t g = 0; g < groups.size(); ++g) ASSERT_EQ(kept[g], before[groups[g]]);
  }
}

// Values and the groups they come in.
struct Grouped {
  std::vector<int64_t> values;
  std::vector<uint32_t> groups = {0};
};

Grouped grouped(Random& random, bool with_nulls) {
  Grouped result;
  CountingResource memory;
  const size_t groups = random.below(12);
  for (size_t g = 0; g < groups; ++g) {
    Vector<int64_t> column(&memory);
    fill_column(column, random.below(random.chance(0.2) ? 600 : 40), random);
    for (const int64_t cell : column) {
      result.values.push_back(cell == kNull && !with_nulls ? 0 : cell);
    }
    result.groups.push_back(static_cast<uint32_t>(result.values.size()));
  }
  return result;
}

TEST(Pack, KeepsValuesInEveryLayoutAndPredictsTheSmallest) {
  CountingResource memory;
  Random random(7);
  const std::vector<unsigned> layouts = {0, 4, 5, 6, 7, 8, 20};
  for (int i = 0; i < 600; ++i) {
    const Grouped data = grouped(random, true);
    PackPlanner planner;
    for (size_t g = 0; g + 1 < data.groups.size(); ++g) {
      for (uint32_t v = data.groups[g]; v < data.groups[g + 1]; ++v) planner.add(data.values[v]);
      planner.end_group();
    }
    const PackChoice choice = planner.finish();
    for (const unsigned layout : layouts) {
      Vector<std::byte> bytes(&memory);
      ByteWriter out(bytes);
      write_packed(out, data.values, data.groups, layout);
      if (layout == choice.layout) {
        ASSERT_EQ(bytes.size(), choice.bytes);
      }
      if (layout != 8) {
        ASSERT_GE(bytes.size(), choice.bytes) << layout;
      }
      std::vector<int64_t> read(data.values.size());
      ByteReader in({bytes.data(), bytes.size()});
      read_packed(in, read, data.groups, 0, read.size());
      ASSERT_EQ(in.left(), 0U);
      ASSERT_EQ(read, data.values);
    }
  }
}

TEST(Section, KeepsValuesWithGroups) {
  CountingResource memory;
  Random random(8);
  for (int i = 0; i < 3000; ++i) {
    const Grouped data = grouped(random, true);
    Vector<std::byte> bytes(&memory);
    SectionWriter sections(bytes, &memory);
    sections.write(data.values, data.groups);
    ByteReader in({bytes.data(), bytes.size()});
    const unsigned tag = in.u8();
    if ((tag & format::kind_mask) != format::values) continue;
    const size_t length = in.varint();
    ASSERT_EQ(in.left(), length) << "the size was predicted wrong";
    std::vector<int64_t> read(data.values.size());
    read_values(in.take(length), tag, read, data.groups, {}, &memory);
    ASSERT_EQ(read, data.values);
  }
  EXPECT_EQ(memory.used(), 0U);
}

TEST(Section, RunsOfEmptyColumnsShareATag) {
  CountingResource memory;
  const std::vector<int64_t> zeros(10);
  Vector<std::byte> bytes(&memory);
  SectionWriter sections(bytes, &memory);
  for (int i = 0; i < 32; ++i) sections.write(zeros, {});
  EXPECT_EQ(bytes.size(), 1U);
  sections.write(zeros, {});
  EXPECT_EQ(bytes.size(), 2U);
  for (int i = 0; i < 3; ++i) sections.write_nulls();
  EXPECT_EQ(bytes.size(), 3U);
  sections.write(zeros, {});
  EXPECT_EQ(bytes.size(), 4U);
}

// A column's cost: what the design counts on.
TEST(Section, TakesTheCheapCoding) {
  CountingResource memory;
  Random random(9);
  std::vector<uint32_t> groups = {0};
  for (uint32_t g = 1; g <= 50; ++g) groups.push_back(g * 60);
  const auto bytes_per_cell = [&](auto cell) {
    std::vector<int64_t> values;
    for (size_t i = 0; i < 3000; ++i) values.push_back(cell(i));
    Vector<std::byte> bytes(&memory);
    SectionWriter(bytes, &memory).write(values, groups);
    return static_cast<double>(bytes.size()) / 3000;
  };
  EXPECT_LT(bytes_per_cell([](size_t) { return 0; }), 0.001);
  EXPECT_LT(bytes_per_cell([](size_t) { return 1LL << 50; }), 0.004);
  EXPECT_LT(bytes_per_cell([](size_t i) { return i / 60 == 7 ? 5 : 0; }), 0.01);
  EXPECT_LT(bytes_per_cell([&](size_t) { return random.chance(0.02) ? 9 : 0; }), 0.05);
  EXPECT_LT(bytes_per_cell([&](size_t) { return random.between(1'000'000, 1'000'015); }), 0.6);
  int64_t size = 1LL << 40;
  EXPECT_LT(bytes_per_cell([&](size_t) { return size += random.chance(0.1) ? 8192 : 0; }), 0.45);
  EXPECT_LT(bytes_per_cell([&](size_t i) { return random.between(0, 7) << (i / 60 % 20); }), 1.7);
}

}  // namespace
}  // namespace almanac::core::test
