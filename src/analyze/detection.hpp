// Changes of level in the history of a group of series.
//
// Zone: C++.
#pragma once

#include "analyze/reference.hpp"

namespace almanac::analyze {

// A change of one metric of one series. Times are microseconds since 2000-01-01 UTC.
struct Change {
  std::int32_t series = 0;
  const Metric* metric = nullptr;
  bool provisional = false;   // too young to tell from a peak: only a large jump at the end
  std::int64_t started = 0;   // begin of the first step of the new level
  std::int64_t earliest = 0;  // the start is in one of the steps that begin from here
  std::int64_t latest = 0;    // to here
  std::int64_t ended = 0;     // begin of the first step at which the level is back; kLasting
  double before = 0;          // in the metric's unit
  double after = 0;
  double p = 1;
  double calls_per_day = 0;  // since; 0 if the metric has no calls
};
inline constexpr std::int64_t kLasting = std::numeric_limits<std::int64_t>::max();

// Appends the changes of all series and metrics of the group that `history` has loaded, at least
// least_ratio or least_share each, by series, metric and time. Deterministic. About 0.1 ms per
// metric and hundred steps.
//
// What is older than the last of reference.cuts is no level to compare with. `pinned` has the same
// group in the steps of reference.pinned, or is null. From the end of that baseline on its mean is
// the level before, unless the series has left it already in the same direction: then it is the
// level that it was at, so that what happens to a statement that is slow already is told too. What
// only returns to the baseline is no change, and what creeps away from it in small steps is one.
void find_changes(const StepHistory& history, const Reference& reference, const StepHistory* pinned,
                  std::int32_t group, std::vector<Change>& out);

}  // namespace almanac::analyze
