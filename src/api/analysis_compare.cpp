// almanac.compare_series().

#include "api/analysis.hpp"
#include "core/comparison.hpp"
#include "pg/memory.hpp"

namespace almanac::api {

// (series1, weights1, series2, weights2): the p-value, NULL if there is too little to tell.
ALMANAC_FUNCTION(almanac_compare_series) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.null(0) || arguments.null(2)) return pg::result(fcinfo, nullptr);
  pg::OwnedContext memory(CurrentMemoryContext, "almanac comparison of series");
  const Present first = present_argument(fcinfo, 0, true, memory.resource());
  const Present second = present_argument(fcinfo, 2, true, memory.resource());
  const auto test =
      core::compare_levels(first.observations(), second.observations(), memory.resource());
  return pg::result(fcinfo, test ? pg::Arg(test->p) : pg::Arg(nullptr));
}

}  // namespace almanac::api
