// Byte strings of samples: what comes back, what is refused.
#include "core/blobs.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

using Strings = std::vector<std::vector<std::byte>>;

std::vector<std::byte> pack(const Strings& strings) {
  CountingResource memory;
  Blobs blobs(&memory);
  for (const auto& string : strings) blobs.add(string);
  const Vector<std::byte> packed = encode_blobs(blobs, &memory);
  return {packed.begin(), packed.end()};
}

Strings unpack(std::span<const std::byte> packed, size_t samples) {
  CountingResource memory;
  Blobs blobs(&memory);
  decode_blobs(packed, samples, blobs);
  Strings strings;
  for (size_t i = 0; i < samples; ++i) {
    strings.emplace_back(blobs.of(i).begin(), blobs.of(i).end());
  }
  return strings;
}

Strings random_strings(Random& random) {
  Strings strings(1 + random.below(300));
  for (auto& string : strings) {
    string.resize(random.chance(0.3) ? 0 : random.below(random.chance(0.05) ? 3000 : 40));
    for (std::byte& byte : string) byte = static_cast<std::byte>(random.below(256));
  }
  return strings;
}

TEST(Blobs, ComeBackAsTheyWere) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const Strings strings = random_strings(random);
    EXPECT_EQ(unpack(pack(strings), strings.size()), strings);
  }
}

TEST(Blobs, NoStringsAreEmptyOnes) {
  CountingResource memory;
  const Blobs blobs(&memory);
  EXPECT_TRUE(blobs.empty());
  EXPECT_EQ(blobs.of(17).size(), 0u);
}

TEST(Blobs, AnotherNumberOfSamplesIsRefused) {
  const std::vector<std::byte> packed = pack({{std::byte{1}}, {}, {std::byte{2}}});
  EXPECT_THROW(unpack(packed, 2), CorruptChunk);
  EXPECT_THROW(unpack(packed, 4), CorruptChunk);
  EXPECT_THROW(unpack(packed, size_t{1} << 40), CorruptChunk);
}

TEST(Blobs, EveryTruncationAndEveryFlippedBitIsFound) {
  Random random(2);
  const Strings strings = random_strings(random);
  const std::vector<std::byte> packed = pack(strings);
  for (size_t length = 0; length < packed.size(); ++length) {
    EXPECT_THROW(unpack(std::span(packed).first(length), strings.size()), CorruptChunk);
  }
  for (size_t bit = 0; bit < 8 * std::min<size_t>(packed.size(), 600); ++bit) {
    std::vector<std::byte> damaged = packed;
    damaged[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_THROW(unpack(damaged, strings.size()), CorruptChunk) << "bit " << bit;
  }
}

TEST(Blobs, TooManyBytesAreRefused) {
  CountingResource memory;
  Blobs blobs(&memory);
  const std::byte byte{};
  EXPECT_THROW(blobs.add({&byte, (size_t{1} << 30) + 1}), std::length_error);
  EXPECT_TRUE(blobs.empty());
}

}  // namespace
}  // namespace almanac::core::test
