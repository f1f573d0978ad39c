#include "store/rollup.hpp"

#include "core/deviation.hpp"
#include "core/tracker.hpp"
#include "pg/spi.hpp"
#include "store/archive.hpp"
#include "store/cells.hpp"
#include "store/histogram_sums.hpp"
#include "store/sums.hpp"

namespace almanac::store {
namespace {

using core::kNull;
using core::view;

// What one transaction may cost: some 15 ms.
constexpr std::uint64_t kMostCost = 5000;
// Groups of series that are asked for at once.
constexpr int kMostGroups = 64;

// Bucket of a time, counted from 2000-01-01 UTC: buckets divide days.
std::int64_t bucket_of(std::int64_t time, std::int64_t length) {
  return time / length - (time % length < 0 ? 1 : 0);
}

// When buckets begin and end, from the samples in them.
class BucketTicks {
 public:
  BucketTicks(Tier tier, core::Resource* resource)
      : length_(spec(tier).bucket), ticks_(resource), begins_(resource) {}

  // Ticks may come in any order.
  void add(const core::Tick& tick) {
    const std::int64_t bucket = bucket_of(tick.time, length_);
    if (ticks_.empty()) {
      base_ = bucket;
    } else if (bucket < base_) {
      const auto before = static_cast<std::size_t>(base_ - bucket);
      ticks_.insert(ticks_.begin(), before, core::Tick{kNull, kNull});
      begins_.insert(begins_.begin(), before, PG_INT64_MAX);
      base_ = bucket;
    }
    const auto at = static_cast<std::size_t>(bucket - base_);
    if (at >= ticks_.size()) {
      ticks_.resize(at + 1, core::Tick{kNull, kNull});
      begins_.resize(at + 1, PG_INT64_MAX);
    }
    ticks_[at].time = std::max(ticks_[at].time, tick.time);
    begins_[at] = std::min(begins_[at], tick.time - (tick.duration == kNull ? 0 : tick.duration));
    // Nothing to tell the length of a single moment from.
    const std::int64_t length = ticks_[at].time - begins_[at];
    ticks_[at].duration = length == 0 && tick.duration == kNull ? kNull : length;
  }

  std::int64_t length() const { return length_; }
  bool has(std::int64_t bucket) const {
    const std::int64_t at = bucket - base_;
    return at >= 0 && at < static_cast<std::int64_t>(ticks_.size()) && of(bucket).time != kNull;
  }
  const core::Tick& of(std::int64_t bucket) const {
    return ticks_[static_cast<std::size_t>(bucket - base_)];
  }

  BucketTicks coarser(Tier tier, core::Resource* resource) const {
    BucketTicks out(tier, resource);
    for (const core::Tick& tick : ticks_) {
      if (tick.time != kNull) {
        out.add(tick);
      }
    }
    return out;
  }

 private:
  std::int64_t length_;
  std::int64_t base_ = 0;
  core::Vector<core::Tick> ticks_;
  core::Vector<std::int64_t> begins_;
};

// A batch with what Gather needs of a Reader.
struct BatchSource {
  const core::Batch& batch;
  const core::Tick& tick(std::uint32_t sample) const { return batch.ticks[batch.tick[sample]]; }
  bool all_null(unsigned column) const {
    return column >= batch.columns.size() || batch.columns[column].empty();
  }
  std::int64_t cell(unsigned column, std::uint32_t sample) const {
    return all_null(column) ? kNull : batch.columns[column][sample];
  }
  std::span<const std::byte> histogram(std::uint32_t sample) const {
    return batch.histograms.of(sample);
  }
};

const Reader& summable(const Reader& source) { return source; }
const core::Batch& summable(const BatchSource& source) { return source.batch; }

core::Vector<std::uint16_t> all_ordinals(const Stream& stream, core::Resource* resource) {
  core::Vector<std::uint16_t> ordinals(resource);
  for (std::size_t i = 0; i < stream.columns.size(); ++i) {
    ordinals.push_back(static_cast<std::uint16_t>(i));
  }
  return ordinals;
}

// All that can be in a chunk of the stream.
core::Vector<std::uint16_t> all_chunk_columns(const Stream& stream, core::Resource* resource) {
  core::Vector<std::uint16_t> columns(resource);
  columns.push_back(0);
  for (unsigned i = 0; i < stream.columns.size(); ++i) {
    columns.push_back(static_cast<std::uint16_t>(chunk_column(i)));
    if (stream.columns[i].kind == core::Kind::gauge) {
      columns.push_back(static_cast<std::uint16_t>(extreme_column(i, false)));
      columns.push_back(static_cast<std::uint16_t>(extreme_column(i, true)));
    }
  }
  return columns;
}

// Samples of one group of series, gathered by series and bucket. Inside, a pair of both is a series
// of Sums: bucket * kSeriesPerSegment + position in the group.
class Gather {
 public:
  Gather(const Stream& stream, std::int32_t group, const BucketTicks& ticks,
         core::Resource* resource)
      : stream_(stream),
        group_(group),
        ticks_(ticks),
        resource_(resource),
        sums_(stream, view(all_ordinals(stream, resource)), false, resource),
        pieces_(resource),
        base_(PG_INT64_MAX),
        flags_(resource),
        histograms_(resource),
        extremes_(resource) {
    for (unsigned i = 0; i < stream.columns.size(); ++i) {
      if (stream.columns[i].kind == core::Kind::gauge) {
        extremes_.emplace_back(i, resource);
      }
    }
  }

  // Adds samples that belong to the group.
  template <class Source>
  void add(const Source& source, std::span<const Run> runs) {
    split(source, runs);
    sums_.add(summable(source), view(pieces_));
    for (const Run& piece : pieces_) {
      const std::size_t row = row_of(piece.series);
      for (std::uint32_t i = piece.from; i < piece.to; ++i) {
        const std::int64_t flags = source.cell(0, i);
        flags_[row] |= flags == kNull ? 0 : flags;
        histograms_.add(row, source.histogram(i));
      }
    }
    for (Extremes& extremes : extremes_) {
      add_extremes(source, extremes);
    }
  }

  [[nodiscard]] bool empty() const { return flags_.empty(); }

  // What has been gathered, as samples.
  core::Batch result() const;

 private:
  struct Extremes {
    Extremes(unsigned column, core::Resource* resource)
        : ordinal(column), least(resource), greatest(resource) {}
    unsigned ordinal;
    core::Vector<std::int64_t> least;  // by row
    core::Vector<std::int64_t> greatest;
  };

  // Cuts runs at the borders of buckets.
  template <class Source>
  void split(const Source& source, std::span<const Run> runs) {
    pieces_.clear();
    for (const Run& run : runs) {
      const std::int32_t member = run.series & (kSeriesPerSegment - 1);
      for (std::uint32_t i = run.from; i < run.to;) {
        const std::int64_t bucket = bucket_of(source.tick(i).time, ticks_.length());
        const std::int64_t end = (bucket + 1) * ticks_.length();
        std::uint32_t to = i + 1;
        while (to < run.to && source.tick(to).time < end) {
          ++to;
        }
        if (base_ == PG_INT64_MAX) {
          base_ = day_of(source.tick(i).time) * (kDay / ticks_.length());
        }
        pieces_.push_back({virtual_series(bucket, member), i, to});
        i = to;
      }
    }
  }

  // Buckets count from the day of the first sample; those of other days may be negative.
  std::int32_t virtual_series(std::int64_t bucket, std::int32_t member) const {
    return static_cast<std::int32_t>((bucket - base_) * kSeriesPerSegment) + member;
  }

  std::size_t row_of(std::int32_t series) {
    const std::int32_t block = group_of(series);
    const auto [at, added] = blocks_.try_emplace(block, static_cast<std::uint32_t>(blocks_.size()));
    if (added) {
      const std::size_t size = blocks_.size() * kSeriesPerSegment;
      flags_.resize(size);
      for (Extremes& extremes : extremes_) {
        extremes.least.resize(size, kNull);
        extremes.greatest.resize(size, kNull);
      }
    }
    return at->second * std::size_t{kSeriesPerSegment} +
           static_cast<std::size_t>(series & (kSeriesPerSegment - 1));
  }

  template <class Source>
  void add_extremes(const Source& source, Extremes& extremes) {
    const unsigned value = chunk_column(extremes.ordinal);
    const unsigned low = extreme_column(extremes.ordinal, false);
    const unsigned high = extreme_column(extremes.ordinal, true);
    if (source.all_null(value)) {
      return;
    }
    for (const Run& piece : pieces_) {
      const std::size_t row = row_of(piece.series);
      std::int64_t& least = extremes.least[row];
      std::int64_t& greatest = extremes.greatest[row];
      for (std::uint32_t i = piece.from; i < piece.to; ++i) {
        const std::int64_t cell = source.cell(value, i);
        if (cell == kNull) {
          continue;
        }
        const std::int64_t below = source.all_null(low) ? kNull : source.cell(low, i);
        const std::int64_t above = source.all_null(high) ? kNull : source.cell(high, i);
        const std::int64_t from = below == kNull ? cell : below;
        least = least == kNull ? from : std::min(least, from);
        greatest = std::max(greatest, above == kNull ? cell : above);
      }
    }
  }

  struct Place {
    std::int32_t series;
    std::int64_t bucket;
    std::int32_t virtual_series;
    std::uint32_t row;  // of sums_
  };
  void fill(core::Batch& out, std::span<const Place> places) const;

  const Stream& stream_;
  std::int32_t group_;
  const BucketTicks& ticks_;
  core::Resource* resource_;
  Sums sums_;
  core::Vector<Run> pieces_;
  std::int64_t base_;
  boost::container::flat_map<std::int32_t, std::uint32_t> blocks_;
  core::Vector<std::int64_t> flags_;  // by row
  HistogramSums histograms_;          // by row
  core::Vector<Extremes> extremes_;
};

core::Batch Gather::result() const {
  core::Vector<Place> places(resource_);
  core::Vector<std::int64_t> buckets(resource_);
  sums_.each([&](std::int32_t series, std::uint32_t row) {
    const std::int64_t bucket = base_ + group_of(series);
    places.push_back(
        {group_ * kSeriesPerSegment + (series & (kSeriesPerSegment - 1)), bucket, series, row});
    if (buckets.empty() || buckets.back() != bucket) {
      buckets.push_back(bucket);
    }
  });
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.series != b.series ? a.series < b.series : a.bucket < b.bucket;
  });
  core::Batch out(resource_);
  for (const std::int64_t bucket : buckets) {
    out.ticks.push_back(ticks_.of(bucket));
  }
  for (const Place& place : places) {
    if (out.series.empty() || out.series.back() != place.series) {
      out.series.push_back(place.series);
      out.first.push_back(static_cast<std::uint32_t>(out.tick.size()));
    }
    const auto at = std::lower_bound(buckets.begin(), buckets.end(), place.bucket);
    out.tick.push_back(static_cast<std::uint32_t>(at - buckets.begin()));
  }
  out.first.push_back(static_cast<std::uint32_t>(out.tick.size()));
  fill(out, view(places));
  return out;
}

void Gather::fill(core::Batch& out, std::span<const Place> places) const {
  const auto row_at = [this](const Place& place) {
    return blocks_.at(group_of(place.virtual_series)) * std::size_t{kSeriesPerSegment} +
           static_cast<std::size_t>(place.virtual_series & (kSeriesPerSegment - 1));
  };
  unsigned count = chunk_column(static_cast<unsigned>(stream_.columns.size()));
  for (const Extremes& extremes : extremes_) {
    count = std::max(count, extreme_column(extremes.ordinal, true) + 1);
  }
  out.columns.resize(count);
  core::Vector<std::byte> packed(resource_);
  for (const Place& place : places) {
    out.columns[0].push_back(flags_[row_at(place)]);
    if (!histograms_.empty()) {
      packed.clear();
      if (const core::Histogram* sum = histograms_.of(row_at(place)); sum != nullptr) {
        sum->pack(packed);
      }
      out.histograms.add(view(packed));
    }
  }
  const auto put = [&](unsigned column, auto cell) {
    core::Vector<std::int64_t>& cells = out.columns[column];
    bool any = false;
    for (const Place& place : places) {
      cells.push_back(cell(place));
      any = any || cells.back() != kNull;
    }
    if (!any) {
      cells.clear();
    }
  };
  for (unsigned i = 0; i < stream_.columns.size(); ++i) {
    if (stream_.columns[i].kind == core::Kind::deviation) {
      put(chunk_column(i), [&](const Place& place) {
        const core::Moments& moments = sums_.moments(i, place.row);
        return moments.calls > 0 ? core::encode_m2(moments.m2_us2) : 0;
      });
    } else {
      put(chunk_column(i), [&](const Place& place) { return sums_.value(i, place.row); });
    }
  }
  for (const Extremes& extremes : extremes_) {
    const unsigned i = extremes.ordinal;
    const auto unless_same = [&](const core::Vector<std::int64_t>& cells, const Place& place) {
      const std::int64_t cell = cells[row_at(place)];
      return cell == sums_.value(i, place.row) ? kNull : cell;
    };
    put(extreme_column(i, false),
        [&](const Place& place) { return unless_same(extremes.least, place); });
    put(extreme_column(i, true),
        [&](const Place& place) { return unless_same(extremes.greatest, place); });
  }
}

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
                                  [](const auto& c) { return c.kind == core::Kind::gauge; });
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
