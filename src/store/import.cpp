#include "store/import.hpp"

#include "core/tracker.hpp"
#include "pg/spi.hpp"
#include "store/archive.hpp"
#include "store/owner.hpp"
#include "store/partitions.hpp"

namespace almanac::store {
namespace {

// Flushed beyond this size: sorting and packing take about as much again.
constexpr std::size_t kMostBytes = std::size_t{24} << 20;

}  // namespace

Import::Import(const Stream& stream, core::Resource* resource)
    : stream_(stream),
      resource_(resource),
      rows_(resource),
      columns_(resource),
      order_(resource),
      ticks_(resource),
      tick_list_(resource),
      histograms_(resource),
      totals_(stream, resource),
      since_(pg::call([&stream] { return tier_state(stream); }).since[kTiers - 1]) {
  columns_.resize(import_cells(stream.columns.size()));
}

void Import::add(const ImportRow& row, std::span<const std::int64_t> cells,
                 std::span<const std::byte> histogram) {
  check_storable(row.time);
  if (row.time < since_) {
    const std::int64_t since = since_;
    throw pg::Failure(ERRCODE_DATETIME_FIELD_OVERFLOW, "history of that time has been dropped")
        .detail(std::string("History of stream \"") + stream_.name + "\" begins at " +
                pg::call([since] { return timestamptz_to_str(since); }) + ".")
        .hint("almanac.retention tells how long history is kept.");
  }
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].empty() && cells[c] == core::kNull) {
      continue;
    }
    columns_[c].resize(rows_.size(), core::kNull);
    columns_[c].push_back(cells[c]);
  }
  if (!histogram.empty()) {
    while (histograms_.ends.size() < rows_.size()) {
      histograms_.add({});
    }
  }
  if (!histogram.empty() || !histograms_.empty()) {
    histograms_.add(histogram);
  }
  rows_.push_back(row);
  if (bytes() > kMostBytes) {
    flush();
  }
}

std::size_t Import::bytes() const {
  std::size_t columns = 0;
  for (const auto& column : columns_) {
    columns += column.empty() ? 0 : 1;
  }
  return rows_.size() * (sizeof(ImportRow) + columns * sizeof(std::int64_t)) +
         histograms_.bytes.size();
}

void Import::finish() {
  flush();
  if (any_) {
    totals_.write();
  }
}

void Import::flush() {
  if (rows_.empty()) {
    return;
  }
  order();
  check_series();
  {
    const core::Batch samples = batch();
    append_archive(stream_, samples);
    totals_.add(samples);
  }
  any_ = true;
  rows_.clear();
  histograms_.clear();
  for (auto& column : columns_) {
    column.clear();
  }
}

// Gives each row its tick and sorts the rows. Samples of a series with the same time and duration
// are kept apart by giving them ticks of their own.
void Import::order() {
  const auto count = static_cast<std::uint32_t>(rows_.size());
  order_.resize(count);
  ticks_.resize(count);
  tick_list_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    order_[i] = i;
  }
  const auto key = [this](std::uint32_t i) {
    return std::tuple(rows_[i].time, rows_[i].duration, rows_[i].series, i);
  };
  std::sort(order_.begin(), order_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  std::size_t base = 0;    // first tick of this time and duration
  std::size_t repeat = 0;  // how often the series has been there before
  for (std::uint32_t n = 0; n < count; ++n) {
    const ImportRow& row = rows_[order_[n]];
    const core::Tick tick{row.time, row.duration};
    const ImportRow* before = n == 0 ? nullptr : &rows_[order_[n - 1]];
    if (before == nullptr || before->time != tick.time || before->duration != tick.duration) {
      base = tick_list_.size();
      repeat = 0;
    } else {
      repeat = before->series == row.series ? repeat + 1 : 0;
    }
    if (base + repeat == tick_list_.size()) {
      tick_list_.push_back(tick);
    }
    ticks_[order_[n]] = static_cast<std::uint32_t>(base + repeat);
  }
  std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return rows_[a].series != rows_[b].series ? rows_[a].series < rows_[b].series
                                              : ticks_[a] < ticks_[b];
  });
}

void Import::check_series() const {
  std::vector<std::int32_t> series;
  for (const std::uint32_t row : order_) {
    if (series.empty() || series.back() != rows_[row].series) {
      series.push_back(rows_[row].series);
    }
  }
  const std::string keys = std::string("almanac.") + stream_.name + "_keys";
  const std::string sql =
      "SELECT s FROM pg_catalog.unnest($1) AS s WHERE NOT EXISTS (SELECT FROM " + keys +
      " AS k WHERE k.series_id OPERATOR(pg_catalog.=) s) LIMIT 1";
  std::optional<std::int32_t> unknown;
  {
    const AsOwner as_owner;
    pg::Spi spi;
    unknown = spi.value<std::int32_t>(sql, {series});
  }
  if (unknown) {
    throw pg::Failure(ERRCODE_FOREIGN_KEY_VIOLATION,
                      std::string("series ") + std::to_string(*unknown) + " of stream \"" +
                          stream_.name + "\" does not exist")
        .hint("Insert it into " + keys + " first.");
  }
}

core::Batch Import::batch() const {
  core::Batch out(resource_);
  out.ticks = tick_list_;
  const std::size_t count = stream_.columns.size();
  const auto position = [count](std::size_t cell) {
    return cell < count
               ? chunk_column(static_cast<unsigned>(cell))
               : extreme_column(static_cast<unsigned>(cell - count) / 2, (cell - count) % 2 != 0);
  };
  std::size_t last = count - 1;
  for (std::size_t c = count; c < columns_.size(); ++c) {
    last = columns_[c].empty() ? last : c;
  }
  out.columns.resize(position(last) + 1);
  out.tick.reserve(order_.size());
  out.columns[0].reserve(order_.size());
  for (const std::uint32_t row : order_) {
    if (out.series.empty() || out.series.back() != rows_[row].series) {
      out.series.push_back(rows_[row].series);
      out.first.push_back(static_cast<std::uint32_t>(out.tick.size()));
    }
    out.tick.push_back(ticks_[row]);
    out.columns[0].push_back(rows_[row].flags | core::Flag::imported);
  }
  out.first.push_back(static_cast<std::uint32_t>(out.tick.size()));
  if (!histograms_.empty()) {
    for (const std::uint32_t row : order_) {
      out.histograms.add(histograms_.of(row));
    }
  }
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].empty()) {
      continue;
    }
    auto& column = out.columns[position(c)];
    column.reserve(order_.size());
    for (const std::uint32_t row : order_) {
      column.push_back(columns_[c][row]);
    }
  }
  return out;
}

}  // namespace almanac::store
