// Doubles as cells. A cell is an integer, and what compares, packs and rolls up cells compares
// integers; so a double becomes the integer that lies among others as the double does. Numbers with
// few significant bits, such as whole ones, have many zeros at the end, which packing leaves out.
//
// Zone: core.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace almanac::core {

// The cell of a number that is not NaN: order is kept, 0 is 0, and kNull is no number. -0 becomes
// 0.
constexpr int64_t real_cell(double value) {
  const auto bits = std::bit_cast<int64_t>(value + 0.0);
  return bits < 0 ? bits ^ std::numeric_limits<int64_t>::max() : bits;
}

// Back; of kNull NaN.
constexpr double real_of(int64_t cell) {
  return std::bit_cast<double>(cell < 0 ? cell ^ std::numeric_limits<int64_t>::max() : cell);
}

}  // namespace almanac::core
