#include "capture/commands.hpp"

#include "pg/compat.hpp"
#include "settings.hpp"

namespace almanac::capture {

namespace detail {

constinit int commands_running = 0;

}  // namespace detail

namespace {

using core::CommandEvent;
using core::CommandKind;

constexpr std::uint32_t cells = 512;
constexpr std::size_t line = 64;
constexpr int most_pending = 64;  // of a transaction

// A pointer is valid in all processes: all are forked from the postmaster.
struct Control {
  std::atomic<Latch*> reader_latch;
};
static_assert(sizeof(Control) <= line);

Control* control = nullptr;
constinit core::CommandQueue queue;
shmem_startup_hook_type previous_startup = nullptr;

// What this transaction did so far. No memory is allocated for it: it must not fail.
struct Pending {
  SubTransactionId subtransaction;
  CommandEvent event;
};
constinit Pending pending_commands[most_pending] = {};
constinit int pending_number = 0;

std::size_t wanted_bytes() { return 2 * line + core::CommandQueue::bytes(cells); }

void startup() {
  if (previous_startup != nullptr) {
    previous_startup();
  }
  bool found = false;
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  void* memory = ShmemInitStruct("pg_almanac commands", wanted_bytes(), &found);
  auto* place = reinterpret_cast<std::byte*>(TYPEALIGN(line, memory));
  if (!found) {
    memset(static_cast<void*>(place), 0, wanted_bytes() - line);
  }
  control = reinterpret_cast<Control*>(place);
  queue = core::CommandQueue(place + line, cells, !found);
  LWLockRelease(AddinShmemInitLock);
}

void request() { RequestAddinShmemSpace(wanted_bytes()); }

bool is(const CommandEvent& event, std::initializer_list<CommandKind> kinds) {
  return std::find(kinds.begin(), kinds.end(), static_cast<CommandKind>(event.kind)) != kinds.end();
}

bool any(Oid object, std::initializer_list<CommandKind> kinds) {
  for (int i = 0; i < pending_number; ++i) {
    const CommandEvent& event = pending_commands[i].event;
    if (event.object == object && is(event, kinds)) {
      return true;
    }
  }
  return false;
}

// What goes without saying: the indexes of a table that was created or dropped, what was done to a
// table in the transaction that created it, and what nobody else ever saw.
bool goes_without_saying(const CommandEvent& event) {
  const auto created = {CommandKind::table_created, CommandKind::index_created,
                        CommandKind::view_created};
  const auto dropped = {CommandKind::table_dropped, CommandKind::index_dropped,
                        CommandKind::view_dropped};
  if (is(event, {CommandKind::index_created, CommandKind::index_dropped}) && event.table != 0 &&
      (any(event.table, created) || any(event.table, dropped))) {
    return true;
  }
  if (is(event, created)) {
    return any(event.object, dropped);
  }
  return event.object != 0 &&
         is(event,
            {CommandKind::table_altered, CommandKind::table_truncated, CommandKind::index_altered,
             CommandKind::view_altered, CommandKind::analyze, CommandKind::table_dropped,
             CommandKind::index_dropped, CommandKind::view_dropped}) &&
         any(event.object, created);
}

// After the commit: nothing here may fail.
void publish(bool prepared) {
  const TimestampTz now = GetCurrentTimestamp();
  for (int i = 0; i < pending_number; ++i) {
    CommandEvent& event = pending_commands[i].event;
    if (goes_without_saying(event)) {
      continue;
    }
    event.time = now;
    event.prepared = prepared;
    queue.put(event);
  }
  pending_number = 0;
  if (queue.size() >= cells / 2) {
    Latch* latch = control->reader_latch.exchange(nullptr, std::memory_order_acq_rel);
    if (latch != nullptr) {
      SetLatch(latch);
    }
  }
}

void at_end(XactEvent event, void*) {
  if (pending_number == 0) {
    return;
  }
  switch (event) {
    case XACT_EVENT_COMMIT:
      if (detail::commands_running == 0) {
        publish(false);
      }
      break;
    case XACT_EVENT_PREPARE: publish(true); break;
    case XACT_EVENT_ABORT: pending_number = 0; break;
    default: break;
  }
}

void at_end_of_part(SubXactEvent event, SubTransactionId part, SubTransactionId parent, void*) {
  if (pending_number == 0) {
    return;
  }
  if (event == SUBXACT_EVENT_COMMIT_SUB) {
    for (int i = 0; i < pending_number; ++i) {
      if (pending_commands[i].subtransaction == part) {
        pending_commands[i].subtransaction = parent;
      }
    }
  } else if (event == SUBXACT_EVENT_ABORT_SUB) {
    for (int i = pending_number - 1; i >= 0; --i) {
      if (pending_commands[i].subtransaction >= part) {
        detail::remove_pending(i);
      }
    }
  }
}

}  // namespace

core::CommandQueue& commands() { return queue; }

void set_reader_latch(Latch* latch) {
  if (queue.exists()) {
    control->reader_latch.store(latch, std::memory_order_release);
  }
}

bool commands_are_waiting() { return queue.exists() && queue.size() >= cells / 2; }

CommandEvent* detail::add_pending(CommandKind kind) {
  if (pending_number == most_pending) {
    int i = pending_number - 1;
    while (i > 0 && pending_commands[i].event.kind != static_cast<std::uint8_t>(kind)) {
      --i;
    }
    ++pending_commands[i].event.more;
    return nullptr;
  }
  Pending& one = pending_commands[pending_number++];
  memset(static_cast<void*>(&one), 0, sizeof(one));
  one.subtransaction = GetCurrentSubTransactionId();
  one.event.kind = static_cast<std::uint8_t>(kind);
  one.event.database = MyDatabaseId;
  one.event.role = GetUserId();
  return &one.event;
}

int detail::pending_count() { return pending_number; }

CommandEvent& detail::pending(int i) { return pending_commands[i].event; }

void detail::remove_pending(int i) {
  for (--pending_number; i < pending_number; ++i) {
    pending_commands[i] = pending_commands[i + 1];
  }
}

void request_command_memory() {
  pg::compat::on_shmem_request<request>();
  previous_startup = shmem_startup_hook;
  shmem_startup_hook = startup;
  RegisterXactCallback(at_end, nullptr);
  RegisterSubXactCallback(at_end_of_part, nullptr);
  detail::install_command_hook();
}

}  // namespace almanac::capture
