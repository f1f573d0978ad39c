#include "collect/relations.hpp"

#include <time.h>

#include "collect/relations_rows.hpp"
#include "collect/relations_scan.hpp"
#include "collect/sequences.hpp"
#include "collect/sizes.hpp"
#include "pg/memory.hpp"
#include "pg/scope.hpp"

namespace almanac::collect {
namespace {

// A reset of the statistics in the middle would mix two epochs; so rare that a few attempts are
// plenty.
constexpr int attempts = 3;

std::int64_t clock_us(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * std::int64_t{1'000'000} + now.tv_nsec / 1000;
}

Epoch epoch_of(const pg::compat::DatabaseCounters& c) {
  Epoch epoch;
  epoch.reset = c.reset != 0 ? c.reset : core::kNull;
  epoch.xact_commit = c.commits;
  epoch.xact_rollback = c.rollbacks;
  epoch.blocks = c.blocks_fetched;
  epoch.returned = c.returned;
  epoch.fetched = c.fetched;
  epoch.written = c.inserted + c.updated + c.deleted;
  epoch.temp_bytes = c.temp_bytes;
  epoch.sessions = c.sessions;
  return epoch;
}

// Between begin_statistics() and end_statistics().
Epoch fetch_epoch(Oid database, MemoryContext scratch) {
  return epoch_of(pg::call([&] {
    MemoryContext const previous = MemoryContextSwitchTo(scratch);
    const auto counters = pg::compat::database_counters(database);
    MemoryContextSwitchTo(previous);
    return counters;
  }));
}

// In every database there are some, so that a wait for pg_class means that somebody rewrites it.
void limit_lock_waits(int timeout_ms) {
  char text[16];
  pg_snprintf(text, sizeof(text), "%d", timeout_ms);
  set_config_option("lock_timeout", text, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                    false);
}

void read_consistently(const RelationsOptions& options, Catalogs& catalogs, RelationsObserved& out,
                       MemoryContext scratch) {
  const int level = pg::call([&] {
    const int nested = pg::compat::begin_statistics();
    limit_lock_waits(options.lock_timeout_ms);
    return nested;
  });
  out.epoch = fetch_epoch(out.database, scratch);
  for (int attempt = 1;; ++attempt) {
    const Epoch before = out.epoch;
    out.time = GetCurrentTimestamp();
    catalogs.read({options.own, options.shared_catalogs}, scratch);
    out.epoch = fetch_epoch(out.database, scratch);
    if (attempt == attempts || before.reset == out.epoch.reset) {
      break;
    }
  }
  pg::call([&] { pg::compat::end_statistics(level); });
}

// What the counters say was done that may have changed a relation's size, in one number. Each part
// only grows, but for a reset, which the epoch tells. Of an index nothing is counted but accesses.
std::int64_t activity_of(const Relation& relation, const pg::compat::RelationCounters& c) {
  if (relation.kind == RELKIND_INDEX) {
    return c.blocks_fetched;
  }
  return c.inserted + c.updated + c.deleted + c.vacuums + c.autovacuums;
}

void measure(const Catalogs& catalogs, FileSizes& files, RelationsObserved& out) {
  // In the order of catalogs.relations, by which the collector of rows asks for them.
  for (std::size_t i = 0; i < catalogs.relations.size(); ++i) {
    const Relation& relation = catalogs.relations[i];
    files.expect(relation.tablespace, relation.file_number,
                 activity_of(relation, catalogs.counters[i]));
  }
  for (const FilesOf& sequence : catalogs.sequences) {
    files.expect(sequence.tablespace, sequence.file_number, 0);
  }
  if (out.known.epoch != out.epoch.reset) {
    out.known.relations.clear();
  }
  files.measure(out.known);
  files.remember(out.known, out.epoch.reset);
  out.size_bytes = files.total();
}

}  // namespace

std::array<std::int64_t, Epoch::kWords> Epoch::words() const noexcept {
  return {reset,   xact_commit, xact_rollback, blocks,  returned,
          fetched, written,     temp_bytes,    sessions};
}

Epoch Epoch::from(std::span<const std::int64_t> words) noexcept {
  Epoch epoch;
  std::int64_t* const fields[kWords] = {&epoch.reset,   &epoch.xact_commit, &epoch.xact_rollback,
                                        &epoch.blocks,  &epoch.returned,    &epoch.fetched,
                                        &epoch.written, &epoch.temp_bytes,  &epoch.sessions};
  for (std::size_t i = 0; i < std::min(words.size(), kWords); ++i) {
    *fields[i] = words[i];
  }
  return epoch;
}

bool began_anew(const Epoch& before, const Epoch& now) noexcept {
  const auto a = before.words();
  const auto b = now.words();
  return a[0] != b[0] && !std::equal(a.begin() + 1, a.end(), b.begin() + 1, std::less_equal<>());
}

bool began_anew(std::span<const std::int64_t> before, std::span<const std::int64_t> now) noexcept {
  return began_anew(Epoch::from(before), Epoch::from(now));
}

Epoch read_epoch(Oid database) {
  const int level = pg::call([] { return pg::compat::begin_statistics(); });
  const Epoch epoch = fetch_epoch(database, CurrentMemoryContext);
  pg::call([&] { pg::compat::end_statistics(level); });
  return epoch;
}

RelationsObserved::RelationsObserved(core::Resource* resource)
    : known(resource),
      tables(*store::find_stream(store::kTable), resource),
      indexes(*store::find_stream(store::kIndex), resource),
      sequences(*store::find_stream(store::kSequence), resource) {}

void RelationsObserved::clear() {
  database = InvalidOid;
  blocks = {};
  time = 0;
  elapsed_us = cpu_us = size_bytes = 0;
  unsized = 0;
  epoch = Epoch{};
  tables.clear();
  indexes.clear();
  sequences.clear();
  trouble.reset();
}

// Directories, catalogs and counters, sizes, in this order: whatever changes a relation after its
// counters were read will be counted at the next look, which then measures it. A relation that was
// rewritten between the steps has files that were not listed, or left an empty one: the collector
// of rows asks the catalogs again then.
void collect_relations(const RelationsOptions& options, RelationsObserved& out) {
  const std::int64_t began = clock_us(CLOCK_MONOTONIC);
  const std::int64_t cpu_began = clock_us(CLOCK_PROCESS_CPUTIME_ID);
  const Blocks blocks_began = Blocks::now();
  out.clear();
  out.database = options.own ? MyDatabaseId : InvalidOid;
  pg::OwnedContext memory(CurrentMemoryContext, "pg_almanac relations");
  pg::OwnedContext scratch(CurrentMemoryContext, "pg_almanac relations scratch");
  FileSizes files(memory.resource());
  if (options.sizes) {
    files.list(out.database, options.shared_catalogs, out.known.relations.size());
  }
  Catalogs catalogs(memory.resource());
  catalogs.reserve(files.relations());
  read_consistently(options, catalogs, out, scratch.get());
  if (options.sizes) {
    measure(catalogs, files, out);
  }
  make_rows(catalogs, options.sizes ? &files : nullptr, memory.resource(), out);
  if (options.own) {
    read_sequences(out.sequences);
  }
  out.cpu_us = clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu_began;
  out.blocks = Blocks::now() - blocks_began;
  out.elapsed_us = clock_us(CLOCK_MONOTONIC) - began;
}

void collect_relations_here(const RelationsOptions& options, RelationsObserved& out) {
  try {
    pg::Subtransaction attempt;
    collect_relations(options, out);
    attempt.commit();
  } catch (const pg::Error& error) {
    if (error.sqlstate() == ERRCODE_QUERY_CANCELED ||
        ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
      throw;
    }
    out.clear();
    out.known.clear();
    out.database = options.own ? MyDatabaseId : InvalidOid;
    out.trouble =
        Trouble{error.sqlstate(), std::string(error.message()), std::string(error.hint())};
  }
}

}  // namespace almanac::collect
