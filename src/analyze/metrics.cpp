#include "analyze/metrics.hpp"

namespace almanac::analyze {
namespace {

using store::kDatabase;
using store::kMetric;
using store::kStatement;
using store::kSystem;

constexpr const char* calls[] = {"calls"};
constexpr const char* plans[] = {"plans"};
constexpr const char* transactions[] = {"xact_commit", "xact_rollback"};

constexpr const char* total_exec_ms[] = {"total_exec_ms"};
constexpr const char* total_plan_ms[] = {"total_plan_ms"};
constexpr const char* failed[] = {"errors", "cancels", "timeouts"};
constexpr const char* tried[] = {"calls", "errors", "cancels", "timeouts"};
constexpr const char* rows[] = {"rows"};
constexpr const char* shared_blks[] = {"shared_blks_hit", "shared_blks_read"};
constexpr const char* shared_blks_read[] = {"shared_blks_read"};
constexpr const char* temp_blks[] = {"temp_blks_read", "temp_blks_written"};
constexpr const char* wal_bytes[] = {"wal_bytes"};

constexpr Metric statement_metrics[] = {
    {"mean_exec_ms", kStatement, Shape::per_call, total_exec_ms, calls, Cost::time,
     "mean execution time", "ms"},
    {"p95_ms",
     kStatement,
     Shape::p95,
     {},
     calls,
     Cost::time,
     "95th percentile of the execution time",
     "ms"},
    {"mean_plan_ms", kStatement, Shape::per_call, total_plan_ms, plans, Cost::time,
     "mean planning time", "ms"},
    {"error_rate", kStatement, Shape::share, failed, tried, Cost::count,
     "share of executions that fail", ""},
    {"shared_blks_per_call", kStatement, Shape::per_call, shared_blks, calls, Cost::blocks,
     "shared blocks per call", "blocks"},
    {"shared_blks_read_per_call", kStatement, Shape::per_call, shared_blks_read, calls,
     Cost::blocks, "shared blocks read per call", "blocks"},
    {"temp_blks_per_call", kStatement, Shape::per_call, temp_blks, calls, Cost::blocks,
     "temporary blocks per call", "blocks"},
    {"wal_bytes_per_call", kStatement, Shape::per_call, wal_bytes, calls, Cost::bytes,
     "WAL per call", "bytes"},
    {"rows_per_call", kStatement, Shape::per_call, rows, calls, Cost::none, "rows per call", ""},
};

constexpr const char* active_ms[] = {"active_ms"};
constexpr const char* rolled_back[] = {"xact_rollback"};
constexpr const char* blks_read[] = {"blks_read"};
constexpr const char* temp_bytes[] = {"temp_bytes"};
constexpr const char* deadlocks[] = {"deadlocks"};

constexpr Metric database_metrics[] = {
    {"active_ms_per_transaction", kDatabase, Shape::per_call, active_ms, transactions, Cost::time,
     "time active per transaction", "ms"},
    {"rollback_rate", kDatabase, Shape::share, rolled_back, transactions, Cost::count,
     "share of transactions rolled back", ""},
    {"blks_read_per_transaction", kDatabase, Shape::per_call, blks_read, transactions, Cost::blocks,
     "blocks read per transaction", "blocks"},
    {"temp_bytes_per_hour",
     kDatabase,
     Shape::per_hour,
     temp_bytes,
     {},
     Cost::bytes,
     "temporary files per hour",
     "bytes"},
    {"deadlocks_per_hour",
     kDatabase,
     Shape::per_hour,
     deadlocks,
     {},
     Cost::count,
     "deadlocks per hour",
     ""},
};

constexpr const char* checkpoints_req[] = {"checkpoints_req"};
constexpr const char* connections[] = {"connections"};

constexpr Metric system_metrics[] = {
    {"wal_bytes_per_hour",
     kSystem,
     Shape::per_hour,
     wal_bytes,
     {},
     Cost::bytes,
     "WAL per hour",
     "bytes"},
    {"checkpoints_req_per_hour",
     kSystem,
     Shape::per_hour,
     checkpoints_req,
     {},
     Cost::count,
     "requested checkpoints per hour",
     ""},
    {"connections", kSystem, Shape::level, connections, {}, Cost::none, "client connections", ""},
};

constexpr const char* total_by_weight[] = {"total", "weight"};
constexpr const char* increase[] = {"increase"};

// Of a series that users measure there are values, of one that they count there are increases.
constexpr Metric user_metrics[] = {
    {"value", kMetric, Shape::mean, total_by_weight, {}, Cost::value, "value", ""},
    {"increase_per_hour",
     kMetric,
     Shape::per_hour,
     increase,
     {},
     Cost::value,
     "increase per hour",
     ""},
};

}  // namespace

std::span<const Metric> metrics(std::int16_t stream) {
  switch (stream) {
    case kStatement: return statement_metrics;
    case kDatabase: return database_metrics;
    case kSystem: return system_metrics;
    case kMetric: return user_metrics;
    default: return {};
  }
}

const Metric* find_metric(std::int16_t stream, std::string_view name) {
  for (const Metric& metric : metrics(stream)) {
    if (name == metric.name) {
      return &metric;
    }
  }
  return nullptr;
}

}  // namespace almanac::analyze
