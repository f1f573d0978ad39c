#include "worker/findings.hpp"

#include <string>
#include <vector>

#include "pg/scope.hpp"
#include "pg/spi.hpp"
#include "store/owner.hpp"
#include "worker/database_worker.hpp"
#include "worker/recorder.hpp"
#include "worker/shared.hpp"

namespace almanac::worker {
namespace {

constexpr int ask_timeout_ms = 30000;
constexpr int what_if_timeout_ms = 5000;

Databases begin() {
  pg::Transaction transaction;
  store::hold_extension();
  Databases databases;
  {
    pg::Spi spi;
    databases = list_databases(spi);
    std::string asked;
    for (const Database& database : databases.recorded) {
      asked += (asked.empty() ? "{" : ",") + std::to_string(database.oid);
    }
    if (!asked.empty()) {
      spi.execute("SELECT almanac.forget_catalogs(($1 || '}')::oid[])", {std::string_view(asked)});
    }
  }
  transaction.commit();
  return databases;
}

void note_failure(Oid database, std::string_view message) {
  pg::Transaction transaction;
  store::hold_extension();
  pg::Spi().execute("SELECT almanac.note_catalog_failure($1, $2)", {database, message});
  transaction.commit();
}

void look_here() {
  try {
    pg::Transaction transaction;
    store::hold_extension();
    pg::Spi().execute("SELECT almanac.look_into_catalog()");
    transaction.commit();
  } catch (const pg::Error& error) {
    if (error.sqlstate() == ERRCODE_QUERY_CANCELED || error.sqlstate() == ERRCODE_ADMIN_SHUTDOWN) {
      throw;
    }
    note_failure(MyDatabaseId, error.message());
  }
}

void look_there(Oid database) {
  std::optional<std::string> question;
  {
    pg::Transaction transaction;
    store::hold_extension();
    question = pg::Spi().value<std::string>("SELECT almanac.catalog_question($1)", {database});
    transaction.commit();
  }
  const CatalogAnswer answer = ask(database, question.value(), ask_timeout_ms);
  if (answer.trouble) {
    note_failure(database, answer.trouble->message);
    return;
  }
  pg::Transaction transaction;
  store::hold_extension();
  pg::Spi().execute(
      "SELECT almanac.note_catalog($1, '[' || $2 || ']', $3)",
      {database, std::string_view(answer.rows), static_cast<double>(answer.elapsed_us) / 1000});
  transaction.commit();
}

std::optional<std::int32_t> judge() {
  pg::Transaction transaction;
  store::hold_extension();
  const auto found = pg::Spi().value<std::int32_t>("SELECT almanac.judge_findings()");
  transaction.commit();
  return found;
}

struct WhatIf {
  std::int64_t finding;
  Oid database;
  Oid role;
  std::string question;
};

// What HypoPG says of indexes that are missing, each in a process of its own, as the role that
// executed the statement: to plan it may execute functions that are somebody's. False if this
// process must leave.
bool ask_what_if(bool (*must_leave)()) {
  std::vector<WhatIf> questions;
  {
    pg::Transaction transaction;
    store::hold_extension();
    pg::Spi().query(
        "SELECT finding_id, dbid, userid, question FROM almanac.what_if_questions()", {},
        [&](const pg::Row& row) {
          questions.push_back({row.get<std::int64_t>(0), row.get<Oid>(1), row.get<Oid>(2),
                               std::string(row.get<std::string_view>(3))});
        });
    transaction.commit();
  }
  for (const WhatIf& one : questions) {
    if (must_leave()) {
      return false;
    }
    if (is_released(one.database)) {
      continue;
    }
    const CatalogAnswer answer = ask(one.database, one.question, what_if_timeout_ms, one.role);
    pg::Transaction transaction;
    store::hold_extension();
    const std::string_view trouble =
        answer.trouble ? std::string_view(answer.trouble->message) : std::string_view();
    pg::Spi().execute(
        "SELECT almanac.note_what_if($1, CASE WHEN $3 = '' THEN $2::jsonb ELSE "
        "jsonb_build_object('error', $3) END)",
        {one.finding, std::string_view(answer.trouble ? "{}" : answer.rows), trouble});
    transaction.commit();
  }
  return true;
}

}  // namespace

std::optional<std::int32_t> find_findings(bool (*must_leave)()) {
  for (const Database& database : begin().recorded) {
    if (must_leave()) {
      return std::nullopt;
    }
    if (database.oid == MyDatabaseId) {
      look_here();
    } else if (!is_released(database.oid)) {
      look_there(database.oid);
    }
  }
  if (must_leave()) {
    return std::nullopt;
  }
  const auto found = judge();
  return ask_what_if(must_leave) ? found : std::nullopt;
}

}  // namespace almanac::worker
