// Tables and indexes of one database: two streams that are compared together, because counters of a
// table are sums over its indexes. And its sequences.

#include "collect/sequences.hpp"
#include "pg/compat.hpp"
#include "worker/recorder.hpp"
#include "worker/relation_events.hpp"

namespace almanac::worker {

using collect::RelationsObserved;
using core::kNull;

namespace {

bool relations_began_anew(std::span<const std::int64_t> before, std::span<const std::int64_t> now) {
  return collect::began_anew(collect::Epoch::from(before), collect::Epoch::from(now));
}

// To the figures of a look those of another stream of it.
void add(Outcome& to, const Outcome& more) {
  to.entries += more.entries;
  to.samples += more.samples;
  to.new_series += more.new_series;
  to.resets += more.resets;
  to.bytes += more.bytes;
}

std::vector<std::int64_t> vector_of(std::span<const std::int64_t> words) {
  return {words.begin(), words.end()};
}

}  // namespace

// A database that came into being since the last look at relations: all its counters are history.
// In doubt (it could not be looked into right after) recording begins with what it has now.
bool Recorder::is_new_database(pg::Spi& spi, Oid database) {
  constexpr std::int64_t slack_us = 10'000'000;
  static pg::Plan plan(
      "SELECT first_seen FROM almanac.database_keys WHERE server_id = 0 AND dbid = $1");
  const auto seen = spi.value<pg::Timestamp>(plan, {database});
  return last_relations_ != 0 && seen && seen->us > last_relations_ - slack_us;
}

// What indexes had counted that are gone now, table by table.
struct Recorder::Gone {
  std::int64_t table[2];  // key words
  std::int64_t cells[4];  // in the order of shared_columns
  bool vanished;          // the index is not in the look
};

namespace {

// Counters of a table that are sums over its indexes.
constexpr const char* shared_columns[] = {"idx_scan", "idx_tup_fetch", "idx_blks_read",
                                          "idx_blks_hit"};

}  // namespace

std::vector<Recorder::Gone> Recorder::find_gone(pg::Spi& spi, const Source& indexes,
                                                const collect::Observed& observed,
                                                const core::Changes& changes) {
  std::vector<Gone> gone;
  if (indexes.mode() != core::Mode::difference) {
    return gone;
  }
  const core::Tracker& tracker = indexes.tracker();
  const store::Stream& stream = *indexes.id().stream;
  const auto add = [&](std::uint32_t at, Oid table, std::int64_t sign, bool vanished = false) {
    Gone& one =
        gone.emplace_back(Gone{{tracker.key(at)[0], collect::oid_word(table)}, {}, vanished});
    for (std::size_t i = 0; i < std::size(shared_columns); ++i) {
      const auto cell =
          tracker.cells(at)[static_cast<std::size_t>(stream.ordinal(shared_columns[i]))];
      one.cells[i] = cell == kNull ? 0 : sign * cell;
    }
  };
  for (const collect::Heir& heir : indexes.heirs()) {
    const Oid table = observed.label_oid(heir.row, 0);
    if (!heir.predecessor_is_gone) {  // both have the counters until it is dropped
      add(heir.predecessor, table, -1);
    }
    if (heir.before) {  // what it counted while it was built was overwritten
      add(*heir.before, table, 1);
    }
  }
  for (const core::Change& change : changes.rows) {
    const auto at = (change.flags & core::Flag::reset) != 0
                        ? tracker.find(observed.look.key(change.row))
                        : std::nullopt;
    if (at) {
      add(*at, observed.label_oid(change.row, 0), 1);
    }
  }
  if (changes.vanished.empty()) {
    return gone;
  }
  spi.query(
      "SELECT k.dbid, k.indexrelid, k.relid FROM almanac.index_keys k WHERE k.series_id = ANY ($1)",
      {core::view(changes.vanished)}, [&](const pg::Row& row) {
        const std::int64_t dbid = collect::oid_word(row.get<Oid>(0));
        const std::int64_t key[] = {dbid, collect::oid_word(row.get<Oid>(1))};
        const auto at = tracker.find(key);
        const auto heirs = indexes.heirs();
        if (at && std::ranges::find(heirs, *at, &collect::Heir::predecessor) == heirs.end()) {
          add(*at, row.get<Oid>(2), 1, true);
        }
      });
  return gone;
}

// Tables whose own counters were reset: what bitmap scans had fetched from them is in
// idx_tup_fetch, beside what their indexes had fetched, which is not reset with them.
std::vector<Recorder::Gone> Recorder::find_own_fetches(const Source& tables,
                                                       const collect::Observed& look,
                                                       const Source& indexes,
                                                       const collect::Observed& index_look,
                                                       std::span<const Gone> gone) {
  const core::Tracker& before = tables.tracker();
  const auto& columns = look.stream->columns;
  const auto fetched = static_cast<std::size_t>(look.stream->ordinal("idx_tup_fetch"));
  const auto fell = [&](std::uint32_t row, std::uint32_t at) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].kind == core::Kind::counter && look.look.cells(row)[c] != kNull &&
          look.look.cells(row)[c] < before.cells(at)[c]) {
        return true;
      }
    }
    return false;
  };
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> own;  // by key of the table
  for (std::uint32_t row = 0; row < look.rows(); ++row) {
    const auto key = look.look.key(row);
    const auto at = before.find(key);
    if (at && fell(row, *at) && before.cells(*at)[fetched] != kNull) {
      own[{key[0], key[1]}] = before.cells(*at)[fetched];
    }
  }
  if (own.empty()) {
    return {};
  }
  const core::Tracker& parts = indexes.tracker();
  const auto part_fetched = static_cast<std::size_t>(index_look.stream->ordinal("idx_tup_fetch"));
  for (std::uint32_t row = 0; row < index_look.rows(); ++row) {
    const auto key = index_look.look.key(row);
    const auto table = own.find({key[0], collect::oid_word(index_look.label_oid(row, 0))});
    const auto at = parts.find(key);
    if (table != own.end() && at && parts.cells(*at)[part_fetched] != kNull) {
      table->second -= parts.cells(*at)[part_fetched];
    }
  }
  for (const Gone& one : gone) {
    const auto key = std::pair(one.table[0], one.table[1]);
    const auto table = own.find(key);
    if (table != own.end() && one.vanished) {  // the others are in the look
      table->second -= one.cells[1];
    }
  }
  std::vector<Gone> found;
  for (const auto& [key, count] : own) {
    if (count > 0) {
      found.push_back({{key.first, key.second}, {0, count, 0, 0}, false});
    }
  }
  return found;
}

Outcome Recorder::record_sequences(pg::Spi& spi, Source& sequences,
                                   const RelationsObserved& observed) {
  LookAt at;
  at.moment = {observed.time, Moment::now().monotonic - (GetCurrentTimestamp() - observed.time)};
  at.tombstones = true;
  sequences.load(spi, scratch_.resource());
  collect::Observed& look = sequences.blank();
  collect::choose_sequences(observed.sequences, sequences.tracker(), observed.time, look);
  sequences.examine(spi, look, around_, at, scratch_.resource());
  return sequences.write(spi, scratch_.resource());
}

// A table's counters of index scans are sums over its indexes: when an index is dropped or reset
// they fall by what it had counted, although the other indexes went on.
void Recorder::record_relations(pg::Spi& spi, RelationsObserved& observed, const RecordOptions&) {
  const Cost looked{observed.elapsed_us, observed.cpu_us, 0, observed.blocks};
  if (observed.trouble) {
    Entry entry;
    entry.stream = store::kTable;
    entry.database = observed.database;
    entry.failed = true;
    entry.cost = looked;
    ledger_.add(entry);
    note_error(spi, store::kTable, observed.database, observed.trouble->sqlstate,
               observed.trouble->message, observed.trouble->hint);
    return;
  }
  LookAt at;
  at.moment = {observed.time, Moment::now().monotonic - (GetCurrentTimestamp() - observed.time)};
  at.epoch = vector_of(observed.epoch.words());
  at.began_anew = relations_began_anew;
  at.tombstones = true;
  Source& indexes = source(store::kIndex, observed.database);
  Source& tables = source(store::kTable, observed.database);
  Source* const sequences =
      observed.database != InvalidOid ? &source(store::kSequence, observed.database) : nullptr;
  at.from_start = is_new_database(spi, observed.database);
  bool good = false;
  attempt(spi, store::kTable, observed.database, [&](Entry& entry) {
    LookAt at_indexes = at;
    at_indexes.heirs_by = indexes.id().stream->ordinal("idx_scan");
    const core::Changes& changes =
        indexes.examine(spi, observed.indexes, around_, at_indexes, scratch_.resource());
    LookAt at_tables = at;
    tables.load(spi, scratch_.resource());
    std::vector<Gone> gone = find_gone(spi, indexes, observed.indexes, changes);
    for (const Gone& one :
         find_own_fetches(tables, observed.tables, indexes, observed.indexes, gone)) {
      gone.push_back(one);
    }
    if (!gone.empty()) {
      at_tables.correct = [&](core::Tracker& before) {
        for (const Gone& one : gone) {
          const auto row = before.find(one.table);
          for (std::size_t i = 0; row && i < std::size(shared_columns); ++i) {
            before.subtract(
                *row, static_cast<std::size_t>(tables.id().stream->ordinal(shared_columns[i])),
                one.cells[i]);
          }
        }
      };
    }
    const core::Changes& of_tables =
        tables.examine(spi, observed.tables, around_, at_tables, scratch_.resource());
    compare_relations(spi, {tables, observed.tables, of_tables},
                      {indexes, observed.indexes, changes}, observed.time, events_);
    entry.outcome = tables.write(spi, scratch_.resource());
    add(entry.outcome, indexes.write(spi, scratch_.resource()));
    if (sequences != nullptr) {
      add(entry.outcome, record_sequences(spi, *sequences, observed));
    }
    good = true;
  });
  ledger_.find(store::kTable, observed.database)->cost += looked;
  if (!good) {
    indexes.discard();
    if (sequences != nullptr) {
      sequences->discard();
    }
  }
}

}  // namespace almanac::worker
