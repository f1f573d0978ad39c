// Zone: core.
//
// What repeats with a period, such as the hour of the day, taken out of a series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// Fewer whole periods than these tell nothing.
inline constexpr std::size_t least_periods = 3;

// The level of each phase, that is of the elements at positions p with p mod period = phase: the
// median of their distances from the running median over one period, less the mean of all phases,
// so that its sum is 0. 0 for a phase without elements.
//
// Empty if there is no such season worth taking out: fewer than 3 periods of elements, or a
// forecast of each element from the others of its phase does not lose a quarter of the variance (by
// the median absolute deviation). Because an element takes no part in its own forecast, the noise
// of a few periods is no season.
//
// `positions` ascend strictly; as many as values. No NaN. O(n log n).
Vector<double> find_season(std::span<const double> values, std::span<const std::uint32_t> positions,
                           std::size_t period, Resource* resource);

// The season, as above, with the period of the usual ones (such as 7, 12, 24, 168, 1440) that
// forecasts best. A period is tried only if elements one period apart are more alike than those
// half a period apart.
Vector<double> find_usual_season(std::span<const double> values,
                                 std::span<const std::uint32_t> positions, Resource* resource);

// Takes the season out of the values. Nothing if it is empty.
void take_out(std::span<const double> season, std::span<const std::uint32_t> positions,
              std::span<double> values);

}  // namespace almanac::core
