// almanac.find_changes(): changes of level in the history of a stream.

#include <map>

#include "analyze/detection.hpp"
#include "pg/function.hpp"
#include "pg/spi.hpp"
#include "store/dictionary.hpp"

namespace almanac::api {
namespace {

constexpr std::int64_t kSecond = 1000000;
constexpr std::int64_t kLongestStep = 86400 * kSecond;
constexpr std::int64_t kMostSteps = 1100;

const store::Stream& stream_argument(const pg::Arguments& arguments) {
  const auto name = arguments.get<std::string_view>(0);
  const store::Stream* stream = store::find_stream(name);
  if (stream == nullptr || analyze::metrics(stream->id).empty()) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                      "stream \"" + std::string(name) + "\" has no metrics that are looked at")
        .hint("Streams are statement, database, system and metric.");
  }
  return *stream;
}

// Steps that cover a window. They begin at multiples of their length, so that the same window
// always gives the same steps.
analyze::Steps steps_argument(const pg::Arguments& arguments) {
  const auto from = arguments.get<pg::Timestamp>(1);
  const auto until = arguments.get<pg::Timestamp>(2);
  const auto length = arguments.get<pg::Interval>(3);
  if (from.us == PG_INT64_MIN || until.us == PG_INT64_MAX || from.us >= until.us) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "window must be finite and not empty")
        .hint("Pass a start and a later end.");
  }
  if (length.us < kSecond || kLongestStep % length.us != 0) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "step must divide a day into whole parts")
        .hint("Pass a step of 1 second to 1 day, such as 1 hour.");
  }
  analyze::Steps steps;
  steps.length = length.us;
  steps.first = (from.us / length.us - (from.us % length.us < 0 ? 1 : 0)) * length.us;
  const std::int64_t count = (until.us - steps.first) / length.us;  // whole ones only
  if (count > kMostSteps) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "window has too many steps")
        .detail("It has " + std::to_string(count) + ", at most " + std::to_string(kMostSteps) +
                " are possible.")
        .hint("Pass a longer step or a shorter window.");
  }
  steps.count = static_cast<std::uint32_t>(count);
  return steps;
}

analyze::Reference reference_of(const analyze::Steps& steps) {
  pg::Spi spi(pg::Spi::Mode::read_only);
  return analyze::read_reference(spi, steps);
}

// The members of each group that are asked for, a bit each.
std::map<std::int32_t, std::uint64_t> members_argument(const pg::Arguments& arguments,
                                                       const store::Stream& stream,
                                                       core::Resource* resource) {
  const std::int32_t first = std::max(arguments.maybe<std::int32_t>(4).value_or(0), 0);
  const std::int32_t last = arguments.maybe<std::int32_t>(5).value_or(PG_INT32_MAX);
  std::map<std::int32_t, std::uint64_t> members;
  const auto want = [&](std::int32_t series) {
    if (series >= first && series <= last) {
      members[series / store::kSeriesPerSegment] |= std::uint64_t{1}
                                                    << (series % store::kSeriesPerSegment);
    }
  };
  if (!arguments.null(6)) {
    for (const std::int32_t series : arguments.array<std::int32_t>(6, resource)) {
      want(series);
    }
    return members;
  }
  pg::Spi spi(pg::Spi::Mode::read_only);
  for (const std::int32_t group : store::series_groups(spi, stream, first, last)) {
    for (std::int32_t member = 0; member < store::kSeriesPerSegment; ++member) {
      want(group * store::kSeriesPerSegment + member);
    }
  }
  return members;
}

}  // namespace

// Rows (series_id, metric, provisional, started, earliest, latest, ended, value_before,
// value_after, p_value, calls_per_day).
ALMANAC_FUNCTION(almanac_find_changes) {
  const pg::Arguments arguments(fcinfo);
  pg::RowWriter rows(fcinfo);
  const store::Stream& stream = stream_argument(arguments);
  const analyze::Steps steps = steps_argument(arguments);
  if (steps.count == 0) {
    return rows.done();
  }
  pg::OwnedContext memory(CurrentMemoryContext, "almanac changes");
  const auto members = members_argument(arguments, stream, memory.resource());
  const analyze::Reference reference = reference_of(steps);
  const auto metrics = analyze::metrics(stream.id);
  analyze::StepHistory history(stream, steps, metrics, memory);
  std::optional<analyze::StepHistory> pinned;
  if (reference.pinned) {
    const analyze::Steps pinned_steps = analyze::steps_of(*reference.pinned, steps.length);
    if (pinned_steps.count > 0) {
      pinned.emplace(stream, pinned_steps, metrics, memory);
    }
  }
  std::vector<analyze::Change> changes;
  for (const auto& [group, wanted] : members) {
    history.load(group, wanted);
    if (pinned) {
      pinned->load(group, wanted);
    }
    analyze::find_changes(history, reference, pinned ? &*pinned : nullptr, group, changes);
  }
  for (const analyze::Change& change : changes) {
    rows.add({change.series, change.metric->name, change.provisional, pg::Timestamp{change.started},
              pg::Timestamp{change.earliest}, pg::Timestamp{change.latest},
              change.ended == analyze::kLasting ? pg::Arg(nullptr)
                                                : pg::Arg(pg::Timestamp{change.ended}),
              change.before, change.after, change.p,
              change.metric->calls.empty() ? pg::Arg(nullptr) : pg::Arg(change.calls_per_day)});
  }
  return rows.done();
}

// Rows (stream, metric, title, unit, cost): what is looked at.
ALMANAC_FUNCTION(almanac_watched_metrics) {
  pg::RowWriter rows(fcinfo);
  constexpr const char* costs[] = {"time", "blocks", "bytes", "count", "value", "none"};
  for (const store::Stream& stream : store::streams()) {
    for (const analyze::Metric& metric : analyze::metrics(stream.id)) {
      rows.add({stream.name, metric.name, metric.title, metric.unit,
                costs[static_cast<std::size_t>(metric.cost)]});
    }
  }
  return rows.done();
}

}  // namespace almanac::api
