#include "store/archive.hpp"

#include "core/tracker.hpp"
#include "pg/memory.hpp"
#include "store/partitions.hpp"
#include "store/rollup.hpp"
#include "store/segment_writer.hpp"

namespace almanac::store {
namespace {

// A stretch of time has at least so many ticks.
constexpr std::uint32_t kTicksToCut = 64;

// Cuts one batch, day by day, group by group, and writes the pieces.
class Splitter {
 public:
  // Samples before `since` are left out.
  Splitter(const Stream& stream, Tier tier, const core::Batch& batch, std::int64_t since,
           core::Resource* resource)
      : batch_(batch),
        since_(since),
        resource_(resource),
        writer_(stream, tier),
        next_(resource),
        ends_(resource),
        picks_(resource),
        renumber_(resource),
        segment_(resource) {
    next_.assign(batch.first.begin(), batch.first.end());
    ends_.resize(next_.size());
    renumber_.resize(batch.ticks.size());
    segment_.columns.resize(batch.columns.size());
  }

  Appended run() {
    const auto& ticks = batch_.ticks;
    const auto begin =
        static_cast<std::size_t>(std::lower_bound(ticks.begin(), ticks.end(), since_,
                                                  [](const core::Tick& tick, std::int64_t time) {
                                                    return tick.time < time;
                                                  }) -
                                 ticks.begin());
    skip(static_cast<std::uint32_t>(begin));
    for (std::size_t first = begin; first < ticks.size();) {
      const std::int64_t day = day_of(ticks[first].time);
      std::size_t end = first;
      while (end < ticks.size() && ticks[end].time < (day + 1) * kDay) {
        ++end;
      }
      day_ = day;
      day_tick_ = static_cast<std::uint32_t>(first);
      open_ = false;
      write_day(static_cast<std::uint32_t>(end));
      first = end;
    }
    writer_.close();
    return done_;
  }

 private:
  // Passes over the samples of the first ticks.
  void skip(std::uint32_t ticks) {
    for (std::size_t i = 0; ticks > 0 && i < batch_.series.size(); ++i) {
      while (next_[i] < batch_.first[i + 1] && batch_.tick[next_[i]] < ticks) {
        ++next_[i];
      }
    }
  }

  void write_day(std::uint32_t end_tick) {
    const auto& series = batch_.series;
    for (std::size_t begin = 0; begin < series.size();) {
      std::size_t end = begin + 1;
      while (end < series.size() && group_of(series[end]) == group_of(series[begin])) {
        ++end;
      }
      write_stretches(begin, end, end_tick);
      begin = end;
    }
  }

  // Segments repeat the times of their samples. Where that is much, because a group has many
  // samples at many times, it is cut by time first, into stretches that still have enough times to
  // follow a series through.
  void write_stretches(std::size_t begin, std::size_t end, std::uint32_t end_tick) {
    std::size_t total = 0;
    for (std::size_t i = begin; i < end; ++i) {
      total += batch_.first[i + 1] - next_[i];
    }
    const std::uint32_t ticks = end_tick - day_tick_;
    const auto stretches = static_cast<std::uint32_t>(
        std::clamp<std::size_t>(total / kSegmentSamples, 1, std::max(ticks / kTicksToCut, 1U)));
    for (std::uint32_t i = 1; i <= stretches; ++i) {
      write_group(begin, end, day_tick_ + ticks * i / stretches);
    }
  }

  // Cuts what the series with indexes begin <= i < end have left before `end_tick` into segments of
  // about equal size, so that none is left with a few samples: between series where that comes
  // near, else within a series.
  void write_group(std::size_t begin, std::size_t end, std::uint32_t end_tick) {
    std::size_t total = 0;
    for (std::size_t i = begin; i < end; ++i) {
      ends_[i] = next_[i];
      while (ends_[i] < batch_.first[i + 1] && batch_.tick[ends_[i]] < end_tick) {
        ++ends_[i];
      }
      total += ends_[i] - next_[i];
    }
    if (total == 0) {
      return;
    }
    const std::size_t segments =
        std::max<std::size_t>((total + kSegmentSamples / 2) / kSegmentSamples, 1);
    const std::size_t size = (total + segments - 1) / segments;
    std::size_t cut = size;
    std::size_t done = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t count = ends_[i] - next_[i];
      if (done + count / 2 >= cut) {
        flush();
        while (cut <= done + count / 2) {
          cut += size;
        }
      }
      const std::size_t pieces = (count + 2 * size - 1) / (2 * size);
      for (std::size_t piece = 0; piece < pieces; ++piece) {
        if (piece > 0) {
          flush();
        }
        pick(batch_.series[i], next_[i] + static_cast<std::uint32_t>(count * piece / pieces),
             next_[i] + static_cast<std::uint32_t>(count * (piece + 1) / pieces));
      }
      done += count;
      next_[i] = ends_[i];
    }
    flush();
  }

  void pick(std::int32_t series, std::uint32_t from, std::uint32_t to) {
    const auto& flags = batch_.columns[0];
    const auto before = static_cast<std::uint32_t>(picks_.size());
    for (std::uint32_t i = from; i < to; ++i) {
      if (flags.empty() || flags[i] == core::kNull || (flags[i] & core::Flag::vanished) == 0) {
        picks_.push_back(i);
      }
    }
    if (picks_.size() > before) {
      segment_.series.push_back(series);
      segment_.first.push_back(before);
    }
  }

  // Writes what has been picked as one segment.
  void flush() {
    if (picks_.empty()) {
      return;
    }
    if (!open_) {
      writer_.open(day_);
      open_ = true;
    }
    segment_.first.push_back(static_cast<std::uint32_t>(picks_.size()));
    fill_ticks();
    for (std::size_t c = 0; c < batch_.columns.size(); ++c) {
      fill_column(batch_.columns[c], segment_.columns[c]);
    }
    fill_histograms();
    write();
    picks_.clear();
    segment_.series.clear();
    segment_.first.clear();
  }

  // Ticks that the picked samples use, and the samples' positions among them.
  void fill_ticks() {
    std::uint32_t low = UINT32_MAX;
    std::uint32_t high = 0;
    for (const std::uint32_t pick : picks_) {
      const std::uint32_t tick = batch_.tick[pick];
      renumber_[tick] = 1;
      low = std::min(low, tick);
      high = std::max(high, tick);
    }
    segment_.ticks.clear();
    for (std::uint32_t tick = low; tick <= high; ++tick) {
      if (renumber_[tick] != 0) {
        renumber_[tick] = static_cast<std::uint32_t>(segment_.ticks.size());
        segment_.ticks.push_back(batch_.ticks[tick]);
      }
    }
    segment_.tick.clear();
    for (const std::uint32_t pick : picks_) {
      segment_.tick.push_back(renumber_[batch_.tick[pick]]);
    }
    std::fill(renumber_.begin() + low, renumber_.begin() + high + 1, 0);
  }

  void fill_column(const core::Vector<std::int64_t>& from, core::Vector<std::int64_t>& to) const {
    to.clear();
    if (from.empty()) {
      return;
    }
    to.reserve(picks_.size());
    bool any = false;
    for (const std::uint32_t pick : picks_) {
      to.push_back(from[pick]);
      any = any || from[pick] != core::kNull;
    }
    if (!any) {
      to.clear();
    }
  }

  void fill_histograms() {
    segment_.histograms.clear();
    const auto has = [this](std::uint32_t pick) { return !batch_.histograms.of(pick).empty(); };
    if (std::any_of(picks_.begin(), picks_.end(), has)) {
      for (const std::uint32_t pick : picks_) {
        segment_.histograms.add(batch_.histograms.of(pick));
      }
    }
  }

  void write() {
    core::Vector<std::byte> histograms(resource_);
    if (!segment_.histograms.empty()) {
      histograms = core::encode_blobs(segment_.histograms, resource_);
    }
    const core::Vector<std::byte> bytes = core::encode(segment_, resource_);
    RawSegment row{};
    row.data = bytes.data();
    row.size = bytes.size();
    row.histograms = core::view(histograms);
    row.first_time = segment_.ticks.front().time;
    row.last_time = segment_.ticks.back().time;
    row.group = group_of(segment_.series.front());
    row.samples = static_cast<std::int32_t>(segment_.samples());
    for (const std::int32_t series : segment_.series) {
      row.members |= member_bit(series);
    }
    writer_.insert(row);
    ++done_.segments;
    done_.samples += segment_.samples();
    done_.bytes += bytes.size() + histograms.size();
  }

  const core::Batch& batch_;
  std::int64_t since_;
  core::Resource* resource_;
  SegmentWriter writer_;
  core::Vector<std::uint32_t> next_;   // per series: its first sample that has not been written
  core::Vector<std::uint32_t> ends_;   // per series: where its samples of the day end
  core::Vector<std::uint32_t> picks_;  // samples of the batch that make the segment, series-major
  core::Vector<std::uint32_t>
      renumber_;  // per tick of the batch: used, then its position in the segment
  core::Batch segment_;
  std::int64_t day_ = 0;
  std::uint32_t day_tick_ = 0;  // its first
  bool open_ = false;
  Appended done_;
};

}  // namespace

Appended append_tier(const Stream& stream, Tier tier, const core::Batch& batch,
                     std::int64_t since) {
  if (batch.columns.empty()) {
    throw std::invalid_argument("samples without flags");
  }
  pg::OwnedContext context(CurrentMemoryContext, "almanac archive");
  const pg::ContextSwitch inside(context.get());
  const Appended done = Splitter(stream, tier, batch, since, context.resource()).run();
  pg::call([] { CommandCounterIncrement(); });
  return done;
}

Appended append_archive(const Stream& stream, const core::Batch& batch) {
  for (const core::Tick& tick : batch.ticks) {
    check_storable(tick.time);
  }
  const TierState state = lock_tier_state(stream, false);
  const Appended done =
      append_tier(stream, Tier::raw, batch, state.since[static_cast<std::size_t>(Tier::raw)]);
  roll_up_late(stream, state, batch);
  return done;
}

}  // namespace almanac::store
