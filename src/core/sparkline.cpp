#include "core/sparkline.hpp"

#include <algorithm>
#include <cmath>

namespace almanac::core {

namespace {

constexpr int heights = 8;
constexpr char ascii_heights[] = "_.-:=+*#";

}  // namespace

String sparkline(std::span<const std::optional<double>> values, bool ascii, Resource* resource) {
  double least = HUGE_VAL;
  double greatest = -HUGE_VAL;
  for (const std::optional<double>& value : values) {
    if (!value) continue;
    least = std::min(least, *value);
    greatest = std::max(greatest, *value);
  }
  String line(resource);
  line.reserve(values.size() * 3);
  for (const std::optional<double>& value : values) {
    if (!value) {
      line += ' ';
      continue;
    }
    // Halves, because the range of two finite numbers may be infinite.
    const double range = greatest / 2 - least / 2;
    const double share = range > 0 ? (*value / 2 - least / 2) / range : 0;
    const int height = std::min(static_cast<int>(share * heights), heights - 1);
    if (ascii) {
      line += ascii_heights[height];
    } else {
      line += "\xE2\x96";  // U+2581 to U+2588
      line += static_cast<char>(0x81 + height);
    }
  }
  return line;
}

}  // namespace almanac::core
