#include "worker/process.hpp"

#include "capture/rules.hpp"
#include "pg/compat.hpp"
#include "pg/scope.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "worker/shared.hpp"

namespace almanac::worker {

void take_signals() {
  capture::exclude_process();
  pg::call([] {
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
    BackgroundWorkerUnblockSignals();
  });
}

void pin_session() {
  static constexpr const char* settings[][2] = {
      {"search_path", "pg_catalog, pg_temp"},
      {"standard_conforming_strings", "on"},  // what functions have in quotes is meant so
      {"lock_timeout", "2s"},
      {"statement_timeout", "0"},
      {"idle_in_transaction_session_timeout", "0"},
      {"default_transaction_isolation", "read committed"},
      {"default_transaction_read_only", "off"},
      {"default_transaction_deferrable", "off"},
      {"synchronous_commit",
       "local"},  // what a reader has seen survives a crash; no standby is waited for
      {"transaction_timeout", "0"},
      {"pg_stat_statements.track", "none"},
      {"work_mem", "32MB"},
      {"jit", "off"},
      {"max_parallel_workers_per_gather", "0"},
      {"client_min_messages", "warning"},
      {"row_security", "off"},
  };
  pg::call([] {
    for (const auto& setting : settings) {
      if (GetConfigOption(setting[0], true, false) !=
          nullptr) {  // some come with a version or a library
        SetConfigOption(setting[0], setting[1], PGC_SUSET, PGC_S_OVERRIDE);
      }
    }
  });
}

bool wait(long timeout_ms) {
  static std::uint32_t event = 0;
  return pg::call([timeout_ms] {
    if (event == 0) {
      event = pg::compat::wait_event("PgAlmanacMain");
    }
    const int events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | (timeout_ms >= 0 ? WL_TIMEOUT : 0);
    const int happened = WaitLatch(MyLatch, events, timeout_ms, event);
    bool woken = (happened & WL_LATCH_SET) != 0;
    if (woken) {
      ResetLatch(MyLatch);  // not after a timeout: whoever sets it from then on would not be heard
    }
    CHECK_FOR_INTERRUPTS();
    if (ConfigReloadPending) {
      ConfigReloadPending = 0;
      ProcessConfigFile(PGC_SIGHUP);
      woken = true;
    }
    return woken;
  });
}

bool must_stop() { return ShutdownRequestPending != 0; }

bool must_leave() { return must_stop() || is_released(MyDatabaseId) || !settings::enabled; }

bool extension_fits() {
  pg::Transaction transaction;
  const store::Installed found = store::installed();
  transaction.commit();
  return found.fit == store::Fit::fits;
}

}  // namespace almanac::worker
