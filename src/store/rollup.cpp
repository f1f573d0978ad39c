#include "store/rollup.hpp"

#include "pg/spi.hpp"
#include "store/archive.hpp"
#include "store/gather.hpp"

namespace almanac::store {
namespace {

using core::kNull;
using core::view;

// What one transaction may cost: some 15 ms.
constexpr std::uint64_t kMostCost = 5000;
// Groups of series that are asked for at once.
constexpr int kMostGroups = 64;

// Writes a group's samples of the finest rolled-up tier, and those of the coarser ones made of
// them.
void write_tiers(const Stream& stream, const TierState& state, std::int32_t group,
                 core::Batch batch, const BucketTicks& ticks, core::Resource* resource) {
  BucketTicks now = ticks.coarser(Tier::ten_minutes, resource);
  for (std::size_t tier = static_cast<std::size_t>(Tier::ten_minutes);; ++tier) {
    append_tier(stream, static_cast<Tier>(tier), batch, state.since[tier]);
    if (tier + 1 == kTiers) {
      return;
    }
    const auto coarser = static_cast<Tier>(tier + 1);
    BucketTicks next = now.coarser(coarser, resource);
    Gather gather(stream, group, next, resource);
    core::Vector<Run> runs(resource);
    for (std::size_t s = 0; s < batch.series.size(); ++s) {
      runs.push_back({batch.series[s], batch.first[s], batch.first[s + 1]});
    }
    gather.add(BatchSource{batch}, view(runs));
    core::Batch rolled = gather.result();
    batch = std::move(rolled);
    now = std::move(next);
  }
}

struct Group {
  std::int32_t id;
  std::uint64_t samples;
};

// The groups of series in a partition from one on, at most kMostGroups.
std::vector<Group> groups_in(Oid partition, std::int64_t from) {
  const char* name = pg::call([partition] { return get_rel_name(partition); });
  std::vector<Group> groups;
  if (name == nullptr) {
    return groups;
  }
  pg::Spi spi;
  const auto take = [&](const pg::Row& row) {
    groups.push_back(
        {row.get<std::int32_t>(0), static_cast<std::uint64_t>(row.get<std::int64_t>(1))});
  };
  spi.query("SELECT series_group, pg_catalog.sum(samples)::int8 FROM almanac." +
                pg::quote_identifier(name) +
                " WHERE series_group OPERATOR(pg_catalog.>=) $1 GROUP BY series_group"
                " ORDER BY series_group LIMIT " +
                std::to_string(kMostGroups),
            {from}, take);
  return groups;
}

// What it costs to roll up a group's samples of a day. To make a sample of the coarser tiers takes
// as long as to read eight, and longer where gauges have their extremes; of many samples a series
// there is one a bucket.
std::uint64_t cost_of(const Stream& stream, std::uint64_t samples) {
  constexpr std::uint64_t most = kSeriesPerSegment * (kDay / (std::int64_t{600} * 1000000));
  const bool gauges = std::any_of(stream.columns.begin(), stream.columns.end(),
                                  [](const auto& c) { return has_extremes(c.kind); });
  return (samples / 8 + std::min(samples, most)) * (gauges ? 4 : 1);
}

Request day_request(const Stream& stream, std::int64_t from) {
  Request request;
  request.stream = &stream;
  request.from = from;
  request.to = from + kDay - 1;
  request.journal = false;
  request.only_grain = true;
  request.snapshot = GetActiveSnapshot();
  return request;
}

}  // namespace

RollUp::RollUp(const Stream& stream, MemoryContext parent)
    : stream_(stream), context_(parent, "almanac roll-up"), ticks_(context_.resource()) {}

// The ends of all buckets of a day: all series share them. False if they are known already.
bool RollUp::begin_day(std::int64_t from) {
  if (day_ == from) {
    return false;
  }
  day_ = PG_INT64_MIN;
  pg::OwnedContext scratch(CurrentMemoryContext, "almanac roll-up ticks");
  BucketTicks ticks(Tier::ten_minutes, scratch.resource());
  {
    Reader reader(scratch.get(), day_request(stream_, from));
    while (reader.next()) {
      for (const core::Tick& tick : reader.ticks()) {
        ticks.add(tick);
      }
    }
    reader.close();
  }
  ticks_.clear();
  const std::int64_t first = bucket_of(from, ticks.length());
  const std::int64_t end = bucket_of(from + kDay - 1, ticks.length()) + 1;
  for (std::int64_t bucket = first; bucket < end; ++bucket) {
    ticks_.push_back(ticks.has(bucket) ? ticks.of(bucket) : core::Tick{kNull, kNull});
  }
  day_ = from;
  return true;
}

// Rolls up the series begin <= i < end, which are of one group.
void RollUp::roll_series(std::int64_t begin, std::int64_t end, const TierState& state) {
  const std::int32_t group = group_of(static_cast<std::int32_t>(begin));
  pg::OwnedContext scratch(CurrentMemoryContext, "almanac roll-up group");
  core::Resource* resource = scratch.resource();
  BucketTicks ticks(Tier::ten_minutes, resource);
  for (const core::Tick& tick : ticks_) {
    if (tick.time != kNull) {
      ticks.add(tick);
    }
  }
  core::Vector<std::int32_t> members(resource);
  for (std::int64_t series = begin; series < end; ++series) {
    members.push_back(static_cast<std::int32_t>(series));
  }
  const core::Vector<std::uint16_t> columns = all_chunk_columns(stream_, resource);
  Request request = day_request(stream_, day_);
  request.all_series = false;
  request.series = view(members);
  request.columns = view(columns);
  request.histograms = stream_.histogram != nullptr;
  Gather gather(stream_, group, ticks, resource);
  Reader reader(scratch.get(), request);
  while (reader.next()) {
    // Samples may have come to the day since begin_day(), in buckets that had none.
    for (const core::Tick& tick : reader.ticks()) {
      ticks.add(tick);
    }
    gather.add(reader, reader.runs());
  }
  reader.close();
  if (!gather.empty()) {
    write_tiers(stream_, state, group, gather.result(), ticks, resource);
  }
}

Rolled RollUp::next(std::int64_t complete) {
  TierState state = lock_tier_state(stream_, true);
  // Whoever held the lock may have added to the day that is rolled up now.
  pg::call([] { PushActiveSnapshot(GetLatestSnapshot()); });
  const Rolled rolled = roll_piece(state, complete);
  pg::call([] { PopActiveSnapshot(); });
  return rolled;
}

Rolled RollUp::roll_piece(TierState& state, std::int64_t complete) {
  const Oid root = archive_root(stream_, Tier::raw);
  int count = 0;
  const Partition* days =
      pg::call([&] { return partitions_between(root, state.rolled_until, complete - 1, &count); });
  if (count == 0 || days[0].to > complete) {
    return {};
  }
  if (state.rolled_until != days[0].from) {
    state.rolled_until = days[0].from;
    state.rolled_series = 0;
  }
  Rolled rolled;
  rolled.more = true;
  if (begin_day(days[0].from)) {  // has read the times of all there is: enough for a transaction
    return rolled;
  }
  bool full = false;
  std::uint64_t cost = 0;
  for (const Group& group : groups_in(days[0].relation, state.rolled_series / kSeriesPerSegment)) {
    const std::int64_t end = (std::int64_t{group.id} + 1) * kSeriesPerSegment;
    const auto parts = static_cast<std::int64_t>(std::clamp<std::uint64_t>(
        (cost_of(stream_, group.samples) + kMostCost - 1) / kMostCost, 1, kSeriesPerSegment));
    const std::int64_t width = (kSeriesPerSegment + parts - 1) / parts;
    std::int64_t from = std::max(state.rolled_series, end - kSeriesPerSegment);
    while (from < end && !full) {
      const std::int64_t to = std::min(from + width, end);
      const std::uint64_t share =
          group.samples * static_cast<std::uint64_t>(to - from) / kSeriesPerSegment;
      const std::uint64_t more = cost_of(stream_, group.samples) *
                                 static_cast<std::uint64_t>(to - from) / kSeriesPerSegment;
      full = rolled.samples > 0 && cost + more > kMostCost;
      if (!full) {
        cost += more;
        roll_series(from, to, state);
        rolled.samples += std::max<std::uint64_t>(share, 1);
        state.rolled_series = from = to;
      }
    }
    if (full) {
      break;
    }
  }
  if (!full && groups_in(days[0].relation, state.rolled_series / kSeriesPerSegment).empty()) {
    state.rolled_until = days[0].to;
    state.rolled_series = 0;
  }
  save_tier_state(stream_, state);
  return rolled;
}

void roll_up_late(const Stream& stream, const TierState& state, const core::Batch& batch) {
  if (batch.ticks.empty() || !state.is_rolled(batch.ticks.front().time, PG_INT32_MIN)) {
    return;
  }
  pg::OwnedContext context(CurrentMemoryContext, "almanac roll-up");
  const BatchSource source{batch};
  for (std::size_t begin = 0; begin < batch.series.size();) {
    const std::int32_t group = group_of(batch.series[begin]);
    pg::OwnedContext scratch(context.get(), "almanac roll-up group");
    core::Resource* resource = scratch.resource();
    core::Vector<Run> runs(resource);
    BucketTicks ticks(Tier::ten_minutes, resource);
    std::size_t end = begin;
    for (; end < batch.series.size() && group_of(batch.series[end]) == group; ++end) {
      std::uint32_t from = batch.first[end];
      std::uint32_t i = from;
      for (; i < batch.first[end + 1] && state.is_rolled(source.tick(i).time, batch.series[end]);
           ++i) {
        const std::int64_t flags = source.cell(0, i);
        if (flags != kNull && (flags & core::Flag::vanished) != 0) {
          if (from < i) {
            runs.push_back({batch.series[end], from, i});
          }
          from = i + 1;
        } else {
          ticks.add(source.tick(i));
        }
      }
      if (from < i) {
        runs.push_back({batch.series[end], from, i});
      }
    }
    begin = end;
    if (!runs.empty()) {
      Gather gather(stream, group, ticks, resource);
      gather.add(source, view(runs));
      write_tiers(stream, state, group, gather.result(), ticks, resource);
    }
  }
}

}  // namespace almanac::store
