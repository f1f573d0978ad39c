#include "worker/ledger.hpp"

#include <time.h>

#include <algorithm>

#include "pg/compat.hpp"
#include "store/dictionary.hpp"

namespace almanac::worker {
namespace {

// Cells in the order of the stream's columns.
std::array<std::int64_t, 18> cells_of(const Entry& e, std::int64_t snapshot_id) {
  const auto n = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  return {
      snapshot_id,           e.cost.elapsed_us,       e.cost.cpu_us,       n(e.outcome.entries),
      n(e.outcome.samples),  n(e.outcome.new_series), n(e.outcome.resets), e.evicted,
      n(e.outcome.bytes),    e.cost.wal_bytes,        e.failed ? 1 : 0,    e.coverage_ppm,
      e.outcome.interval_us, e.cost.blocks.hit,       e.cost.blocks.read,  e.cost.blocks.written,
      e.latencies.calls,     e.latencies.with_latency};
}

}  // namespace

Cost Cost::now() {
  timespec cpu;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  return {Moment::now().monotonic, cpu.tv_sec * std::int64_t{1'000'000} + cpu.tv_nsec / 1000,
          static_cast<std::int64_t>(pgWalUsage.wal_bytes), collect::Blocks::now()};
}

Cost& Cost::operator+=(const Cost& other) {
  elapsed_us += other.elapsed_us;
  cpu_us += other.cpu_us;
  wal_bytes += other.wal_bytes;
  blocks += other.blocks;
  return *this;
}

Cost Cost::operator-(const Cost& before) const {
  return {elapsed_us - before.elapsed_us, cpu_us - before.cpu_us, wal_bytes - before.wal_bytes,
          blocks - before.blocks};
}

Entry* Ledger::find(std::int16_t stream, Oid database) {
  for (Entry& entry : entries_) {
    if (entry.stream == stream && entry.database == database) {
      return &entry;
    }
  }
  return nullptr;
}

std::int32_t Ledger::series_of(pg::Spi& spi, const Entry& entry, core::Resource* scratch) {
  const auto key = std::pair(entry.stream, entry.database);
  const auto known = series_.find(key);
  if (known != series_.end()) {
    return known->second;
  }
  const store::Stream& ledger = *store::find_stream(store::kSnapshot);
  collect::Observed one(ledger, scratch);
  const std::string_view name = store::find_stream(entry.stream)->name;
  const std::int64_t words[] = {collect::text_word(name), collect::oid_word(entry.database)};
  const std::vector<std::int64_t> raw(ledger.columns.size());
  one.look.add(words, raw);
  one.texts.add(name);
  const std::uint32_t row = 0;
  const std::int32_t id = store::assign_series(spi, one, {&row, 1}, scratch).series.front();
  series_[key] = id;
  return id;
}

void Ledger::write(pg::Spi& spi, std::int64_t snapshot_id, core::Tick tick,
                   core::Resource* scratch) {
  if (entries_.empty()) {
    return;
  }
  std::vector<std::pair<std::int32_t, const Entry*>> order;
  for (const Entry& entry : entries_) {
    order.emplace_back(series_of(spi, entry, scratch), &entry);
  }
  std::sort(order.begin(), order.end());
  const store::Stream& ledger = *store::find_stream(store::kSnapshot);
  core::Batch batch(scratch);
  batch.ticks.push_back(tick);
  for (std::size_t c = 0; c <= ledger.columns.size(); ++c) {
    batch.columns.emplace_back();
  }
  for (const auto& [series, entry] : order) {
    batch.series.push_back(series);
    batch.first.push_back(static_cast<std::uint32_t>(batch.tick.size()));
    batch.tick.push_back(0);
    batch.columns[0].push_back(entry->outcome.flags |
                               (entry->failed ? std::uint32_t{core::Flag::partial} : 0u));
    const auto cells = cells_of(*entry, snapshot_id);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      batch.columns[c + 1].push_back(cells[c]);
    }
  }
  batch.first.push_back(static_cast<std::uint32_t>(batch.tick.size()));
  store::append_journal(spi, {&ledger, InvalidOid}, snapshot_id, batch, scratch);
}

}  // namespace almanac::worker
