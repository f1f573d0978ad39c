// almanac.compare_levels(): which statements took longer or shorter in one window than in another,
// more than by chance.

#include "core/comparison.hpp"

#include "analyze/step_history.hpp"
#include "pg/function.hpp"
#include "pg/spi.hpp"
#include "store/dictionary.hpp"

namespace almanac::api {
namespace {

constexpr std::int64_t kSecond = 1000000;
constexpr std::int64_t kMostSteps = 1000;
// So many steps in the shorter window, if samples are that dense: each then has calls enough, and
// what hangs together does so within few steps.
constexpr std::int64_t kGoodSteps = 100;
constexpr std::int64_t kLengths[] = {1,   2,    5,    10,   15,    30,    60,    120,   300,
                                     600, 1800, 3600, 7200, 21600, 43200, 86400, 864000};

struct Window {
  std::int64_t from;
  std::int64_t to;
  [[nodiscard]] std::int64_t length() const { return to - from; }
};

Window window_argument(const pg::Arguments& arguments, int at) {
  const Window window{arguments.get<pg::Timestamp>(at).us, arguments.get<pg::Timestamp>(at + 1).us};
  if (window.from == PG_INT64_MIN || window.to == PG_INT64_MAX || window.from >= window.to) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "window must be finite and not empty")
        .hint("Pass a start and a later end.");
  }
  return window;
}

std::int64_t step_for(const Window& a, const Window& b) {
  const std::int64_t shorter = std::min(a.length(), b.length());
  const std::int64_t longer = std::max(a.length(), b.length());
  for (const std::int64_t seconds : kLengths) {
    const std::int64_t length = seconds * kSecond;
    if (shorter / length <= kGoodSteps && longer / length <= kMostSteps) {
      return length;
    }
  }
  return 0;  // centuries
}

// Whole steps within a window.
analyze::Steps steps_of(const Window& window, std::int64_t length) {
  analyze::Steps steps;
  steps.length = length;
  steps.first = (window.from / length + (window.from % length > 0 ? 1 : 0)) * length;
  steps.count =
      static_cast<std::uint32_t>(std::max<std::int64_t>(window.to - steps.first, 0) / length);
  return steps;
}

}  // namespace

// Rows (series_id, p_value, steps1, steps2) of the statements that have samples in both windows;
// p_value is NULL where there are too few.
ALMANAC_FUNCTION(almanac_compare_levels) {
  const pg::Arguments arguments(fcinfo);
  pg::RowWriter rows(fcinfo);
  const Window windows[] = {window_argument(arguments, 0), window_argument(arguments, 2)};
  const std::int64_t length = step_for(windows[0], windows[1]);
  const store::Stream& stream = *store::find_stream(store::kStatement);
  const analyze::Metric* metric = analyze::find_metric(store::kStatement, "mean_exec_ms");
  if (length == 0 || metric == nullptr) {
    return rows.done();
  }
  pg::OwnedContext memory(CurrentMemoryContext, "almanac comparison");
  pg::OwnedContext scratch(CurrentMemoryContext, "almanac comparison of a series");
  analyze::StepHistory first(stream, steps_of(windows[0], length), {metric, 1}, memory);
  analyze::StepHistory second(stream, steps_of(windows[1], length), {metric, 1}, memory);
  std::vector<std::int32_t> groups;
  {
    pg::Spi spi(pg::Spi::Mode::read_only);
    groups = store::series_groups(spi, stream);
  }
  for (const std::int32_t group : groups) {
    first.load(group);
    second.load(group);
    for (unsigned member = 0; member < store::kSeriesPerSegment; ++member) {
      if (first.active(member) == 0 || second.active(member) == 0) {
        continue;
      }
      scratch.reset();
      analyze::Values before(scratch.resource());
      analyze::Values after(scratch.resource());
      first.values(member, *metric, before);
      second.values(member, *metric, after);
      const auto result =
          core::compare_levels(before.observations(), after.observations(), scratch.resource());
      rows.add({group * store::kSeriesPerSegment + static_cast<std::int32_t>(member),
                result ? pg::Arg(result->p) : pg::Arg(nullptr),
                static_cast<std::int32_t>(before.values.size()),
                static_cast<std::int32_t>(after.values.size())});
      pg::check_interrupts();
    }
  }
  return rows.done();
}

}  // namespace almanac::api
