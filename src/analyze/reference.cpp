#include "analyze/reference.hpp"

namespace almanac::analyze {
namespace {

constexpr std::int64_t second = 1000000;
constexpr std::int64_t most_steps = 1000;
constexpr std::size_t fewest_values = 6;
constexpr double fewest_calls = 30;

}  // namespace

Reference read_reference(pg::Spi& spi, const Steps& steps) {
  Reference reference;
  const pg::Timestamp from{steps.first};
  const pg::Timestamp to{steps.end()};
  spi.query(
      "SELECT e.\"time\" FROM almanac.event_log e WHERE e.\"time\" OPERATOR(pg_catalog.>) $1"
      " AND e.\"time\" OPERATOR(pg_catalog.<=) $2 AND almanac.cuts_baseline(e.kind)"
      " UNION SELECT m.\"time\" FROM almanac.marks m WHERE m.\"time\" OPERATOR(pg_catalog.>) $1"
      " AND m.\"time\" OPERATOR(pg_catalog.<=) $2 AND almanac.cuts_baseline(m.kind) ORDER BY 1",
      {from, to},
      [&](const pg::Row& row) { reference.cuts.push_back(row.get<pg::Timestamp>(0).us); });
  spi.query(
      "SELECT b.from_time, b.to_time FROM almanac.pinned_baselines b WHERE b.valid_to IS NULL"
      " AND b.to_time OPERATOR(pg_catalog.<) $1"
      " ORDER BY b.valid_from DESC, b.baseline_id DESC LIMIT 1",
      {to}, [&](const pg::Row& row) {
        reference.pinned = Pinned{row.get<pg::Timestamp>(0).us, row.get<pg::Timestamp>(1).us};
      });
  return reference;
}

Steps steps_of(const Pinned& pinned, std::int64_t length) {
  constexpr std::int64_t lengths[] = {1 * second,     10 * second,    60 * second,
                                      600 * second,   3600 * second,  21600 * second,
                                      86400 * second, 864000 * second};
  Steps steps;
  steps.length = length;
  for (const std::int64_t longer : lengths) {
    if ((pinned.to - pinned.from) / steps.length > most_steps && longer > length) {
      steps.length = longer;
    }
  }
  steps.first = (pinned.from + steps.length - 1) / steps.length * steps.length;
  steps.count = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>((pinned.to - steps.first) / steps.length, 0, most_steps));
  return steps;
}

std::optional<double> pinned_level(const StepHistory& pinned, unsigned member, const Metric& metric,
                                   Values& scratch) {
  pinned.values(member, metric, scratch);
  double sum = 0;
  double calls = 0;
  for (std::size_t i = 0; i < scratch.values.size(); ++i) {
    const double weight = scratch.calls.empty() ? 1 : scratch.calls[i];
    sum += weight * scratch.values[i];
    calls += weight;
  }
  const bool enough =
      scratch.values.size() >= fewest_values && (scratch.calls.empty() || calls >= fewest_calls);
  return enough ? std::optional<double>(sum / calls) : std::nullopt;
}

}  // namespace almanac::analyze
