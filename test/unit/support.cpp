#include "support.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "core/checksum.hpp"
#include "core/chunk_format.hpp"

namespace almanac::core::test {

namespace {

constexpr int64_t highest = std::numeric_limits<int64_t>::max();
constexpr std::array<int64_t, 12> extremes = {
    kNull, kNull + 1, highest, highest - 1, 0, 1, -1, 127, 128, 1LL << 32, 1LL << 56, -(1LL << 57)};

int64_t any_cell(Random& random) {
  return static_cast<int64_t>(random.bits() >> random.below(64)) * (random.chance(0.5) ? 1 : -1);
}

}  // namespace

void fill_column(Vector<int64_t>& column, size_t samples, Random& random) {
  column.resize(samples);
  const uint64_t style = random.below(9);
  const double density = random.unit();
  const int64_t constant = any_cell(random);
  const uint64_t shift = random.below(64);
  int64_t walk = any_cell(random) / 4;
  for (int64_t& cell : column) {
    switch (style) {
      case 0: cell = constant; break;
      case 1: cell = random.chance(density) ? constant : 0; break;
      case 2: cell = random.chance(density) ? random.between(0, 1000) : 0; break;
      case 3: cell = walk += random.between(-5, 20); break;
      case 4: cell = extremes[random.below(extremes.size())]; break;
      case 5: cell = static_cast<int64_t>(random.bits() >> shift); break;
      case 6: cell = any_cell(random); break;
      case 7: cell = random.chance(0.03) ? any_cell(random) : random.between(-3, 3); break;
      default: cell = 0; break;
    }
  }
  if (random.chance(0.3)) {
    const double nulls = random.unit();
    for (int64_t& cell : column) {
      if (random.chance(nulls)) cell = kNull;
    }
  }
}

Batch random_batch(Random& random, size_t most_series, size_t most_ticks, size_t most_columns,
                   Resource* resource) {
  Batch batch(resource);
  const size_t ticks = random.below(most_ticks + 1);
  const size_t series = ticks == 0 ? 0 : random.below(most_series + 1);
  int64_t time = random.chance(0.9) ? 800'000'000'000'000 : random.between(1 - max_time, 0);
  for (size_t i = 0; i < ticks; ++i) {
    const int64_t step = random.chance(0.9) ? 60'000'000 + random.between(-900, 900)
                                            : random.between(0, 1'000'000'000'000);
    time += step;
    int64_t duration = random.chance(0.8) ? step : random.between(0, 100'000'000);
    if (random.chance(0.02)) duration = kNull;
    if (random.chance(0.02)) duration = highest;
    batch.ticks.push_back({time, duration});
  }
  int64_t id = random.chance(0.5) ? 0 : random.between(std::numeric_limits<int32_t>::min(), 1000);
  const double activity = random.chance(0.5) ? 1.0 : random.unit();
  batch.first.push_back(0);
  for (size_t s = 0; s < series; ++s) {
    const size_t before = batch.samples();
    for (size_t t = 0; t < ticks; ++t) {
      if (random.chance(activity)) batch.tick.push_back(static_cast<uint32_t>(t));
    }
    if (batch.samples() == before) batch.tick.push_back(static_cast<uint32_t>(random.below(ticks)));
    batch.series.push_back(static_cast<int32_t>(id));
    batch.first.push_back(static_cast<uint32_t>(batch.samples()));
    id += random.between(1, random.chance(0.9) ? 3 : 1000);
  }
  batch.columns.resize(random.below(most_columns + 1));
  for (auto& column : batch.columns) {
    if (random.chance(0.8)) fill_column(column, batch.samples(), random);
  }
  return batch;
}

bool same(const Batch& a, const Batch& b) {
  const auto equal = [](const auto& x, const auto& y) {
    return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin());
  };
  if (!equal(a.ticks, b.ticks) || !equal(a.series, b.series) || !equal(a.tick, b.tick))
    return false;
  if (!a.series.empty() && !equal(a.first, b.first)) return false;
  if (a.columns.size() != b.columns.size()) return false;
  const auto nothing = [](const Vector<int64_t>& column) {
    return std::all_of(column.begin(), column.end(), [](int64_t cell) { return cell == kNull; });
  };
  for (size_t i = 0; i < a.columns.size(); ++i) {
    const bool both = nothing(a.columns[i]) && nothing(b.columns[i]);
    if (!both && !equal(a.columns[i], b.columns[i])) return false;
  }
  return true;
}

void fix_checksum(std::span<std::byte> chunk) {
  if (chunk.size() <= format::body_at) return;
  auto version = std::to_integer<unsigned>(chunk[0]);
  if (version < format::oldest_version || version > format::version) {
    version = format::version;
    chunk[0] = static_cast<std::byte>(version);
  }
  const uint32_t sum = checksum(chunk.subspan(format::body_at), version);
  std::memcpy(chunk.data() + format::checksum_at, &sum, sizeof sum);
}

void read_all(std::span<const std::byte> chunk, Resource* resource) {
  const ChunkView view = ChunkView::parse(chunk);
  Batch index(resource);
  view.read_index(index);
  Vector<int64_t> column(resource);
  for (unsigned i = 0; i < view.column_count(); ++i) {
    view.read_column(i, column);
    if (!column.empty() && column.size() != view.samples()) throw std::logic_error("column length");
  }
  index.columns.clear();
  index.check();
}

}  // namespace almanac::core::test
