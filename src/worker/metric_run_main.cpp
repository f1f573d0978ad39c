#include "pg/function.hpp"
#include "pg/scope.hpp"
#include "worker/metric_run.hpp"
#include "worker/metric_wire.hpp"
#include "worker/process.hpp"

// The process of one run of a metric; metric_run.hpp says what holds in it. Nothing here trusts the
// statement: what is done in its transaction is done as its definer, output functions of types
// included.

namespace almanac::worker {
namespace {

using wire::MetricSegment;

constexpr int grace_ms = 1000;
constexpr std::uint32_t longest_labels = 1024;

MetricSegment* segment = nullptr;
emit_log_hook_type previous_emit_log = nullptr;
volatile sig_atomic_t out_of_time = 0;

// PG zone; cannot fail. Later ones do not replace the first.
void fail(int sqlstate, const char* message, const char* hint) {
  if (segment == nullptr || pg_atomic_read_u32(&segment->state) != wire::kRunning) {
    return;
  }
  segment->sqlstate = sqlstate;
  strlcpy(segment->message, message != nullptr ? message : "unknown error",
          sizeof(segment->message));
  strlcpy(segment->hint, hint != nullptr ? hint : "", sizeof(segment->hint));
  pg_write_barrier();
  pg_atomic_write_u32(&segment->state, wire::kFailed);
}

// Nothing that the statement says goes to the log. What ends the process is noted: it passes here
// only.
void note_and_silence(ErrorData* error) {
  if (segment != nullptr && error->elevel < PANIC) {
    error->output_to_server = false;
    if (error->elevel == FATAL) {
      out_of_time != 0
          ? fail(ERRCODE_QUERY_CANCELED, "metric did not end when its time was over", "")
          : fail(error->sqlerrcode, error->message, error->hint);
    }
  }
  if (previous_emit_log != nullptr) {
    previous_emit_log(error);
  }
}

// Signal handler: who catches its cancellation is terminated.
void end_process() {
  out_of_time = 1;
  kill(MyProcPid, SIGTERM);
}

// Opens the segment; false if whoever asked for the run is gone.
bool attach(dsm_handle handle) {
  dsm_segment* shared = dsm_attach(handle);
  if (shared == nullptr) {
    return false;
  }
  auto* head = static_cast<MetricSegment*>(dsm_segment_address(shared));
  if (head->magic != wire::metric_magic) {
    return false;
  }
  segment = head;
  on_dsm_detach(
      shared, [](dsm_segment*, Datum) { segment = nullptr; }, Datum{0});
  return true;
}

void set(const char* name, const char* value) {
  SetConfigOption(name, value, PGC_SUSET, PGC_S_OVERRIDE);
}

void set_ms(const char* name, int ms) {
  char value[16];
  pg_snprintf(value, sizeof(value), "%d", ms);
  set(name, value);
}

// PG zone. The session becomes the definer's, not to come back.
void become_definer() {
  set("default_transaction_read_only", "on");
  set("row_security", "on");
  set("temp_file_limit", "1GB");
  set_ms("lock_timeout", segment->lock_timeout_ms);
  pgstat_report_appname("pg_almanac metric");
  SetSessionAuthorization(segment->role, false);
}

// A number of any type; raises for what is none.
double number_of(Datum value, Oid type) {
  switch (getBaseType(type)) {
    case INT2OID: return DatumGetInt16(value);
    case INT4OID: return DatumGetInt32(value);
    case INT8OID: return static_cast<double>(DatumGetInt64(value));
    case FLOAT4OID: return static_cast<double>(DatumGetFloat4(value));
    case FLOAT8OID: return DatumGetFloat8(value);
    case NUMERICOID: return DatumGetFloat8(DirectFunctionCall1(numeric_float8, value));
    case BOOLOID: return DatumGetBool(value) ? 1 : 0;
    default:
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                      errmsg("value of a metric must be a number, but it is of type %s",
                             format_type_be(type))));
  }
  return 0;
}

void append_json(StringInfo to, const char* text) {
  appendStringInfoChar(to, '"');
  for (; *text != '\0'; ++text) {
    const auto c = static_cast<unsigned char>(*text);
    if (c == '"' || c == '\\') {
      appendStringInfoChar(to, '\\');
      appendStringInfoChar(to, *text);
    } else if (c < 0x20) {
      appendStringInfo(to, "\\u%04x", c);
    } else {
      appendStringInfoChar(to, *text);
    }
    if (static_cast<std::uint32_t>(to->len) > longest_labels) {
      ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                      errmsg("labels of a metric are longer than %u bytes", longest_labels)));
    }
  }
  appendStringInfoChar(to, '"');
}

// All columns but the value, as a JSON object in UTF-8; NULLs are left out.
char* labels_of(HeapTuple tuple, TupleDesc descriptor, int value_column) {
  StringInfoData labels;
  initStringInfo(&labels);
  appendStringInfoChar(&labels, '{');
  for (int column = 1; column <= descriptor->natts; ++column) {
    const char* label = column == value_column ? nullptr : SPI_getvalue(tuple, descriptor, column);
    if (label == nullptr) {
      continue;
    }
    if (labels.len > 1) {
      appendStringInfoChar(&labels, ',');
    }
    append_json(&labels, NameStr(TupleDescAttr(descriptor, column - 1)->attname));
    appendStringInfoChar(&labels, ':');
    append_json(&labels, label);
  }
  appendStringInfoChar(&labels, '}');
  return pg_server_to_any(labels.data, labels.len, PG_UTF8);
}

void put(const void* from, std::size_t bytes) {
  if (segment->result_bytes + bytes > wire::result_capacity) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("labels of a metric are longer than %u bytes together",
                           wire::result_capacity)));
  }
  std::memcpy(wire::result_of(segment) + segment->result_bytes, from, bytes);
  segment->result_bytes += static_cast<std::uint32_t>(bytes);
}

void take_row(HeapTuple tuple, TupleDesc descriptor, int value_column) {
  bool null = false;
  const Datum datum = SPI_getbinval(tuple, descriptor, value_column, &null);
  if (null) {
    ++segment->nulls;
    return;
  }
  const double value = number_of(datum, SPI_gettypeid(descriptor, value_column));
  if (!std::isfinite(value)) {
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("value of a metric must be finite, but it is %s",
                           SPI_getvalue(tuple, descriptor, value_column))));
  }
  const char* labels = labels_of(tuple, descriptor, value_column);
  const auto length = static_cast<std::uint32_t>(strlen(labels));
  put(&value, sizeof(value));
  put(&length, sizeof(length));
  put(labels, length);
  ++segment->values;
}

int value_column(TupleDesc descriptor) {
  if (descriptor->natts == 1) {
    return 1;
  }
  const int column = SPI_fnumber(descriptor, "value");
  if (column <= 0) {
    ereport(
        ERROR,
        (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("query of a metric returns no column \"value\""),
         errhint("Return one column, or name one of them \"value\": the others are labels.")));
  }
  return column;
}

// PG zone. Row by row, so that the memory of one that is too many is never needed.
void take_rows(Portal portal) {
  int column = 0;
  for (int rows = 0;; ++rows) {
    SPI_cursor_fetch(portal, true, 1);
    if (SPI_tuptable == nullptr) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_CURSOR_DEFINITION),
                      errmsg("query of a metric returns no rows")));
    }
    if (column == 0) {
      column = value_column(SPI_tuptable->tupdesc);
    }
    if (SPI_processed == 0) {
      return;
    }
    if (rows == segment->rows) {
      ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                      errmsg("query of a metric returns more than %d rows", segment->rows),
                      errhint("Aggregate, or raise max_rows.")));
    }
    take_row(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column);
    SPI_freetuptable(SPI_tuptable);
  }
}

// PG zone. Within a transaction that will be aborted.
void run_statement() {
  SetUserIdAndSecContext(segment->role,
                         SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
  enable_timeout_after(STATEMENT_TIMEOUT, segment->timeout_ms);
  enable_timeout_after(RegisterTimeout(USER_TIMEOUT, end_process), segment->timeout_ms + grace_ms);
  SPI_connect();
  const char* sql = wire::sql_of(segment);
  pgstat_report_activity(STATE_RUNNING, sql);
  SPIPlanPtr plan = SPI_prepare_cursor(sql, 0, nullptr, 0);
  if (plan == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_CURSOR_DEFINITION),
                    errmsg("query of a metric cannot be prepared: %s",
                           SPI_result_code_string(SPI_result))));
  }
  take_rows(SPI_cursor_open(nullptr, plan, nullptr, nullptr, true));
  disable_all_timeouts(false);
}

}  // namespace
}  // namespace almanac::worker

ALMANAC_WORKER(almanac_metric_main) {
  using namespace almanac;
  using namespace almanac::worker;
  const bool attached = pg::call([&] {
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    return attach(DatumGetUInt32(argument));
  });
  if (!attached) {
    return;
  }
  pg::call([] {
    previous_emit_log = emit_log_hook;
    emit_log_hook = note_and_silence;
  });
  try {
    pg::call([] {
      BackgroundWorkerInitializeConnectionByOid(segment->database, InvalidOid,
                                                pg::compat::connection_flags(false));
    });
    pin_session();
    pg::call([] { become_definer(); });
    {
      const pg::Transaction transaction;  // is aborted
      pg::call([] { run_statement(); });
    }
    pg_write_barrier();
    if (pg_atomic_read_u32(&segment->state) == wire::kRunning) {
      pg_atomic_write_u32(&segment->state, wire::kDone);
    }
  } catch (const std::exception& error) {
    const auto* raised = dynamic_cast<const pg::Error*>(&error);
    const std::string hint(raised != nullptr ? raised->hint() : std::string_view());
    pg::recover();
    fail(pg::sqlstate_of(error), error.what(), hint.c_str());
  }
}
