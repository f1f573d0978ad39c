// Zone: core.
//
// Change points put together to what a person calls a change: from which level to which, since
// when, and whether it is over.
#pragma once

#include <cstdint>
#include <limits>

#include "core/changepoint.hpp"

namespace almanac::core {

struct Shift {
  static constexpr std::uint32_t lasting = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t at = 0;  // positions, as of a Changepoint
  std::uint32_t earliest = 0;
  std::uint32_t latest = 0;
  std::uint32_t until = lasting;  // first position at which the level is back
  std::uint32_t last = 0;         // last position of the new level
  double before =
      0;             // means over all calls, before on the last level that was kept for long enough
  double after = 0;  // and since, up to `until`
  double change = 0;  // after / before - 1; infinite if before is 0
  double p = 1;       // of the first change point
  double calls = 0;   // since, up to `until`; number of elements if calls are not known
};

struct ShiftOptions {
  ChangepointOptions changepoints;
  std::size_t baseline = 24;  // elements that a level must have to be what others are compared with
  // Positions, ascending, from which on everything is new: a deployment. A change that begins at
  // least `baseline` elements after one is compared with nothing before it.
  std::span<const std::uint32_t> cuts;
};

// The lasting changes of a series in the order of time; what went up and came back within a few
// elements is none. Compared with is the last level that lasted for `baseline` elements, or else
// all that was before, since the last cut if there is one; steps in one direction that follow each
// other with the same level to compare with are one change, from the first on. It is over when half
// of it is gone.
//
// As find_changepoints() in arguments, errors, time and memory.
Vector<Shift> find_shifts(const Observations& observations, const ShiftOptions& options,
                          Resource* resource);

}  // namespace almanac::core
