// Zone: core.
//
// Hashes whose results are stored, hence never change: XXH3 (xxHash 0.8 fixed it for good).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace almanac::core {

// The low half of XXH3, 64 bits, of the bytes, with a seed.
uint32_t checksum(std::span<const std::byte> bytes, uint64_t seed);

// XXH3, 64 bits, seed 0.
uint64_t hash64(std::span<const std::byte> bytes);

}  // namespace almanac::core
