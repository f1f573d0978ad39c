#include "worker/metric_run.hpp"

#include "pg/compat.hpp"
#include "worker/child.hpp"
#include "worker/metric_wire.hpp"
#include "worker/shared.hpp"
#include "worker/source.hpp"

namespace almanac::worker {
namespace {

using collect::Trouble;
using wire::MetricSegment;

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t start_us = 10 * second_us;  // a process may take to come into being
constexpr std::int64_t grace_us = second_us;       // and to end when its time is over
constexpr std::int64_t farewell_us = 5 * second_us;
constexpr long poll_ms = 100;

MetricSegment* segment_of(dsm_segment* shared) {
  return static_cast<MetricSegment*>(dsm_segment_address(shared));
}

// A message of another database, cut off where its room ended, as a text of this one.
std::string readable(const char* message) {
  std::string text(message);
  const auto valid = [&] {
    return pg::call(
        [&] { return pg_verifymbstr(text.c_str(), static_cast<int>(text.size()), true); });
  };
  for (int cut = 0; cut < 4 && !text.empty() && !valid(); ++cut) {
    text.pop_back();
  }
  if (!valid()) {
    text = message;
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; },
        '?');
  }
  return text;
}

// Values and labels as the process left them. Throws std::runtime_error if that is not what it
// should be.
void unpack(MetricSegment* segment, MetricResult& result) {
  const char* at = wire::result_of(segment);
  std::size_t left = std::min(segment->result_bytes, wire::result_capacity);
  const auto take = [&](void* to, std::size_t bytes) {
    if (bytes > left) {
      throw std::runtime_error("result of a metric is malformed");
    }
    std::memcpy(to, at, bytes);
    at += bytes;
    left -= bytes;
  };
  for (std::int32_t i = 0; i < segment->values; ++i) {
    double value = 0;
    std::uint32_t length = 0;
    take(&value, sizeof(value));
    take(&length, sizeof(length));
    if (length > left) {
      throw std::runtime_error("result of a metric is malformed");
    }
    const char* labels = at;
    const char* converted = pg::call([&] {
      return pg_any_to_server(pnstrdup(labels, length), static_cast<int>(length), PG_UTF8);
    });
    result.values.push_back(value);
    result.labels.emplace_back(converted);
    at += length;
    left -= length;
  }
  result.nulls = segment->nulls;
}

}  // namespace

MetricRun::MetricRun(const MetricRequest& request)
    : database_(request.database), began_(Moment::now().monotonic) {
  deadline_ = began_ + start_us + request.timeout_ms * std::int64_t{1000} + grace_us;
  try {
    pg::call([&] { open(request); });
  } catch (...) {
    close();
    throw;
  }
}

MetricRun::~MetricRun() { close(); }

// PG zone.
void MetricRun::open(const MetricRequest& request) {
  memory_ = AllocSetContextCreate(TopMemoryContext, "pg_almanac metric", ALLOCSET_SMALL_SIZES);
  const std::size_t sql_bytes = request.sql.size() + 1;
  MemoryContext const previous = MemoryContextSwitchTo(memory_);
  shared_ = dsm_create(wire::metric_bytes(sql_bytes), DSM_CREATE_NULL_IF_MAXSEGMENTS);
  if (shared_ != nullptr) {
    auto* segment = new (dsm_segment_address(shared_)) MetricSegment{};
    segment->magic = wire::metric_magic;
    segment->database = request.database;
    segment->role = request.role;
    segment->timeout_ms = request.timeout_ms;
    segment->lock_timeout_ms = request.lock_timeout_ms;
    segment->rows = request.rows;
    segment->sql_bytes = static_cast<std::uint32_t>(sql_bytes);
    pg_atomic_init_u32(&segment->state, wire::kRunning);
    std::memcpy(wire::sql_of(segment), request.sql.c_str(), sql_bytes);
    BackgroundWorker worker;
    describe(worker, "pg_almanac metric", "almanac_metric_main");
    worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(shared_));
    worker.bgw_notify_pid = MyProcPid;
    RegisterDynamicBackgroundWorker(&worker, &worker_);
  }
  MemoryContextSwitchTo(previous);
}

// PG zone.
bool MetricRun::stopped() {
  pid_t pid = 0;
  const BgwHandleStatus status = GetBackgroundWorkerPid(worker_, &pid);
  return status == BGWH_STOPPED || status == BGWH_POSTMASTER_DIED;
}

bool MetricRun::ended() {
  if (worker_ == nullptr || pg::call([this] { return stopped(); })) {
    took_us_ = took_us_ == 0 ? Moment::now().monotonic - began_ : took_us_;
    return true;
  }
  const std::int64_t now = Moment::now().monotonic;
  if (!terminated_ && (now >= deadline_ || is_released(database_))) {
    terminated_ = true;
    overdue_ = now >= deadline_;
    deadline_ = now + farewell_us;
    pg::call([this] { TerminateBackgroundWorker(worker_); });
  }
  return terminated_ && now >= deadline_;
}

MetricResult MetricRun::result() const {
  MetricResult result;
  result.elapsed_us = took_us_ > 0 ? took_us_ : Moment::now().monotonic - began_;
  if (shared_ == nullptr) {
    result.trouble = {ERRCODE_INSUFFICIENT_RESOURCES, "too many dynamic shared memory segments",
                      ""};
    return result;
  }
  if (worker_ == nullptr) {
    result.trouble = {ERRCODE_CONFIGURATION_LIMIT_EXCEEDED, "no free slot for a background worker",
                      "Increase max_worker_processes."};
    return result;
  }
  MetricSegment* segment = segment_of(shared_);
  const std::uint32_t state = pg_atomic_read_u32(&segment->state);
  pg_read_barrier();
  if (overdue_) {
    result.trouble = {ERRCODE_QUERY_CANCELED, "metric did not end when its time was over", ""};
  } else if (state == wire::kDone) {
    try {
      unpack(segment, result);
    } catch (const std::exception&) {
      result.values.clear();
      result.labels.clear();
      throw;
    }
  } else if (state == wire::kFailed) {
    result.trouble = {segment->sqlstate, readable(segment->message), readable(segment->hint)};
  } else if (terminated_) {
    result.trouble = {ERRCODE_OBJECT_IN_USE, "somebody needs the database for himself", ""};
  } else {
    result.trouble = {ERRCODE_CONNECTION_FAILURE, "metric process ended without an answer", ""};
  }
  return result;
}

void MetricRun::close() noexcept {
  try {
    pg::call([this] {
      if (worker_ != nullptr && !stopped()) {
        TerminateBackgroundWorker(worker_);
      }
      if (shared_ != nullptr) {
        dsm_detach(shared_);
        shared_ = nullptr;
      }
      if (memory_ != nullptr) {
        MemoryContextDelete(memory_);
        memory_ = nullptr;
      }
    });
  } catch (...) {  // the segment then goes with the process
  }
}

MetricToRun metric_to_run(const pg::Row& row) {
  MetricToRun out;
  out.metric = row.get<std::int32_t>(0);
  out.name = row.get<std::string_view>(1);
  out.request.sql = row.get<std::string_view>(2);
  out.request.database = row.maybe<Oid>(3).value_or(InvalidOid);
  out.request.role = row.maybe<Oid>(4).value_or(InvalidOid);
  out.request.timeout_ms = row.get<std::int32_t>(5);
  out.request.lock_timeout_ms = row.get<std::int32_t>(6);
  out.request.rows = row.get<std::int32_t>(7);
  if (const auto code = row.maybe<std::string_view>(8); code && code->size() == 5) {
    out.obstacle =
        Trouble{MAKE_SQLSTATE((*code)[0], (*code)[1], (*code)[2], (*code)[3], (*code)[4]),
                std::string(row.get<std::string_view>(9)), ""};
  }
  return out;
}

bool note_run(const MetricToRun& what, std::int64_t began, const MetricResult& result) {
  const bool failed = result.trouble.has_value();
  const std::vector<std::string_view> labels(result.labels.begin(), result.labels.end());
  const char* state =
      failed ? pg::call([&] { return unpack_sql_state(result.trouble->sqlstate); }) : "";
  pg::Spi spi;
  return spi
      .value<bool>(
          "SELECT almanac.note_metric_run($1, $2, $3, $4, $5, $6, $7, $8)",
          {what.metric, pg::Timestamp{began}, static_cast<double>(result.elapsed_us) / 1000,
           result.values, labels, result.nulls, failed ? pg::Arg(state) : pg::Arg::null(TEXTOID),
           failed ? pg::Arg(result.trouble->message) : pg::Arg::null(TEXTOID)})
      .value_or(false);
}

MetricResult run_metric(const MetricRequest& request) {
  MetricRun run(request);
  while (!run.ended()) {
    pg::call([] {
      WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, poll_ms,
                pg::compat::wait_event("PgAlmanacMetric"));
      ResetLatch(MyLatch);
      CHECK_FOR_INTERRUPTS();
    });
  }
  return run.result();
}

}  // namespace almanac::worker
