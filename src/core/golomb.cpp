#include "core/golomb.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/chunk_format.hpp"

namespace almanac::core {

namespace {

uint64_t distance(int64_t value, int64_t base) {
  return static_cast<uint64_t>(value) - static_cast<uint64_t>(base);
}

// Zeros before the one that begins a code.
unsigned zeros_of(uint64_t distance, unsigned order) {
  return static_cast<unsigned>(std::bit_width(distance + (uint64_t{1} << order))) - 1 - order;
}

unsigned bits_of(uint64_t distance, unsigned order) {
  return 2 * zeros_of(distance, order) + 1 + order;
}

// The order that fits best, judged by how many bits the distances have: off by one at most, because
// a distance that reaches the next power of two by adding 2^order is not told apart.
unsigned best_order(std::span<const int64_t> values, int64_t low) {
  std::array<size_t, 65> of_width{};
  unsigned widest = 0;
  for (const int64_t value : values) {
    const auto width = static_cast<unsigned>(std::bit_width(distance(value, low)));
    ++of_width[width];
    widest = std::max(widest, width);
  }
  unsigned best = 0;
  size_t least = SIZE_MAX;
  for (unsigned order = 0; order <= widest; ++order) {
    size_t bits = values.size() * (order + 1);
    for (unsigned width = order + 1; width <= widest; ++width) {
      // Half of the distances of a width, about, take one zero more.
      bits += of_width[width] * (2 * (width - order) - 1);
    }
    if (bits < least) {
      least = bits;
      best = order;
    }
  }
  return best;
}

// Writes bits one after the other, lowest first.
class BitWriter {
 public:
  explicit BitWriter(std::byte* to) : to_(to) {}
  // `bits` must have no bit set above `count`, which is at most 57.
  void put(uint64_t bits, unsigned count) {
    pending_ |= bits << filled_;
    filled_ += count;
    while (filled_ >= 8) {
      *to_++ = static_cast<std::byte>(pending_ & 0xff);
      pending_ >>= 8;
      filled_ -= 8;
    }
  }
  void end() {
    if (filled_ > 0) *to_ = static_cast<std::byte>(pending_ & 0xff);
  }

 private:
  std::byte* to_;
  uint64_t pending_ = 0;
  unsigned filled_ = 0;
};

uint64_t load64(std::span<const std::byte> bytes, size_t at) {
  uint64_t word = 0;
  if (bytes.size() - at >= sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
  } else {
    std::memcpy(&word, bytes.data() + at, bytes.size() - at);
  }
  return word;
}

}  // namespace

GolombChoice plan_golomb(std::span<const int64_t> values, int64_t low, int64_t high) {
  GolombChoice choice;
  const uint64_t farthest = distance(high, low);
  if (farthest >> format::longest_code != 0) return choice;
  choice.order = best_order(values, low);
  if (bits_of(farthest, choice.order) > format::longest_code) return choice;
  size_t bits = 0;
  for (const int64_t value : values) bits += bits_of(distance(value, low), choice.order);
  choice.bytes = 1 + varint_size(zigzag(low)) + (bits + 7) / 8;
  return choice;
}

void write_golomb(ByteWriter& out, std::span<const int64_t> values, unsigned order) {
  const int64_t low = *std::min_element(values.begin(), values.end());
  size_t bits = 0;
  for (const int64_t value : values) bits += bits_of(distance(value, low), order);
  out.u8(order);
  out.signed_varint(low);
  BitWriter codes(out.zeros((bits + 7) / 8));
  for (const int64_t value : values) {
    const uint64_t shifted = distance(value, low) + (uint64_t{1} << order);
    const unsigned zeros = zeros_of(distance(value, low), order);
    const unsigned rest = zeros + order;
    codes.put(uint64_t{1} << zeros, zeros + 1);
    codes.put(shifted & ((uint64_t{1} << rest) - 1), rest);
  }
  codes.end();
}

void read_golomb(ByteReader& in, std::span<int64_t> out) {
  const unsigned order = in.u8();
  if (order >= format::longest_code) throw CorruptChunk("order of coded values");
  const auto base = static_cast<uint64_t>(in.signed_varint());
  const unsigned most_zeros = (format::longest_code - 1 - order) / 2;
  const std::span<const std::byte> bytes{in.position(), in.left()};
  size_t bit = 0;
  for (int64_t& value : out) {
    const size_t at = bit >> 3;
    if (at >= bytes.size()) throw CorruptChunk("coded values end too early");
    // At least 57 bits of the codes: more than the longest one.
    const uint64_t window = load64(bytes, at) >> (bit & 7);
    const auto zeros = static_cast<unsigned>(std::countr_zero(window));
    if (zeros > most_zeros) throw CorruptChunk("coded value is too long");
    const unsigned rest = zeros + order;
    const uint64_t low_bits = (window >> (zeros + 1)) & ((uint64_t{1} << rest) - 1);
    const uint64_t shifted = low_bits | uint64_t{1} << rest;
    value = static_cast<int64_t>(shifted - (uint64_t{1} << order) + base);
    bit += zeros + 1 + rest;
  }
  in.take((bit + 7) / 8);
}

}  // namespace almanac::core
