// Sealing: journal rows of many series at one moment become archive segments of one group of series
// over time.

#include <numeric>

#include "core/chunk.hpp"
#include "pg/compat.hpp"
#include "store/archive.hpp"
#include "store/totals.hpp"
#include "worker/recorder.hpp"

namespace almanac::worker {
namespace {

using core::Batch;
using core::ChunkView;
using core::Flag;

// A stream is sealed when its journal has this many samples or rows, or rows this old. The first
// bounds the time of one transaction, the second the work of reading the journal, the third what is
// left there at all.
constexpr std::int64_t most_samples = 24576;
constexpr std::int64_t most_rows = 240;
constexpr const char* most_age = "6 hours";

// One sample on its way from row-wise to series-wise order.
struct Place {
  std::int32_t series;
  std::uint32_t tick;
  std::uint32_t batch;
  std::uint32_t sample;
};

// Journal rows of one stream, oldest first, in one batch by series and time. Tombstones are for the
// recorder alone and stay behind.
class Transposer {
 public:
  explicit Transposer(core::Resource* resource)
      : resource_(resource), batches_(resource), places_(resource) {}

  void add(std::span<const std::byte> payload) {
    batches_.push_back(ChunkView::parse(payload).decode(resource_));
  }

  [[nodiscard]] Batch result() {
    Batch out(resource_);
    collect_ticks(out);
    sort_places();
    for (const Place& place : places_) {
      if (out.series.empty() || out.series.back() != place.series) {
        out.series.push_back(place.series);
        out.first.push_back(static_cast<std::uint32_t>(out.tick.size()));
      }
      out.tick.push_back(place.tick);
    }
    out.first.push_back(static_cast<std::uint32_t>(out.tick.size()));
    gather_columns(out);
    return out;
  }

 private:
  void collect_ticks(Batch& out) {
    core::Vector<std::uint32_t> order(resource_);
    for (std::uint32_t b = 0; b < batches_.size(); ++b) {
      order.push_back(b);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return batches_[a].ticks.front().time < batches_[b].ticks.front().time;
    });
    for (const std::uint32_t b : order) {
      const auto tick = static_cast<std::uint32_t>(out.ticks.size());
      const Batch& batch = batches_[b];
      out.ticks.push_back(batch.ticks.front());
      for (std::uint32_t s = 0; s < batch.series.size(); ++s) {
        const std::uint32_t sample = batch.first[s];
        const bool tombstone = !batch.columns.empty() && !batch.columns[0].empty() &&
                               (batch.columns[0][sample] & Flag::vanished) != 0;
        if (!tombstone) {
          places_.push_back({batch.series[s], tick, b, sample});
        }
      }
    }
  }

  // By series and time. Places come in the order of time; ids of series are dense, so that counting
  // them beats comparing them.
  void sort_places() {
    if (places_.empty()) {
      return;
    }
    const auto by_series = [](const Place& a, const Place& b) { return a.series < b.series; };
    const auto [least, greatest] = std::minmax_element(places_.begin(), places_.end(), by_series);
    const std::int64_t low = least->series;
    const std::size_t range = static_cast<std::size_t>(greatest->series - low) + 1;
    if (range > 64 * places_.size()) {
      std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
        return a.series != b.series ? a.series < b.series : a.tick < b.tick;
      });
      return;
    }
    core::Vector<std::uint32_t> next(range + 1, 0, resource_);
    for (const Place& place : places_) {
      ++next[static_cast<std::size_t>(place.series - low) + 1];
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    core::Vector<Place> sorted(places_.size(), resource_);
    for (const Place& place : places_) {
      sorted[next[static_cast<std::size_t>(place.series - low)]++] = place;
    }
    places_.swap(sorted);
  }

  void gather_columns(Batch& out) {
    std::size_t columns = 0;
    for (const Batch& batch : batches_) {
      columns = std::max(columns, batch.columns.size());
    }
    core::Vector<const std::int64_t*> cells(batches_.size(), resource_);  // nullptr: all NULL
    for (std::size_t c = 0; c < columns; ++c) {
      core::Vector<std::int64_t>& column = out.columns.emplace_back();
      bool any = false;
      bool zero = true;
      for (std::size_t b = 0; b < batches_.size(); ++b) {
        const bool has = c < batches_[b].columns.size() && !batches_[b].columns[c].empty();
        cells[b] = has ? batches_[b].columns[c].data() : nullptr;
        any = any || has;
        zero = zero && has && all_zero(batches_[b].columns[c]);
      }
      if (!any) {
        continue;
      }
      column.resize(places_.size(), 0);
      for (std::size_t i = 0; i < places_.size() && !zero; ++i) {
        const std::int64_t* from = cells[places_[i].batch];
        column[i] = from == nullptr ? core::kNull : from[places_[i].sample];
      }
    }
  }

  static bool all_zero(const core::Vector<std::int64_t>& column) {
    return std::all_of(column.begin(), column.end(), [](std::int64_t cell) { return cell == 0; });
  }

  core::Resource* resource_;
  core::Vector<Batch> batches_;
  core::Vector<Place> places_;
};

// Up to which snapshot the oldest rows of a stream have no more than most_samples samples, but at
// least one snapshot; and whether that is all.
struct Cut {
  std::int64_t snapshot_id = 0;
  std::int64_t rows = 0;
  std::int64_t samples = 0;
  bool more = false;
};

Cut find_cut(pg::Spi& spi, const store::Stream& stream) {
  static pg::Plan plan(
      "SELECT snapshot_id, count(*), sum(samples)::int8 FROM almanac.journal WHERE server_id = 0 "
      "AND stream = $1"
      " GROUP BY snapshot_id ORDER BY snapshot_id");
  Cut cut;
  spi.query(plan, {stream.id}, [&](const pg::Row& row) {
    const std::int64_t samples = row.get<std::int64_t>(2);
    if (cut.more || (cut.rows > 0 && cut.samples + samples > most_samples)) {
      cut.more = true;
      return;
    }
    cut.snapshot_id = row.get<std::int64_t>(0);
    cut.rows += row.get<std::int64_t>(1);
    cut.samples += samples;
  });
  return cut;
}

}  // namespace

void Recorder::note_damage(const store::Stream& stream, std::int64_t snapshot_id,
                           const char* what) {
  if (damaged_.insert({stream.id, snapshot_id}).second) {
    pg::report(LOG, ERRCODE_DATA_CORRUPTED,
               "journal row of stream \"" + std::string(stream.name) + "\", snapshot " +
                   std::to_string(snapshot_id) + ", is damaged and cannot be sealed: " + what,
               {}, "Delete the row from almanac.journal to give up its samples.");
  }
}

Sealed Recorder::seal(const store::Stream& stream) {
  scratch_.reset();
  pg::Spi spi;
  lock(spi);
  const Cut cut = find_cut(spi, stream);
  if (cut.rows == 0) {
    return {};
  }
  // The counters as of the last look: what is sealed need not be replayed any more.
  static pg::Plan sources("SELECT source FROM almanac.sources WHERE server_id = 0 AND stream = $1");
  spi.query(sources, {stream.id}, [&](const pg::Row& row) {
    source(stream.id, row.get<Oid>(0)).save_reference(spi, scratch_.resource());
  });

  static pg::Plan rows(
      "SELECT payload, snapshot_id FROM almanac.journal WHERE server_id = 0 AND stream = $1 AND "
      "snapshot_id <= $2"
      " ORDER BY snapshot_id, source");
  Transposer transposer(scratch_.resource());
  std::vector<std::int64_t> damaged;
  spi.query(rows, {stream.id, cut.snapshot_id}, [&](const pg::Row& row) {
    const std::int64_t snapshot_id = row.get<std::int64_t>(1);
    try {
      transposer.add(row.get<std::span<const std::byte>>(0));
    } catch (const core::CorruptChunk& error) {
      damaged.push_back(snapshot_id);
      note_damage(stream, snapshot_id, error.what());
    }
  });
  const Batch batch = transposer.result();
  if (batch.samples() > 0) {
    store::append_archive(stream, batch);
    store::add_totals(stream, batch);
  }
  // Damaged rows stay where they are, for somebody to look at: readers will name them.
  static pg::Plan remove(
      "DELETE FROM almanac.journal WHERE server_id = 0 AND stream = $1 AND snapshot_id <= $2"
      " AND snapshot_id <> ALL ($3)");
  spi.execute(remove, {stream.id, cut.snapshot_id, damaged});
  return {cut.rows, cut.samples, cut.more};
}

std::vector<const store::Stream*> Recorder::due_for_sealing() {
  pg::Spi spi;
  std::vector<const store::Stream*> due;
  spi.query(
      "SELECT stream FROM almanac.journal WHERE server_id = 0 GROUP BY stream"
      " HAVING sum(samples) >= $1 OR count(*) >= $2"
      " OR min(\"time\") < pg_catalog.now() - $3::interval",
      {most_samples, most_rows, most_age}, [&](const pg::Row& row) {
        const store::Stream* stream = store::find_stream(row.get<std::int16_t>(0));
        if (stream != nullptr) {
          due.push_back(stream);
        }
      });
  return due;
}

void Recorder::save_references() {
  scratch_.reset();
  pg::Spi spi;
  lock(spi);
  for (auto& [key, source] : sources_) {
    if (source->last()) {
      source->save_reference(spi, scratch_.resource());
    }
  }
}

}  // namespace almanac::worker
