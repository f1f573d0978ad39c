#include "store/gather.hpp"

#include "core/deviation.hpp"

namespace almanac::store {
namespace {

using core::kNull;
using core::view;

}  // namespace

core::Vector<std::uint16_t> all_chunk_columns(const Stream& stream, core::Resource* resource) {
  core::Vector<std::uint16_t> columns(resource);
  columns.push_back(0);
  for (unsigned i = 0; i < stream.columns.size(); ++i) {
    columns.push_back(static_cast<std::uint16_t>(chunk_column(i)));
    if (has_extremes(stream.columns[i].kind)) {
      columns.push_back(static_cast<std::uint16_t>(extreme_column(i, false)));
      columns.push_back(static_cast<std::uint16_t>(extreme_column(i, true)));
    }
  }
  return columns;
}

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

}  // namespace almanac::store
