#include "core/command_queue.hpp"

#include <cstring>

namespace almanac::core {

CommandQueue::CommandQueue(std::byte* memory, uint32_t cells, bool initialise)
    : head_(reinterpret_cast<Head*>(memory)),
      ring_(reinterpret_cast<Cell*>(memory + sizeof(Head))),
      cells_(cells) {
  static_assert(sizeof(Head) % alignof(Cell) == 0);
  for (uint32_t i = 0; initialise && i < cells; ++i) {
    ring_[i].turn.store(i, std::memory_order_relaxed);
  }
}

size_t CommandQueue::bytes(uint32_t cells) { return sizeof(Head) + cells * sizeof(Cell); }

bool CommandQueue::put(const CommandEvent& event) {
  uint64_t position = head_->put.load(std::memory_order_relaxed);
  for (;;) {
    Cell& cell = ring_[position & (cells_ - 1)];
    const uint64_t turn = cell.turn.load(std::memory_order_acquire);
    if (turn == position) {
      if (head_->put.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
        std::memcpy(static_cast<void*>(&cell.event), &event, sizeof(event));
        cell.turn.store(position + 1, std::memory_order_release);
        return true;
      }
    } else if (turn < position) {
      head_->lost.fetch_add(1 + uint64_t{event.more}, std::memory_order_relaxed);
      return false;
    } else {
      position = head_->put.load(std::memory_order_relaxed);
    }
  }
}

uint32_t CommandQueue::size() const {
  const uint64_t released = head_->released.load(std::memory_order_relaxed);
  const uint64_t put = head_->put.load(std::memory_order_relaxed);
  return put > released ? static_cast<uint32_t>(put - released) : 0;
}

bool CommandQueue::read(uint32_t n, CommandEvent& out) const {
  const uint64_t position = head_->released.load(std::memory_order_relaxed) + n;
  const Cell& cell = ring_[position & (cells_ - 1)];
  if (n >= cells_ || cell.turn.load(std::memory_order_acquire) != position + 1) return false;
  std::memcpy(static_cast<void*>(&out), &cell.event, sizeof(out));
  return true;
}

void CommandQueue::release(uint32_t n) {
  const uint64_t first = head_->released.load(std::memory_order_relaxed);
  for (uint64_t position = first; position < first + n; ++position) {
    ring_[position & (cells_ - 1)].turn.store(position + cells_, std::memory_order_release);
  }
  head_->released.store(first + n, std::memory_order_relaxed);
}

uint64_t CommandQueue::lost() const { return head_->lost.load(std::memory_order_relaxed); }
void CommandQueue::told(uint64_t lost) { head_->told.store(lost, std::memory_order_relaxed); }
uint64_t CommandQueue::untold() const {
  return lost() - head_->told.load(std::memory_order_relaxed);
}

}  // namespace almanac::core
