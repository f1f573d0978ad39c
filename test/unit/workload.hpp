// Zone: core.
//
// Samples as a busy server makes them: 43 columns as of pg_stat_statements, most of them zero.
#pragma once

#include <cstddef>

#include "core/chunk.hpp"
#include "support.hpp"

namespace almanac::core::test {

inline constexpr size_t statement_columns = 43;

// `series` statements over `ticks` minutes, each active in a minute with probability `activity`.
// Calls vary as the square root of their mean, times around a mean of their own, rows and blocks
// per call are nearly constant; a few statements read from disk, write, use temporary files, or are
// planned.
Batch statement_batch(size_t series, size_t ticks, double activity, uint64_t seed,
                      Resource* resource);

}  // namespace almanac::core::test
