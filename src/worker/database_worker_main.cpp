#include "capture/rules.hpp"
#include "pg/function.hpp"
#include "pg/memory.hpp"
#include "pg/scope.hpp"
#include "pg/spi.hpp"
#include "worker/database_worker.hpp"
#include "worker/database_worker_wire.hpp"
#include "worker/process.hpp"

// The process in the other database. It lives for some milliseconds: connect, collect, end the
// transaction, send, end. While it is there nobody can drop or copy the database, so it waits for
// nothing but room in the queue, and for no lock longer than the request says, not even while
// connecting.
//
// Its failures are told through the segment, and are the repository's to report: one that happened
// every few minutes would else fill the log.

namespace almanac::worker {
namespace {

wire::Segment* segment = nullptr;
emit_log_hook_type previous_emit_log = nullptr;

// Also sees what ends the process: a database that does not exist or accepts no connection,
// SIGTERM.
void note_and_silence(ErrorData* error) {
  if (error->elevel >= ERROR && segment != nullptr) {
    wire::note_cost(segment);
    wire::note_failure(segment, error->sqlerrcode, error->message, error->hint);
    error->output_to_server = false;
  }
  if (previous_emit_log != nullptr) {
    previous_emit_log(error);
  }
}

// PG zone. What holds before there is a connection, and for connecting too.
void prepare_session() {
  char lock_timeout[16];
  pg_snprintf(lock_timeout, sizeof(lock_timeout), "%d", segment->options.lock_timeout_ms);
  SetConfigOption("lock_timeout", lock_timeout, PGC_SUSET, PGC_S_OVERRIDE);
  // What is not to be logged does not reach the hook either.
  SetConfigOption("log_min_messages", "warning", PGC_SUSET, PGC_S_OVERRIDE);
  // Else every look would change the counters of the catalogs that it reads, also where nobody else
  // is active.
  SetConfigOption("track_counts", "off", PGC_SUSET, PGC_S_OVERRIDE);
}

bool send(void* queue, std::span<const std::byte> message) {
  return pg::call([&] {
           return pg::compat::send_message(static_cast<shm_mq_handle*>(queue), message.size(),
                                           message.data(), false);
         }) == SHM_MQ_SUCCESS;
}

// Opens the segment and becomes the sender of its queue; nullptr if the repository is gone.
shm_mq_handle* attach(dsm_handle handle) {
  dsm_segment* shared = dsm_attach(handle);
  if (shared == nullptr) {
    return nullptr;
  }
  auto* head = static_cast<wire::Segment*>(dsm_segment_address(shared));
  if (head->magic != wire::magic) {
    return nullptr;
  }
  auto* queue = static_cast<shm_mq*>(wire::queue_of(head));
  shm_mq_set_sender(queue, MyProc);
  segment = head;
  on_dsm_detach(
      shared, [](dsm_segment*, Datum) { segment = nullptr; }, Datum{0});
  return shm_mq_attach(queue, shared, nullptr);
}

void collect_and_send(shm_mq_handle* queue) {
  pg::OwnedContext memory(TopMemoryContext, "pg_almanac database look");
  collect::RelationsObserved look(memory.resource());
  {
    wire::get_known(segment, look.known);
    pg::Transaction transaction;
    collect::collect_relations(segment->options, look);
    transaction.commit();
  }
  wire::Packer(send, queue).pack(look);
  wire::note_cost(segment);
}

// All rows first: nothing is held while they are sent.
void answer_and_send(std::string_view question, shm_mq_handle* queue) {
  std::string rows;
  pg::Transaction transaction;
  const auto mode =
      OidIsValid(segment->role) ? pg::Spi::Mode::read_write : pg::Spi::Mode::read_only;
  pg::Spi(mode).query(std::string(question), {}, [&](const pg::Row& row) {
    rows += rows.empty() ? "" : ",";
    rows += row.get<std::string_view>(0);
  });
  transaction.commit();
  wire::send_answer(send, queue, rows);
  wire::note_cost(segment);
}

}  // namespace
}  // namespace almanac::worker

ALMANAC_WORKER(almanac_database_main) {
  using namespace almanac;
  using namespace almanac::worker;
  capture::exclude_process();
  shm_mq_handle* queue = pg::call([&] {
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    return attach(DatumGetUInt32(argument));
  });
  if (queue == nullptr) {
    return;
  }
  pg::call([] {
    previous_emit_log = emit_log_hook;
    emit_log_hook = note_and_silence;
  });
  try {
    pg::call([] {
      prepare_session();
      BackgroundWorkerInitializeConnectionByOid(segment->database, segment->role,
                                                pg::compat::connection_flags(false));
    });
    pin_session();
    pg::call([] {
      prepare_session();
      SetConfigOption("default_transaction_read_only", "on", PGC_SUSET, PGC_S_OVERRIDE);
      pgstat_report_appname("pg_almanac database worker");
      pgstat_report_activity(STATE_RUNNING, segment->question > 0
                                                ? "asking the catalogs for what to act on"
                                                : "reading table and index statistics");
    });
    if (const std::string_view question = wire::question_of(segment); !question.empty()) {
      answer_and_send(question, queue);
    } else {
      collect_and_send(queue);
    }
  } catch (const std::exception& error) {
    const auto* raised = dynamic_cast<const pg::Error*>(&error);
    const std::string hint(raised != nullptr ? raised->hint() : std::string_view());
    wire::note_cost(segment);
    wire::note_failure(segment, pg::sqlstate_of(error), error.what(), hint.c_str());
    pg::recover();
  }
}
