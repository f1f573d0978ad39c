// Bytes that are not a chunk raise CorruptChunk, and nothing worse.
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "core/bytes.hpp"
#include "core/chunk.hpp"
#include "core/chunk_format.hpp"
#include "support.hpp"
#include "workload.hpp"

namespace almanac::core::test {
namespace {

using Bytes = std::vector<std::byte>;

Bytes statement_chunk(size_t series, size_t ticks) {
  CountingResource memory;
  return copy(encode(statement_batch(series, ticks, 0.6, 9, &memory), &memory));
}

// Small chunks that between them use every coding.
std::vector<Bytes> varied_chunks() {
  CountingResource memory;
  Random random(31);
  std::vector<Bytes> chunks;
  for (int i = 0; i < 60; ++i) {
    const Packing packing = i % 2 == 0 ? Packing::reading : Packing::writing;
    chunks.push_back(copy(encode(random_batch(random, 9, 9, 9, &memory), &memory, packing)));
  }
  return chunks;
}

// True if the bytes are read; false if they are refused; anything else fails the test.
bool readable(const Bytes& bytes, Resource* memory) {
  try {
    read_all(bytes, memory);
    return true;
  } catch (const CorruptChunk&) {
    return false;
  }
}

TEST(ChunkDamage, EveryTruncationIsDetected) {
  CountingResource memory;
  const Bytes chunk = statement_chunk(20, 10);
  for (size_t length = 0; length < chunk.size(); ++length) {
    const Bytes cut(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(length));
    ASSERT_THROW(ChunkView::parse(cut), CorruptChunk) << length;
  }
  Bytes longer = chunk;
  longer.push_back(std::byte{0});
  EXPECT_THROW(ChunkView::parse(longer), CorruptChunk);
}

TEST(ChunkDamage, EveryBitFlipIsDetected) {
  CountingResource memory;
  for (const Bytes& chunk : {statement_chunk(20, 10), statement_chunk(1, 1)}) {
    for (size_t at = 0; at < chunk.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        Bytes flipped = chunk;
        flipped[at] ^= static_cast<std::byte>(1U << bit);
        ASSERT_THROW(ChunkView::parse(flipped), CorruptChunk) << at << "." << bit;
      }
    }
  }
}

// From here on the checksum is right: what remains is the decoder's own care.

TEST(ChunkDamage, TruncationsWithAGoodChecksumAreDetected) {
  CountingResource memory;
  for (const Bytes& chunk : varied_chunks()) {
    for (size_t length = 0; length < chunk.size(); ++length) {
      Bytes cut(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(length));
      fix_checksum(cut);
      ASSERT_FALSE(readable(cut, &memory)) << length;
    }
  }
  EXPECT_EQ(memory.used(), 0U);
}

TEST(ChunkDamage, FlipsWithAGoodChecksumDoNoHarm) {
  CountingResource memory(max_samples * 48);
  size_t read = 0;
  size_t refused = 0;
  for (const Bytes& chunk : varied_chunks()) {
    for (size_t at = format::body_at; at < chunk.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        Bytes flipped = chunk;
        flipped[at] ^= static_cast<std::byte>(1U << bit);
        fix_checksum(flipped);
        ++(readable(flipped, &memory) ? read : refused);
      }
    }
  }
  EXPECT_EQ(memory.used(), 0U);
  EXPECT_GT(read, 1000U);
  EXPECT_GT(refused, 1000U);
}

TEST(ChunkDamage, NoiseWithAGoodChecksumDoesNoHarm) {
  CountingResource memory(max_samples * 48);
  Random random(12);
  const auto chunks = varied_chunks();
  for (int i = 0; i < 30000; ++i) {
    Bytes bytes = chunks[random.below(chunks.size())];
    for (uint64_t edits = random.below(8); edits > 0 && !bytes.empty(); --edits) {
      const size_t at = random.below(bytes.size());
      switch (random.below(4)) {
        case 0: bytes[at] = static_cast<std::byte>(random.bits()); break;
        case 1: bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 2:
          bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                       static_cast<std::byte>(random.below(5)));
          break;
        default: bytes.resize(at); break;
      }
    }
    fix_checksum(bytes);
    readable(bytes, &memory);
  }
  EXPECT_EQ(memory.used(), 0U);
}

TEST(ChunkDamage, OtherVersionsAreRefused) {
  Bytes chunk = statement_chunk(2, 2);
  for (unsigned version = 0; version < 256; ++version) {
    if (version >= format::oldest_version && version <= format::version) continue;
    chunk[0] = static_cast<std::byte>(version);
    EXPECT_THROW(ChunkView::parse(chunk), CorruptChunk);
  }
}

// A chunk of a few bytes that claims to be huge.
Bytes claim(uint64_t samples, uint64_t series, uint64_t ticks, uint64_t columns,
            const std::vector<unsigned>& sections) {
  CountingResource memory;
  Vector<std::byte> bytes(format::body_at, std::byte{0}, &memory);
  ByteWriter out(bytes);
  for (const uint64_t value : {samples, series, ticks, columns, uint64_t{0}}) out.varint(value);
  for (const unsigned byte : sections) out.u8(byte);
  Bytes result = copy(bytes);
  fix_checksum(result);
  return result;
}

TEST(ChunkDamage, ClaimsBeyondTheLimitsAreRefusedWithoutAllocating) {
  CountingResource memory(0);
  const std::vector<unsigned> zeros = {4 << 3 | 1};  // five sections of zeros
  const auto expect_refused = [&](uint64_t samples, uint64_t series, uint64_t ticks,
                                  uint64_t columns, const std::vector<unsigned>& sections) {
    const Bytes bytes = claim(samples, series, ticks, columns, sections);
    EXPECT_THROW(ChunkView::parse(bytes), CorruptChunk);
  };
  EXPECT_NO_THROW(ChunkView::parse(claim(0, 0, 0, 0, zeros)));
  EXPECT_NO_THROW(ChunkView::parse(claim(max_samples, max_samples, max_ticks, 0, zeros)));
  expect_refused(max_samples + 1, 1000, max_ticks, 0, zeros);
  expect_refused(10, 11, 10, 0, zeros);
  expect_refused(10, 3, 3, 0, zeros);
  expect_refused(1, 1, max_ticks + 1, 0, zeros);
  expect_refused(1, 1, 1, max_columns + 1, zeros);
  expect_refused(UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, zeros);
  expect_refused(1, 1, 1, 0, {5 << 3 | 1});  // six sections where five are
  // 256 columns of a million zeros
  std::vector<unsigned> many = zeros;
  for (int i = 0; i < 8; ++i) many.push_back(31 << 3 | 1);
  expect_refused(max_samples, max_samples, max_ticks, max_columns, many);
}

TEST(ChunkDamage, LargestClaimStaysWithinItsMemory) {
  CountingResource memory(max_samples * 24);
  std::vector<unsigned> sections = {4 << 3 | 1};
  sections.push_back(7 << 3 | 1);
  const Bytes bytes = claim(max_samples, max_samples, max_ticks, 8, sections);
  EXPECT_TRUE(readable(bytes, &memory));
}

}  // namespace
}  // namespace almanac::core::test
