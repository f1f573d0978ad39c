// almanac.changepoints().

#include "api/analysis.hpp"
#include "core/changepoint.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

core::ChangepointOptions read_options(const pg::Arguments& arguments) {
  core::ChangepointOptions options;
  const std::optional<std::int32_t> period = arguments.maybe<std::int32_t>(2);
  if (period && *period < 0) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "period must not be negative")
        .hint("Pass 24 for hours of a day, 1 if nothing repeats, or NULL to look for a period.");
  }
  if (period) options.period = std::max<std::size_t>(static_cast<std::size_t>(*period), 1);
  options.min_effect = arguments.maybe<double>(3).value_or(options.min_effect);
  if (!(options.min_effect >= 0) || std::isinf(options.min_effect)) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "min_effect must be 0 or more")
        .hint("Pass 0.05 for changes of 5 % or more.");
  }
  options.log = arguments.maybe<bool>(4).value_or(options.log);
  return options;
}

std::int32_t number(std::uint32_t position) { return static_cast<std::int32_t>(position) + 1; }

}  // namespace

// Rows (at, earliest, latest, level_before, level_after, change, p_value).
ALMANAC_FUNCTION(almanac_changepoints) {
  const pg::Arguments arguments(fcinfo);
  pg::RowWriter rows(fcinfo);
  if (arguments.null(0)) return rows.done();
  pg::OwnedContext memory(CurrentMemoryContext, "almanac change points");
  const core::ChangepointOptions options = read_options(arguments);
  const Present present = present_argument(fcinfo, 0, options.log, memory.resource());
  const core::Observations observations = present.observations();
  for (const core::Changepoint& point :
       core::find_changepoints(observations, options, memory.resource())) {
    rows.add({number(point.at), number(point.earliest), number(point.latest), point.before,
              point.after,
              std::isfinite(point.change) ? std::optional<double>(point.change) : std::nullopt,
              point.p});
  }
  return rows.done();
}

}  // namespace almanac::api
