#include "worker/database_worker.hpp"

#include "pg/compat.hpp"
#include "pg/memory.hpp"
#include "worker/child.hpp"
#include "worker/database_worker_wire.hpp"
#include "worker/process.hpp"
#include "worker/shared.hpp"

namespace almanac::worker {
namespace {

using collect::Trouble;

// Postmaster's signals may be lost when a worker cannot be started at all, so look now and then.
constexpr long longest_wait_ms = 1000;
// How long a worker that has sent everything, or was told to end, may take to end.
constexpr std::int64_t farewell_us = 5'000'000;

std::int64_t clock_us(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * std::int64_t{1'000'000} + now.tv_nsec / 1000;
}

void wait_for_latch(std::int64_t us) {
  const long ms = std::clamp<long>(static_cast<long>((us + 999) / 1000), 1, longest_wait_ms);
  pg::call([&] {
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms,
              pg::compat::wait_event("PgAlmanacDatabaseWorker"));
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  });
}

// A worker, the segment shared with it, and our end of the queue. Whatever happens, the destructor
// ends the worker and gives everything back; detaching is what tells the worker that nobody listens
// any more.
class Errand {
 public:
  Errand(Oid database, const DatabaseLook& request, std::string_view question = {},
         Oid role = InvalidOid)
      : memory_(TopMemoryContext, "pg_almanac errand") {
    try {
      pg::call([&] { open(database, request, question, role); });
    } catch (...) {
      close();
      throw;
    }
  }
  ~Errand() { close(); }
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  // What kept it from starting.
  [[nodiscard]] std::optional<Trouble> obstacle() const {
    if (shared_ == nullptr) {
      return Trouble{ERRCODE_INSUFFICIENT_RESOURCES, "too many dynamic shared memory segments", ""};
    }
    if (worker_ == nullptr) {
      return Trouble{ERRCODE_CONFIGURATION_LIMIT_EXCEEDED, "no free slot for a background worker",
                     "Increase max_worker_processes."};
    }
    return std::nullopt;
  }

  // The next message if there is one. Valid until the next call.
  shm_mq_result receive(std::span<const std::byte>& message) {
    Size bytes = 0;
    void* data = nullptr;
    const shm_mq_result result =
        pg::call([&] { return shm_mq_receive(queue_, &bytes, &data, true); });
    if (result == SHM_MQ_SUCCESS) {
      message = {static_cast<const std::byte*>(data), bytes};
    }
    return result;
  }

  // Somebody wants the database for himself, and what is asked may take its time.
  [[nodiscard]] bool unwelcome() const {
    return segment_->question > 0 && is_released(segment_->database);
  }

  void terminate() {
    pg::call([&] { TerminateBackgroundWorker(worker_); });
  }

  // Waits until the worker has ended, so that the next one finds its slot free; not for long.
  void see_off() {
    const std::int64_t deadline = clock_us(CLOCK_MONOTONIC) + farewell_us;
    while (!must_stop() && !pg::call([&] { return stopped(); })) {
      const std::int64_t left = deadline - clock_us(CLOCK_MONOTONIC);
      if (left <= 0) {
        return;
      }
      wait_for_latch(left);
    }
  }

  // What the worker cost, once it has been seen off.
  void add_cost(collect::RelationsObserved& look) const {
    if (segment_ == nullptr) {
      return;
    }
    const auto read = [](pg_atomic_uint64& value) {
      return static_cast<std::int64_t>(pg_atomic_read_u64(&value));
    };
    look.cpu_us += read(segment_->cpu_us);
    look.blocks +=
        {read(segment_->blks_hit), read(segment_->blks_read), read(segment_->blks_written)};
  }

  // What the worker said went wrong.
  [[nodiscard]] std::optional<Trouble> failure() const {
    if (pg_atomic_read_u32(&segment_->failed) == 0) {
      return std::nullopt;
    }
    pg_read_barrier();
    return Trouble{segment_->sqlstate, segment_->message, segment_->hint};
  }

 private:
  // PG zone.
  void open(Oid database, const DatabaseLook& request, std::string_view question, Oid role) {
    MemoryContext const previous = MemoryContextSwitchTo(memory_.get());
    const std::size_t known = request.known != nullptr ? request.known->relations.size() : 0;
    shared_ =
        dsm_create(wire::segment_bytes(known, question.size()), DSM_CREATE_NULL_IF_MAXSEGMENTS);
    if (shared_ != nullptr) {
      segment_ = new (dsm_segment_address(shared_)) wire::Segment{};
      segment_->magic = wire::magic;
      segment_->database = database;
      segment_->role = role;
      segment_->options = request.options;
      if (request.known != nullptr) {
        wire::put_known(segment_, *request.known);
      }
      wire::put_question(segment_, question);
      pg_atomic_init_u32(&segment_->failed, 0);
      for (pg_atomic_uint64* cost : {&segment_->cpu_us, &segment_->blks_hit, &segment_->blks_read,
                                     &segment_->blks_written}) {
        pg_atomic_init_u64(cost, 0);
      }
      shm_mq* queue = shm_mq_create(wire::queue_of(segment_), wire::queue_bytes);
      shm_mq_set_receiver(queue, MyProc);
      queue_ = shm_mq_attach(queue, shared_, nullptr);
      if (launch(database)) {
        shm_mq_set_handle(queue_, worker_);
      }
    }
    MemoryContextSwitchTo(previous);
  }

  // PG zone.
  bool launch(Oid database) {
    BackgroundWorker worker;
    describe(worker, "pg_almanac database worker", "almanac_database_main");
    pg_snprintf(worker.bgw_name, BGW_MAXLEN, "pg_almanac database worker for %u", database);
    worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(shared_));
    worker.bgw_notify_pid = MyProcPid;
    return RegisterDynamicBackgroundWorker(&worker, &worker_);
  }

  // PG zone.
  bool stopped() {
    pid_t pid;
    const BgwHandleStatus status = GetBackgroundWorkerPid(worker_, &pid);
    return status == BGWH_STOPPED || status == BGWH_POSTMASTER_DIED;
  }

  void close() noexcept {
    try {
      pg::call([&] {
        if (worker_ != nullptr && !stopped()) {
          TerminateBackgroundWorker(worker_);
        }
        if (shared_ != nullptr) {
          dsm_detach(shared_);
        }
      });
    } catch (...) {  // the segment then goes with the process
    }
  }

  pg::OwnedContext memory_;
  dsm_segment* shared_ = nullptr;
  wire::Segment* segment_ = nullptr;
  shm_mq_handle* queue_ = nullptr;
  BackgroundWorkerHandle* worker_ = nullptr;
};

// Receives messages and hands each to `take`, which returns true for the last. Returns what went
// wrong.
template <class Take>
std::optional<Trouble> receive(Errand& errand, std::int64_t deadline, Take take) {
  for (;;) {
    std::span<const std::byte> message;
    switch (errand.receive(message)) {
      case SHM_MQ_SUCCESS:
        if (take(message)) {
          return std::nullopt;
        }
        break;
      case SHM_MQ_DETACHED:
        if (auto failure = errand.failure()) {
          return failure;
        }
        return Trouble{ERRCODE_CONNECTION_FAILURE, "database worker ended without an answer", ""};
      case SHM_MQ_WOULD_BLOCK: {
        const std::int64_t left = deadline - clock_us(CLOCK_MONOTONIC);
        if (must_stop()) {
          return Trouble{ERRCODE_ADMIN_SHUTDOWN, "recording is being shut down", ""};
        }
        if (left <= 0 || errand.unwelcome()) {
          errand.terminate();
          return Trouble{ERRCODE_QUERY_CANCELED, "database worker did not answer in time", ""};
        }
        wait_for_latch(left);
        break;
      }
    }
  }
}

void refuse_transaction() {
  if (IsTransactionState()) {
    throw pg::Failure(ERRCODE_ACTIVE_SQL_TRANSACTION,
                      "cannot look into another database within a transaction");
  }
}

}  // namespace

void look_into(Oid database, const DatabaseLook& request, collect::RelationsObserved& out) {
  refuse_transaction();
  const std::int64_t began = clock_us(CLOCK_MONOTONIC);
  const std::int64_t cpu_began = clock_us(CLOCK_PROCESS_CPUTIME_ID);
  out.clear();
  out.known.clear();
  {
    Errand errand(database, request);
    std::optional<Trouble> trouble = errand.obstacle();
    if (!trouble) {
      trouble = receive(errand, began + std::int64_t{request.timeout_ms} * 1000,
                        [&](auto message) { return wire::unpack(message, out); });
      errand.see_off();
    }
    if (trouble) {
      out.clear();
      out.known.clear();
      out.trouble = std::move(trouble);
    }
    errand.add_cost(out);
  }
  out.database = database;
  out.elapsed_us = clock_us(CLOCK_MONOTONIC) - began;
  out.cpu_us += clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu_began;
  SetLatch(MyLatch);  // whoever set it for another reason meanwhile is heard
}

CatalogAnswer ask(Oid database, std::string_view question, int timeout_ms, Oid role) {
  refuse_transaction();
  const std::int64_t began = clock_us(CLOCK_MONOTONIC);
  CatalogAnswer answer;
  {
    Errand errand(database, DatabaseLook{}, question, role);
    answer.trouble = errand.obstacle();
    if (!answer.trouble) {
      answer.trouble = receive(errand, began + std::int64_t{timeout_ms} * 1000, [&](auto message) {
        return wire::take_answer(message, answer.rows);
      });
      errand.see_off();
    }
  }
  if (!pg_verifymbstr(answer.rows.data(), static_cast<int>(answer.rows.size()), true)) {
    for (char& c : answer.rows) {
      c = static_cast<unsigned char>(c) >= 0x80 ? '?' : c;
    }
  }
  answer.elapsed_us = clock_us(CLOCK_MONOTONIC) - began;
  SetLatch(MyLatch);
  return answer;
}

}  // namespace almanac::worker
