// almanac.changepoints().

#include "api/analysis.hpp"
#include "core/changepoint.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

using Series = core::Vector<std::optional<double>>;

// What is there of a series: an element without calls is a gap like one without a value.
struct Present {
  explicit Present(core::Resource* resource)
      : values(resource), calls(resource), positions(resource) {}

  core::Vector<double> values;
  core::Vector<double> calls;
  core::Vector<std::uint32_t> positions;
};

void refuse_calls(std::size_t i) {
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "weights must not be negative")
      .detail("Element " + std::to_string(i + 1) + " is.")
      .hint("Weights are numbers of calls.");
}

void refuse_negative(std::size_t i) {
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "series must not be negative")
      .detail("Element " + std::to_string(i + 1) + " is; logarithms are compared.")
      .hint("Pass log => false for series that may be negative.");
}

void add(Present& present, const Series& series, const Series* weights, bool log) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (weights != nullptr && (*weights)[i].value_or(0) < 0) refuse_calls(i);
    if (log && series[i].value_or(0) < 0) refuse_negative(i);
    if (!series[i] || (weights != nullptr && (*weights)[i].value_or(0) == 0)) continue;
    present.values.push_back(*series[i]);
    present.positions.push_back(static_cast<std::uint32_t>(i));
    if (weights != nullptr) present.calls.push_back(*(*weights)[i]);
  }
}

Present present_elements(FunctionCallInfo fcinfo, bool log, core::Resource* resource) {
  Present present(resource);
  const Series series = series_argument(fcinfo, 0, "series", resource);
  if (fcinfo->args[1].isnull) {
    add(present, series, nullptr, log);
    return present;
  }
  const Series weights = series_argument(fcinfo, 1, "weights", resource);
  if (weights.size() != series.size()) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "series and weights differ in length")
        .detail("They have " + std::to_string(series.size()) + " and " +
                std::to_string(weights.size()) + " elements.");
  }
  add(present, series, &weights, log);
  return present;
}

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
  const Present present = present_elements(fcinfo, options.log, memory.resource());
  const core::Observations observations{.values = core::view(present.values),
                                        .positions = core::view(present.positions),
                                        .calls = core::view(present.calls),
                                        .deviations = {}};
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
