// Zone: core.
//
// How much the elements of a series vary by themselves, and how much for want of calls.
#pragma once

#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// The variance of an element that is a mean over `calls` calls is between + per_call / calls.
struct Noise {
  double between = 0;
  double per_call = 0;

  double variance(double calls) const { return between + per_call / calls; }
};

// Estimates the noise from the differences of neighbours, which level shifts leave alone:
// E[(y[i+1] - y[i])^2] / 2 = between + per_call * (1/n[i+1] + 1/n[i]) / 2. A robust variance of the
// differences in the third with the most calls and in that with the fewest gives both. `per_call`
// is used instead if it is not negative, for callers that know it; it is 0 if `calls` is empty.
//
// `between` is at least floor^2 and at least half of the robust variance of all values: in a series
// that drifts every stretch differs from the next, which is no news.
//
// The median of the values is 0; no NaN; calls above 0. O(n).
Noise estimate_noise(std::span<const double> values, std::span<const double> calls, double per_call,
                     double floor, Resource* resource);

}  // namespace almanac::core
