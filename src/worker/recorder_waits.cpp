// Records what sessions were seen doing since the last snapshot. There are no counters to compare:
// what is counted is an increase as it is.

#include "store/dictionary.hpp"
#include "worker/recorder.hpp"
#include "worker/wait_sampler.hpp"

namespace almanac::worker {
namespace {

constexpr std::size_t columns = 4;

// By what they are called: several numbers may be one name. Statements of databases that are not
// wanted count for their database as a whole.
void name(const WaitSampler& waits, std::span<const Oid> excluded, collect::Observed& out) {
  const core::WaitCounts& counts = waits.counts();
  for (std::uint32_t i = 0; i < counts.size(); ++i) {
    const core::WaitKey key = counts.key(i);
    const core::WaitTimes& times = counts.times(i);
    const bool wanted = std::find(excluded.begin(), excluded.end(), key.database) == excluded.end();
    const collect::EventName event = collect::event_name(key.event);
    const std::string kind =
        key.event == core::other_event ? "other" : waits.activity().kind_name(key.kind);
    const std::array<std::string_view, 4> texts = {kind, collect::state_name(key.state), event.type,
                                                   event.event};
    const std::array<std::int64_t, 7> words = {
        collect::oid_word(key.database), collect::oid_word(wanted ? key.role : InvalidOid),
        wanted ? key.query : 0,          collect::text_word(texts[0]),
        collect::text_word(texts[1]),    collect::text_word(texts[2]),
        collect::text_word(texts[3])};
    const std::array<std::int64_t, columns> cells = {times.samples, times.us, times.idle_samples,
                                                     times.idle_us};
    if (const auto row = out.look.find(words)) {
      for (std::size_t c = 0; c < columns; ++c) {
        out.look.set(*row, c, out.look.cells(*row)[c] + cells[c]);
      }
      continue;
    }
    out.look.add(words, cells);
    for (const std::string_view text : texts) {
      out.texts.add(text);
    }
  }
}

}  // namespace

void Recorder::record_waits(pg::Spi& spi, const WaitSampler& waits) {
  attempt(spi, store::kWait, InvalidOid, [&](Entry& entry) {
    const store::Stream& stream = *store::find_stream(store::kWait);
    core::Resource* scratch = scratch_.resource();
    entry.cost.cpu_us += waits.cpu_us();
    if (waits.counts().looks() > 0) {
      entry.outcome.interval_us = waits.counts().observed();
    }
    collect::Observed seen(stream, scratch);
    name(waits, databases_.excluded, seen);
    if (seen.rows() == 0) {
      return;
    }
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < seen.rows(); ++row) {
      rows.push_back(row);
    }
    const store::Assigned assigned = store::assign_series(spi, seen, rows, scratch);
    std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      return assigned.series[a] < assigned.series[b];
    });

    core::Batch batch(scratch);
    batch.ticks.push_back({Moment::now().wall, waits.counts().observed()});
    for (std::size_t c = 0; c <= columns; ++c) {
      batch.columns.emplace_back();
    }
    std::set<std::int64_t> roles;
    for (const std::uint32_t row : rows) {
      batch.series.push_back(assigned.series[row]);
      batch.first.push_back(static_cast<std::uint32_t>(batch.tick.size()));
      batch.tick.push_back(0);
      batch.columns[0].push_back(0);
      for (std::size_t c = 0; c < columns; ++c) {
        batch.columns[c + 1].push_back(seen.look.cells(row)[c]);
      }
      if (assigned.existed[row] == 0) {
        ++entry.outcome.new_series;
        roles.insert(seen.look.key(row)[1]);
      }
    }
    batch.first.push_back(static_cast<std::uint32_t>(batch.tick.size()));
    if (!roles.empty()) {
      store::remember_roles(spi, {roles.begin(), roles.end()});
    }
    entry.outcome.entries = seen.rows();
    entry.outcome.samples = seen.rows();
    entry.outcome.bytes =
        store::append_journal(spi, {&stream, InvalidOid}, around_.snapshot_id, batch, scratch);
  });
  const Entry* entry = ledger_.find(store::kWait, InvalidOid);
  if (entry == nullptr || entry->failed) {
    waits_ = nullptr;  // what was seen stays, for the next snapshot
  }
}

}  // namespace almanac::worker
