// Zone: core.
//
// The packed form of a histogram: the used buckets and their counts as a string of bits, most
// significant first.
//
//   version                         4 bits: 1
//   first used bucket              10 bits  } absent in an
//   its count - 1                   count   } empty histogram
//   and for each further used bucket:
//     unused buckets skipped        gap
//     its count - 1                 count
//   0 to 7 bits 1 to fill the last byte
//
// A number is a Rice code (Rice and Plaunt, 1971): value >> k ones, a zero, the k low bits; from 12
// ones on instead 12 ones, 6 bits with the position of the value's highest bit, and the bits below
// it. k follows the numbers before, gaps and counts apart: with m the running mean in sixteenths,
// m' = (m + 16 value) / 2, k is the bit width of m / 16 for gaps and of 9 m / 256 for counts. That
// takes 0.5 to 1.2 bytes a used bucket, half of what byte-wise varints take: a bucket's count is
// seldom far from its neighbours'.
//
// No code fits into fewer than 8 bits that are all 1: that is how the end is told. Equal histograms
// have equal bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "core/buckets.hpp"
#include "core/corrupt.hpp"
#include "core/memory.hpp"

namespace almanac::core {

// A histogram holds at most so many calls: they fit SQL's bigint.
inline constexpr uint64_t max_calls = std::numeric_limits<int64_t>::max();

// More bytes than any histogram needs: 514 buckets with the longest codes.
inline constexpr size_t max_packed_bytes = 7168;

// A bucket that is not empty.
struct Used {
  unsigned bucket = 0;
  uint64_t calls = 0;  // > 0
};

namespace detail {

inline constexpr unsigned format_version = 1;
inline constexpr unsigned version_bits = 4;
inline constexpr unsigned bucket_bits = 10;
inline constexpr unsigned escape_ones = 12;
inline constexpr unsigned width_bits = 6;

// Chooses the parameter of the codes of one kind of number.
class RiceMean {
 public:
  explicit constexpr RiceMean(uint64_t sixteenths) : sixteenths_(sixteenths) {}
  // Bit widths of m / 16 and 9 m / 256, at most 32.
  unsigned gap_bits() const { return 60 - leading_zeros(sixteenths_ | 8); }
  unsigned count_bits() const { return 56 - leading_zeros(9 * sixteenths_ | 128); }
  void learn(uint64_t value) {
    sixteenths_ = (sixteenths_ + 16 * (value < limit ? value : limit)) / 2;
  }

 private:
  static constexpr uint64_t limit = uint64_t{1} << 32;
  static unsigned leading_zeros(uint64_t value) {
    return static_cast<unsigned>(__builtin_clzll(value));
  }
  uint64_t sixteenths_;
};

// What reader and writer have to agree on.
struct Model {
  RiceMean gaps{32};
  RiceMean counts{16};
};

[[noreturn]] void packed_too_short();
[[noreturn]] void packed_bucket_is_none();
[[noreturn]] void packed_calls_too_many();

}  // namespace detail

// Reads packed bytes, which it does not own, bucket by bucket:
//
//   HistogramReader reader(bytes);
//   for (Used used; reader.next(used);) calls += used.calls;
//
// About 7 ns a used bucket: inline, so that its state stays in registers.
class HistogramReader {
 public:
  // Throws CorruptChunk if there are no bytes, too many, or they are of another version.
  explicit HistogramReader(std::span<const std::byte> bytes);

  // The next used bucket in ascending order; false at the end. Throws CorruptChunk if the bytes end
  // too early, a bucket does not exist, or the counts add up to more than max_calls.
  bool next(Used& used) {
    refill();
    if (bits_ < 8 && static_cast<unsigned>(std::countl_one(window_)) >= bits_) return false;
    if (bucket_ != bucket_count) [[likely]] {
      const uint64_t gap = code(model_.gaps.gap_bits());
      if (gap >= last_bucket - bucket_) [[unlikely]]
        detail::packed_bucket_is_none();
      model_.gaps.learn(gap);
      bucket_ += static_cast<unsigned>(gap) + 1;
    } else {
      bucket_ = static_cast<unsigned>(take(detail::bucket_bits));
      if (bucket_ > last_bucket) detail::packed_bucket_is_none();
    }
    const uint64_t more = code(model_.counts.count_bits());
    if (more >= max_calls - calls_) [[unlikely]]
      detail::packed_calls_too_many();
    model_.counts.learn(more);
    calls_ += more + 1;
    used = {bucket_, more + 1};
    return true;
  }

 private:
  // The longest code without escape.
  static constexpr unsigned most_bits = detail::escape_ones + 32;

  // Makes at least most_bits available, or all that are left.
  void refill() {
    if (bits_ >= most_bits) return;
    if (end_ - next_ >= 8) [[likely]] {
      uint64_t word;
      std::memcpy(&word, next_, sizeof(word));
      window_ |= __builtin_bswap64(word) >> bits_;  // bits beyond bits_ come again next time
      next_ += (63 - bits_) / 8;
      bits_ |= 56;
      return;
    }
    for (; bits_ <= 56 && next_ != end_; bits_ += 8) {
      window_ |= std::to_integer<uint64_t>(*next_++) << (56 - bits_);
    }
  }

  void skip(unsigned count) {
    if (count > bits_) [[unlikely]]
      detail::packed_too_short();
    window_ <<= count;
    bits_ -= count;
  }

  // count <= 32
  uint64_t take(unsigned count) {
    refill();
    const uint64_t value = window_ >> 1 >> (63 - count);
    skip(count);
    return value;
  }

  uint64_t code(unsigned low_bits) {
    refill();
    const uint64_t stop = uint64_t{1} << (63 - detail::escape_ones);
    const auto ones = static_cast<unsigned>(__builtin_clzll(~window_ | stop));
    if (ones == detail::escape_ones) [[unlikely]]
      return escaped();
    const uint64_t low = window_ << (ones + 1) >> 1 >> (63 - low_bits);
    skip(ones + 1 + low_bits);
    return (uint64_t{ones} << low_bits) | low;
  }

  uint64_t escaped();

  const std::byte* next_;
  const std::byte* end_;
  uint64_t window_ = 0;  // the next bits, left-aligned; zeros where there are none
  unsigned bits_ = 0;    // how many of them count
  unsigned bucket_ = bucket_count;
  uint64_t calls_ = 0;
  detail::Model model_;
};

// Appends one histogram to `out`, which must outlive it. The bytes are whole only after finish().
class HistogramWriter {
 public:
  explicit HistogramWriter(Vector<std::byte>& out);

  // Buckets must come in ascending order, each at most once, with calls > 0 that add up to no more
  // than max_calls.
  void add(unsigned bucket, uint64_t calls);
  void finish();

 private:
  void put(uint64_t value, unsigned bits);
  void put_code(uint64_t value, unsigned low_bits);

  Vector<std::byte>& out_;
  uint64_t pending_ = 0;       // bits not yet in out_, right-aligned
  unsigned pending_bits_ = 0;  // < 8 between calls
  unsigned bucket_ = bucket_count;
  detail::Model model_;
};

// Throws CorruptChunk unless these are the very bytes that HistogramWriter makes of some histogram:
// for bytes of unknown origin. Scratch space of about their size on `scratch`.
void check_packed(std::span<const std::byte> bytes, Resource* scratch);

}  // namespace almanac::core
