// almanac.draw_chart(): arguments, and what stands above and below a chart.
// almanac.screen_number().

#include "core/chart.hpp"

#include "api/chart_time.hpp"
#include "api/screen.hpp"
#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t most_elements = 100'000;
constexpr std::size_t most_events = 20;

// By position.
enum Parameter {
  p_times,
  p_series,
  p_title,
  p_unit,
  p_from,
  p_to,
  p_width,
  p_height,
  p_style,
  p_color,
  p_lower,
  p_upper,
  p_forecast_from,
  p_event_times,
  p_event_labels
};

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, std::move(message)).hint(std::move(hint));
}

core::Vector<std::int64_t> times_argument(const pg::Arguments& arguments, int i, const char* name,
                                          core::Resource* memory) {
  core::Vector<std::int64_t> times(memory);
  if (arguments.null(i)) return times;
  for (const auto& element : arguments.array<std::optional<pg::Timestamp>>(i, memory)) {
    if (!element || TIMESTAMP_NOT_FINITE(element->us)) {
      refuse(std::string(name) + " must not contain nulls or infinity",
             "Leave these elements out.");
    }
    if (!times.empty() && element->us < times.back()) {
      refuse("element " + std::to_string(times.size() + 1) + " of " + name +
                 " is earlier than the one before",
             "Use array_agg(... ORDER BY time).");
    }
    times.push_back(element->us);
  }
  if (times.size() > most_elements) {
    refuse(std::string(name) + " is too long", "At most 100000 elements are possible.");
  }
  return times;
}

// As many values as there are times; NaN where there is none.
core::Vector<double> values_argument(const pg::Arguments& arguments, int i, const char* name,
                                     std::size_t size, core::Resource* memory) {
  core::Vector<double> values(memory);
  if (arguments.null(i)) {
    values.resize(size, std::nan(""));
    return values;
  }
  for (const auto& element : arguments.array<std::optional<double>>(i, memory)) {
    values.push_back(element && std::isfinite(*element) ? *element : std::nan(""));
  }
  if (values.size() != size) {
    refuse("times has " + std::to_string(size) + " elements and " + name + " " +
               std::to_string(values.size()),
           "Aggregate both in one query, with the same ORDER BY.");
  }
  return values;
}

core::ChartStyle style_argument(std::string_view style) {
  const bool unicode = draws_unicode();
  if (style == "ascii") return core::ChartStyle::ascii;
  if (style == "auto" || style == "blocks")
    return unicode ? core::ChartStyle::blocks : core::ChartStyle::ascii;
  if (style == "braille") return unicode ? core::ChartStyle::braille : core::ChartStyle::ascii;
  refuse("unknown style of a chart \"" + std::string(style) + "\"",
         "Styles are \"auto\", \"blocks\", \"braille\" and \"ascii\".");
}

int size_argument(const pg::Arguments& arguments, int i, const char* name, int least, int most) {
  const int size = arguments.get<std::int32_t>(i);
  if (size < least || size > most) {
    refuse(std::string(name) + " of a chart must be between " + std::to_string(least) + " and " +
               std::to_string(most),
           "It is a number of characters.");
  }
  return size;
}

struct Event {
  std::int64_t time;
  core::String label;
};

core::Vector<Event> events_argument(const pg::Arguments& arguments, std::int64_t from,
                                    std::int64_t to, int width, core::Resource* memory) {
  const auto times = times_argument(arguments, p_event_times, "event_times", memory);
  core::Vector<std::optional<std::string_view>> labels(memory);
  if (!arguments.null(p_event_labels)) {
    labels = arguments.array<std::optional<std::string_view>>(p_event_labels, memory);
  }
  if (labels.size() != times.size()) {
    refuse("event_times has " + std::to_string(times.size()) + " elements and event_labels " +
               std::to_string(labels.size()),
           "Aggregate both in one query, with the same ORDER BY.");
  }
  core::Vector<Event> events(memory);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] < from || times[i] > to) continue;
    events.push_back({times[i], one_line(labels[i].value_or(""), width, memory)});
  }
  return events;
}

// What is known of the values, in words.
core::String summary(const core::Vector<core::ChartPoint>& points, const core::ChartUnit& unit,
                     core::Resource* memory) {
  double last = std::nan("");
  double least = HUGE_VAL;
  double most = -HUGE_VAL;
  double ahead = std::nan("");
  for (const core::ChartPoint& point : points) {
    if (std::isnan(point.value) || point.at < 0 || point.at > 1) continue;
    if (point.forecast) {
      ahead = point.value;
      continue;
    }
    last = point.value;
    least = std::min(least, last);
    most = std::max(most, last);
  }
  core::String line(memory);
  if (std::isnan(last)) {
    line = "no data";
    return line;
  }
  line += "last ";
  line += unit.say(last, memory);
  line += ", ";
  line += unit.say(least, memory);
  line += " to ";
  line += unit.say(most, memory);
  if (!std::isnan(ahead)) {
    line += ", forecast ";
    line += unit.say(ahead, memory);
  }
  return line;
}

}  // namespace

ALMANAC_FUNCTION(almanac_draw_chart) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext scratch(CurrentMemoryContext, "almanac chart");
  core::Resource* memory = scratch.resource();
  if (arguments.null(p_times) || arguments.null(p_series)) {
    refuse("a chart needs times and a series", "Pass two arrays of one length.");
  }
  const auto times = times_argument(arguments, p_times, "times", memory);
  const auto series = values_argument(arguments, p_series, "series", times.size(), memory);
  const auto lower = values_argument(arguments, p_lower, "lower", times.size(), memory);
  const auto upper = values_argument(arguments, p_upper, "upper", times.size(), memory);
  const int width = size_argument(arguments, p_width, "width", 20, 1000);
  const int height = size_argument(arguments, p_height, "height", 2, 200);
  const core::ChartStyle style = style_argument(arguments.get<std::string_view>(p_style));
  const bool color = arguments.get<bool>(p_color);
  const core::String unit_text =
      one_line(arguments.maybe<std::string_view>(p_unit).value_or(""), 12, memory);
  const core::ChartUnit unit(std::string_view(unit_text.data(), unit_text.size()));

  const auto from_given = arguments.maybe<pg::Timestamp>(p_from);
  const auto to_given = arguments.maybe<pg::Timestamp>(p_to);
  const std::int64_t from = from_given ? from_given->us : times.empty() ? 0 : times.front();
  std::int64_t to = to_given ? to_given->us : times.empty() ? 0 : times.back();
  if (TIMESTAMP_NOT_FINITE(from) || TIMESTAMP_NOT_FINITE(to) ||
      (from_given && to_given && from >= to)) {
    refuse("the window of a chart must be finite and begin before it ends",
           "Leave out from and to for that of the times.");
  }
  if (to <= from) to = from + 1'000'000;
  const auto at = [&](std::int64_t time) {
    return (static_cast<double>(time) - static_cast<double>(from)) /
           (static_cast<double>(to) - static_cast<double>(from));
  };
  const auto forecast_from = arguments.maybe<pg::Timestamp>(p_forecast_from);
  core::Vector<core::ChartPoint> points(memory);
  points.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    points.push_back({at(times[i]), series[i], lower[i], upper[i],
                      forecast_from && times[i] > forecast_from->us});
  }
  const core::Vector<Event> events = events_argument(arguments, from, to, width - 2, memory);
  core::Vector<double> marks(memory);
  for (const Event& event : events) marks.push_back(at(event.time));
  const core::Vector<core::ChartTick> ticks = time_ticks(from, to, width - 10, memory);

  core::Vector<core::String> lines(memory);
  const bool seconds = to - from < 7'200'000'000;
  const auto title = arguments.maybe<std::string_view>(p_title);
  if (title) {
    core::String bold(color ? "\x1b[1m" : "", memory);
    bold += one_line(*title, width, memory);
    if (color) bold += "\x1b[0m";
    lines.push_back(std::move(bold));
  }
  core::String line = summary(points, unit, memory);
  const core::String begin = time_text(from, seconds, memory);
  const core::String end = time_text(to, seconds, memory);
  line += "; ";
  line += begin;
  line += " to ";
  // The date once, the year once.
  const std::string_view whole(end.data(), end.size());
  const std::size_t date = end.find(' ') + 1;
  const std::size_t year = end.find('-') + 1;
  const std::size_t same = whole.starts_with({begin.data(), date})   ? date
                           : whole.starts_with({begin.data(), year}) ? year
                                                                     : 0;
  line += end.data() + same;
  lines.push_back(one_line({line.data(), line.size()}, width, memory));
  for (core::String& drawn : core::draw({.width = width,
                             .height = height,
                             .style = style,
                             .color = color,
                             .unit = unit,
                             .points = core::view(points),
                             .ticks = core::view(ticks),
                             .marks = core::view(marks)},
                                        memory)) {
    lines.push_back(std::move(drawn));
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i == most_events && events.size() > most_events + 1) {
      core::String rest(memory);
      rest += std::to_string(events.size() - i) + " more";
      lines.push_back(std::move(rest));
      break;
    }
    core::String legend(memory);
    legend += core::chart_mark(i);
    legend += ' ';
    legend += time_text(events[i].time, seconds, memory);
    legend += ' ';
    legend += events[i].label;
    lines.push_back(one_line({legend.data(), legend.size()}, width, memory));
  }
  core::Vector<std::string_view> views(memory);
  for (const core::String& drawn : lines) views.emplace_back(drawn.data(), drawn.size());
  return pg::result(core::view(views));
}

ALMANAC_FUNCTION(almanac_screen_number) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext scratch(CurrentMemoryContext, "almanac chart");
  const auto value = arguments.get<double>(0);
  if (!std::isfinite(value))
    return pg::result(std::isnan(value) ? "NaN" : value > 0 ? "infinity" : "-infinity");
  const core::ChartUnit unit(arguments.get<std::string_view>(1));
  const core::String said = unit.say(value, scratch.resource());
  return pg::result(std::string_view(said.data(), said.size()));
}

}  // namespace almanac::api
