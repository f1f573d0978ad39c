#include "core/checksum.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace almanac::core {

uint32_t checksum(std::span<const std::byte> bytes, uint64_t seed) {
  return static_cast<uint32_t>(XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed));
}

uint64_t hash64(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace almanac::core
