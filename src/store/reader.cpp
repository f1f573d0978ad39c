#include "store/reader.hpp"

#include "core/tracker.hpp"
#include "settings.hpp"
#include "store/owner.hpp"

namespace almanac::store {
namespace {

constexpr unsigned kFlags = 0;  // chunk column of a sample's flags

void require(bool condition, const char* what) {
  if (!condition) {
    throw core::CorruptChunk(what);
  }
}

std::string time_text(std::int64_t time) {
  if (TIMESTAMP_NOT_FINITE(time)) {
    return time > 0 ? "infinity" : "-infinity";
  }
  return pg::call([time] { return timestamptz_to_str(time); });
}

}  // namespace

Reader::Reader(MemoryContext context, const Request& request)
    : resource_(context),
      row_(pg::call([context] {
        return AllocSetContextCreate(context, "almanac block", ALLOCSET_DEFAULT_SIZES);
      })),
      request_(request),
      journal_(relation("journal")),
      sealing_(relation("sealing")),
      groups_(&resource_),
      batch_(&resource_),
      cells_(&resource_),
      runs_(&resource_) {
  const unsigned last = request.columns.empty()
                            ? 0U
                            : *std::max_element(request.columns.begin(), request.columns.end());
  batch_.columns.resize(last + 1);
  cells_.resize(last + 1);
  begin();
}

void Reader::restart(std::int64_t from, std::int64_t to, bool all_series,
                     std::span<const std::int32_t> series) {
  close();
  request_.from = from;
  request_.to = to;
  request_.all_series = all_series;
  request_.series = series;
  begin();
}

void Reader::begin() {
  groups_.clear();
  if (!request_.all_series) {
    for (const std::int32_t series : request_.series) {
      if (groups_.empty() || groups_.back().group != group_of(series)) {
        groups_.push_back({group_of(series), 0});
      }
      groups_.back().members |= member_bit(series);
    }
  }
  SegmentFilter filter;
  filter.stream = request_.stream;
  filter.grain = request_.grain;
  filter.only_grain = request_.only_grain;
  filter.with_journal = request_.journal;
  filter.histograms = request_.histograms;
  filter.journal = journal_;
  filter.from = request_.from;
  filter.to = request_.to;
  filter.archive = request_.archive;
  filter.all_series = request_.all_series;
  filter.groups = groups_.data();
  filter.group_count = static_cast<int>(groups_.size());
  filter.snapshot = request_.snapshot;
  filter.sealing = sealing_;
  pg::call([&] { scan_.begin(filter, resource_.context(), row_); });
}

void Reader::close() {
  pg::call([this] { scan_.end(); });
}

ReadCounts Reader::counts() const {
  ReadCounts counts = counts_;
  counts.skipped = scan_.skipped();
  counts.tiers = scan_.tiers();
  return counts;
}

bool Reader::next() {
  while (pg::call([this] { return scan_.next(raw_); })) {
    ++(raw_.journal ? counts_.journal : counts_.chunks);
    try {
      if (decode()) {
        return true;
      }
    } catch (const core::CorruptChunk& error) {
      complain(error);
    }
  }
  return false;
}

bool Reader::decode() {
  const core::ChunkView view = core::ChunkView::parse({raw_.data, raw_.size});
  view.read_groups(batch_);
  check_groups(view);
  find_runs();
  drop_sealed();
  const bool inside = raw_.first_time >= request_.from && raw_.last_time <= request_.to;
  if (!runs_.empty() && (request_.times || !inside)) {
    read_times(view);
  }
  if (raw_.journal && !runs_.empty() && !view.all_zero(kFlags)) {
    drop_tombstones(view);
  }
  if (runs_.empty()) {
    return false;
  }
  for (const std::uint16_t column : request_.columns) {
    read_column(view, column);
  }
  batch_.histograms.clear();
  if (!raw_.histograms.empty()) {
    core::decode_blobs(raw_.histograms, view.samples(), batch_.histograms);
  }
  return true;
}

void Reader::check_groups(const core::ChunkView& view) const {
  require(view.samples() == static_cast<std::uint32_t>(raw_.samples),
          "number of samples is not that of the row");
  if (!raw_.journal) {
    std::uint64_t members = 0;
    for (const std::int32_t series : batch_.series) {
      require(group_of(series) == raw_.group, "series outside of the row's group");
      members |= member_bit(series);
    }
    require(members == raw_.members, "series are not those of the row");
  }
}

// All samples of the wanted series.
void Reader::find_runs() {
  runs_.clear();
  range_ = {};
  if (!request_.all_series) {
    find_wanted_runs();
    return;
  }
  runs_.resize(batch_.series.size(), boost::container::default_init);
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    runs_[i] = {batch_.series[i], batch_.first[i], batch_.first[i + 1]};
  }
}

void Reader::find_wanted_runs() {
  const auto& series = batch_.series;
  if (series.empty()) {
    return;
  }
  auto wanted = std::lower_bound(request_.series.begin(), request_.series.end(), series.front());
  auto at = series.begin();
  for (; wanted != request_.series.end() && at != series.end(); ++wanted) {
    at = std::lower_bound(at, series.end(), *wanted);
    if (at != series.end() && *at == *wanted) {
      const auto i = static_cast<std::size_t>(at - series.begin());
      range_.begin = runs_.empty() ? i : range_.begin;
      range_.end = i + 1;
      runs_.push_back({*at, batch_.first[i], batch_.first[i + 1]});
    }
  }
}

// Leaves of the runs those of series that are not in the archive yet.
void Reader::drop_sealed() {
  if (!raw_.journal || runs_.empty() || runs_.front().series >= raw_.sealed_below) {
    return;
  }
  const auto below = [](const Run& run, std::int32_t series) { return run.series < series; };
  runs_.erase(runs_.begin(),
              std::lower_bound(runs_.begin(), runs_.end(), raw_.sealed_below, below));
  const auto& series = batch_.series;
  range_.begin = static_cast<std::size_t>(
      std::lower_bound(series.begin(), series.end(), raw_.sealed_below) - series.begin());
}

// Reads the ticks and leaves of the runs what lies in the wanted range.
void Reader::read_times(const core::ChunkView& view) {
  view.read_times(batch_, range_);
  const auto& ticks = batch_.ticks;
  require(!ticks.empty() && ticks.front().time >= raw_.first_time &&
              ticks.back().time <= raw_.last_time,
          "times outside of the row's range");
  const auto before = [](const core::Tick& tick, std::int64_t time) { return tick.time < time; };
  const auto after = [](std::int64_t time, const core::Tick& tick) { return time < tick.time; };
  const auto first =
      std::lower_bound(ticks.begin(), ticks.end(), request_.from, before) - ticks.begin();
  const auto end = std::upper_bound(ticks.begin(), ticks.end(), request_.to, after) - ticks.begin();
  if (first > 0 || end < static_cast<std::ptrdiff_t>(ticks.size())) {
    clip_runs(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end));
  }
}

// Leaves of the runs the samples whose ticks are in [first_tick, end_tick).
void Reader::clip_runs(std::uint32_t first_tick, std::uint32_t end_tick) {
  const auto begin = batch_.tick.begin();
  auto kept = runs_.begin();
  for (Run run : runs_) {
    run.from = static_cast<std::uint32_t>(
        std::lower_bound(begin + run.from, begin + run.to, first_tick) - begin);
    run.to = static_cast<std::uint32_t>(
        std::lower_bound(begin + run.from, begin + run.to, end_tick) - begin);
    if (run.from < run.to) {
      *kept++ = run;
    }
  }
  runs_.erase(kept, runs_.end());
}

// The journal says with a sample of its own that an entry went away from its source: that is for
// the recorder.
void Reader::drop_tombstones(const core::ChunkView& view) {
  view.read_column(kFlags, batch_.columns[kFlags], {batch_.first.data(), batch_.first.size()});
  const auto& flags = batch_.columns[kFlags];
  if (flags.empty()) {
    return;
  }
  const auto gone = [&](std::uint32_t i) { return (flags[i] & core::Flag::vanished) != 0; };
  core::Vector<Run> kept(&resource_);
  kept.reserve(runs_.size());
  for (const Run& run : runs_) {
    std::uint32_t from = run.from;
    for (std::uint32_t i = run.from; i < run.to; ++i) {
      if (gone(i)) {
        if (from < i) {
          kept.push_back({run.series, from, i});
        }
        from = i + 1;
      }
    }
    if (from < run.to) {
      kept.push_back({run.series, from, run.to});
    }
  }
  runs_.swap(kept);
}

void Reader::read_column(const core::ChunkView& view, unsigned column) {
  Cells& cells = cells_[column];
  cells = {};
  if (view.all_zero(column)) {
    cells.same = 0;
  } else if (!view.all_null(column)) {
    view.read_column(column, batch_.columns[column], {batch_.first.data(), batch_.first.size()},
                     range_);
    cells.values = batch_.columns[column].data();
  }
}

void Reader::complain(const core::CorruptChunk& error) const {
  const std::string message = std::string("corrupt ") + (raw_.journal ? "journal row" : "chunk") +
                              " in the history of stream \"" + request_.stream->name + "\"";
  std::string where;
  if (raw_.journal) {
    where = "Samples of " + time_text(raw_.first_time);
  } else {
    const std::int64_t first = std::int64_t{raw_.group} * kSeriesPerSegment;
    where = "Series " + std::to_string(first) + " to " +
            std::to_string(first + kSeriesPerSegment - 1) + ", from " + time_text(raw_.first_time) +
            " to " + time_text(raw_.last_time);
  }
  where += std::string(": ") + error.what() + ".";
  if (!settings::skip_corrupt_chunks) {
    throw pg::Failure(ERRCODE_DATA_CORRUPTED, message)
        .detail(where)
        .hint("Set pg_almanac.skip_corrupt_chunks to read the rest of the history.");
  }
  pg::report(WARNING, ERRCODE_DATA_CORRUPTED, message, where);
}

}  // namespace almanac::store
