#include "store/source_state.hpp"

#include "pg/memory.hpp"
#include "store/dictionary.hpp"

namespace almanac::store {
namespace {

using core::Batch;
using core::ChunkView;

// Key words of the series of a batch, or empty if the dictionary lacks one.
std::optional<core::Vector<std::int64_t>> keys_of(pg::Spi& spi, const Stream& stream,
                                                  std::span<const std::int32_t> series,
                                                  core::Resource* scratch) {
  core::Vector<std::int64_t> words(scratch);
  if (!load_keys(spi, stream, series, words)) {
    return std::nullopt;
  }
  return words;
}

bool restore(pg::Spi& spi, SourceId id, core::Tracker& tracker, std::int64_t& as_of,
             core::Resource* scratch) {
  static pg::Plan plan(
      "SELECT snapshot_id, payload FROM almanac.reference WHERE server_id = 0 AND stream = $1 AND "
      "source = $2");
  bool good = false;
  spi.query(plan, {id.stream->id, id.source}, [&](const pg::Row& row) {
    as_of = row.get<std::int64_t>(0);
    const Batch batch = ChunkView::parse(row.get<std::span<const std::byte>>(1)).decode(scratch);
    auto keys = keys_of(spi, *id.stream, core::view(batch.series), scratch);
    if (keys) {
      tracker.restore(batch, core::view(*keys));
      good = true;
    }
  });
  return good;
}

bool replay(pg::Spi& spi, SourceId id, core::Tracker& tracker, std::int64_t as_of,
            core::Resource* scratch) {
  static pg::Plan plan(
      "SELECT payload FROM almanac.journal"
      " WHERE server_id = 0 AND stream = $1 AND source = $2 AND snapshot_id > $3 ORDER BY "
      "snapshot_id");
  bool good = true;
  spi.query(plan, {id.stream->id, id.source, as_of}, [&](const pg::Row& row) {
    if (!good) {
      return;
    }
    const Batch deltas = ChunkView::parse(row.get<std::span<const std::byte>>(0)).decode(scratch);
    const auto series = tracker.unknown(deltas, scratch);
    auto keys = keys_of(spi, *id.stream, core::view(series), scratch);
    if (!keys) {
      good = false;
      return;
    }
    tracker.replay(deltas, core::view(series), core::view(*keys));
  });
  return good;
}

}  // namespace

std::vector<core::Column> tracker_columns(const Stream& stream) {
  std::vector<core::Column> columns;
  columns.reserve(stream.columns.size());
  for (const ValueColumn& column : stream.columns) {
    columns.push_back({column.kind, column.calls, column.total});
  }
  return columns;
}

std::optional<LastLook> last_look(pg::Spi& spi, SourceId id) {
  static pg::Plan plan(
      "SELECT snapshot_id, \"time\", epoch FROM almanac.sources WHERE server_id = 0 AND stream = "
      "$1 AND source = $2");
  std::optional<LastLook> look;
  spi.query(plan, {id.stream->id, id.source}, [&](const pg::Row& row) {
    look.emplace();
    look->snapshot_id = row.get<std::int64_t>(0);
    look->time = row.get<pg::Timestamp>(1).us;
    pg::ContextResource memory(CurrentMemoryContext);
    const core::Vector<std::int64_t> epoch = row.array<std::int64_t>(2, &memory);
    look->epoch.assign(epoch.begin(), epoch.end());
  });
  return look;
}

// Not ON CONFLICT: that locks the row first, which is logged too, and rows are there but once.
void note_look(pg::Spi& spi, SourceId id, const LastLook& look) {
  static pg::Plan update(
      "UPDATE almanac.sources SET snapshot_id = $3, \"time\" = $4, epoch = $5"
      " WHERE server_id = 0 AND stream = $1 AND source = $2");
  static pg::Plan insert(
      "INSERT INTO almanac.sources (server_id, stream, source, snapshot_id, \"time\", epoch)"
      " VALUES (0, $1, $2, $3, $4, $5)");
  const std::initializer_list<pg::Arg> args = {id.stream->id, id.source, look.snapshot_id,
                                               pg::Timestamp{look.time}, look.epoch};
  if (spi.execute(update, args) == 0) {
    spi.execute(insert, args);
  }
}

bool load_state(pg::Spi& spi, SourceId id, core::Tracker& tracker, core::Resource* scratch) {
  tracker.clear();
  try {
    std::int64_t as_of = 0;
    if (restore(spi, id, tracker, as_of, scratch) && replay(spi, id, tracker, as_of, scratch)) {
      return true;
    }
    pg::report(WARNING, ERRCODE_DATA_CORRUPTED,
               std::string("reference of stream \"") + id.stream->name +
                   "\" is incomplete, recording begins anew");
  } catch (const core::CorruptChunk& error) {
    pg::report(WARNING, error,
               std::string("reference of stream \"") + id.stream->name +
                   "\" is damaged, recording begins anew: ");
  } catch (const std::invalid_argument& error) {
    pg::report(WARNING, error,
               std::string("reference of stream \"") + id.stream->name +
                   "\" is damaged, recording begins anew: ");
  }
  tracker.clear();
  return false;
}

void save_reference(pg::Spi& spi, SourceId id, const LastLook& look, const core::Tracker& tracker,
                    core::Resource* scratch) {
  static pg::Plan plan(
      "INSERT INTO almanac.reference (server_id, stream, source, snapshot_id, \"time\", payload)"
      " VALUES (0, $1, $2, $3, $4, $5) ON CONFLICT (server_id, stream, source) DO UPDATE"
      " SET snapshot_id = excluded.snapshot_id, \"time\" = excluded.\"time\", payload = "
      "excluded.payload");
  const Batch batch = tracker.snapshot({look.time, 0}, scratch);
  const core::Vector<std::byte> payload = core::encode(batch, scratch, core::Packing::writing);
  spi.execute(plan,
              {id.stream->id, id.source, look.snapshot_id, pg::Timestamp{look.time}, payload});
}

std::size_t append_journal(pg::Spi& spi, SourceId id, std::int64_t snapshot_id,
                           const core::Batch& batch, core::Resource* scratch) {
  static pg::Plan plan(
      "INSERT INTO almanac.journal (snapshot_id, \"time\", duration_us, source, server_id, "
      "samples, stream, payload, histograms)"
      " VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8)");
  const core::Vector<std::byte> payload = core::encode(batch, scratch, core::Packing::writing);
  const core::Vector<std::byte> histograms = batch.histograms.empty()
                                                 ? core::Vector<std::byte>(scratch)
                                                 : core::encode_blobs(batch.histograms, scratch);
  const core::Tick tick = batch.ticks.front();
  const std::optional<std::int64_t> duration =
      tick.duration == core::kNull ? std::nullopt : std::optional(tick.duration);
  spi.execute(plan, {snapshot_id, pg::Timestamp{tick.time}, duration, id.source,
                     static_cast<std::int32_t>(batch.samples()), id.stream->id, payload,
                     histograms.empty() ? pg::Arg::null(BYTEAOID) : pg::Arg(histograms)});
  return payload.size() + histograms.size();
}

void forget_dropped_databases(pg::Spi& spi) {
  static pg::Plan sources(
      "DELETE FROM almanac.sources s WHERE server_id = 0 AND source <> 0"
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_database d WHERE d.oid = s.source)");
  static pg::Plan reference(
      "DELETE FROM almanac.reference r WHERE server_id = 0 AND source <> 0"
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_database d WHERE d.oid = r.source)");
  static pg::Plan errors(
      "DELETE FROM almanac.source_errors e WHERE server_id = 0 AND source <> 0"
      " AND NOT EXISTS (SELECT FROM pg_catalog.pg_database d WHERE d.oid = e.source)");
  if (spi.execute(sources) > 0) {
    spi.execute(reference);
  }
  spi.execute(errors);
}

}  // namespace almanac::store
