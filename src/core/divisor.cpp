#include "core/divisor.hpp"

#include <bit>
#include <limits>
#include <numeric>

#include "core/bytes.hpp"

namespace almanac::core {

uint64_t common_divisor(std::span<const int64_t> values) {
  uint64_t divisor = 0;
  size_t affected = 0;
  for (const int64_t value : values) {
    if (value == 0) continue;
    ++affected;
    const uint64_t size =
        value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    if (divisor == 0 || size % divisor != 0) divisor = std::gcd(divisor, size);
    if (divisor == 1) return 1;
  }
  // At 2^63 a quotient could not be multiplied back as a signed number.
  if (divisor == 0 || divisor > uint64_t{std::numeric_limits<int64_t>::max()}) return 1;
  const size_t bits = affected * static_cast<size_t>(std::bit_width(divisor) - 1);
  return bits > 8 * (varint_size(divisor) + 1) ? divisor : 1;
}

}  // namespace almanac::core
