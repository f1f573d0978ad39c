// The sources one by one: how each is read, and what tells that it was reset.

#include "collect/host.hpp"
#include "collect/sizes.hpp"
#include "pg/compat.hpp"
#include "pg/scope.hpp"
#include "settings.hpp"
#include "store/dictionary.hpp"
#include "worker/recorder.hpp"
#include "worker/shared.hpp"

namespace almanac::worker {
namespace {

using collect::Observed;
using collect::RelationsObserved;
using core::kNull;

// Sum of two sample columns over all changes, or over those that `use` wants.
template <class F>
std::int64_t sum(const core::Changes& changes, const store::Stream& stream, const char* a,
                 const char* b, F&& use) {
  std::int64_t total = 0;
  for (const char* name : {a, b}) {
    const auto& column = changes.columns[static_cast<std::size_t>(stream.ordinal(name))];
    for (std::size_t i = 0; i < changes.rows.size() && !column.empty(); ++i) {
      if (column[i] != kNull && use(changes.rows[i])) {
        total += column[i];
      }
    }
  }
  return total;
}

std::int64_t blocks_of_this_process() {
  return pgBufferUsage.shared_blks_hit + pgBufferUsage.shared_blks_read +
         pgBufferUsage.local_blks_hit + pgBufferUsage.local_blks_read;
}

}  // namespace

void Recorder::add_sizes(Observed& databases, std::span<RelationsObserved* const> sized) {
  const int column = databases.stream->ordinal("size_bytes");
  for (std::uint32_t row = 0; row < databases.rows(); ++row) {
    const Oid database = static_cast<Oid>(databases.look.key(row)[0]);
    if (database == InvalidOid) {
      continue;
    }
    std::int64_t size = 0;
    for (const RelationsObserved* one : sized) {
      size = one->database == database && !one->trouble ? one->size_bytes : size;
    }
    databases.look.set(row, static_cast<std::size_t>(column),
                       size > 0 ? size : collect::database_size(database));
  }
}

void Recorder::record_sql(pg::Spi& spi, std::int16_t stream,
                          std::span<RelationsObserved* const> sized) {
  Source& one = source(stream, InvalidOid);
  const store::Stream& declared = *one.id().stream;
  auto cached = queries_.find(stream);
  if (cached == queries_.end()) {
    cached = queries_.emplace(stream, collect::resolve(spi, declared)).first;
  }
  const std::optional<collect::SourceQuery>& query = cached->second;
  if (!query) {
    return;
  }
  attempt(spi, stream, InvalidOid, [&](Entry& entry) {
    LookAt at;
    pg::call([] { pgstat_clear_snapshot(); });
    at.moment = Moment::now();
    at.tombstones = true;
    Observed& look = one.blank();
    collect::read(*query, look);
    if (stream == store::kDatabase && !sized.empty()) {
      add_sizes(look, sized);
    }
    if (stream == store::kSystem) {
      collect::add_host(collect::look_at_host(), look);
      if (const Shared* state = shared();
          state != nullptr && state->stored_bytes > 0 && look.rows() == 1) {
        look.look.set(0, static_cast<std::size_t>(declared.ordinal("history_bytes")),
                      state->stored_bytes);
      }
    }
    const core::Changes& changes = one.examine(spi, look, around_, at, scratch_.resource());
    if (stream == store::kDatabase && !changes.columns.empty()) {
      database_blocks_ =
          sum(changes, declared, "blks_hit", "blks_read", [](const core::Change&) { return true; });
    }
    entry.outcome = one.write(spi, scratch_.resource());
  });
}

// Statements of databases that are not wanted now stay in the state as they were last seen: should
// the database be wanted again, what was counted already is not counted again.
void Recorder::keep_excluded(const core::Tracker& before, Observed& now) const {
  if (databases_.excluded.empty()) {
    return;
  }
  for (std::uint32_t row = 0; row < before.rows(); ++row) {
    const auto key = before.key(row);
    const auto& excluded = databases_.excluded;
    if (std::find(excluded.begin(), excluded.end(), static_cast<Oid>(key[0])) != excluded.end()) {
      now.look.add(key, before.cells(row));
    }
  }
}

void Recorder::record_statements(pg::Spi& spi, const RecordOptions& options) {
  bool good = false;
  attempt(spi, store::kStatement, InvalidOid, [&](Entry& entry) {
    if (!statements_ || statements_excluded_ != databases_.excluded) {
      statements_ = collect::find_statements(spi, databases_.excluded);
      statements_excluded_ = databases_.excluded;
    }
    const collect::Statements& statements = *statements_;
    Source& one = source(store::kStatement, InvalidOid);
    LookAt at;
    at.epoch = collect::statements_epoch(spi, statements);
    at.began_anew = collect::statements_began_anew;
    at.moment = Moment::now();
    at.tombstones = true;
    at.complete = [&](const core::Tracker& before, Observed& now) { keep_excluded(before, now); };
    Observed& look = one.blank();
    captured_.read(databases_.excluded, scratch_.resource());
    collect::read(statements.query, look);
    want_texts_of_returned(look);
    captured_.complete(look);
    at.extend = [&](const core::Tracker& before, core::Changes& changes) {
      captured_.extend(look, before, changes);
    };
    Coverage latencies;
    at.attach = [&](const core::Changes& changes, core::Batch& batch) {
      latencies = captured_.attach(look, changes, batch);
    };
    const std::int64_t evictions =
        one.load(spi, scratch_.resource()) && one.last()->epoch.size() == 5
            ? at.epoch[1] - one.last()->epoch[4]
            : 0;
    const core::Changes& changes = one.examine(spi, look, around_, at, scratch_.resource());
    const auto toplevel = [&](const core::Change& change) {
      return look.look.key(change.row)[3] != 0;
    };
    if (!changes.columns.empty()) {
      statement_blocks_ =
          sum(changes, *one.id().stream, "shared_blks_hit", "shared_blks_read", toplevel);
    }
    entry.outcome = one.write(spi, scratch_.resource());
    if ((entry.outcome.flags & core::Flag::reset) != 0) {
      events_.add(statements_reset(at.epoch[0]));
    }
    entry.latencies = latencies;
    entry.evicted = evictions > 0 ? static_cast<std::int64_t>(entry.outcome.vanished) : 0;
    textless_.insert(textless_.end(), one.new_series().begin(), one.new_series().end());
    textless_keys_.insert(textless_keys_.end(), one.new_keys().begin(), one.new_keys().end());
    good = true;
  });
  if (!good) {
    captured_.forget();
  }
  if (good && options.texts) {
    try_texts(spi);
  }
}

// After the databases, which tell how long the interval is.
void Recorder::record_plans(pg::Spi& spi) {
  if (!plans_.active()) {
    return;
  }
  const Entry* databases = ledger_.find(store::kDatabase, InvalidOid);
  const bool known = databases != nullptr && !databases->failed;
  const std::int64_t duration = known ? databases->outcome.interval_us : kNull;
  const std::uint32_t flags = known ? databases->outcome.flags : 0;
  bool good = false;
  attempt(spi, store::kPlan, InvalidOid, [&](Entry& entry) {
    const Plans::Written written =
        plans_.write(spi, around_.snapshot_id, {Moment::now().wall, duration}, flags,
                     databases_.excluded, scratch_.resource());
    entry.outcome.interval_us = duration;
    entry.outcome.flags = flags;
    entry.outcome.entries = written.entries;
    entry.outcome.samples = written.samples;
    entry.outcome.new_series = written.new_series;
    entry.outcome.bytes = written.bytes;
    good = true;
  });
  if (!good) {
    plans_.forget();
  }
}

// The hooks may know a statement that pg_stat_statements has evicted, so it is not new when it is
// back.
void Recorder::want_texts_of_returned(const Observed& look) {
  for (auto at = evicted_textless_.begin(); at != evicted_textless_.end();) {
    if (!look.look.find(at->first)) {
      ++at;
      continue;
    }
    textless_.push_back(at->second);
    textless_keys_.insert(textless_keys_.end(), at->first.begin(), at->first.end());
    at = evicted_textless_.erase(at);
  }
}

// One text with bytes that are no character in this database's encoding makes pg_stat_statements
// show none at all. What was counted is not lost for that.
void Recorder::try_texts(pg::Spi& spi) {
  try {
    pg::Subtransaction scope;
    read_texts(spi, *statements_);
    scope.commit();
    said_of_texts_.clear();
  } catch (const pg::Error& error) {
    textless_known_ = false;
    if (ends_snapshot(error.sqlstate())) {
      throw;
    }
    if (said_of_texts_ != error.what()) {
      said_of_texts_ = error.what();
      pg::report(
          LOG, error.sqlstate(),
          "pg_almanac cannot read the texts of new statements: " + said_of_texts_, {},
          "If it is a text in another encoding, pg_stat_statements_reset(0, database) ends it.");
    }
  }
}

// Statements seen since texts were last read, or by a recorder before this one.
void Recorder::read_texts(pg::Spi& spi, const collect::Statements& statements) {
  if (!textless_known_) {
    textless_.clear();
    textless_keys_.clear();
    spi.query(
        "SELECT k.series_id, k.dbid, k.userid, k.queryid, k.toplevel FROM almanac.statement_keys k"
        " WHERE k.server_id = 0 AND k.fingerprint IS NULL",
        {}, [&](const pg::Row& row) {
          textless_.push_back(row.get<std::int32_t>(0));
          textless_keys_.push_back(collect::oid_word(row.get<Oid>(1)));
          textless_keys_.push_back(collect::oid_word(row.get<Oid>(2)));
          textless_keys_.push_back(row.get<std::int64_t>(3));
          textless_keys_.push_back(collect::boolean_word(row.get<bool>(4)));
        });
    textless_known_ = true;
  }
  if (textless_.empty()) {
    return;
  }
  const std::vector<std::int32_t> missing = collect::store_texts(
      spi, statements, textless_keys_, textless_, settings::max_query_bytes, scratch_.resource());
  constexpr std::size_t most = 10000;
  for (std::size_t i = 0; i < textless_.size() && evicted_textless_.size() < most; ++i) {
    if (std::find(missing.begin(), missing.end(), textless_[i]) != missing.end()) {
      const std::int64_t* key = textless_keys_.data() + 4 * i;
      evicted_textless_[{key[0], key[1], key[2], key[3]}] = textless_[i];
    }
  }
  std::set<std::int64_t> users;
  for (std::size_t i = 1; i < textless_keys_.size(); i += 4) {
    users.insert(textless_keys_[i]);
  }
  textless_.clear();
  textless_keys_.clear();
  store::remember_roles(spi, {users.begin(), users.end()});
}

// The share of the server's block accesses that statements explain. What this process accessed
// itself is in the databases' figures, not in the statements'.
void Recorder::set_coverage() {
  constexpr std::int64_t enough = 1000;
  const std::int64_t own = blocks_of_this_process();
  const std::int64_t own_in_interval = own_blocks_ > 0 ? own - own_blocks_ : own;
  own_blocks_ = own;
  Entry* entry = ledger_.find(store::kStatement, InvalidOid);
  if (entry == nullptr || statement_blocks_ == kNull || database_blocks_ == kNull) {
    return;
  }
  const std::int64_t workload = database_blocks_ - own_in_interval;
  if (workload >= enough) {
    const double share = static_cast<double>(statement_blocks_) / static_cast<double>(workload);
    entry->coverage_ppm = std::llround(std::clamp(share, 0.0, 1.0) * 1e6);
  }
}

}  // namespace almanac::worker
