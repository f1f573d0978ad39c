#include "collect/statements.hpp"

#include "core/fingerprint.hpp"
#include "core/key_index.hpp"
#include "core/redact.hpp"

namespace almanac::collect {

Statements find_statements(pg::Spi& spi, std::span<const Oid> excluded) {
  Statements found;
  std::vector<std::string> columns;
  spi.query(
      "SELECT n.nspname, a.name FROM pg_catalog.pg_extension e"
      " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"
      " JOIN pg_catalog.pg_proc p ON p.pronamespace = e.extnamespace AND p.proname = "
      "'pg_stat_statements',"
      " LATERAL unnest(p.proargnames, p.proargmodes) AS a (name, mode)"
      " WHERE e.extname = 'pg_stat_statements' AND a.mode = 'o'",
      {}, [&](const pg::Row& row) {
        found.schema = pg::quote_identifier(row.get<std::string_view>(0));
        columns.emplace_back(row.get<std::string_view>(1));
      });
  if (columns.empty()) {
    throw pg::Failure(ERRCODE_UNDEFINED_OBJECT,
                      "extension \"pg_stat_statements\" is not installed in this database")
        .hint(
            "Add pg_stat_statements to shared_preload_libraries, restart the server, and run "
            "CREATE EXTENSION"
            " pg_stat_statements in the database that holds pg_almanac.");
  }
  std::string condition = "s.queryid IS NOT NULL";
  for (std::size_t i = 0; i < excluded.size(); ++i) {
    condition += (i == 0 ? " AND s.dbid NOT IN (" : ", ") + std::to_string(excluded[i]);
  }
  condition += excluded.empty() ? "" : ")";
  found.query = resolve_from(*store::find_stream(store::kStatement),
                             found.schema + ".pg_stat_statements(false)", columns, condition);
  return found;
}

std::vector<std::int64_t> statements_epoch(pg::Spi& spi, const Statements& statements) {
  std::vector<std::int64_t> epoch{0, 0};
  spi.query("SELECT stats_reset, dealloc FROM " + statements.schema + ".pg_stat_statements_info",
            {}, [&](const pg::Row& row) {
              epoch[0] = row.null(0) ? 0 : row.get<pg::Timestamp>(0).us;
              epoch[1] = row.null(1) ? 0 : row.get<std::int64_t>(1);
            });
  return epoch;
}

bool statements_began_anew(std::span<const std::int64_t> before,
                           std::span<const std::int64_t> now) {
  return before[0] != now[0];
}

std::vector<std::int32_t> store_texts(pg::Spi& spi, const Statements& statements,
                                      std::span<const std::int64_t> keys,
                                      std::span<const std::int32_t> all_series, int max_bytes,
                                      core::Resource* scratch) {
  constexpr std::size_t width = 4;
  core::KeyIndex wanted(width, scratch);
  std::vector<std::int64_t> queryids;
  std::vector<std::int32_t> series;  // by position in `wanted`: a key may come twice
  for (std::size_t i = 0; i < all_series.size(); ++i) {
    const auto key = keys.subspan(i * width, width);
    if (wanted.find(key)) {
      continue;
    }
    wanted.insert(key);
    series.push_back(all_series[i]);
    queryids.push_back(key[2]);
  }
  std::vector<bool> found(series.size());
  std::vector<std::int32_t> ids;
  std::vector<std::int64_t> fingerprints;
  std::vector<std::string> texts;
  spi.query("SELECT s.dbid, s.userid, s.queryid, s.toplevel, s.query FROM " + statements.schema +
                ".pg_stat_statements(true) s WHERE s.queryid = ANY ($1) AND s.query IS NOT NULL",
            {queryids}, [&](const pg::Row& row) {
              const std::int64_t key[width] = {oid_word(row.get<Oid>(0)), oid_word(row.get<Oid>(1)),
                                               row.get<std::int64_t>(2),
                                               boolean_word(row.get<bool>(3))};
              const auto at = wanted.find(key);
              if (!at || found[*at]) {
                return;
              }
              found[*at] = true;
              const core::Redacted redacted = core::redact(row.get<std::string_view>(4), scratch);
              ids.push_back(series[*at]);
              fingerprints.push_back(
                  static_cast<std::int64_t>(core::fingerprint(redacted.text, scratch)));
              texts.emplace_back(core::clip(redacted.text, static_cast<std::size_t>(max_bytes)));
            });
  if (!ids.empty()) {
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    spi.execute(
        "INSERT INTO almanac.query_texts (fingerprint, last_used, query)"
        " SELECT DISTINCT ON (i.fingerprint) i.fingerprint, CURRENT_DATE, i.query"
        " FROM unnest($1, $2) AS i (fingerprint, query)"
        " ON CONFLICT (fingerprint) DO UPDATE SET last_used = excluded.last_used"
        " WHERE query_texts.last_used < excluded.last_used",
        {fingerprints, views});
    spi.execute(
        "UPDATE almanac.statement_keys k SET fingerprint = i.fingerprint"
        " FROM unnest($1, $2) AS i (series_id, fingerprint) WHERE k.series_id = i.series_id",
        {ids, fingerprints});
  }
  std::vector<std::int32_t> missing;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!found[i]) {
      missing.push_back(series[i]);
    }
  }
  return missing;
}

}  // namespace almanac::collect
