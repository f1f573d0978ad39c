// Zone: core.
//
// Batches without some of their series.
#pragma once

#include <cstdint>
#include <span>

#include "core/chunk.hpp"

namespace almanac::core {

// Takes the samples of `series` (ascending; those that the batch does not have are skipped) out of
// a batch that passes check(), in place: ticks stay, also such without samples. Returns how many
// series are gone. O(samples * columns), and for histograms a copy of those that stay.
size_t remove_series(Batch& batch, std::span<const int32_t> series);

}  // namespace almanac::core
