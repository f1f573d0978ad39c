#include "worker/child.hpp"

#include "pg/boundary.hpp"

namespace almanac::worker {

void describe(BackgroundWorker& worker, const char* name, const char* function) noexcept {
  memset(&worker, 0, sizeof(worker));
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  strlcpy(worker.bgw_name, name, BGW_MAXLEN);
  strlcpy(worker.bgw_type, name, BGW_MAXLEN);
  strlcpy(worker.bgw_library_name, "pg_almanac", BGW_MAXLEN);
  strlcpy(worker.bgw_function_name, function, BGW_MAXLEN);
}

bool Child::running() {
  if (handle_ == nullptr) {
    return false;
  }
  pid_t pid = 0;
  const BgwHandleStatus status = pg::call([&] { return GetBackgroundWorkerPid(handle_, &pid); });
  if (status == BGWH_STARTED || status == BGWH_NOT_YET_STARTED) {
    return true;
  }
  pfree(handle_);
  handle_ = nullptr;
  return false;
}

bool Child::start() {
  BackgroundWorker worker;
  describe(worker, name_, function_);
  worker.bgw_main_arg = ObjectIdGetDatum(MyDatabaseId);
  return pg::call([&] {
    MemoryContext const previous = MemoryContextSwitchTo(TopMemoryContext);
    const bool registered = RegisterDynamicBackgroundWorker(&worker, &handle_);
    MemoryContextSwitchTo(previous);
    return registered;
  });
}

}  // namespace almanac::worker
