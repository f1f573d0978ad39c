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
#include "worker/ledger.hpp"
#include "worker/source.hpp"

namespace almanac::worker {

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
};

struct Recorded {
  std::int64_t snapshot_id = 0;
  std::uint64_t samples = 0;
  unsigned errors = 0;
  std::int64_t relations_cpu_us = 0;  // CPU time for relations, other processes' included
};

struct Sealed {
  std::int64_t rows = 0;  // of the journal
  std::int64_t samples = 0;
  bool more = false;  // left for another transaction
};

class Recorder {
 public:
  // Memory comes from `parent`.
  explicit Recorder(MemoryContext parent);

  // Takes a snapshot. `others`: what was found in other databases. Throws pg::Error if nothing
  // could be recorded at all.
  Recorded record(const RecordOptions& options,
                  std::span<collect::RelationsObserved* const> others);
  void accept();
  void discard() noexcept;

  // Seals the oldest journal rows of one stream: as many as fit a transaction of some 30 ms. Needs
  // a transaction.
  Sealed seal(const store::Stream& stream);
  // Whether the journal of a stream is worth sealing. Needs a transaction.
  std::vector<const store::Stream*> due_for_sealing();

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
  void note_damage(const store::Stream& stream, std::int64_t snapshot_id, const char* what);
  void forget_queries();
  void check_queries(pg::Spi& spi);
  Source& source(std::int16_t stream, Oid database);
  void invalidate();
  void set_coverage();
  bool is_new_database(pg::Spi& spi, Oid database);

  void record_sql(pg::Spi& spi, std::int16_t stream,
                  std::span<collect::RelationsObserved* const> sized);
  void keep_excluded(const core::Tracker& before, collect::Observed& now) const;
  void record_statements(pg::Spi& spi, const RecordOptions& options);
  void record_relations(pg::Spi& spi, collect::RelationsObserved& observed,
                        const RecordOptions& options);
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
  std::set<std::pair<std::int16_t, std::int64_t>>
      damaged_;                              // journal rows that were named in the log
  std::vector<std::int32_t> textless_;       // statements whose text is not stored yet,
  std::vector<std::int64_t> textless_keys_;  // and their keys
  bool textless_known_ = false;
  std::int64_t statement_blocks_ = 0,
               database_blocks_ = 0;  // accessed in the interval, for coverage
  std::int64_t own_blocks_ = 0;       // by this process since it began
};

}  // namespace almanac::worker
