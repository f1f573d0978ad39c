#include "core/buckets.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace almanac::core {

namespace {

constexpr double ns_per_ms = 1e6;

}  // namespace

double bucket_lower_ms(unsigned bucket) noexcept {
  return static_cast<double>(bucket_lower_ns(bucket)) / ns_per_ms;
}

double bucket_upper_ms(unsigned bucket) noexcept {
  return bucket >= last_bucket ? std::numeric_limits<double>::infinity()
                               : bucket_lower_ms(bucket + 1);
}

double bucket_value_ms(unsigned bucket) noexcept {
  if (bucket == 0) return bucket_upper_ms(0) / 2;
  if (bucket >= last_bucket) return bucket_lower_ms(last_bucket);
  const double lower = bucket_lower_ms(bucket);
  const double upper = bucket_upper_ms(bucket);
  return 2 * lower * upper / (lower + upper);
}

unsigned bucket_of_ms(double ms) {
  if (!std::isfinite(ms)) throw std::invalid_argument("value must be finite");
  if (ms < 0) throw std::out_of_range("value must not be negative");
  const double ns = ms * ns_per_ms;
  if (ns >= static_cast<double>(bucket_lower_ns(last_bucket))) return last_bucket;
  // The product is rounded: a value at a bound may come out a hair below it.
  const unsigned bucket = bucket_of(static_cast<uint64_t>(ns));
  if (ms >= bucket_upper_ms(bucket)) return bucket + 1;
  return bucket > 0 && ms < bucket_lower_ms(bucket) ? bucket - 1 : bucket;
}

}  // namespace almanac::core
