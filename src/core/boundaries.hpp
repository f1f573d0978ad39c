// Zone: core.
//
// Which of the boundaries between segments are changes of level.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/memory.hpp"
#include "core/segmentation.hpp"

namespace almanac::core {

// What boundaries are judged by. Everything is about prepared values: logarithms if `log`, less the
// season, weighted by the reciprocal of their variance.
struct Judgement {
  bool log = true;
  double min_effect = 0.05;
  double max_p = 1e-3;
  double min_calls = 30;
  std::size_t transient = 12;
  double kappa = 1;   // by how much the variance of a level is more than the weights say
  double rho = 0;     // lag-1 correlation of what is left, 0 <= rho < 1
  double origin = 0;  // what 0 among the values stands for, if not log
};

// A boundary, with what lies on both sides up to the next ones.
struct Boundary {
  std::uint32_t at = 0;
  double before = 0;  // weighted means of the prepared values
  double after = 0;
  double effect = 0;  // |relative change| as compared with min_effect
  double p = 1;
};

// Drops from `starts` those that do not count, until nothing is left to drop; of these rules the
// first that finds one, the weakest by it, each time:
//   1. significance: p > max_p in a t test of neighbours, or fewer than min_calls on one side;
//   2. effect: less than min_effect;
//   3. transient: two boundaries closer than `transient`, after which the level is back within half
//      of the excursion: both;
//   4. tail: the last quarter of the last segment, or its last 3 elements, does not show half of
//   the
//      shift; or the segment is younger than `transient` and not 70 % of its elements are beyond
//      the middle of the shift. This is the one rule that knows a direction of time.
// `calls` may be empty: then rule 1 does not ask for them. O(k log k + n) for k boundaries.
void prune(const WeightedSums& sums, std::span<const double> values, std::span<const double> calls,
           const Judgement& judgement, Vector<std::uint32_t>& starts);

// A boundary at `middle` between the segments from `begin` and up to `end`.
Boundary describe(const WeightedSums& sums, const Judgement& judgement, std::size_t begin,
                  std::size_t middle, std::size_t end);

}  // namespace almanac::core
