// Zone: core.
//
// Writing and reading the small change of packed bytes: fixed little-endian integers and varints.
//
// A varint is LEB128: 7 bits a byte, lowest first, the high bit says that more follow; at most 10
// bytes. Signed integers go through zigzag (0, -1, 1, -2, ... become 0, 1, 2, 3, ...).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/corrupt.hpp"
#include "core/memory.hpp"

namespace almanac::core {

static_assert(std::endian::native == std::endian::little,
              "packed bytes are little-endian and read in place");

constexpr uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}

constexpr int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

// Bytes of a varint: ceil(bits / 7), exactly, without a division.
constexpr size_t varint_size(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) * 9 + 64) >> 6;
}

// Appends to a byte vector. Whatever throws leaves a longer vector behind.
class ByteWriter {
 public:
  explicit ByteWriter(Vector<std::byte>& out) : out_(out) {}

  void u8(unsigned value) { out_.push_back(static_cast<std::byte>(value)); }

  void varint(uint64_t value) {
    while (value >= 0x80) {
      u8(static_cast<unsigned>(value & 0x7f) | 0x80U);
      value >>= 7;
    }
    u8(static_cast<unsigned>(value));
  }

  void signed_varint(int64_t value) { varint(zigzag(value)); }

  // Appends `count` zero bytes and returns where they start, valid until the next append.
  std::byte* zeros(size_t count) {
    const size_t at = out_.size();
    out_.resize(at + count, std::byte{0});
    return out_.data() + at;
  }

  size_t size() const { return out_.size(); }

 private:
  Vector<std::byte>& out_;
};

// Reads from a span that it does not own; throws CorruptChunk instead of reading past its end.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  size_t left() const { return static_cast<size_t>(end_ - at_); }
  const std::byte* position() const { return at_; }

  unsigned u8() {
    if (at_ == end_) cut_off();
    return std::to_integer<unsigned>(*at_++);
  }

  std::span<const std::byte> take(size_t count) {
    if (count > left()) cut_off();
    const std::span<const std::byte> taken{at_, count};
    at_ += count;
    return taken;
  }

  uint64_t varint() {
    if (at_ != end_) [[likely]] {
      const auto byte = std::to_integer<uint64_t>(*at_);
      if (byte < 0x80) [[likely]] {
        ++at_;
        return byte;
      }
    }
    return long_varint();
  }

  int64_t signed_varint() { return unzigzag(varint()); }

  // A varint that must not exceed `limit`.
  uint64_t bounded(uint64_t limit, const char* what) {
    const uint64_t value = varint();
    if (value > limit) throw CorruptChunk(what);
    return value;
  }

 private:
  [[noreturn]] static void cut_off() { throw CorruptChunk("packed bytes end too early"); }

  uint64_t long_varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint64_t byte = u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (shift == 63 && byte > 1) break;
        return value;
      }
    }
    throw CorruptChunk("packed integer is too long");
  }

  const std::byte* at_;
  const std::byte* end_;
};

}  // namespace almanac::core
