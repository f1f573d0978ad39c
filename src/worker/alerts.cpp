#include "worker/alerts.hpp"

#include "pg/function.hpp"
#include "pg/scope.hpp"
#include "pg/spi.hpp"
#include "store/owner.hpp"
#include "worker/process.hpp"

namespace almanac::worker {
namespace {

bool is_true(pg::Plan& plan) {
  pg::Transaction transaction;
  store::hold_extension();
  const bool answer = pg::Spi().value<bool>(plan).value_or(false);
  transaction.commit();
  return answer;
}

}  // namespace

void Alerts::evaluate() {
  static pg::Plan judge("SELECT almanac.alert_tick()");
  static pg::Plan notify("SELECT almanac.notify_alerts() > 0");
  try {
    if (is_true(judge)) {
      is_true(notify);
    }
    said_.clear();
  } catch (const std::exception& error) {  // snapshots go on
    pg::recover();
    if (said_ != error.what() && extension_fits()) {
      pg::report(LOG, error, "pg_almanac could not evaluate alerts: ");
    }
    said_ = error.what();
  }
}

}  // namespace almanac::worker
