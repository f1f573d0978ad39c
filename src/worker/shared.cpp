#include "worker/shared.hpp"

#include "pg/compat.hpp"
#include "worker/source.hpp"

namespace almanac::worker {
namespace {

Shared* state = nullptr;
shmem_startup_hook_type previous_startup = nullptr;

// The server keeps its statistics over a clean shutdown only. This runs before recovery, so the
// control file still says how the server ended.
bool ended_cleanly() {
  bool crc_is_right = false;
  ControlFileData* control = get_controlfile(DataDir, &crc_is_right);
  const bool clean = crc_is_right && (control->state == DB_SHUTDOWNED ||
                                      control->state == DB_SHUTDOWNED_IN_RECOVERY);
  pfree(control);
  return clean;
}

void startup() {
  if (previous_startup != nullptr) {
    previous_startup();
  }
  bool found = false;
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  state = static_cast<Shared*>(ShmemInitStruct("pg_almanac", sizeof(Shared), &found));
  if (!found) {
    memset(state, 0, sizeof(Shared));
    SpinLockInit(&state->mutex);
    ConditionVariableInit(&state->changed);
    state->boot = GetCurrentTimestamp();
    state->stats_lost = !ended_cleanly();
    state->free_bytes = -1;
  }
  LWLockRelease(AddinShmemInitLock);
}

void request() { RequestAddinShmemSpace(MAXALIGN(sizeof(Shared))); }

}  // namespace

Shared* shared() { return state; }

void request_shared_memory() {
  pg::compat::on_shmem_request<request>();
  previous_startup = shmem_startup_hook;
  shmem_startup_hook = startup;
}

bool is_released(Oid database) {
  if (state == nullptr) {
    return false;
  }
  const std::int64_t now = Moment::now().monotonic;
  SpinLockAcquire(&state->mutex);
  const bool released = state->released_database == database && state->released_until > now;
  SpinLockRelease(&state->mutex);
  return released;
}

}  // namespace almanac::worker
