// Forgetting series: dictionary entries of statements, tables and indexes that are gone and of
// which nothing has been recorded for long. What their source still has is never forgotten, however
// idle: the recorder knows it by its number.

#include "pg/compat.hpp"
#include "store/owner.hpp"
#include "store/totals.hpp"
#include "worker/recorder.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t most_series = 500;  // in one transaction

}  // namespace

std::vector<std::int32_t> Recorder::live_series(pg::Spi& spi, const store::Stream& stream) {
  static pg::Plan plan("SELECT source FROM almanac.sources WHERE server_id = 0 AND stream = $1");
  std::vector<Oid> databases;
  spi.query(plan, {stream.id}, [&](const pg::Row& row) { databases.push_back(row.get<Oid>(0)); });
  std::vector<std::int32_t> live;
  for (const Oid database : databases) {
    Source& one = source(stream.id, database);
    if (!one.load(spi, scratch_.resource())) {
      continue;
    }
    const core::Tracker& tracker = one.tracker();
    for (std::uint32_t row = 0; row < tracker.rows(); ++row) {
      live.push_back(tracker.series(row));
    }
  }
  std::sort(live.begin(), live.end());
  return live;
}

bool Recorder::forget_series(const store::Stream& stream, std::int64_t at) {
  static pg::Plan keep(
      "SELECT $2 - keep FROM almanac.retention WHERE stream OPERATOR(pg_catalog.=) $1"
      " AND tier OPERATOR(pg_catalog.=) 'series'");
  scratch_.reset();
  pg::Spi spi;
  lock(spi);
  const auto until = spi.value<pg::Timestamp>(keep, {stream.name, pg::Timestamp{at}});
  if (!until) {
    return false;
  }
  const std::string keys = std::string("almanac.") + stream.name + "_keys";
  const std::vector<std::int32_t> live = live_series(spi, stream);
  std::vector<std::int32_t> gone;
  const auto take = [&](const pg::Row& row) {
    const auto series = row.get<std::int32_t>(0);
    if (!std::binary_search(live.begin(), live.end(), series) &&
        static_cast<std::int64_t>(gone.size()) < most_series) {
      gone.push_back(series);
    }
  };
  spi.query("SELECT k.series_id FROM " + keys +
                " k LEFT JOIN almanac.totals($1)"
                " AS t (series_id integer, last_time timestamptz) ON t.series_id = k.series_id"
                " WHERE GREATEST(t.last_time, k.first_seen) < $2 ORDER BY k.series_id",
            {stream.name, *until}, take);
  if (gone.empty()) {
    return false;
  }
  spi.execute("DELETE FROM " + keys + " WHERE series_id = ANY ($1)", {gone});
  store::forget_totals(spi, stream, gone);
  if (stream.id == store::kStatement) {
    spi.execute(
        "DELETE FROM almanac.query_texts t WHERE NOT EXISTS"
        " (SELECT FROM almanac.statement_keys k WHERE k.fingerprint = t.fingerprint)");
  }
  if (stream.id == store::kPlan) {
    spi.execute(
        "DELETE FROM almanac.plan_texts t WHERE NOT EXISTS"
        " (SELECT FROM almanac.plan_keys k WHERE k.text_id = t.text_id)");
    plans_.invalidate();
  }
  return true;
}

}  // namespace almanac::worker
