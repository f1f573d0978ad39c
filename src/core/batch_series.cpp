#include "core/batch_series.hpp"

#include <algorithm>

namespace almanac::core {

size_t remove_series(Batch& batch, std::span<const int32_t> series) {
  Vector<uint32_t> kept(batch.resource());  // samples that stay
  size_t to = 0;
  for (size_t from = 0; from < batch.series.size(); ++from) {
    if (std::binary_search(series.begin(), series.end(), batch.series[from])) continue;
    const auto first = static_cast<uint32_t>(kept.size());
    for (uint32_t i = batch.first[from]; i < batch.first[from + 1]; ++i) kept.push_back(i);
    batch.series[to] = batch.series[from];
    batch.first[to++] = first;  // to <= from: what is read next is still there
  }
  const size_t removed = batch.series.size() - to;
  if (removed == 0) return 0;
  batch.series.resize(to);
  batch.first.resize(to + 1);
  batch.first[to] = static_cast<uint32_t>(kept.size());
  for (size_t i = 0; i < kept.size(); ++i) batch.tick[i] = batch.tick[kept[i]];
  batch.tick.resize(kept.size());
  for (Vector<int64_t>& column : batch.columns) {
    if (column.empty()) continue;
    for (size_t i = 0; i < kept.size(); ++i) column[i] = column[kept[i]];
    column.resize(kept.size());
  }
  if (!batch.histograms.empty()) {
    Blobs histograms(batch.resource());
    for (const uint32_t i : kept) histograms.add(batch.histograms.of(i));
    batch.histograms = std::move(histograms);
  }
  return removed;
}

}  // namespace almanac::core
