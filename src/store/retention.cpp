#include "store/retention.hpp"

#include "store/owner.hpp"

namespace almanac::store {
namespace {

std::vector<Partition> partitions_of(const Stream& stream, Tier tier) {
  const Oid root = archive_root(stream, tier);
  int count = 0;
  const Partition* found =
      pg::call([&] { return partitions_between(root, PG_INT64_MIN, PG_INT64_MAX, &count); });
  return {found, found + count};
}

// Drops a partition and notes that the tier begins after it. What has not been rolled up of it
// never will be.
void drop(const Stream& stream, Tier tier, const Partition& partition, const char* reason) {
  static pg::Plan note(
      "INSERT INTO almanac.drops (stream, tier, from_time, to_time, bytes, reason)"
      " VALUES ($1, $2, $3, $4, $5, $6)");
  static pg::Plan forget(
      "DELETE FROM almanac.drops WHERE \"time\" < pg_catalog.now() - interval '400 days'");
  static pg::Plan size("SELECT pg_catalog.pg_total_relation_size($1::oid::regclass)");
  TierState state = lock_tier_state(stream, true);
  const AsOwner as_owner;
  pg::Spi spi;
  const std::int64_t bytes = spi.value<std::int64_t>(size, {partition.relation}).value_or(0);
  drop_partition(partition.relation);
  std::int64_t& since = state.since[static_cast<std::size_t>(tier)];
  since = std::max(since, partition.to);
  if (tier == Tier::raw && state.rolled_until < partition.to) {
    state.rolled_until = partition.to;
    state.rolled_series = 0;
  }
  save_tier_state(stream, state);
  spi.execute(note, {stream.name, spec(tier).name, pg::Timestamp{partition.from},
                     pg::Timestamp{partition.to}, bytes, reason});
  spi.execute(forget);
}

// Whether coarser tiers have all of a partition too.
bool is_rolled_up(const TierState& state, Tier tier, const Partition& partition) {
  return tier == Tier::day || partition.to <= state.rolled_until;
}

struct Candidate {
  const Stream* stream = nullptr;
  Tier tier = Tier::raw;
  Partition partition{};
  bool lost = false;  // what it holds is nowhere else

  [[nodiscard]] auto order() const { return std::tuple(lost, tier, partition.from, stream->id); }
};

}  // namespace

bool drop_expired(const Stream& stream, Tier tier, std::int64_t at) {
  static pg::Plan read(
      "SELECT $3 - keep FROM almanac.retention"
      " WHERE stream OPERATOR(pg_catalog.=) $1 AND tier OPERATOR(pg_catalog.=) $2");
  std::optional<pg::Timestamp> until;
  {
    const AsOwner as_owner;
    pg::Spi spi;
    until = spi.value<pg::Timestamp>(read, {stream.name, spec(tier).name, pg::Timestamp{at}});
  }
  if (!until) {
    return false;
  }
  const std::vector<Partition> partitions = partitions_of(stream, tier);
  if (partitions.empty() || partitions.front().to > until->us) {
    return false;
  }
  const TierState state = pg::call([&] { return tier_state(stream); });
  if (!is_rolled_up(state, tier, partitions.front())) {
    return false;
  }
  drop(stream, tier, partitions.front(), "retention");
  return true;
}

std::int64_t stored_bytes() {
  static pg::Plan plan(
      "SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(r.oid))::int8"
      " FROM pg_catalog.pg_class r WHERE r.relnamespace OPERATOR(pg_catalog.=) $1"
      " AND r.relkind OPERATOR(pg_catalog.=) 'r'");
  const Oid namespace_oid = schema();
  pg::Spi spi;
  return spi.value<std::int64_t>(plan, {namespace_oid}).value_or(0);
}

bool drop_for_room(std::int64_t at) {
  const std::int64_t today = day_of(at) * kDay;
  std::optional<Candidate> best;
  for (const Stream& stream : streams()) {
    const TierState state = pg::call([&] { return tier_state(stream); });
    for (std::size_t i = 0; i < kTiers; ++i) {
      const auto tier = static_cast<Tier>(i);
      for (const Partition& partition : partitions_of(stream, tier)) {
        if (partition.to > today) {
          break;
        }
        const Candidate candidate{&stream, tier, partition,
                                  tier == Tier::day || !is_rolled_up(state, tier, partition)};
        if (!best || candidate.order() < best->order()) {
          best = candidate;
        }
        break;
      }
    }
  }
  if (best) {
    drop(*best->stream, best->tier, best->partition, "max_size");
  }
  return best.has_value();
}

}  // namespace almanac::store
