#include "capture/keeper.hpp"

namespace almanac::capture {
namespace {

constexpr int looks = 20;
constexpr long pause_us = 200;

// True once what is closing is free. Nobody stays in a section for long, unless the scheduler wills
// it.
bool free_closed() {
  for (int look = 0; look < looks; ++look) {
    if (table().free_closed()) return true;
    pg_usleep(pause_us);
  }
  return false;
}

}  // namespace

std::uint64_t Keeper::pending_calls(const core::StatementKey& key) noexcept {
  participant().enter();
  const core::SlotReference found = table().look_up(key);
  participant().leave();
  core::StatementCopy copy;
  core::StatementCounts increase;
  return found.slot != 0 && table().copy(found.slot, participant(), copy) && copy.key == key &&
                 core::subtract(copy, increase)
             ? increase.calls()
             : 0;
}

void Keeper::acknowledge() noexcept {
  for (const core::StatementCopy& copy : read_) table().acknowledge(copy);
  read_.clear();
}

void make_room(Latch* latch) noexcept {
  core::StatementTable& slots = table();
  if (!slots.exists()) return;
  const std::uint32_t free = slots.slots() - std::min(slots.used(), slots.slots());
  if (free_closed() && free <= reserve() / 2) {
    slots.close_idle(reserve() - free);
    free_closed();
  }
  set_keeper_latch(latch);
}

}  // namespace almanac::capture
