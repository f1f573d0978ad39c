#include "capture/memory.hpp"

#include "capture/hooks.hpp"
#include "pg/compat.hpp"
#include "settings.hpp"

namespace almanac::capture {

namespace detail {

constinit core::StatementTable statements;
constinit core::Participant self;

}  // namespace detail

namespace {

using detail::statements;

// A pointer is valid in all processes: all are forked from the postmaster.
struct Control {
  std::atomic<Latch*> keeper_latch;
};
constexpr std::size_t control_bytes = 64;
static_assert(sizeof(Control) <= control_bytes && std::atomic<Latch*>::is_always_lock_free);

Control* control = nullptr;
shmem_startup_hook_type previous_startup = nullptr;

std::uint32_t slots() { return static_cast<std::uint32_t>(settings::max_statements); }
std::uint32_t participants() { return static_cast<std::uint32_t>(pg::compat::max_backends()); }

// One line more, so that the table can begin at one.
std::size_t wanted_bytes() {
  return add_size(2 * control_bytes, core::StatementTable::bytes(slots(), participants()));
}

void startup() {
  if (previous_startup != nullptr) {
    previous_startup();
  }
  if (settings::max_statements == 0) {
    return;
  }
  bool found = false;
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  void* memory = ShmemInitStruct("pg_almanac statements", wanted_bytes(), &found);
  auto* place = reinterpret_cast<std::byte*>(TYPEALIGN(control_bytes, memory));
  if (!found) {
    memset(place, 0, wanted_bytes() - control_bytes);
  }
  control = reinterpret_cast<Control*>(place);
  statements = core::StatementTable(place + control_bytes, slots(), participants(), !found);
  LWLockRelease(AddinShmemInitLock);
  install_hooks();
}

void request() {
  if (settings::max_statements > 0) {
    RequestAddinShmemSpace(wanted_bytes());
  }
}

}  // namespace

std::size_t shared_bytes() { return statements.exists() ? wanted_bytes() : 0; }

void detail::join() {
  const int number = pg::compat::process_number();
  Assert(number >= 0 && static_cast<std::uint32_t>(number) < statements.participants());
  self = statements.participant(static_cast<std::uint32_t>(number));
}

void set_keeper_latch(Latch* latch) {
  control->keeper_latch.store(latch, std::memory_order_release);
}

std::uint32_t reserve() { return statements.slots() / 8 + 1; }

void wake_keeper_if_needed() {
  if (statements.used() + reserve() / 2 < statements.slots()) {
    return;
  }
  Latch* latch = control->keeper_latch.exchange(nullptr, std::memory_order_acq_rel);
  if (latch != nullptr) {
    SetLatch(latch);
  }
}

void request_shared_memory() {
  pg::compat::on_shmem_request<request>();
  previous_startup = shmem_startup_hook;
  shmem_startup_hook = startup;
}

}  // namespace almanac::capture
