// Zone: core.
//
// Whether a quantity is another in one stretch of time than in another.
#pragma once

#include <optional>

#include "core/changepoint.hpp"
#include "core/robust.hpp"

namespace almanac::core {

// Stretches with fewer values tell nothing: how much they vary by themselves is not known.
inline constexpr std::size_t fewest_to_compare = 8;

// Welch's test of the means of the logarithms of two series, which should have elements of the same
// length; positive if the second is greater. It errs to the safe side:
//   - an element counts by its calls, but the more calls do not make it more certain the more the
//     elements differ among each other (noise.hpp);
//   - the variance of a mean is that of its weighted elements (a sandwich estimate), not one
//   derived
//     from the calls, which are no independent draws;
//   - elements hang together: both samples have the size that independent ones would need, by the
//     lag-1 correlation of what is left in both, corrected for its bias in short series
//     (Marriott and Pope 1954) and raised by a standard error, as it is an estimate;
//   - and any mean may be off by 1 % for reasons that no stretch shows.
//
// Empty if one of them has fewer than fewest_to_compare values, or too few that are independent.
// Arguments and errors as find_changepoints(). O(n).
std::optional<TestResult> compare_levels(const Observations& first, const Observations& second,
                                         Resource* resource);

}  // namespace almanac::core
