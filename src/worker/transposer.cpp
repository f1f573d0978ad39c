#include "worker/transposer.hpp"

#include <algorithm>
#include <map>

#include "core/tracker.hpp"
#include "store/totals.hpp"

namespace almanac::worker {
namespace {

using core::Batch;
using core::Flag;
using core::kNull;

constexpr std::uint32_t kNowhere = UINT32_MAX;

std::size_t position(const core::Vector<std::int32_t>& series, std::int32_t id) {
  return static_cast<std::size_t>(std::lower_bound(series.begin(), series.end(), id) -
                                  series.begin());
}

}  // namespace

Transposer::Row::Row(std::span<const std::byte> payload, std::span<const std::byte> packed,
                     core::Resource* resource)
    : bytes(payload.begin(), payload.end(), resource),
      view(core::ChunkView::parse(core::view(bytes))),
      index(resource),
      place(resource) {
  view.read_groups(index);
  if (view.tick_count() != 1 || view.samples() != view.series_count()) {
    throw core::CorruptChunk("not the samples of one moment");
  }
  view.read_times(index, {0, 0});
  if (!packed.empty()) {
    core::decode_blobs(packed, view.samples(), index.histograms);
  }
}

Transposer::Transposer(std::int32_t from, core::Resource* resource)
    : resource_(resource), from_(from), cells_(resource) {}

void Transposer::add(std::span<const std::byte> payload, std::span<const std::byte> histograms) {
  rows_.emplace_back(payload, histograms, resource_);
}

std::optional<std::int32_t> Transposer::cut(std::size_t most) const {
  std::map<std::int32_t, std::size_t> groups;  // samples of each
  for (const Row& row : rows_) {
    const auto& series = row.index.series;
    for (std::size_t i = position(series, from_); i < series.size();) {
      const std::int32_t group = store::group_of(series[i]);
      const std::size_t begin = i;
      while (i < series.size() && store::group_of(series[i]) == group) {
        ++i;
      }
      groups[group] += i - begin;
    }
  }
  std::size_t samples = 0;
  std::optional<std::int32_t> end;      // before the group at hand
  std::optional<std::int32_t> aligned;  // the same, and a row of totals ends there
  for (const auto& [group, count] : groups) {
    const std::int32_t first = group * store::kSeriesPerSegment;
    if (end && store::totals_block(*end - 1) != store::totals_block(first) && samples > most / 2) {
      aligned = end;
    }
    if (end && samples + count > most) {
      return aligned ? aligned : end;
    }
    samples += count;
    end = static_cast<std::int32_t>(
        std::min(std::int64_t{first} + store::kSeriesPerSegment, std::int64_t{PG_INT32_MAX}));
  }
  return std::nullopt;
}

// Whether a row is damaged beyond its checksum shows only while it is read. Then all is read once
// more without it.
Batch Transposer::result(std::optional<std::int32_t> to,
                         const std::function<void(std::size_t, const char*)>& damaged) {
  choose(to);
  for (;;) {
    try {
      for (reading_ = 0; reading_ < rows_.size(); ++reading_) {
        drop_tombstones(rows_[reading_]);
      }
      std::size_t columns = 0;
      for (const Row& row : rows_) {
        columns = std::max<std::size_t>(columns, row.place.empty() ? 0 : row.view.column_count());
      }
      Batch out(resource_);
      lay_out(out);
      for (unsigned c = 0; c < columns; ++c) {
        add_column(c, out);
      }
      add_histograms(out);
      return out;
    } catch (const core::CorruptChunk& error) {
      rows_[reading_].place.clear();
      damaged(reading_, error.what());
    }
  }
}

void Transposer::choose(std::optional<std::int32_t> to) {
  for (Row& row : rows_) {
    const auto& series = row.index.series;
    row.range.begin = position(series, from_);
    row.range.end = to ? std::max(position(series, *to), row.range.begin) : series.size();
    row.place.assign(row.range.end - row.range.begin, 0);
  }
}

void Transposer::drop_tombstones(Row& row) {
  if (row.place.empty() || row.view.all_zero(0) || row.view.all_null(0)) {
    return;
  }
  row.view.read_column(0, cells_, core::view(row.index.first), row.range);
  for (std::size_t i = 0; i < row.place.size(); ++i) {
    const std::int64_t flags = cells_[row.range.begin + i];
    row.place[i] = flags != kNull && (flags & Flag::vanished) != 0 ? kNowhere : 0;
  }
}

// Index of the result, and from it the places: by series, then time. Series of a group are dense,
// so that counting them beats comparing them.
void Transposer::lay_out(Batch& out) {
  core::Vector<Row*> order(resource_);
  core::Vector<std::int32_t> groups(resource_);
  for (Row& row : rows_) {
    if (row.place.empty()) {
      continue;
    }
    order.push_back(&row);
    for (std::size_t i = row.range.begin; i < row.range.end; ++i) {
      const std::int32_t group = store::group_of(row.index.series[i]);
      if (groups.empty() || groups.back() != group) {
        groups.push_back(group);
      }
    }
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  std::stable_sort(order.begin(), order.end(), [](const Row* a, const Row* b) {
    return a->index.ticks.front().time < b->index.ticks.front().time;
  });
  // A slot for each series of these groups, whether it has samples or not.
  const auto each = [&](auto&& use) {
    for (std::uint32_t tick = 0; tick < order.size(); ++tick) {
      Row& row = *order[tick];
      std::size_t group = 0;
      for (std::size_t i = 0; i < row.place.size(); ++i) {
        const std::int32_t series = row.index.series[row.range.begin + i];
        while (groups[group] != store::group_of(series)) {
          ++group;
        }
        if (row.place[i] != kNowhere) {
          use(group * store::kSeriesPerSegment + (static_cast<std::uint32_t>(series) & 63), tick,
              row.place[i]);
        }
      }
    }
  };
  core::Vector<std::uint32_t> next(groups.size() * store::kSeriesPerSegment + 1, 0, resource_);
  each([&](std::size_t slot, std::uint32_t, std::uint32_t&) { ++next[slot + 1]; });
  for (std::size_t slot = 0; slot + 1 < next.size(); ++slot) {
    if (next[slot + 1] > 0) {
      out.series.push_back(groups[slot / store::kSeriesPerSegment] * store::kSeriesPerSegment +
                           static_cast<std::int32_t>(slot % store::kSeriesPerSegment));
      out.first.push_back(next[slot]);
    }
    next[slot + 1] += next[slot];
  }
  out.first.push_back(next.back());
  for (const Row* row : order) {
    out.ticks.push_back(row->index.ticks.front());
  }
  out.tick.resize(next.back());
  each([&](std::size_t slot, std::uint32_t tick, std::uint32_t& place) {
    place = next[slot]++;
    out.tick[place] = tick;
  });
}

void Transposer::add_column(unsigned column, Batch& out) {
  core::Vector<std::int64_t>& cells = out.columns.emplace_back();
  const auto there = [&](const Row& row) {
    return !row.place.empty() && !row.view.all_null(column);
  };
  if (std::none_of(rows_.begin(), rows_.end(), there)) {
    return;
  }
  cells.resize(out.tick.size(), 0);
  for (reading_ = 0; reading_ < rows_.size(); ++reading_) {
    add_cells(rows_[reading_], column, cells);
  }
}

void Transposer::add_histograms(Batch& out) const {
  core::Vector<std::span<const std::byte>> strings(resource_);
  for (const Row& row : rows_) {
    if (row.place.empty() || row.index.histograms.empty()) {
      continue;
    }
    strings.resize(out.tick.size());
    for (std::size_t i = 0; i < row.place.size(); ++i) {
      if (row.place[i] != kNowhere) {
        strings[row.place[i]] = row.index.histograms.of(row.range.begin + i);
      }
    }
  }
  for (const std::span<const std::byte> string : strings) {
    out.histograms.add(string);
  }
}

void Transposer::add_cells(const Row& row, unsigned column, core::Vector<std::int64_t>& out) {
  if (row.place.empty() || row.view.all_zero(column)) {
    return;
  }
  const bool null = row.view.all_null(column);
  if (!null) {
    row.view.read_column(column, cells_, core::view(row.index.first), row.range);
  }
  for (std::size_t i = 0; i < row.place.size(); ++i) {
    if (row.place[i] != kNowhere) {
      out[row.place[i]] = null ? kNull : cells_[row.range.begin + i];
    }
  }
}

}  // namespace almanac::worker
