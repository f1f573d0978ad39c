#include "worker/recorder.hpp"

#include "capture/commands.hpp"
#include "collect/sizes.hpp"
#include "pg/compat.hpp"
#include "pg/scope.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "worker/shared.hpp"
#include "worker/wait_sampler.hpp"

namespace almanac::worker {

using collect::RelationsObserved;
using core::kNull;

Databases list_databases(pg::Spi& spi) {
  static pg::Plan plan(
      "SELECT oid, datname, datallowconn AND NOT datistemplate FROM pg_catalog.pg_database"
      " WHERE datconnlimit <> -2 ORDER BY oid");
  Databases found;
  spi.query(plan, {}, [&](const pg::Row& row) {
    const Oid oid = row.get<Oid>(0);
    const std::string name(row.get<std::string_view>(1));
    found.all.push_back(oid);
    if (!settings::wants_database(name.c_str())) {
      found.excluded.push_back(oid);
    } else if (row.get<bool>(2)) {
      found.recorded.push_back({oid, name});
    }
  });
  return found;
}

Recorder::Recorder(MemoryContext parent, bool keeps)
    : context_(parent, "pg_almanac recorder"),
      scratch_(parent, "pg_almanac snapshot"),
      here_(context_.resource()),
      everywhere_(context_.resource()),
      captured_(keeps, context_.resource()),
      events_(keeps),
      plans_(keeps, context_.resource()) {}

Source& Recorder::source(std::int16_t stream, Oid database) {
  auto& slot = sources_[{stream, database}];
  if (!slot) {
    slot = std::make_unique<Source>(store::SourceId{store::find_stream(stream), database},
                                    context_.get());
  }
  return *slot;
}

void Recorder::invalidate() {
  for (auto& [key, source] : sources_) {
    source->invalidate();
  }
  ledger_.forget();
  plans_.invalidate();
  textless_known_ = false;
}

// One recorder at a time, and none with a state that another has overtaken.
void Recorder::lock(pg::Spi& spi) {
  static pg::Plan plan("SELECT snapshot_id FROM almanac.recorder WHERE server_id = 0 FOR UPDATE");
  store::hold_extension();
  const auto last = spi.value<std::int64_t>(plan);
  if (!last) {
    throw pg::Failure(ERRCODE_DATA_CORRUPTED, "table \"almanac.recorder\" is empty")
        .hint("Drop and create the extension again.");
  }
  if (*last != last_snapshot_id_) {
    invalidate();
    last_snapshot_id_ = *last;
  }
}

Circumstances Recorder::circumstances(pg::Spi& spi) {
  Circumstances around;
  around.snapshot_id = last_snapshot_id_ + 1;
  around.system_identifier = static_cast<std::int64_t>(GetSystemIdentifier());
  around.timeline = pg::call([] { return pg::compat::timeline(); });
  const Shared* state = shared();
  around.boot = state != nullptr ? state->boot : PgStartTime;
  around.stats_lost = state != nullptr && state->stats_lost;
  static pg::Plan plan(
      "UPDATE almanac.servers SET system_identifier = $1, timeline = $2 WHERE server_id = 0"
      " AND (system_identifier, timeline) IS DISTINCT FROM ($1, $2::int4)");
  spi.execute(plan, {around.system_identifier, around.timeline});
  return around;
}

bool Recorder::ends_snapshot(int sqlstate) {
  return sqlstate == ERRCODE_QUERY_CANCELED || sqlstate == ERRCODE_ADMIN_SHUTDOWN ||
         sqlstate == ERRCODE_OUT_OF_MEMORY;
}

// A source that fails is rolled back and noted in the ledger; the others go on. Cancel and
// terminate end everything.
void Recorder::attempt(pg::Spi& spi, std::int16_t stream, Oid database,
                       const std::function<void(Entry&)>& work) {
  Entry entry;
  entry.stream = stream;
  entry.database = database;
  const Cost before = Cost::now();
  const auto failed = [&](const std::exception& error, std::string_view hint) {
    const int sqlstate = pg::sqlstate_of(error);
    source(stream, database).discard();
    forget_queries();
    if (ends_snapshot(sqlstate)) {
      throw;
    }
    entry.outcome = {};
    entry.failed = true;
    note_error(spi, stream, database, sqlstate, error.what(), hint);
  };
  try {
    pg::Subtransaction scope;
    work(entry);
    scope.commit();
    said_.erase({stream, database});
  } catch (const pg::Failure& error) {
    failed(error, error.hint());
  } catch (const pg::Error& error) {
    failed(error, error.hint());
  } catch (const std::exception& error) {
    failed(error, {});
  }
  entry.cost += Cost::now() - before;
  ledger_.add(entry);
}

// Into the table each time, into the log once.
void Recorder::note_error(pg::Spi& spi, std::int16_t stream, Oid database, int sqlstate,
                          std::string_view message, std::string_view hint) {
  static pg::Plan plan(
      "INSERT INTO almanac.source_errors AS e (server_id, stream, source, \"time\", errors, "
      "sqlstate, message)"
      " VALUES (0, $1, $2, pg_catalog.clock_timestamp(), 1, $3, $4) ON CONFLICT (server_id, "
      "stream, source) DO UPDATE"
      " SET \"time\" = excluded.\"time\", errors = e.errors + 1, sqlstate = excluded.sqlstate, "
      "message = excluded.message");
  spi.execute(plan, {stream, database, std::string(unpack_sql_state(sqlstate)), message});
  std::string& said = said_[{stream, database}];
  if (said != message) {
    said = message;
    const std::string name = store::find_stream(stream)->name;
    const std::string where =
        database == InvalidOid ? "" : " of database with OID " + std::to_string(database);
    pg::report(
        LOG, sqlstate,
        "pg_almanac cannot record stream \"" + name + "\"" + where + ": " + std::string(message),
        {}, hint);
  }
}

Recorded Recorder::record(const RecordOptions& options,
                          std::span<RelationsObserved* const> others) {
  scratch_.reset();
  ledger_.clear();
  statement_blocks_ = database_blocks_ = kNull;
  pg::Spi spi;
  const Moment begun = Moment::now();
  lock(spi);
  Databases listed = list_databases(spi);
  if (listed.excluded != databases_.excluded) {
    statements_.reset();  // its query leaves them out
  }
  databases_ = std::move(listed);
  if (options.relations) {
    check_queries(spi);
    find_last_relations(spi);
  }
  const ServerBefore before = server_before(spi);
  around_ = circumstances(spi);
  around_.interval = options.interval_us;
  compare_server(before, around_, events_);

  std::vector<RelationsObserved*> found(others.begin(), others.end());
  const bool wants_here = std::any_of(databases_.recorded.begin(), databases_.recorded.end(),
                                      [](const Database& d) { return d.oid == MyDatabaseId; });
  if (!pgstat_track_counts) {  // then nothing tells what changed
    here_.known.clear();
    everywhere_.known.clear();
  }
  if (options.relations && wants_here) {
    collect::collect_relations_here({}, here_);
    found.insert(found.begin(), &here_);
  }
  if (options.relations) {  // apart, because their statistics are reset apart
    collect::RelationsOptions shared;
    shared.own = false;
    shared.shared_catalogs = true;
    collect::collect_relations_here(shared, everywhere_);
    found.push_back(&everywhere_);
  }
  events_.read_commands();  // what the relations show is in there
  facts_.look(spi, before, around_, events_);
  record_sql(spi, store::kDatabase,
             options.relations ? std::span<RelationsObserved* const>(found)
                               : std::span<RelationsObserved* const>());
  record_statements(spi, options);
  record_plans(spi);
  record_sql(spi, store::kSystem, {});
  record_sql(spi, store::kIo, {});
  record_sql(spi, store::kReplication, {});
  record_volumes(spi);
  if (options.waits != nullptr && options.waits->active()) {
    waits_ = options.waits;
    record_waits(spi, *waits_);
  }
  set_coverage();
  around_.interval = options.relation_interval_us;
  for (RelationsObserved* observed : found) {
    record_relations(spi, *observed, options);
  }
  if (options.relations) {
    store::forget_dropped_databases(spi);
  }
  events_.store(spi);
  const Entry* databases = ledger_.find(store::kDatabase, InvalidOid);
  const std::int64_t duration = databases != nullptr ? databases->outcome.interval_us : kNull;
  ledger_.write(spi, around_.snapshot_id, {begun.wall, duration}, scratch_.resource());
  static pg::Plan plan(
      "UPDATE almanac.recorder SET snapshot_id = $1, \"time\" = $2, boot = $3, calls = $4,"
      " calls_with_latency = $5 WHERE server_id = 0");
  const Entry* statements = ledger_.find(store::kStatement, InvalidOid);
  const Coverage latencies = statements != nullptr ? statements->latencies : Coverage();
  const auto count = [](std::int64_t calls) {
    return calls != kNull ? pg::Arg(calls) : pg::Arg::null(INT8OID);
  };
  spi.execute(plan, {around_.snapshot_id, pg::Timestamp{begun.wall}, pg::Timestamp{around_.boot},
                     count(latencies.calls), count(latencies.with_latency)});

  Recorded recorded;
  recorded.snapshot_id = around_.snapshot_id;
  for (const Entry& entry : ledger_.entries()) {
    recorded.samples += entry.outcome.samples;
    recorded.errors += entry.failed ? 1 : 0;
    recorded.relations_cpu_us += entry.stream == store::kTable ? entry.cost.cpu_us : 0;
  }
  return recorded;
}

void Recorder::record_events() {
  pg::Spi spi;
  lock(spi);
  const ServerBefore before = server_before(spi);
  const Circumstances around = circumstances(spi);
  events_.read_commands();
  facts_.look(spi, before, around, events_);
  events_.store(spi);
}

bool Recorder::has_events() const { return capture::commands_are_waiting() || facts_.reloaded(); }

void Recorder::forget_queries() {
  queries_.clear();
  statements_.reset();
}

// Plans are dear, so they are kept: the views of the catalog are the same as long as the server
// runs, but pg_stat_statements may be updated or moved.
void Recorder::check_queries(pg::Spi& spi) {
  static pg::Plan plan(
      "SELECT pg_catalog.hashtextextended(extversion, oid::int8 + (extnamespace::int8 << 32))"
      " FROM pg_catalog.pg_extension WHERE extname = 'pg_stat_statements'");
  const auto version = spi.value<std::int64_t>(plan);
  if (version != statements_version_) {
    statements_version_ = version;
    statements_.reset();
  }
}

void Recorder::find_last_relations(pg::Spi& spi) {
  static pg::Plan plan(
      "SELECT max(\"time\") FROM almanac.sources WHERE server_id = 0 AND stream = $1");
  const auto last = spi.value<pg::Timestamp>(plan, {static_cast<std::int16_t>(store::kTable)});
  last_relations_ = last ? last->us : 0;
}

// First of all acknowledges what the hooks have counted, before anything could keep it from that.
void Recorder::accept() {
  captured_.acknowledge();
  if (waits_ != nullptr) {
    waits_->clear();
    waits_ = nullptr;
  }
  events_.accept();
  plans_.acknowledge();
  for (auto& [key, source] : sources_) {
    source->accept();
  }
  last_snapshot_id_ = around_.snapshot_id;
  std::erase_if(sources_, [&](const auto& item) {
    const Oid database = item.first.second;
    return database != InvalidOid && std::find(databases_.all.begin(), databases_.all.end(),
                                               database) == databases_.all.end();
  });
}

void Recorder::discard() noexcept {
  captured_.forget();
  waits_ = nullptr;
  events_.discard();
  facts_.forget();
  plans_.forget();
  for (auto& [key, source] : sources_) {
    source->discard();
  }
  ledger_.forget();
  textless_known_ = false;
}

}  // namespace almanac::worker
