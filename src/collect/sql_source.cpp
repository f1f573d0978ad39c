#include "collect/sql_source.hpp"

#include "collect/cell_receiver.hpp"
#include "pg/compat.hpp"

namespace almanac::collect {
namespace {

using store::KeyColumn;
using store::KeyType;
using store::Stream;
using store::ValueColumn;

// What stands for a relation in a column's `source`: a view of the catalog by its own name, or one
// of these.
struct Fragment {
  const char* alias;
  const char* sql;
};

constexpr Fragment fragments[] = {
    {"activity", R"((SELECT
         count(*) FILTER (WHERE a.backend_type = 'client backend') AS connections,
         count(*) FILTER (WHERE a.backend_type = 'client backend' AND a.state = 'active') AS active,
         count(*) FILTER (WHERE a.backend_type = 'client backend' AND a.state = 'idle') AS idle,
         count(*) FILTER (WHERE a.backend_type = 'client backend' AND a.state LIKE 'idle in transaction%')
           AS idle_in_transaction,
         count(*) FILTER (WHERE a.backend_type = 'client backend' AND a.wait_event_type = 'Lock') AS waiting,
         pg_catalog.current_setting('max_connections')::int8 AS max_connections,
         min(a.xact_start) FILTER (WHERE a.backend_type = 'client backend') AS oldest_xact_start,
         max(pg_catalog.age(a.backend_xmin))::int8 AS oldest_xmin_age
       FROM pg_catalog.pg_stat_activity a WHERE a.pid <> pg_catalog.pg_backend_pid()))"},
    {"ids", R"((SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
           ELSE pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::int8 END AS next_xid,
         (SELECT max((d.datminmxid::text::int8 + pg_catalog.mxid_age(d.datminmxid)) % 4294967296) FROM pg_catalog.pg_database d) AS next_mxid))"},
    {"prepared", "(SELECT count(*) AS prepared_xacts FROM pg_catalog.pg_prepared_xacts)"},
    {"slots", R"((SELECT count(*) AS replication_slots,
         count(*) FILTER (WHERE NOT s.active) AS replication_slots_inactive,
         max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn))::int8 AS replication_lag_bytes
       FROM pg_catalog.pg_replication_slots s))"},
    {"standbys", R"((SELECT count(*) AS standbys,
         max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn))::int8 AS standby_lag_bytes
       FROM pg_catalog.pg_stat_replication r))"},
    {"replication",
     R"((SELECT 'slot'::text AS kind, s.slot_name::text AS name, s.active::int4::int8 AS active,
         pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::int8 AS retained_bytes,
         pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.confirmed_flush_lsn)::int8 AS unconfirmed_bytes,
         NULL::int8 AS sent_lag_bytes, NULL::int8 AS write_lag_bytes, NULL::int8 AS flush_lag_bytes,
         NULL::int8 AS replay_lag_bytes, NULL::int8 AS replay_lag_us
       FROM pg_catalog.pg_replication_slots s
       UNION ALL
       SELECT 'standby', r.application_name, (max(r.state) = 'streaming')::int4::int8, NULL, NULL,
         max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.sent_lsn))::int8,
         max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.write_lsn))::int8,
         max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.flush_lsn))::int8,
         max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn))::int8,
         (1000000 * EXTRACT(epoch FROM max(r.replay_lag)))::int8
       FROM pg_catalog.pg_stat_replication r GROUP BY r.application_name))"},
};

const Fragment* find_fragment(std::string_view alias) {
  for (const Fragment& fragment : fragments) {
    if (alias == fragment.alias) {
      return &fragment;
    }
  }
  return nullptr;
}

// "relation.column" in two.
std::pair<std::string, std::string> split(std::string_view source) {
  const std::size_t dot = source.find('.');
  return {std::string(source.substr(0, dot)), std::string(source.substr(dot + 1))};
}

// Columns of views of the catalog, as "relation.column".
class Catalog {
 public:
  explicit Catalog(pg::Spi& spi) : spi_(spi) {}

  bool has(const std::string& relation, const std::string& column) {
    if (!known_.contains(relation)) {
      known_.insert(relation);
      spi_.query(
          "SELECT a.attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = "
          "a.attrelid"
          " WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relname = $1 AND a.attnum > 0 "
          "AND NOT a.attisdropped",
          {relation}, [&](const pg::Row& row) {
            columns_.insert(relation + "." + std::string(row.get<std::string_view>(0)));
          });
    }
    return columns_.contains(relation + "." + column);
  }

 private:
  pg::Spi& spi_;
  std::set<std::string> known_;
  std::set<std::string> columns_;
};

// The alternatives of a column's source, first to last.
template <class F>
void each_alternative(const char* source, F&& use) {
  std::string_view rest = source;
  while (!rest.empty()) {
    const std::size_t bar = rest.find('|');
    if (use(rest.substr(0, bar))) {
      return;
    }
    rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
  }
}

// Expressions of the keys and text labels of a stream, before those of its columns.
std::string key_list(const Stream& stream, const std::string& alias, const char* oid_key) {
  std::string list;
  for (const KeyColumn& key : stream.keys) {
    list += list.empty() ? "" : ", ";
    list += alias + "." + (key.type == KeyType::oid && oid_key != nullptr ? oid_key : key.name);
  }
  return list;
}

}  // namespace

void FreePlan::operator()(_SPI_plan* plan) const noexcept {
  try {
    pg::call([plan] { SPI_freeplan(plan); });
  } catch (...) {  // leaked, and pending, so that the transaction cannot commit
  }
}

std::optional<SourceQuery> resolve(pg::Spi& spi, const Stream& stream) {
  Catalog catalog(spi);
  std::string list;
  std::vector<std::string> from;
  const auto use = [&](const std::string& relation) {
    if (std::find(from.begin(), from.end(), relation) == from.end()) {
      from.push_back(relation);
    }
  };
  if (stream.id == store::kDatabase) {
    list = "pg_stat_database.datid, pg_stat_database.datname";
    use("pg_stat_database");
  } else if (stream.id == store::kIo) {
    list = key_list(stream, "pg_stat_io", nullptr);
  } else if (stream.id == store::kReplication) {
    list = key_list(stream, "replication", nullptr);
  }
  for (const ValueColumn& column : stream.columns) {
    std::string expression;
    each_alternative(column.source, [&](std::string_view alternative) {
      const auto [relation, name] = split(alternative);
      const bool there = relation == "database" || find_fragment(relation) != nullptr ||
                         catalog.has(relation, name);
      if (there) {
        use(relation);
        expression = relation + "." + name;
      }
      return there;
    });
    list += (list.empty() ? "" : ", ") + (expression.empty() ? "NULL::int8" : expression);
  }
  if (from.empty()) {
    return std::nullopt;
  }
  std::string sql = "SELECT " + list + " FROM ";
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] == "database") {
      sql += " LEFT JOIN pg_catalog.pg_database database ON database.oid = pg_stat_database.datid";
      continue;
    }
    const Fragment* fragment = find_fragment(from[i]);
    sql += std::string(i ? " CROSS JOIN " : "") +
           (fragment ? fragment->sql : "pg_catalog." + from[i]) + " " + from[i];
  }
  return SourceQuery{&stream, sql, nullptr};
}

SourceQuery resolve_from(const Stream& stream, const std::string& from,
                         std::span<const std::string> columns, const std::string& condition) {
  std::string list = key_list(stream, "s", nullptr);
  for (const ValueColumn& column : stream.columns) {
    std::string expression = "NULL::int8";
    each_alternative(column.source, [&](std::string_view alternative) {
      const bool there = std::find(columns.begin(), columns.end(), alternative) != columns.end();
      if (there) {
        expression = "s." + std::string(alternative);
      }
      return there;
    });
    list += (list.empty() ? "" : ", ") + expression;
  }
  const std::string where = condition.empty() ? "" : " WHERE " + condition;
  return {&stream, "SELECT " + list + " FROM " + from + " s" + where, nullptr};
}

void read(const SourceQuery& query, Observed& out) {
  const pg::ContextSwitch keep(CurrentMemoryContext);
  CellReceiver receiver(out);
  const int code = pg::call([&] {
    if (!query.plan) {
      SPIPlanPtr plan = SPI_prepare(query.sql.c_str(), 0, nullptr);
      if (plan == nullptr) {
        return SPI_result;
      }
      SPI_keepplan(plan);
      query.plan.reset(plan);
    }
    SPIExecuteOptions options;
    memset(&options, 0, sizeof(options));
    options.read_only = false;
    options.dest = receiver.destination();
    return SPI_execute_plan_extended(query.plan.get(), &options);
  });
  if (code < 0) {
    throw pg::Failure(ERRCODE_INTERNAL_ERROR, std::string("SPI cannot execute a statement: ") +
                                                  SPI_result_code_string(code));
  }
}

}  // namespace almanac::collect
