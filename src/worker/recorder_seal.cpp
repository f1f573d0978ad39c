// Sealing: journal rows of many series at one moment become archive segments of one group of series
// over time.
//
// A run covers the journal up to a snapshot. It moves a range of series of all these rows at a
// time, so that segments are full, and the totals of a series are written once a run.
// almanac.sealing tells readers which part of the journal is in the archive already; the rows go
// with the last piece.

#include "store/archive.hpp"
#include "store/totals.hpp"
#include "worker/recorder.hpp"
#include "worker/transposer.hpp"

namespace almanac::worker {
namespace {

using core::Batch;
using Left = Sealed::Left;

// A stream is sealed when its journal has this many samples or rows, or rows this old. A run costs
// the reference and the totals of all series, however little it moves, hence the first; readers
// unpack the journal whole, hence the second; the third is for what seldom changes.
constexpr std::int64_t worthy_samples = 196608;
constexpr std::int64_t worthy_rows = 360;
constexpr const char* worthy_age = "6 hours";

// A run covers no more than this, but at least one snapshot: each piece goes through all its rows.
constexpr std::int64_t most_rows = 480;
constexpr std::int64_t most_samples = 262144;

// Samples of a piece; bounds the time of its transaction.
constexpr std::size_t piece_samples = 12288;

// Entries whose references are written before a piece in the same transaction, not in one of their
// own.
constexpr std::uint32_t few_entries = 1024;

// Samples are seldom of more than two days; those that are get their partitions on the way.
constexpr std::int64_t most_days = 3;

}  // namespace

void Recorder::note_damage(const store::Stream& stream, const RowId& row, const char* what) {
  if (damaged_.insert(row).second) {
    pg::report(LOG, ERRCODE_DATA_CORRUPTED,
               "journal row of stream \"" + std::string(stream.name) + "\", snapshot " +
                   std::to_string(row.snapshot_id) + ", is damaged and cannot be sealed: " + what,
               {}, "Delete the row from almanac.journal to give up its samples.");
  }
}

Sealed Recorder::seal(const store::Stream& stream) {
  try {
    return take_step(stream);
  } catch (...) {
    preparing_.erase(stream.id);
    throw;
  }
}

Sealed Recorder::take_step(const store::Stream& stream) {
  scratch_.reset();
  pg::Spi spi;
  lock(spi);
  store::lock_archive(spi, stream);
  static pg::Plan running(
      "SELECT snapshot_id, series_id FROM almanac.sealing WHERE stream = $1 AND snapshot_id IS NOT "
      "NULL AND series_id IS NOT NULL");
  std::optional<Progress> progress;
  spi.query(running, {stream.id}, [&](const pg::Row& row) {
    progress = {row.get<std::int64_t>(0), row.get<std::int32_t>(1)};
  });
  if (!progress) {
    auto run = preparing_.find(stream.id);
    if (run == preparing_.end()) {
      std::optional<Preparation> planned = plan_run(spi, stream);
      if (!planned) {
        return {};
      }
      run = preparing_.emplace(stream.id, std::move(*planned)).first;
    }
    if (!prepare(spi, stream, run->second)) {
      return {0, 0, Left::run};
    }
    progress = {run->second.snapshot_id, PG_INT32_MIN};
    preparing_.erase(run);
  }
  return seal_piece(spi, stream, *progress);
}

// Empty if there is nothing to seal. Rows known to be damaged are not worth a run.
std::optional<Recorder::Preparation> Recorder::plan_run(pg::Spi& spi, const store::Stream& stream) {
  static pg::Plan rows(
      "SELECT snapshot_id, source, samples, \"time\" FROM almanac.journal WHERE server_id = 0 AND "
      "stream = $1 ORDER BY snapshot_id");
  std::optional<Preparation> run;
  std::int64_t count = 0;
  std::int64_t samples = 0;
  std::int64_t first_day = 0;
  std::int64_t last_day = 0;
  bool full = false;
  spi.query(rows, {stream.id}, [&](const pg::Row& row) {
    const RowId id{stream.id, row.get<Oid>(1), row.get<std::int64_t>(0)};
    if (full || damaged_.contains(id)) {
      return;
    }
    count += 1;
    samples += row.get<std::int32_t>(2);
    full =
        run && id.snapshot_id != run->snapshot_id && (count > most_rows || samples > most_samples);
    if (full) {
      return;
    }
    const std::int64_t day = store::day_of(row.get<pg::Timestamp>(3).us);
    first_day = run ? std::min(first_day, day) : day;
    last_day = run ? std::max(last_day, day) : day;
    run = run ? std::move(run) : Preparation();
    run->snapshot_id = id.snapshot_id;
  });
  if (!run) {
    return run;
  }
  for (std::int64_t day = first_day; day <= last_day && day < first_day + most_days; ++day) {
    run->days.push_back(day);
  }
  static pg::Plan stale(
      "SELECT s.source FROM almanac.sources s LEFT JOIN almanac.reference r USING (server_id, "
      "stream, source) WHERE s.server_id = 0 AND s.stream = $1 AND EXISTS (SELECT FROM "
      "almanac.journal j WHERE j.server_id = 0 AND j.stream = $1 AND j.source = s.source"
      " AND j.snapshot_id <= $2 AND (r.snapshot_id IS NULL OR j.snapshot_id > r.snapshot_id))");
  spi.query(stale, {stream.id, run->snapshot_id},
            [&](const pg::Row& row) { run->sources.push_back(row.get<Oid>(0)); });
  return run;
}

// Does what must be done before a run, in several transactions if it is much. True: all is done,
// and there is time left for a piece.
bool Recorder::prepare(pg::Spi& spi, const store::Stream& stream, Preparation& run) {
  while (!run.days.empty()) {
    const std::int64_t day = run.days.back();
    run.days.pop_back();
    if (!store::has_partition(stream, store::Tier::raw, day)) {
      store::ensure_partition(stream, store::Tier::raw, day);
      return false;
    }
  }
  // The counters as of the last look: what is sealed need not be replayed any more.
  std::uint32_t entries = 0;
  while (!run.sources.empty() && entries <= few_entries) {
    Source& one = source(stream.id, run.sources.back());
    run.sources.pop_back();
    one.save_reference(spi, scratch_.resource());
    entries += one.tracker().rows();
  }
  return run.sources.empty() && entries <= few_entries;
}

Sealed Recorder::seal_piece(pg::Spi& spi, const store::Stream& stream, Progress from) {
  static pg::Plan select(
      "SELECT payload, snapshot_id, source, histograms FROM almanac.journal WHERE server_id = 0 "
      "AND stream = "
      "$1 "
      "AND snapshot_id <= $2 ORDER BY snapshot_id, source");
  Transposer transposer(from.series_id, scratch_.resource());
  std::vector<RowId> rows;
  std::vector<RowId> damaged;
  const auto note = [&](const RowId& row, const char* what) {
    damaged.push_back(row);
    note_damage(stream, row, what);
  };
  spi.query(select, {stream.id, from.snapshot_id}, [&](const pg::Row& row) {
    const RowId id{stream.id, row.get<Oid>(2), row.get<std::int64_t>(1)};
    try {
      transposer.add(
          row.get<std::span<const std::byte>>(0),
          row.maybe<std::span<const std::byte>>(3).value_or(std::span<const std::byte>()));
      rows.push_back(id);
    } catch (const core::CorruptChunk& error) {
      note(id, error.what());
    }
  });
  const std::optional<std::int32_t> to = transposer.cut(piece_samples);
  const Batch batch =
      transposer.result(to, [&](std::size_t row, const char* what) { note(rows[row], what); });
  if (batch.samples() > 0) {
    store::append_archive(stream, batch);
    store::add_totals(stream, batch);
  }
  Sealed sealed;
  sealed.samples = static_cast<std::int64_t>(batch.samples());
  sealed.left = Left::run;
  static pg::Plan go_on(
      "UPDATE almanac.sealing SET snapshot_id = $2, series_id = $3 WHERE stream = $1");
  static pg::Plan end(
      "UPDATE almanac.sealing SET snapshot_id = NULL, series_id = NULL WHERE stream = $1 AND "
      "snapshot_id IS NOT NULL");
  if (to) {
    spi.execute(go_on, {stream.id, from.snapshot_id, *to});
    return sealed;
  }
  sealed.rows = remove(spi, stream, from.snapshot_id, damaged);
  spi.execute(end, {stream.id});
  static pg::Plan rest(
      "SELECT true FROM almanac.journal WHERE server_id = 0 AND stream = $1 AND snapshot_id > $2 "
      "LIMIT 1");
  sealed.left =
      spi.value<bool>(rest, {stream.id, from.snapshot_id}) ? Left::journal : Left::nothing;
  return sealed;
}

// Damaged rows stay where they are, for somebody to look at: readers will name them.
std::int64_t Recorder::remove(pg::Spi& spi, const store::Stream& stream, std::int64_t snapshot_id,
                              std::span<const RowId> damaged) {
  static pg::Plan plan(
      "DELETE FROM almanac.journal WHERE server_id = 0 AND stream = $1 AND snapshot_id <= $2"
      " AND (snapshot_id, source) NOT IN (SELECT * FROM unnest($3, $4))");
  std::vector<std::int64_t> snapshots;
  std::vector<Oid> sources;
  for (const RowId& row : damaged) {
    snapshots.push_back(row.snapshot_id);
    sources.push_back(row.source);
  }
  return static_cast<std::int64_t>(spi.execute(plan, {stream.id, snapshot_id, snapshots, sources}));
}

std::vector<const store::Stream*> Recorder::due_for_sealing() {
  pg::Spi spi;
  std::vector<const store::Stream*> due;
  std::vector<std::int16_t> streams;
  std::vector<std::int64_t> snapshots;
  std::vector<Oid> sources;
  for (const RowId& row : damaged_) {
    streams.push_back(row.stream);
    snapshots.push_back(row.snapshot_id);
    sources.push_back(row.source);
  }
  spi.query(
      "SELECT stream FROM almanac.journal WHERE server_id = 0"
      " AND (stream, snapshot_id, source) NOT IN (SELECT * FROM unnest($4, $5, $6))"
      " GROUP BY stream HAVING sum(samples) >= $1 OR count(*) >= $2"
      " OR min(\"time\") < pg_catalog.now() - $3::interval"
      " UNION SELECT stream FROM almanac.sealing WHERE snapshot_id IS NOT NULL ORDER BY 1",
      {worthy_samples, worthy_rows, worthy_age, streams, snapshots, sources},
      [&](const pg::Row& row) {
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
