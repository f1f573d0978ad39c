// Zone: core.
//
// Integers as exponential Golomb codes: few bits for what is near the smallest, more for what is
// far from it. Where most values are small and some are not, as counts of an interval, that is a
// third smaller than blocks of one width; but a value can only be found by reading all before it.
// See chunk_format.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/bytes.hpp"

namespace almanac::core {

// The cheapest order for a sequence and its exact size.
struct GolombChoice {
  unsigned order = 0;
  size_t bytes = SIZE_MAX;  // with order and base; SIZE_MAX: the values lie too far apart
};

// `low` and `high`: the least and the greatest of the values, of which there is one at least.
// O(values).
GolombChoice plan_golomb(std::span<const int64_t> values, int64_t low, int64_t high);

// Appends order, base and codes. `values` must not be empty, `order` be what plan_golomb() says.
void write_golomb(ByteWriter& out, std::span<const int64_t> values, unsigned order);

// Reads as many values as `out` is long, and goes no further. Throws CorruptChunk.
void read_golomb(ByteReader& in, std::span<int64_t> out);

}  // namespace almanac::core
