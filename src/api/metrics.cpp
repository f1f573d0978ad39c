// almanac.run_metric(), and the functions that act for whoever calls them.

#include "worker/metrics.hpp"
#include "pg/function.hpp"
#include "pg/spi.hpp"
#include "store/owner.hpp"
#include "worker/metric_run.hpp"

namespace almanac::api {
namespace {

// An argument as it came, for a statement with parameters.
struct Parameters {
  Oid types[FUNC_MAX_ARGS];
  Datum values[FUNC_MAX_ARGS];
  char nulls[FUNC_MAX_ARGS];
  int count;
};

// PG zone. `name` is set to the function's own.
void take_parameters(FunctionCallInfo fcinfo, Oid caller, Parameters& to, const char** name) {
  const Oid function = fcinfo->flinfo->fn_oid;
  Oid* types = nullptr;
  int count = 0;
  *name = get_func_name(function);
  get_func_signature(function, &types, &count);
  to.types[0] = OIDOID;
  to.values[0] = ObjectIdGetDatum(caller);
  to.nulls[0] = ' ';
  to.count = count + 1;
  for (int i = 0; i < count; ++i) {
    to.types[i + 1] = types[i];
    to.values[i + 1] = fcinfo->args[i].value;
    to.nulls[i + 1] = fcinfo->args[i].isnull ? 'n' : ' ';
  }
}

// PG zone. SELECT almanac.<name>_as($1, ...), which returns nothing.
void execute_as(const char* name, Parameters& parameters) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfo(&sql, "SELECT almanac.%s(", quote_identifier(psprintf("%s_as", name)));
  for (int i = 0; i < parameters.count; ++i) {
    appendStringInfo(&sql, "%s$%d", i > 0 ? ", " : "", i + 1);
  }
  appendStringInfoChar(&sql, ')');
  SPI_connect();
  const int code = SPI_execute_with_args(sql.data, parameters.count, parameters.types,
                                         parameters.values, parameters.nulls, false, 1);
  if (code < 0) {
    elog(ERROR, "cannot execute \"%s\": %s", sql.data, SPI_result_code_string(code));
  }
  SPI_finish();
}

}  // namespace

// A function of SQL that needs to know who calls it, and to write what only the owner may write: a
// SECURITY DEFINER function does not know the one. Passes its arguments on to the function of the
// same name with "_as" at its end, which has the role of the caller as an argument before them and
// may be executed by nobody else.
ALMANAC_FUNCTION(almanac_as_caller) {
  const Oid caller = GetUserId();
  if (pg::call([] { return InSecurityRestrictedOperation(); })) {
    throw pg::Failure(ERRCODE_INSUFFICIENT_PRIVILEGE,
                      "metrics cannot be changed within a security-restricted operation");
  }
  Parameters parameters;
  const char* name = nullptr;
  pg::call([&] { take_parameters(fcinfo, caller, parameters, &name); });
  const store::AsOwner as_owner;
  try {
    pg::call([&] { execute_as(name, parameters); });
  } catch (const pg::Error& error) {
    // Where in the functions behind it was raised tells the caller nothing.
    throw pg::Failure(error.sqlstate(), std::string(error.message()))
        .detail(std::string(error.detail()))
        .hint(std::string(error.hint()));
  }
  if (std::string_view(name) != "record_metric") {
    worker::wake_at_commit();
  }
  return pg::void_result();
}

// Runs a metric now and stores what it returns: the number of values; NULL, and a warning, if it
// failed.
ALMANAC_FUNCTION(almanac_run_metric) {
  const pg::Arguments arguments(fcinfo);
  const Oid caller = GetUserId();
  pg::call([] {
    PreventCommandIfReadOnly("run_metric()");
    if (InSecurityRestrictedOperation()) {
      ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                      errmsg("cannot run a metric within a security-restricted operation")));
    }
  });
  const std::string name(arguments.get<std::string_view>(0));
  const store::AsOwner as_owner;
  worker::MetricToRun what;
  {
    pg::Spi spi;
    spi.query(
        std::string("SELECT ") + worker::kRequestColumns + " FROM almanac.metric_request($1, $2)",
        {name, caller}, [&](const pg::Row& row) { what = worker::metric_to_run(row); });
  }
  worker::MetricResult result;
  result.trouble = what.obstacle;
  const std::int64_t began = pg::call([] { return GetCurrentTimestamp(); });
  if (!result.trouble) {
    result = worker::run_metric(what.request);
  }
  worker::note_run(what, began, result);
  if (result.trouble) {
    pg::report(WARNING, result.trouble->sqlstate,
               "metric \"" + name + "\" failed: " + result.trouble->message, {},
               result.trouble->hint);
    return pg::result(fcinfo, nullptr);
  }
  return pg::result(static_cast<std::int32_t>(result.values.size()));
}

}  // namespace almanac::api
