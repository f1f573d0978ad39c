// Zone: core.
//
// What sizes in bytes and times in seconds have in common: all are multiples of something.
#pragma once

#include <cstdint>
#include <span>

namespace almanac::core {

// The greatest number that all values are multiples of, if it pays to divide them by it; else 1.
// O(values), and usually over after the first few.
uint64_t common_divisor(std::span<const int64_t> values);

}  // namespace almanac::core
