// Zone: core.
//
// Byte strings of samples, one each: packed histograms, beside the integers of a chunk.
//
// They are kept apart from the chunk, in a column of their own, because they are longer than all
// else a sample has together, and most readers do not want them.
//
//   u8      version: 1
//   u32     checksum: low half of XXH3 (64 bits, seed = version) of all that follows, little-endian
//   varint  samples, then so many varints: the lengths of their strings
//           the strings, one after the other
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/corrupt.hpp"
#include "core/memory.hpp"

namespace almanac::core {

// Strings of the samples of a batch, in their order; a sample without one has an empty string.
struct Blobs {
  explicit Blobs(Resource* resource) : ends(resource), bytes(resource) {}

  Vector<uint32_t> ends;  // per sample, where its string ends in `bytes`; empty: no sample has one
  Vector<std::byte> bytes;

  [[nodiscard]] bool empty() const { return ends.empty(); }
  // The string of a sample; empty if there are no strings at all.
  [[nodiscard]] std::span<const std::byte> of(size_t sample) const {
    if (ends.empty()) return {};
    const uint32_t begin = sample == 0 ? 0 : ends[sample - 1];
    return {bytes.data() + begin, ends[sample] - begin};
  }
  // Adds the string of the next sample. Throws std::length_error beyond 2^30 bytes.
  void add(std::span<const std::byte> string);
  // Forgets all, keeps the memory.
  void clear() {
    ends.clear();
    bytes.clear();
  }
};

// Packs strings of at least one sample. Deterministic.
Vector<std::byte> encode_blobs(const Blobs& blobs, Resource* resource);

// Reads packed strings into `out`, copying them. Throws CorruptChunk unless they are what
// encode_blobs() wrote for so many samples; never reads outside the bytes, or allocates more than
// they are long and 4 bytes a sample.
void decode_blobs(std::span<const std::byte> packed, size_t samples, Blobs& out);

}  // namespace almanac::core
