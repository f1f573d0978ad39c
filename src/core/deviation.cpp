#include "core/deviation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace almanac::core {

using namespace m2_code;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double us_per_ms = 1000;

// M2 of everything up to a look, with its error.
IntervalM2 total_m2(const Spread& spread, double calls_since) {
  const double deviation = spread.stddev_ms * us_per_ms;
  const double m2 = static_cast<double>(spread.calls) * deviation * deviation;
  // The square of a rounded root is off by two units in the last place, the products add as many.
  // The sum itself is off by one unit in the last place for each addition; what both looks share
  // cancels, what was added between them does not, and rounds to either side.
  return {m2, m2 * epsilon * (8 + 2 * std::sqrt(calls_since))};
}

struct Mean {
  double us = 0;
  double error = 0;
};

Mean mean_of(double total_us, double error_us, double calls) {
  const double mean = total_us / calls;
  return {mean, error_us / calls + 2 * epsilon * std::abs(mean)};
}

double total_error(const Spread& spread, double calls_since) {
  return (spread.total_error_ms + spread.total_ms * epsilon * (2 + std::sqrt(calls_since))) *
         us_per_ms;
}

bool small_enough(double m2, double calls, double mean_us) {
  const double deviation = std::sqrt(m2 / calls);
  return deviation <= std::max(0.5, 0.001 * mean_us);
}

}  // namespace

IntervalM2 interval_m2(const Spread& before, const Spread& after) {
  const int64_t calls = after.calls - before.calls;
  if (before.calls < 0 || calls < 0) return {unknown, unknown};
  if (calls <= 1) return {0, 0};
  const auto n_d = static_cast<double>(calls);
  const auto n_b = static_cast<double>(after.calls);
  const auto n_a = static_cast<double>(before.calls);

  const IntervalM2 m2_b = total_m2(after, n_d);
  const double total_d = (after.total_ms - before.total_ms) * us_per_ms;
  const double error_b = total_error(after, n_d);
  const double error_a = before.calls > 0 ? total_error(before, n_d) : 0;
  const Mean mean_d = mean_of(total_d, error_a + error_b, n_d);

  IntervalM2 result = m2_b;
  if (before.calls > 0) {
    const IntervalM2 m2_a = total_m2(before, n_d);
    const Mean mean_a = mean_of(before.total_ms * us_per_ms, error_a, n_a);
    const double distance = mean_d.us - mean_a.us;
    const double distance_error = mean_d.error + mean_a.error;
    const double weight = n_a / n_b * n_d;
    const double shift = weight * distance * distance;
    result.us2 = m2_b.us2 - m2_a.us2 - shift;
    result.error = m2_b.error + m2_a.error + 4 * epsilon * shift +
                   weight * distance_error * (2 * std::abs(distance) + distance_error);
  }
  if (!std::isfinite(result.us2) || !std::isfinite(result.error)) return {unknown, unknown};
  // Below zero by more than rounding: the looks do not belong together.
  if (result.us2 < -result.error) return {unknown, unknown};
  result.us2 = std::max(result.us2, 0.0);
  if (result.error > 0.1 * result.us2 && !small_enough(result.us2 + result.error, n_d, mean_d.us)) {
    return {unknown, unknown};
  }
  return result;
}

int64_t encode_m2(double us2) {
  if (std::isnan(us2) || us2 < 0) return kNull;
  if (us2 < std::ldexp(1.0, lowest_exponent)) return 0;
  if (std::isinf(us2)) return largest_code;
  int exponent = 0;
  const double fraction = std::frexp(us2, &exponent);  // in [0.5, 1)
  int64_t mantissa = std::llround(std::ldexp(fraction, mantissa_bits + 1));
  --exponent;
  if (mantissa == 2 * mantissa_size) {
    mantissa = mantissa_size;
    ++exponent;
  }
  const int64_t code =
      (int64_t{exponent - lowest_exponent + 1} << mantissa_bits) | (mantissa - mantissa_size);
  return std::min(code, largest_code);
}

double stddev_ms(int64_t code, int64_t calls) {
  if (calls < 1) return unknown;
  return std::sqrt(decode_m2(code) / static_cast<double>(calls)) / us_per_ms;
}

}  // namespace almanac::core
