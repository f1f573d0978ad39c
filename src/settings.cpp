#include "settings.hpp"

#include "pg/compat.hpp"

namespace almanac::settings {

char* database = nullptr;
bool enabled = true;
int interval_s = 60;
int relation_interval_s = 300;
int wait_interval_ms = 1000;
int analysis_interval_s = 3600;
char* include_databases = nullptr;
char* exclude_databases = nullptr;
int max_query_bytes = 16384;
bool skip_corrupt_chunks = false;
int max_size_mb = 2048;
double max_cpu_percent = 1.0;
int min_free_space_mb = 500;
int grain = 0;
bool dump_history = false;
int max_statements = 5000;
bool capture = true;
bool track_commands = true;
int max_plans = 8000;
bool plan_texts = true;

namespace {

constexpr int day_s = 86400;
constexpr int most_statements = 200'000;  // 900 MB

constexpr int most_plans = 200'000;  // 65 MB

// Values are those of store::Tier.
constexpr config_enum_entry grains[] = {{"raw", 0, false},
                                        {"10min", 1, false},
                                        {"1h", 2, false},
                                        {"1d", 3, false},
                                        {nullptr, 0, false}};

bool check_names(char** value, void**, GucSource) {
  List* names = NIL;
  char* copy = pstrdup(*value);
  const bool good = SplitGUCList(copy, ',', &names);
  if (!good) {
    GUC_check_errdetail("List syntax is invalid.");
  }
  list_free(names);
  pfree(copy);
  return good;
}

bool in_list(const char* list, const char* name) {
  List* names = NIL;
  char* copy = pstrdup(list);
  bool found = false;
  if (SplitGUCList(copy, ',', &names)) {
    ListCell* cell;
    foreach (cell, names) {
      found = found || strcmp(static_cast<const char*>(lfirst(cell)), name) == 0;
    }
  }
  list_free(names);
  pfree(copy);
  return found;
}

}  // namespace

void define(bool preloading) {
  // Without preloading it has no effect, but a configuration that names it is no mistake.
  DefineCustomStringVariable(
      "pg_almanac.database", "Database that holds the extension and the history of the server.",
      nullptr, &database, "postgres", preloading ? PGC_POSTMASTER : PGC_SIGHUP, 0, nullptr, nullptr,
      nullptr);
  DefineCustomBoolVariable("pg_almanac.enabled", "Records the server's statistics.", nullptr,
                           &enabled, true, PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "pg_almanac.interval", "Time between two snapshots of statements, databases and the cluster.",
      nullptr, &interval_s, 60, 1, day_s, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pg_almanac.relation_interval",
                          "Time between two snapshots of tables, indexes and sizes.", nullptr,
                          &relation_interval_s, 300, 1, day_s, PGC_SIGHUP, GUC_UNIT_S, nullptr,
                          nullptr, nullptr);
  DefineCustomIntVariable("pg_almanac.analysis_interval",
                          "Time between two searches of the history for what has changed.",
                          "0 switches them off.", &analysis_interval_s, 3600, 0, day_s, PGC_SIGHUP,
                          GUC_UNIT_S, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pg_almanac.wait_interval",
                          "Time between two looks at what sessions do and wait for.",
                          "0 switches that off.", &wait_interval_ms, 1000, 0, 60'000, PGC_SIGHUP,
                          GUC_UNIT_MS, nullptr, nullptr, nullptr);
  DefineCustomStringVariable("pg_almanac.include_databases",
                             "Databases whose tables, indexes and statements are recorded.",
                             "A comma-separated list of names; empty for all.", &include_databases,
                             "", PGC_SIGHUP, GUC_LIST_INPUT, check_names, nullptr, nullptr);
  DefineCustomStringVariable("pg_almanac.exclude_databases",
                             "Databases whose tables, indexes and statements are not recorded.",
                             "A comma-separated list of names.", &exclude_databases, "", PGC_SIGHUP,
                             GUC_LIST_INPUT, check_names, nullptr, nullptr);
  DefineCustomIntVariable("pg_almanac.max_query_length", "Longest query text that is stored.",
                          "Longer texts are cut.", &max_query_bytes, 16384, 64, 1024 * 1024,
                          PGC_SIGHUP, GUC_UNIT_BYTE, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("pg_almanac.skip_corrupt_chunks",
                           "Skips damaged parts of the history with a warning.", nullptr,
                           &skip_corrupt_chunks, false, PGC_USERSET, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pg_almanac.max_size", "Largest size of all that is stored.",
                          "Beyond it the oldest history of the finest resolution is dropped. -1"
                          " for no limit.",
                          &max_size_mb, 2048, -1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MB, nullptr,
                          nullptr, nullptr);
  DefineCustomRealVariable(
      "pg_almanac.max_cpu_percent", "Most CPU time that recording may use, in percent of one core.",
      "Beyond it tables and indexes, and at last all else, are looked at less often. 0 for no"
      " limit.",
      &max_cpu_percent, 1.0, 0.0, 100.0, PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "pg_almanac.min_free_space", "Free disk space below which nothing is recorded.",
      "On the volumes of the data directory, of the WAL and of the history. 0"
      " for no such floor.",
      &min_free_space_mb, 500, 0, INT_MAX, PGC_SIGHUP, GUC_UNIT_MB, nullptr, nullptr, nullptr);
  DefineCustomEnumVariable("pg_almanac.grain",
                           "Finest resolution in which rolled-up history is read.", nullptr, &grain,
                           0, grains, PGC_USERSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("pg_almanac.dump_history",
                           "Makes pg_dump include the dictionaries of the history.", nullptr,
                           &dump_history, false, PGC_USERSET, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "pg_almanac.max_statements", "Statements whose latencies and errors are counted at a time.",
      "0 switches counting off, and takes no memory.", &max_statements, 5000, 0, most_statements,
      preloading ? PGC_POSTMASTER : PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("pg_almanac.capture", "Counts latencies and errors of statements.",
                           nullptr, &capture, true, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("pg_almanac.track_commands",
                           "Records commands that change tables, indexes, functions and settings.",
                           nullptr, &track_commands, true, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pg_almanac.max_plans", "Plans of statements that are counted at a time.",
                          "0 switches that off, and takes no memory.", &max_plans, 8000, 0,
                          most_plans, preloading ? PGC_POSTMASTER : PGC_SIGHUP, 0, nullptr, nullptr,
                          nullptr);
  DefineCustomBoolVariable("pg_almanac.plan_texts",
                           "Keeps the text of each plan, without constants.", nullptr, &plan_texts,
                           true, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  pg::compat::reserve_settings("pg_almanac");
}

bool wants_database(const char* name) {
  if (in_list(exclude_databases, name)) {
    return false;
  }
  return include_databases[0] == '\0' || in_list(include_databases, name);
}

}  // namespace almanac::settings
