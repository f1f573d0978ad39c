// Zone: core.
//
// When the level of a series changed for good, by how much, and how sure that is.
//
// In this order:
//   1. ln of the values (if they are times or other positive quantities), less the season;
//   2. the noise from the differences of neighbours, weights = 1 / variance (noise.hpp);
//   3. isolated spikes clipped to what the noise allows around the running median of 7;
//   4. optimal partitioning, penalty 3 ln n (segmentation.hpp); again with the penalty inflated by
//      kappa, the variance and lag-1 correlation of what is left: noise that hangs together has
//      fewer independent elements than elements;
//   5. boundaries dropped one by one, the weakest first, until all that are left are significant,
//      large enough, lasting, and still there at the end (boundaries.hpp);
//   6. each moved to the best place between its neighbours, with the set of places that are about
//   as
//      good.
//
// The idea of dropping the weakest boundary comes from Hunter (Fleming et al., arXiv 2301.03034);
// that of joining short intervals into something temporary from A. Akinshin's two-pass detector.
//
// Deterministic; times all values by a constant changes no boundary if they are taken as
// logarithms. Reversed, a series has the mirrored boundaries but for the rule about its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// A series without its gaps. All spans that are not empty are of the same length.
struct Observations {
  std::span<const double> values;
  // Where in the series the values stand, from 0 on and ascending. Empty: 0, 1, 2, ...
  std::span<const std::uint32_t> positions;
  // Calls that each value is a mean of, more than 0. Empty: not known, all values count the same.
  std::span<const double> calls;
  // Standard deviations of the calls within each value. Empty: what calls vary by is estimated.
  std::span<const double> deviations;
};

struct ChangepointOptions {
  bool log = true;              // compare ratios, not differences; values must not be negative
  std::size_t period = 0;       // of the season, in elements of the series; 1: none; 0: look for it
  double min_effect = 0.05;     // relative change below which a boundary is dropped
  double max_p = 1e-3;          // of a boundary
  double min_calls = 30;        // on both sides, if calls are known
  std::size_t min_segment = 6;  // elements
  std::size_t transient = 12;   // a level that lasts shorter and returns is none
  double penalty = 3;           // times ln n
};

struct Changepoint {
  std::uint32_t at = 0;        // position of the first element of the new level
  std::uint32_t earliest = 0;  // the start is not before,
  std::uint32_t latest = 0;    // and not after this position, with 93 % confidence
  double before = 0;           // levels: geometric mean if log, else mean; spikes clipped
  double after = 0;
  double change = 0;  // after / before - 1; (after - before) / |before| if not log, may be infinite
  double p = 1;       // of the difference of the levels, not corrected for the search
};

// The change points in the order of time. Fewer than 12 values have none.
//
// Throws std::invalid_argument if a value is NaN or infinite, or negative though `log`; if a number
// of calls is not above 0 and finite; if a deviation is NaN, infinite or negative; if spans differ
// in length. O(n log n) typically; memory about 150 bytes a value.
Vector<Changepoint> find_changepoints(const Observations& observations,
                                      const ChangepointOptions& options, Resource* resource);

}  // namespace almanac::core
