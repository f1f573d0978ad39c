// Zone: core.
//
// The median of the neighbourhood of each element.
#pragma once

#include <cstddef>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// out[i] = median of values[i - half .. i + half], cut at the ends. `out` is resized and must not
// be the memory of `values`; no NaN. O(n log n + n min(half, 256)): a window in order while it is
// narrow, counts by rank in a Fenwick tree when it is wide.
void running_median(std::span<const double> values, std::size_t half, Vector<double>& out);

}  // namespace almanac::core
