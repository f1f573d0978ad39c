#include "worker/reports.hpp"

#include <string>
#include <vector>

#include "pg/scope.hpp"
#include "pg/spi.hpp"
#include "store/owner.hpp"

namespace almanac::worker {
namespace {

constexpr int timeout_ms = 60'000;

// Cancels what takes longer.
class Deadline {
 public:
  Deadline() {
    pg::call([] { enable_timeout_after(STATEMENT_TIMEOUT, timeout_ms); });
  }
  ~Deadline() { disable_timeout(STATEMENT_TIMEOUT, false); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
};

std::vector<std::int32_t> due() {
  pg::Transaction transaction;
  store::hold_extension();
  std::vector<std::int32_t> schedules;
  pg::Spi().query("SELECT d FROM almanac.due_reports() AS d", {},
                  [&](const pg::Row& row) { schedules.push_back(row.get<std::int32_t>(0)); });
  transaction.commit();
  return schedules;
}

void make(std::int32_t schedule) {
  const Deadline deadline;
  pg::Transaction transaction;
  store::hold_extension();
  pg::Spi().execute("SELECT almanac.make_report($1)", {schedule});
  transaction.commit();
}

void note_failure(std::int32_t schedule, std::string_view message) {
  pg::Transaction transaction;
  store::hold_extension();
  pg::Spi().execute("SELECT almanac.note_report_failure($1, $2)", {schedule, message});
  transaction.commit();
}

}  // namespace

void make_reports(bool (*must_leave)()) {
  for (const std::int32_t schedule : due()) {
    if (must_leave()) {
      return;
    }
    try {
      make(schedule);
    } catch (const pg::Error& error) {
      if (error.sqlstate() == ERRCODE_ADMIN_SHUTDOWN) {
        throw;
      }
      note_failure(schedule, error.message());
    }
  }
}

}  // namespace almanac::worker
