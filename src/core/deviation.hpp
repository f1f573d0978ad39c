// Zone: core.
//
// The spread of the times within one interval, from a mean and a standard deviation that are kept
// since the beginning.
//
// M2 is the sum of squared distances from the mean: n * stddev^2 for the population stddev that
// pg_stat_statements reports. Chan, Golub and LeVeque (1979, "Updating formulae and a pairwise
// algorithm for computing sample variances") merge two groups:
//
//   M2(a+d) = M2(a) + M2(d) + n(a) n(d) / n(a+d) * (mean(d) - mean(a))^2
//
// What adding up does for every sample is inline, without calls into the mathematical library.
//
// Solved for the interval d this subtracts large, nearly equal numbers. Every result here therefore
// has an error bound, and where the bound is too wide the answer is "unknown", not a number.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "core/chunk.hpp"

namespace almanac::core {

// What a source says about a statement since it was first seen. All zero: never called.
struct Spread {
  int64_t calls = 0;
  double total_ms = 0;
  double stddev_ms = 0;  // population; NaN: not known
  double total_error_ms =
      0;  // absolute error of total_ms beyond its last bit (0.0005 if rounded to us)
};

// M2 of an interval with the half-width of the interval that surely holds the true value.
struct IntervalM2 {
  double us2 = 0;    // microseconds squared, >= 0; NaN: not known
  double error = 0;  // same unit
};

// M2 of what was called between the two looks. 0 with error 0 for no call or one call. NaN when
// stddev is not known on a side that matters, calls went backwards, the two looks contradict each
// other, or the error bound exceeds 10 % of the result, unless even with the bound added the
// standard deviation is below 0.5 us or 0.1 % of the mean. O(1).
IntervalM2 interval_m2(const Spread& before, const Spread& after);

// How codes are made: exponents from -30 on, 12 bits of mantissa.
namespace m2_code {
inline constexpr int mantissa_bits = 12;
inline constexpr int64_t mantissa_size = int64_t{1} << mantissa_bits;
inline constexpr int lowest_exponent = -30;
inline constexpr int highest_exponent = 1023;
inline constexpr int64_t largest_code =
    (int64_t{highest_exponent - lowest_exponent + 2} << mantissa_bits) - 1;
}  // namespace m2_code

// M2 as a sample cell: an integer whose order is that of the values. 0 is zero (and all below 2^-30
// us^2), kNull is unknown; else (exponent << 12 | 12 bits of mantissa), relative error <= 2^-13.
// NaN and negative values become kNull, what is too large the largest code.
int64_t encode_m2(double us2);
// The value of a code; NaN for kNull and for integers that encode_m2 never returns.
inline double decode_m2(int64_t code) {
  using Double = std::numeric_limits<double>;
  static_assert(Double::is_iec559);
  if (code == 0) return 0;
  if (code < m2_code::mantissa_size || code > m2_code::largest_code) return Double::quiet_NaN();
  // A code is the upper part of a double's bits with another bias of the exponent.
  constexpr int64_t rebias = Double::max_exponent - 1 + m2_code::lowest_exponent - 1;
  constexpr int mantissa_bits = Double::digits - 1;
  return std::bit_cast<double>((code << (mantissa_bits - m2_code::mantissa_bits)) +
                               (rebias << mantissa_bits));
}

// The population standard deviation in ms of `calls` calls whose M2 has this code; NaN if unknown
// or calls < 1.
double stddev_ms(int64_t code, int64_t calls);

// What samples add up to, over time or over series.
struct Moments {
  double calls = 0;
  double total_us = 0;
  double m2_us2 = 0;  // NaN: not known
};

// Both together (Chan et al.). Unknown in, unknown out, unless that side has no calls.
inline Moments merge(const Moments& a, const Moments& b) {
  if (!(a.calls > 0)) return b;
  if (!(b.calls > 0)) return a;
  const double calls = a.calls + b.calls;
  const double distance = b.total_us / b.calls - a.total_us / a.calls;
  return {calls, a.total_us + b.total_us,
          a.m2_us2 + b.m2_us2 + a.calls / calls * b.calls * distance * distance};
}
// The moments of one sample: its calls, its total in us, its code of M2.
inline Moments moments(int64_t calls, int64_t total_us, int64_t code) {
  return {static_cast<double>(calls), static_cast<double>(total_us), decode_m2(code)};
}

}  // namespace almanac::core
