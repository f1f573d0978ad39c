// Takes snapshots: looks at every source, writes what changed, and keeps the ledger. And seals:
// moves the journal into the archive.
//
//   record()  in a transaction: all sources, one journal row each; a source that fails is rolled
//   back and noted, the
//             others go on
//   accept()  after the commit     discard()  after a rollback
//
// One recorder at a time: record() and seal() lock the row of almanac.recorder. State in memory is
// checked against the number of the last snapshot, so that a recorder in another process may have
// taken snapshots meanwhile.
//
// Zone: C++.
#pragma once

#include <map>
#include <memory>

#include "collect/relations.hpp"
#include "collect/statements.hpp"
#include "worker/captured.hpp"
#include "worker/facts.hpp"
#include "worker/ledger.hpp"
#include "worker/plans.hpp"
#include "worker/source.hpp"

namespace almanac::worker {

class WaitSampler;

// A database that may be looked into.
struct Database {
  Oid oid = InvalidOid;
  std::string name;
};

// Databases that there are; `recorded`: those that accept connections, are no templates and are
// wanted by the settings. `excluded`: those that are not wanted. Needs a transaction.
struct Databases {
  std::vector<Oid> all;
  std::vector<Database> recorded;
  std::vector<Oid> excluded;
};
Databases list_databases(pg::Spi& spi);

struct RecordOptions {
  bool relations = true;         // tables, indexes and sizes too
  bool texts = true;             // read texts of new statements now
  std::int64_t interval_us = 0;  // expected between two calls; 0: by hand
  std::int64_t relation_interval_us = 0;
  WaitSampler* waits = nullptr;  // what it has seen is recorded too
};

struct Recorded {
  std::int64_t snapshot_id = 0;
  std::uint64_t samples = 0;
  unsigned errors = 0;
  std::int64_t relations_cpu_us = 0;  // CPU time for relations, other processes' included
};

// What one step of sealing did.
struct Sealed {
  std::int64_t rows = 0;     // of the journal that are gone now
  std::int64_t samples = 0;  // that were moved
  // What is left for another transaction.
  enum class Left : std::uint8_t { nothing, run, journal } left = Left::nothing;
};

class Recorder {
 public:
  // Memory comes from `parent`. `keeps`: in the repository worker, which alone reads what the hooks
  // have counted.
  explicit Recorder(MemoryContext parent, bool keeps = false);

  // Takes a snapshot. `others`: what was found in other databases. Throws pg::Error if nothing
  // could be recorded at all.
  Recorded record(const RecordOptions& options,
                  std::span<collect::RelationsObserved* const> others);
  void accept();
  void discard() noexcept;

  // Writes what commands have done and settings that were changed, without a snapshot; then
  // accept_events(), or discard() after a rollback. Needs a transaction.
  void record_events();
  void accept_events() noexcept { events_.accept(); }
  // Whether that should be done now.
  [[nodiscard]] bool has_events() const;

  // Takes one step in sealing a stream, a transaction of some 20 ms. Steps make a run: first the
  // references are brought up to date, then the oldest rows of the journal, some hundred, move to
  // the archive, a range of series at a time. Steps until nothing is left of the run, and runs
  // until nothing is left of the journal, are the caller's. Needs a transaction.
  Sealed seal(const store::Stream& stream);
  // Streams whose journal is worth a run, or that are in the middle of one. Needs a transaction.
  std::vector<const store::Stream*> due_for_sealing();

  // Takes series out of the dictionary that are gone from their source and older, at the time `at`,
  // than almanac.retention says for tier "series"; with statements their texts. At most some
  // hundreds; returns whether there were any. Needs a transaction.
  bool forget_series(const store::Stream& stream, std::int64_t at);

  // Writes all references, before a clean shutdown. Needs a transaction.
  void save_references();

 private:
  struct Gone;
  std::vector<Gone> find_gone(pg::Spi& spi, const Source& indexes,
                              const collect::Observed& observed, const core::Changes& changes);
  static std::vector<Gone> find_own_fetches(const Source& tables, const collect::Observed& look,
                                            const Source& indexes,
                                            const collect::Observed& index_look,
                                            std::span<const Gone> gone);
  void lock(pg::Spi& spi);
  Circumstances circumstances(pg::Spi& spi);
  void find_last_relations(pg::Spi& spi);

  // A run of sealing about to begin: what has to be done before.
  struct Preparation {
    std::int64_t snapshot_id = 0;    // the last that it covers
    std::vector<std::int64_t> days;  // that need a partition
    std::vector<Oid> sources;        // whose reference is older than their samples
  };
  // Where a run is: samples up to this snapshot of series below this one have moved.
  struct Progress {
    std::int64_t snapshot_id = 0;
    std::int32_t series_id = 0;
  };
  // A row of the journal.
  struct RowId {
    std::int16_t stream = 0;
    Oid source = InvalidOid;
    std::int64_t snapshot_id = 0;
    friend auto operator<=>(const RowId&, const RowId&) = default;
  };
  Sealed take_step(const store::Stream& stream);
  std::optional<Preparation> plan_run(pg::Spi& spi, const store::Stream& stream);
  bool prepare(pg::Spi& spi, const store::Stream& stream, Preparation& run);
  Sealed seal_piece(pg::Spi& spi, const store::Stream& stream, Progress from);
  std::int64_t remove(pg::Spi& spi, const store::Stream& stream, std::int64_t snapshot_id,
                      std::span<const RowId> damaged);
  void note_damage(const store::Stream& stream, const RowId& row, const char* what);
  void forget_queries();
  void check_queries(pg::Spi& spi);
  Source& source(std::int16_t stream, Oid database);
  std::vector<std::int32_t> live_series(pg::Spi& spi, const store::Stream& stream);
  void invalidate();
  void set_coverage();
  bool is_new_database(pg::Spi& spi, Oid database);

  void record_sql(pg::Spi& spi, std::int16_t stream,
                  std::span<collect::RelationsObserved* const> sized);
  void keep_excluded(const core::Tracker& before, collect::Observed& now) const;
  void record_statements(pg::Spi& spi, const RecordOptions& options);
  void record_plans(pg::Spi& spi);
  void record_relations(pg::Spi& spi, collect::RelationsObserved& observed,
                        const RecordOptions& options);
  Outcome record_sequences(pg::Spi& spi, Source& sequences,
                           const collect::RelationsObserved& observed);
  void record_waits(pg::Spi& spi, const WaitSampler& waits);
  void record_volumes(pg::Spi& spi);
  void want_texts_of_returned(const collect::Observed& look);
  void try_texts(pg::Spi& spi);
  void read_texts(pg::Spi& spi, const collect::Statements& statements);
  void add_sizes(collect::Observed& databases, std::span<collect::RelationsObserved* const> sized);
  // Errors that are not of one source.
  static bool ends_snapshot(int sqlstate);
  void attempt(pg::Spi& spi, std::int16_t stream, Oid database,
               const std::function<void(Entry&)>& work);
  void note_error(pg::Spi& spi, std::int16_t stream, Oid database, int sqlstate,
                  std::string_view message, std::string_view hint);

  pg::OwnedContext context_;
  pg::OwnedContext scratch_;
  collect::RelationsObserved
      here_;  // in the repository's own database; sources keep what is pending of it
  collect::RelationsObserved everywhere_;  // catalogs that all databases share; the same
  std::map<std::pair<std::int16_t, Oid>, std::unique_ptr<Source>> sources_;
  Captured captured_;
  WaitSampler* waits_ = nullptr;  // whose counts are in the pending snapshot
  Events events_;
  Facts facts_;
  Plans plans_;
  Ledger ledger_;
  Circumstances around_;
  std::int64_t last_snapshot_id_ = -1;
  std::int64_t last_relations_ =
      0;  // when relations were last looked at, in any database; 0: never
  Databases databases_;
  std::map<std::int16_t, std::optional<collect::SourceQuery>>
      queries_;  // of the views that this server has
  std::optional<collect::Statements> statements_;
  std::optional<std::int64_t> statements_version_;            // of the extension that they are from
  std::vector<Oid> statements_excluded_;                      // databases that they leave out
  std::map<std::pair<std::int16_t, Oid>, std::string> said_;  // errors that were logged already
  std::string said_of_texts_;                                 // the same about texts
  std::map<std::int16_t, Preparation> preparing_;  // runs of sealing that are about to begin
  std::set<RowId> damaged_;                        // journal rows that were named in the log
  std::vector<std::int32_t> textless_;             // statements whose text is not stored yet,
  std::vector<std::int64_t> textless_keys_;        // and their keys
  bool textless_known_ = false;
  // Those that pg_stat_statements did not have when their text was wanted, until it has them.
  std::map<std::array<std::int64_t, 4>, std::int32_t> evicted_textless_;
  std::int64_t statement_blocks_ = 0,
               database_blocks_ = 0;  // accessed in the interval, for coverage
  std::int64_t own_blocks_ = 0;       // by this process since it began
};

}  // namespace almanac::worker
