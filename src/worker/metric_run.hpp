// Running the SQL of one metric: somebody else's statement, of which nothing good is known.
//
// Each run has a process of its own, in the database of the metric, that ends with it. So there is
// nothing that one metric could leave behind for another (session locks, settings, connections,
// prepared statements), and nobody waits for it: who starts a run looks now and then whether it has
// ended.
//
//   who runs it                                 metric process
//   dsm segment with the statement, register -> connect; become the definer for good; a read only
//   ended()? terminate when overdue             transaction, a cursor, at most so many rows
//   result()                                 <- values and labels, or what went wrong; abort; end
//
// What holds in there, whatever the statement does:
//
// * It is the definer's session (SetSessionAuthorization), in a security-restricted operation: SET
//   ROLE, RESET ROLE and SET SESSION AUTHORIZATION are errors, and so are temporary tables, cursors
//   WITH HOLD and LISTEN.
// * The transaction is read only, which cannot be changed once it has a snapshot, and is aborted at
//   the end: nothing that waits for a commit ever happens.
// * It is opened as a cursor: one statement that returns rows, in an atomic context, so that COMMIT
//   is an error too. No more than the permitted rows are asked for.
// * search_path is pg_catalog, pg_temp.
// * The time limit covers parsing and planning as well. A statement that catches its cancellation
//   is terminated a second later.
// * Whatever it says, warnings and errors, is not written to the server's log.
//
// Zone: C++.
#pragma once

#include "collect/relations.hpp"
#include "pg/spi.hpp"

namespace almanac::worker {

struct MetricRequest {
  Oid database = InvalidOid;
  Oid role = InvalidOid;
  std::string sql;
  int timeout_ms = 0;
  int lock_timeout_ms = 0;
  int rows = 0;
};

struct MetricResult {
  std::vector<double> values;  // none of them NaN or infinite
  std::vector<std::string>
      labels;              // of each value: a JSON object, in the encoding of this database
  std::int32_t nulls = 0;  // rows without a value
  std::int64_t elapsed_us = 0;
  std::optional<collect::Trouble> trouble;  // then there are no values
};

class MetricRun {
 public:
  // Starts the process; does not wait for it. What keeps it from starting is in the result.
  explicit MetricRun(const MetricRequest& request);
  // Ends the process if it still runs.
  ~MetricRun();
  MetricRun(const MetricRun&) = delete;
  MetricRun& operator=(const MetricRun&) = delete;

  // Whether it has ended. Terminates it when it is overdue or somebody wants the database for
  // himself; of one that does not even end then it says so after some seconds, and leaves it alone.
  bool ended();
  // Once it has ended.
  [[nodiscard]] MetricResult result() const;

 private:
  void open(const MetricRequest& request);
  void close() noexcept;
  bool stopped();

  dsm_segment* shared_ = nullptr;
  BackgroundWorkerHandle* worker_ = nullptr;
  MemoryContext memory_ = nullptr;
  Oid database_;
  std::int64_t began_;
  std::int64_t deadline_;
  std::int64_t took_us_ = 0;
  bool terminated_ = false;
  bool overdue_ = false;
};

// Starts a run and waits for it; for a backend. Throws pg::Error when cancelled.
MetricResult run_metric(const MetricRequest& request);

// What claim_metrics() and metric_request() return, as these columns.
inline constexpr const char* kRequestColumns =
    "metric_id, name, sql, dbid, roleid, timeout_ms, lock_timeout_ms, max_rows, obstacle, message";

struct MetricToRun {
  std::int32_t metric = 0;
  std::string name;
  MetricRequest request;
  std::optional<collect::Trouble> obstacle;  // why it need not be tried
};
MetricToRun metric_to_run(const pg::Row& row);

// Writes down how a run went, and queues its values. Returns whether its failure is news. Needs a
// transaction.
bool note_run(const MetricToRun& what, std::int64_t began, const MetricResult& result);

}  // namespace almanac::worker
