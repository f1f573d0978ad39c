// Zone: core. What takes nanoseconds is constexpr, neither allocates nor throws, and may be called
// anywhere, hooks included.
//
// Which bucket a duration falls into.
//
// Buckets are log-linear, as in HdrHistogram (Tene) and folly's and DataDog's log-linear mappings:
// each power of two from 2^10 ns (1.024 us) to 2^42 ns (73 min) is cut into 16 buckets of equal
// width. One bucket below takes everything shorter, one above everything longer: 514 in all. The
// number of a bucket is the leading bits of the value and grows with it, so the mapping is
// monotone.
//
//   bucket        0: [0, 1024) ns
//   bucket 16 e + s + 1, 0 <= s < 16: [(16 + s) 2^(e+6), (17 + s) 2^(e+6)) ns,   0 <= e < 32
//   bucket      513: [2^42, ...) ns
//
// A bucket stands for 2LU/(L+U), the value whose relative distance from both bounds is the same,
// (U-L)/(U+L) <= 1/33. That is the promise: a quantile differs from the value at its rank by at
// most 3.03 %. Below 1.024 us it is off by at most 0.512 us; of 73 min and more only the lower
// bound is known.
#pragma once

#include <bit>
#include <cstdint>

namespace almanac::core {

inline constexpr unsigned sub_bucket_bits = 4;
inline constexpr unsigned sub_bucket_count = 1U << sub_bucket_bits;
inline constexpr unsigned lowest_octave = 10;   // the first that is cut: 2^10 ns
inline constexpr unsigned highest_octave = 42;  // the first that no longer is: 2^42 ns
inline constexpr unsigned bucket_count = ((highest_octave - lowest_octave) << sub_bucket_bits) + 2;
inline constexpr unsigned last_bucket = bucket_count - 1;
static_assert(bucket_count == 514, "counts are stored by the number of their bucket");

// Largest relative distance of a value from what its bucket stands for, from 1.024 us to 73 min.
inline constexpr double bucket_error = 1.0 / (2 * sub_bucket_count + 1);

// The bucket of a duration in nanoseconds. About 1 ns.
constexpr unsigned bucket_of(uint64_t ns) noexcept {
  if (ns < uint64_t{1} << lowest_octave) return 0;
  if (ns >= uint64_t{1} << highest_octave) return last_bucket;
  const unsigned octave = static_cast<unsigned>(std::bit_width(ns)) - 1;
  const auto leading = static_cast<unsigned>(ns >> (octave - sub_bucket_bits));
  return 1 + ((octave - lowest_octave) << sub_bucket_bits) + leading - sub_bucket_count;
}

// The least duration of a bucket in nanoseconds.
constexpr uint64_t bucket_lower_ns(unsigned bucket) noexcept {
  if (bucket == 0) return 0;
  const unsigned octave = (bucket - 1) >> sub_bucket_bits;
  const uint64_t leading = sub_bucket_count + ((bucket - 1) & (sub_bucket_count - 1));
  return leading << (octave + lowest_octave - sub_bucket_bits);
}

// The end of a bucket in nanoseconds, which is not in it. The last one ends at UINT64_MAX.
constexpr uint64_t bucket_upper_ns(unsigned bucket) noexcept {
  return bucket >= last_bucket ? UINT64_MAX : bucket_lower_ns(bucket + 1);
}

// The same in milliseconds. The last bucket ends at infinity.
double bucket_lower_ms(unsigned bucket) noexcept;
double bucket_upper_ms(unsigned bucket) noexcept;

// What a bucket stands for, in milliseconds; the lower bound for the last one.
double bucket_value_ms(unsigned bucket) noexcept;

// The bucket with bucket_lower_ms() <= ms < bucket_upper_ms(), exactly so. Throws
// std::invalid_argument for NaN and infinity, std::out_of_range for negative values.
unsigned bucket_of_ms(double ms);

}  // namespace almanac::core
