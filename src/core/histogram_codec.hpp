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

// Chooses the parameter of the codes of one kind of number.
class RiceMean {
 public:
  explicit constexpr RiceMean(uint64_t sixteenths) : sixteenths_(sixteenths) {}
  unsigned gap_bits() const { return static_cast<unsigned>(std::bit_width(sixteenths_ >> 4)); }
  unsigned count_bits() const {
    return static_cast<unsigned>(std::bit_width(sixteenths_ * 9 >> 8));
  }
  void learn(uint64_t value) {
    sixteenths_ = (sixteenths_ + 16 * (value < limit ? value : limit)) / 2;
  }

 private:
  static constexpr uint64_t limit = uint64_t{1} << 32;
  uint64_t sixteenths_;
};

// What reader and writer have to agree on.
struct Model {
  RiceMean gaps{32};
  RiceMean counts{16};
};

}  // namespace detail

// Reads packed bytes, which it does not own, bucket by bucket:
//
//   HistogramReader reader(bytes);
//   for (Used used; reader.next(used);) calls += used.calls;
class HistogramReader {
 public:
  // Throws CorruptChunk if there are no bytes, too many, or they are of another version.
  explicit HistogramReader(std::span<const std::byte> bytes);

  // The next used bucket in ascending order; false at the end. Throws CorruptChunk if the bytes end
  // too early, a bucket does not exist, or the counts add up to more than max_calls.
  bool next(Used& used);

 private:
  uint64_t peek() const;
  uint64_t take(unsigned bits);
  uint64_t code(unsigned low_bits);

  const std::byte* bytes_;
  size_t size_;    // bytes
  size_t at_ = 0;  // bits
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
