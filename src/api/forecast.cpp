// almanac.forecast() and almanac.time_to(): projections of anybody's own series.

#include "core/forecast.hpp"

#include <chrono>
#include <cmath>

#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t most_elements = 100'000;

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, std::move(message)).hint(std::move(hint));
}

void check_size(std::size_t size, const char* name) {
  if (size <= most_elements) return;
  refuse("\"" + std::string(name) + "\" has " + std::to_string(size) + " elements",
         "At most 100000 are possible. Take one value an hour or a day.");
}

core::Vector<std::int64_t> times_argument(const pg::Arguments& arguments, int i, const char* name,
                                          core::Resource* memory) {
  const auto elements = arguments.array<std::optional<pg::Timestamp>>(i, memory);
  check_size(elements.size(), name);
  core::Vector<std::int64_t> times(memory);
  times.reserve(elements.size());
  for (const auto& element : elements) {
    if (!element || TIMESTAMP_NOT_FINITE(element->us)) {
      refuse("element " + std::to_string(times.size() + 1) + " of \"" + name + "\" is " +
                 (element ? "infinite" : "null"),
             "Leave it out; a value that is unknown is a null in \"series\".");
    }
    times.push_back(element->us);
  }
  return times;
}

// A history as two arrays of one length; nulls in `series` are gaps.
struct Series {
  core::Vector<std::int64_t> times;
  core::Vector<double> values;
};

Series series_argument(const pg::Arguments& arguments, core::Resource* memory) {
  Series series{times_argument(arguments, 0, "times", memory), core::Vector<double>(memory)};
  const auto elements = arguments.array<std::optional<double>>(1, memory);
  check_size(elements.size(), "series");
  if (elements.size() != series.times.size()) {
    refuse("\"times\" has " + std::to_string(series.times.size()) + " elements and \"series\" " +
               std::to_string(elements.size()),
           "Aggregate both in one query, with the same ORDER BY.");
  }
  for (std::size_t i = 1; i < series.times.size(); ++i) {
    if (series.times[i] < series.times[i - 1]) {
      refuse("element " + std::to_string(i + 1) + " of \"times\" is earlier than the one before",
             "Use array_agg(... ORDER BY time) for both arrays.");
    }
  }
  series.values.reserve(elements.size());
  for (const auto& element : elements) {
    if (element && !std::isfinite(*element)) {
      refuse("element " + std::to_string(series.values.size() + 1) + " of \"series\" is " +
                 (std::isnan(*element) ? "NaN" : "infinite"),
             "What is unknown is a null.");
    }
    series.values.push_back(element.value_or(std::nan("")));
  }
  return series;
}

core::ForecastKind kind_argument(std::string_view kind) {
  if (kind == "auto") return core::ForecastKind::automatic;
  if (kind == "growth") return core::ForecastKind::growth;
  if (kind == "metric") return core::ForecastKind::metric;
  refuse(
      "unknown kind of series \"" + std::string(kind) + "\"",
      "Kinds are \"growth\" for sizes and counters, \"metric\" for anything else, and \"auto\".");
}

// The day in UTC, so that the result depends on no setting.
std::string day_of(std::int64_t us) {
  using namespace std::chrono;
  constexpr sys_days epoch = year{2000} / January / 1;
  const year_month_day day(epoch + floor<days>(microseconds(us)));
  const auto digits = [](unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return std::to_string(static_cast<int>(day.year())) + "-" +
         digits(static_cast<unsigned>(day.month())) + "-" +
         digits(static_cast<unsigned>(day.day()));
}

std::string name_of(const core::Candidate& candidate) {
  std::string name = "seasonal naive";
  if (candidate.method == core::Method::damped) name = "damped trend";
  if (candidate.method == core::Method::theta) name = "Theta";
  if (candidate.period > 1) return name + " (" + std::to_string(candidate.period) + ")";
  return candidate.method == core::Method::naive ? "naive" : name;
}

std::string shape_changed_text(std::int64_t at) {
  return "shape changed on " + day_of(at) + ", refitting";
}

std::string method_of(const core::Forecast& forecast) {
  if (forecast.kind() == core::ForecastKind::growth) {
    std::string text = "growth";
    if (forecast.is_short()) text += ", short history";
    if (const auto at = forecast.shape_changed()) text += ", " + shape_changed_text(*at);
    return text;
  }
  std::string text = "metric";
  const char* separator = ": ";
  for (const core::Candidate& candidate : forecast.candidates()) {
    const auto percent = std::lround(candidate.weight * 100);
    if (percent == 0) continue;
    text += separator + name_of(candidate) + " " + std::to_string(percent) + " %";
    separator = ", ";
  }
  return text;
}

std::string verdict_of(const core::Arrival& arrival) {
  switch (arrival.verdict) {
    case core::Verdict::growing: return "growing";
    case core::Verdict::falling: return "falling";
    case core::Verdict::reached: return "reached";
    case core::Verdict::not_growing: return "not growing";
    case core::Verdict::not_within_two_years: return "not within two years";
    case core::Verdict::shape_changed: return shape_changed_text(*arrival.changed);
    case core::Verdict::not_enough_history: break;
  }
  return "not enough history";
}

std::optional<pg::Timestamp> timestamp(const std::optional<std::int64_t>& us) {
  if (!us) return std::nullopt;
  return pg::Timestamp{*us};
}

}  // namespace

// Rows (time, value, lower_80, upper_80, lower_95, upper_95, method), one for each element of the
// horizon.
ALMANAC_FUNCTION(almanac_forecast) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext scratch(CurrentMemoryContext, "pg_almanac forecast");
  core::Resource* memory = scratch.resource();
  pg::RowWriter rows(fcinfo);
  const Series series = series_argument(arguments, memory);
  const auto horizon = times_argument(arguments, 2, "horizon", memory);
  const core::ForecastKind kind = kind_argument(arguments.get<std::string_view>(3));
  if (horizon.empty()) return rows.done();
  const core::Forecast forecast(core::view(series.times), core::view(series.values), kind,
                                *std::max_element(horizon.begin(), horizon.end()), memory);
  const std::string method = method_of(forecast);
  for (const std::int64_t time : horizon) {
    const pg::Timestamp at{time};
    if (!forecast.has_model() || !forecast.enough(time)) {
      rows.add({at, nullptr, nullptr, nullptr, nullptr, nullptr, "not enough history"});
    } else if (!forecast.ahead(time)) {
      rows.add({at, nullptr, nullptr, nullptr, nullptr, nullptr, "not after the last value"});
    } else {
      const core::Band band = forecast.at(time);
      rows.add(
          {at, band.value, band.lower_80, band.upper_80, band.lower_95, band.upper_95, method});
    }
  }
  return rows.done();
}

// One row (verdict, earliest, likely, latest).
ALMANAC_FUNCTION(almanac_time_to) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext scratch(CurrentMemoryContext, "pg_almanac forecast");
  core::Resource* memory = scratch.resource();
  pg::RowWriter rows(fcinfo);
  const Series series = series_argument(arguments, memory);
  const auto threshold = arguments.get<double>(2);
  if (!std::isfinite(threshold)) {
    refuse("threshold must be a finite number", "Use forecast() to see where the series goes.");
  }
  const core::Arrival arrival =
      core::time_to(core::view(series.times), core::view(series.values), threshold, memory);
  rows.add({verdict_of(arrival), timestamp(arrival.earliest), timestamp(arrival.likely),
            timestamp(arrival.latest)});
  return rows.done();
}

}  // namespace almanac::api
