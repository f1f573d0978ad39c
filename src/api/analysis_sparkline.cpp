// almanac.sparkline().

#include "api/analysis.hpp"
#include "api/screen.hpp"
#include "core/sparkline.hpp"
#include "pg/memory.hpp"

namespace almanac::api {

ALMANAC_FUNCTION(almanac_sparkline) {
  pg::OwnedContext memory(CurrentMemoryContext, "almanac sparkline");
  const auto series = series_argument(fcinfo, 0, "series", memory.resource());
  const core::String line =
      core::sparkline(core::view(series), !draws_unicode(), memory.resource());
  return pg::result(std::string_view(line.data(), line.size()));
}

}  // namespace almanac::api
