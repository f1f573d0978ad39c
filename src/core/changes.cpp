#include <algorithm>
#include <stdexcept>

#include "core/tracker.hpp"

namespace almanac::core {

namespace {

// What becomes a sample: a change, or a series that vanished.
struct Source {
  int32_t series = -1;
  int64_t change = -1;  // -1: vanished
};

Vector<Source> sources(const Changes& changes, bool tombstones, Resource* resource) {
  Vector<Source> sources(resource);
  sources.reserve(changes.rows.size() + (tombstones ? changes.vanished.size() : 0));
  for (size_t i = 0; i < changes.rows.size(); ++i) {
    if (changes.rows[i].series < 0) throw std::invalid_argument("change without a series");
    sources.push_back({changes.rows[i].series, static_cast<int64_t>(i)});
  }
  if (tombstones) {
    for (const int32_t series : changes.vanished) sources.push_back({series, -1});
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.series < b.series; });
  const auto same = [](const Source& a, const Source& b) { return a.series == b.series; };
  if (std::adjacent_find(sources.begin(), sources.end(), same) != sources.end()) {
    throw std::invalid_argument("series with two changes at once");
  }
  return sources;
}

}  // namespace

Changes::Changes(Resource* resource)
    : rows(resource), columns(resource), unseen(resource), vanished(resource) {}

Batch Changes::batch(Tick tick, uint32_t flags, bool tombstones, Resource* resource) const {
  const Vector<Source> samples = sources(*this, tombstones, resource);
  Batch batch(resource);
  batch.ticks.push_back(tick);
  batch.series.reserve(samples.size());
  batch.first.reserve(samples.size() + 1);
  batch.first.push_back(0);
  batch.tick.resize(samples.size(), 0);
  batch.columns.resize(columns.size() + 1);
  for (auto& column : batch.columns) column.reserve(samples.size());
  for (const Source& sample : samples) {
    batch.series.push_back(sample.series);
    batch.first.push_back(static_cast<uint32_t>(batch.series.size()));
    const bool gone = sample.change < 0;
    const auto change = static_cast<size_t>(gone ? 0 : sample.change);
    const uint32_t own = gone ? uint32_t{Flag::vanished} : rows[change].flags;
    batch.columns[0].push_back(own | flags);
    for (size_t i = 0; i < columns.size(); ++i) {
      batch.columns[i + 1].push_back(gone ? kNull : columns[i][change]);
    }
  }
  return batch;
}

}  // namespace almanac::core
