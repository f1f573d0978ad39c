// What the level of a metric is compared with, beside its own past: a pinned baseline, and not what
// was before a deployment.
//
// Zone: C++.
#pragma once

#include <optional>

#include "analyze/step_history.hpp"
#include "pg/spi.hpp"

namespace almanac::analyze {

// The baseline that was pinned last of those that count. Times are microseconds since 2000-01-01.
struct Pinned {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

struct Reference {
  std::vector<std::int64_t> cuts;  // times at which the rolling baseline begins anew, ascending
  std::optional<Pinned> pinned;
};

// What holds for a window, as the active snapshot sees it.
Reference read_reference(pg::Spi& spi, const Steps& steps);

// Steps that cover the whole steps of a pinned baseline: as long as those of the analysis, or as
// long as it takes to have no more than a thousand.
Steps steps_of(const Pinned& pinned, std::int64_t length);

// The mean of a metric over a pinned baseline, over all calls; empty if it has too few values there
// to say.
std::optional<double> pinned_level(const StepHistory& pinned, unsigned member, const Metric& metric,
                                   Values& scratch);

}  // namespace almanac::analyze
