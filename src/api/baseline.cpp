// almanac.expected().

#include "core/baseline.hpp"

#include "api/analysis.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

const char* name_of(core::Grain grain) {
  switch (grain) {
    case core::Grain::flat: return "flat";
    case core::Grain::hour_of_day: return "hour of day";
    case core::Grain::hour_of_week: return "hour of week";
    case core::Grain::none: break;
  }
  return "not enough history";
}

void check_length(std::size_t times, std::size_t other, const char* name) {
  if (times != other) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                      std::string("times and ") + name + " differ in length")
        .detail("They have " + std::to_string(times) + " and " + std::to_string(other) +
                " elements.");
  }
}

}  // namespace

// One row (expected, lower, upper, spread, grain, points).
ALMANAC_FUNCTION(almanac_expected) {
  const pg::Arguments arguments(fcinfo);
  pg::RowWriter rows(fcinfo);
  pg::OwnedContext memory(CurrentMemoryContext, "almanac baseline");
  core::Resource* resource = memory.resource();
  core::Vector<std::int64_t> times(resource);
  core::Vector<double> values(resource);
  core::Vector<double> weights(resource);
  if (arguments.null(2) || TIMESTAMP_NOT_FINITE(arguments.get<pg::Timestamp>(2).us)) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "time of a baseline must be finite");
  }
  if (!arguments.null(0) && !arguments.null(1)) {
    const auto stamps = arguments.array<pg::Timestamp>(0, resource);
    const auto series = series_argument(fcinfo, 1, "series", resource);
    check_length(stamps.size(), series.size(), "series");
    const bool weighted = !arguments.null(3);
    core::Vector<std::optional<double>> weight(resource);
    if (weighted) {
      weight = series_argument(fcinfo, 3, "weights", resource);
      check_length(stamps.size(), weight.size(), "weights");
    }
    for (std::size_t i = 0; i < stamps.size(); ++i) {
      if (series[i] && !TIMESTAMP_NOT_FINITE(stamps[i].us)) {
        times.push_back(stamps[i].us);
        values.push_back(*series[i]);
        weights.push_back(weighted ? weight[i].value_or(0) : 1);
      }
    }
  }
  const core::Expected found = core::expected_at(
      core::view(times), core::view(values), core::view(weights),
      arguments.get<pg::Timestamp>(2).us, arguments.maybe<bool>(4).value_or(true), resource);
  const auto points = static_cast<std::int32_t>(found.points);
  if (found.grain == core::Grain::none) {
    rows.add({nullptr, nullptr, nullptr, nullptr, name_of(found.grain), points});
  } else {
    rows.add({found.level, found.lower, found.upper, found.spread, name_of(found.grain), points});
  }
  return rows.done();
}

}  // namespace almanac::api
