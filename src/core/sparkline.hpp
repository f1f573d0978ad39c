// Zone: core.
//
// A series as a line of text.
#pragma once

#include <optional>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// One character for each element: eight heights from the least (U+2581) to the greatest value
// (U+2588), a space for a gap. If all are equal, they have the least height. `ascii` draws with
// _.-:=+*# instead, for encodings without block elements. Values must be finite. O(n).
String sparkline(std::span<const std::optional<double>> values, bool ascii, Resource* resource);

}  // namespace almanac::core
