// A chunk gives back what was put into it.
#include "core/chunk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"
#include "workload.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t highest = std::numeric_limits<int64_t>::max();

std::span<const std::byte> bytes_of(const Vector<std::byte>& chunk) {
  return {chunk.data(), chunk.size()};
}

void expect_round_trip(const Batch& batch, Resource* resource, Packing packing) {
  const Vector<std::byte> chunk = encode(batch, resource, packing);
  const ChunkView view = ChunkView::parse(bytes_of(chunk));
  ASSERT_EQ(view.samples(), batch.samples());
  ASSERT_EQ(view.series_count(), batch.series.size());
  ASSERT_EQ(view.tick_count(), batch.ticks.size());
  ASSERT_EQ(view.column_count(), batch.columns.size());
  const Batch decoded = view.decode(resource);
  ASSERT_NO_THROW(decoded.check());
  ASSERT_TRUE(same(batch, decoded));
  ASSERT_EQ(copy(encode(decoded, resource, packing)), copy(chunk)) << "same content, other bytes";
}

void expect_round_trip(const Batch& batch, Resource* resource) {
  for (const Packing packing : {Packing::reading, Packing::writing}) {
    expect_round_trip(batch, resource, packing);
  }
}

// One series, one tick per value.
Batch single_column(std::initializer_list<int64_t> values, Resource* resource) {
  Batch batch(resource);
  batch.series.push_back(7);
  batch.first.push_back(0);
  batch.columns.resize(1);
  for (const int64_t value : values) {
    batch.tick.push_back(static_cast<uint32_t>(batch.ticks.size()));
    batch.ticks.push_back({static_cast<int64_t>(batch.ticks.size()) * 60'000'000, 60'000'000});
    batch.columns[0].push_back(value);
  }
  batch.first.push_back(static_cast<uint32_t>(batch.samples()));
  return batch;
}

TEST(Chunk, KeepsAnEmptyBatch) {
  CountingResource memory;
  expect_round_trip(Batch(&memory), &memory);
}

TEST(Chunk, KeepsTicksInWhichNothingHappened) {
  CountingResource memory;
  Batch batch(&memory);
  batch.ticks.push_back({-5, 0});
  batch.ticks.push_back({-5, kNull});
  batch.ticks.push_back({max_time - 1, highest});
  batch.columns.resize(3);
  expect_round_trip(batch, &memory);
}

TEST(Chunk, KeepsSingleValues) {
  CountingResource memory;
  for (const int64_t value : {kNull, kNull + 1, int64_t{-1}, int64_t{0}, int64_t{1}, highest}) {
    expect_round_trip(single_column({value}, &memory), &memory);
  }
}

TEST(Chunk, KeepsExtremesBesideEachOther) {
  CountingResource memory;
  expect_round_trip(single_column({kNull, highest, kNull + 1, 0, -1, kNull, 1}, &memory), &memory);
  expect_round_trip(single_column({highest, kNull + 1, highest, kNull + 1}, &memory), &memory);
  expect_round_trip(single_column({0, 0, highest}, &memory), &memory);
  expect_round_trip(single_column({kNull, kNull, 0}, &memory), &memory);
}

TEST(Chunk, KeepsSeriesAtTheEndsOfTheirRange) {
  CountingResource memory;
  Batch batch(&memory);
  batch.ticks.push_back({0, 0});
  batch.first.push_back(0);
  for (const int32_t id :
       {std::numeric_limits<int32_t>::min(), -1, 0, std::numeric_limits<int32_t>::max()}) {
    batch.series.push_back(id);
    batch.tick.push_back(0);
    batch.first.push_back(static_cast<uint32_t>(batch.samples()));
  }
  expect_round_trip(batch, &memory);
}

TEST(Chunk, KeepsRandomBatches) {
  CountingResource memory;
  Random random(1);
  for (int i = 0; i < 2500; ++i) {
    SCOPED_TRACE(i);
    const size_t scale = 1 + random.below(60);
    expect_round_trip(random_batch(random, scale, 1 + random.below(60), 12, &memory), &memory);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(memory.used(), 0U);
}

TEST(Chunk, KeepsLongSeriesAndManyColumns) {
  CountingResource memory;
  Random random(2);
  for (int i = 0; i < 12; ++i) {
    SCOPED_TRACE(i);
    expect_round_trip(random_batch(random, 3, 4000, 6, &memory), &memory);
    expect_round_trip(random_batch(random, 2000, 3, 6, &memory), &memory);
    expect_round_trip(random_batch(random, 5, 5, max_columns, &memory), &memory);
    if (HasFatalFailure()) return;
  }
}

TEST(Chunk, ReadsSomeSeries) {
  CountingResource memory;
  Random random(4);
  for (int i = 0; i < 1500; ++i) {
    SCOPED_TRACE(i);
    const Batch batch =
        random_batch(random, 1 + random.below(40), 1 + random.below(80), 8, &memory);
    const Vector<std::byte> chunk = encode(batch, &memory);
    const ChunkView view = ChunkView::parse(bytes_of(chunk));
    const SeriesRange range{random.below(batch.series.size() + 1),
                            random.below(batch.series.size() + 2)};
    const size_t end = std::min(range.end, batch.series.size());
    const uint32_t from = range.begin < end ? batch.first[range.begin] : 0;
    const uint32_t to = range.begin < end ? batch.first[end] : 0;
    Batch read(&memory);
    view.read_groups(read);
    ASSERT_EQ(copy(read.series), copy(batch.series));
    view.read_times(read, range);
    ASSERT_TRUE(
        std::equal(batch.tick.begin() + from, batch.tick.begin() + to, read.tick.begin() + from));
    Vector<int64_t> column(&memory);
    for (unsigned c = 0; c < batch.columns.size(); ++c) {
      view.read_column(c, column, {read.first.data(), read.first.size()}, range);
      if (view.all_null(c)) continue;
      ASSERT_EQ(column.size(), batch.samples());
      ASSERT_TRUE(std::equal(batch.columns[c].begin() + from, batch.columns[c].begin() + to,
                             column.begin() + from));
    }
  }
}

TEST(Chunk, ReadsSingleColumns) {
  CountingResource memory;
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    const Batch batch = random_batch(random, 20, 20, 8, &memory);
    const Vector<std::byte> chunk = encode(batch, &memory);
    const ChunkView view = ChunkView::parse(bytes_of(chunk));
    Vector<int64_t> column(&memory);
    for (unsigned c = 0; c < batch.columns.size(); ++c) {
      view.read_column(c, column);
      if (view.all_null(c)) {
        ASSERT_TRUE(column.empty());
        continue;
      }
      ASSERT_EQ(copy(column), copy(batch.columns[c]));
      view.read_column(c, column, {batch.first.data(), batch.first.size()});
      ASSERT_EQ(copy(column), copy(batch.columns[c]));
    }
  }
}

TEST(Chunk, ReadsColumnsThatItDoesNotHaveAsNulls) {
  CountingResource memory;
  const Vector<std::byte> chunk = encode(single_column({1, 2, 3}, &memory), &memory);
  const ChunkView view = ChunkView::parse(bytes_of(chunk));
  Vector<int64_t> column(5, int64_t{1}, &memory);
  view.read_column(1, column);
  EXPECT_TRUE(column.empty());
  EXPECT_TRUE(view.all_null(1));
  EXPECT_FALSE(view.all_zero(1));
  EXPECT_EQ(view.column_bytes(1), 0U);
  view.read_column(0, column);
  EXPECT_EQ(copy(column), (std::vector<int64_t>{1, 2, 3}));
}

TEST(Chunk, RefusesOffsetsOfAnotherBatch) {
  CountingResource memory;
  const Vector<std::byte> chunk = encode(single_column({1, 200, 3}, &memory), &memory);
  const ChunkView view = ChunkView::parse(bytes_of(chunk));
  Vector<int64_t> column(&memory);
  const std::vector<uint32_t> other = {0, 2};
  EXPECT_THROW(view.read_column(0, column, other), std::invalid_argument);
}

TEST(Chunk, RefusesIllFormedBatches) {
  CountingResource memory;
  const auto expect_refused = [&](auto spoil) {
    Batch batch = single_column({1, 2, 3}, &memory);
    batch.check();
    spoil(batch);
    EXPECT_THROW(encode(batch, &memory), std::invalid_argument);
  };
  expect_refused([](Batch& b) { b.ticks[1].time = b.ticks[2].time + 1; });
  expect_refused([](Batch& b) { b.ticks[0].time = -max_time; });
  expect_refused([](Batch& b) { b.ticks[2].time = max_time; });
  expect_refused([](Batch& b) { b.ticks[0].duration = -1; });
  expect_refused([](Batch& b) { b.tick[2] = 3; });
  expect_refused([](Batch& b) { b.tick[1] = 0; });
  expect_refused([](Batch& b) { b.first[0] = 1; });
  expect_refused([](Batch& b) { b.first[1] = 2; });
  expect_refused([](Batch& b) { b.first[1] = 4; });
  expect_refused([](Batch& b) { b.first.push_back(3); });
  expect_refused([](Batch& b) { b.first.clear(); });
  expect_refused([](Batch& b) { b.series.push_back(8), b.first.push_back(3); });
  expect_refused([](Batch& b) { b.series.clear(); });
  expect_refused([](Batch& b) { b.columns[0].pop_back(); });
  expect_refused([](Batch& b) { b.columns.resize(max_columns + 1); });
  expect_refused([](Batch& b) {
    for (size_t i = 0; i <= max_ticks; ++i) b.ticks.push_back(b.ticks.back());
  });
}

TEST(Chunk, IsDeterministic) {
  CountingResource memory;
  const Batch batch = statement_batch(40, 20, 0.7, 5, &memory);
  EXPECT_EQ(copy(encode(batch, &memory)), copy(encode(batch, &memory)));
}

std::string hex(std::span<const std::byte> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

std::vector<std::byte> unhex(std::string_view text) {
  std::vector<std::byte> bytes;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(digit(text[i]) * 16 + digit(text[i + 1])));
  }
  return bytes;
}

// Two series, 20 ticks, a column for each coding.
Batch version_one_batch(Resource* resource) {
  Batch batch(resource);
  batch.first.push_back(0);
  batch.columns.resize(9);
  for (uint32_t t = 0; t < 20; ++t) {
    const int64_t jitter = t * 7919 % 1000;
    batch.ticks.push_back({800'000'000'000'000 + t * 60'000'000 + jitter, 60'000'000 - jitter});
  }
  for (const int32_t series : {3, 900}) {
    batch.series.push_back(series);
    for (uint32_t t = series == 3 ? 0 : 5; t < 20; ++t) {
      const int64_t noise = t * 104'729 % 64;
      batch.tick.push_back(t);
      batch.columns[1].push_back(0);
      batch.columns[2].push_back(77);
      batch.columns[3].push_back(1000 + noise);
      batch.columns[4].push_back(t == 9 ? kNull : noise % 5 == 0 ? noise : 0);
      batch.columns[5].push_back(1'000'000'000'000 + t * 8192);
      batch.columns[6].push_back(t % 4 == 0 ? -noise * 1'000'000 : noise % 3);
      batch.columns[7].push_back(t < 4 ? t + 1 : int64_t{1} << (3 * t));
      batch.columns[8].push_back(t == 19 ? highest : kNull + 1 + t % 2);
    }
    batch.first.push_back(static_cast<uint32_t>(batch.samples()));
  }
  return batch;
}

// A journal row of tables: one tick, sizes in whole blocks, times in whole seconds, counts.
Batch version_one_tables(Resource* resource) {
  Batch batch(resource);
  batch.ticks.push_back({800'000'123'456'789, 300'000'000});
  batch.first.push_back(0);
  batch.columns.resize(5);
  for (int32_t s = 0; s < 30; ++s) {
    batch.series.push_back(s * s + 7);
    batch.tick.push_back(0);
    batch.first.push_back(static_cast<uint32_t>(s + 1));
    batch.columns[0].push_back(s % 7 == 3 ? 1 : 0);
    batch.columns[1].push_back(int64_t{8192} * (3 + s * s % 11));
    batch.columns[2].push_back(s % 5 == 2 ? kNull
                                          : 799'000'000'000'000 + int64_t{s} * 1'000'000 * (s % 4));
    batch.columns[3].push_back(s * s % 13);
    batch.columns[4].push_back(s % 6 == 0 ? -s : int64_t{1} << (s % 20));
  }
  return batch;
}

TEST(Chunk, ReadsTablesOfVersionOne) {
  static constexpr std::string_view stored =
      "01fd4ec97a1e1e01050002aab4eeb291e6eb0202808c8d9e02a30e0e04840d90999999999999998004098306"
      "0501080402018342051100600000018003000c0010001800300080008001c001000200030008001c00600080"
      "00c00080010004000c000e00100018004000e000000300040006000c00208b60007befbd37059b80c0e7f2f5"
      "abeb0200000000127a0010552200000000b4c404808d5b00000000882a11002d310152bc0f509731007e5603"
      "54ea2a0000000044950808b86c000000007a030ad036070100000084d71780ba8c0100000028503783110504"
      "1094c3aa3c49014139acca9314109443330004081020400b8002800480088010802017808001808002808004"
      "80800880801023808040020408102f408001800280048008";
  CountingResource memory;
  EXPECT_TRUE(same(ChunkView::parse(unhex(stored)).decode(&memory), version_one_tables(&memory)));
}

// What version 1 did not have is not read in it.
TEST(Chunk, KnowsWhatVersionOneLacked) {
  CountingResource memory;
  const Batch batch = version_one_tables(&memory);
  for (const Packing packing : {Packing::reading, Packing::writing}) {
    auto bytes = copy(encode(batch, &memory, packing));
    EXPECT_TRUE(same(ChunkView::parse(bytes).decode(&memory), batch));
    bytes[0] = std::byte{1};
    fix_checksum(bytes);
    EXPECT_THROW(ChunkView::parse(bytes), CorruptChunk);
  }
}

// What was stored once must be readable for ever.
TEST(Chunk, ReadsTheBytesOfVersionOne) {
  static constexpr std::string_view stored =
      "013314ae1d2302140901731a808090bd90e6eb0200033000d1d5f38390e6eb02cf0fd00fcf0f831f008a9a8d"
      "9c39b373d0862f0f81159b8053925aafd19703108528f31055997903030380070302130e13050114010e0500"
      "01029a01831f0686d00f40262f646fbd48a84f6ce1dd502a6cbdf522a13eb1857743a9b0019b1400fffdfffe"
      "07000670001c000406995c7877e1dda30e80c0a8ca9a3a8080050680808001533700febdf7de03020404ffc3"
      "aa22020204ffc7d0070202ff8bfb290402ff8fa10f0404020204ffc7d0070202ff8bfb290402ff8fa10f0404"
      "23ae0102feff03010101fc1f80e00180800e8080708080800780808038808080c003808080801c80808080e0"
      "0180808080800e8080808080708080808080800780808080808038808080808080c003808080808080801c80"
      "808080808080e00180800e8080708080800780808038808080c003808080801c80808080e00180808080800e"
      "8080808080708080808080800780808080808038808080808080c003808080808080801c80808080808080e0"
      "01a317fdffffffffffffffff0102068203777777774777777700";
  CountingResource memory;
  const Batch batch = version_one_batch(&memory);
  EXPECT_TRUE(same(ChunkView::parse(unhex(stored)).decode(&memory), batch));
}

TEST(Chunk, ReadsAndWritesTheBytesOfVersionTwo) {
  static constexpr std::string_view to_read =
      "02d64375192302140901731a808090bd90e6eb0200033000d1d5f38390e6eb02cf0fd00fcf0f831f008a9a8d"
      "9c39b373d0862f0f81159b8053925aafd19703108528f31055997903030380070302130e13050114010e0500"
      "01029a01831f0686d00f40262f646fbd48a84f6ce1dd502a6cbdf522a13eb1857743a9b0019b1400fffdfffe"
      "07000670001c000406995c7877e1dda40b8020a2a9eae80114068004533700febdf7de03020404ffc3aa2202"
      "0204ffc7d0070202ff8bfb290402ff8fa10f0404020204ffc7d0070202ff8bfb290402ff8fa10f040423ae01"
      "02feff03010101fc1f80e00180800e8080708080800780808038808080c003808080801c80808080e0018080"
      "8080800e8080808080708080808080800780808080808038808080808080c003808080808080801c80808080"
      "808080e00180800e8080708080800780808038808080c003808080801c80808080e00180808080800e808080"
      "8080708080808080800780808080808038808080808080c003808080808080801c80808080808080e001a317"
      "fdffffffffffffffff0102068203777777774777777700";
  static constexpr std::string_view to_write =
      "027c335a501e1e01050002aab4eeb291e6eb0202808c8d9e02a30e0e04840d90999999999999998004098306"
      "05010804020184138040050443c768867c34748c66c84743c76886cc21c0843d007befbd37048097fef90561"
      "ccb0729812e396d9839449b0b00a2612c106831105041094c3aa3c49014139acca9314109443330004081020"
      "400b800280048008801080201780800180800280800480800880801023808040020408102f40800180028004"
      "8008";
  CountingResource memory;
  const Batch statements = version_one_batch(&memory);
  EXPECT_EQ(hex(bytes_of(encode(statements, &memory))), to_read);
  EXPECT_TRUE(same(ChunkView::parse(unhex(to_read)).decode(&memory), statements));
  const Batch tables = version_one_tables(&memory);
  EXPECT_EQ(hex(bytes_of(encode(tables, &memory, Packing::writing))), to_write);
  EXPECT_TRUE(same(ChunkView::parse(unhex(to_write)).decode(&memory), tables));
}

TEST(Chunk, LeavesMemoryBalancedWhenItRunsOut) {
  CountingResource memory;
  const Batch batch = statement_batch(30, 20, 0.7, 6, &memory);
  const size_t held = memory.used();
  memory.reset_peak();
  const size_t needed = [&] {
    const Vector<std::byte> chunk = encode(batch, &memory);
    const Batch decoded = ChunkView::parse(bytes_of(chunk)).decode(&memory);
    return memory.peak() - held;
  }();
  EXPECT_EQ(memory.used(), held);
  for (size_t limit = 0; limit < needed; limit += 1 + needed / 300) {
    memory.set_limit(held + limit);
    EXPECT_THROW(
        {
          const Vector<std::byte> chunk = encode(batch, &memory);
          const Batch decoded = ChunkView::parse(bytes_of(chunk)).decode(&memory);
        },
        std::bad_alloc);
    EXPECT_EQ(memory.used(), held);
  }
}

// The promise of the design: 7 to 10 bytes a sample of 43 columns.
TEST(Chunk, IsSmall) {
  CountingResource memory;
  for (const double activity : {0.1, 0.3, 1.0}) {
    const Batch batch = statement_batch(64, 60, activity, 11, &memory);
    const size_t bytes = encode(batch, &memory).size();
    const double per_sample = static_cast<double>(bytes) / static_cast<double>(batch.samples());
    RecordProperty("bytes_per_sample_" + std::to_string(static_cast<int>(activity * 100)),
                   std::to_string(per_sample));
    EXPECT_LT(per_sample, activity < 0.2 ? 14 : 12) << activity;
  }
}

}  // namespace
}  // namespace almanac::core::test
