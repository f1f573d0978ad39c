#include "core/plan_mailbox.hpp"

#include <atomic>
#include <cstring>

namespace almanac::core {

namespace {

enum State : uint32_t { is_free, is_writing, is_ready };

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;

}  // namespace

struct PlanMailbox::Header {
  alignas(64) uint64_t admitted;  // second << 8 | how many in it
  uint32_t next;                  // cell to begin to look at
  uint64_t dropped;
  uint64_t deferred;
  uint64_t passed;
};

size_t PlanMailbox::bytes() noexcept { return sizeof(Header) + plan_cells * sizeof(PlanCell); }

PlanMailbox::PlanMailbox(void* memory) noexcept
    : header_(static_cast<Header*>(memory)),
      cells_(reinterpret_cast<PlanCell*>(static_cast<std::byte*>(memory) + sizeof(Header))) {}

// Who loses the race for a place in a second tries again at a later call. Without a reader the
// cells are full, and no text is made in vain.
bool PlanMailbox::admits(int64_t second) noexcept {
  static_assert(per_second < 256);
  bool any_free = false;
  for (uint32_t i = 0; i < plan_cells && !any_free; ++i) {
    any_free = std::atomic_ref(cells_[i].state).load(relaxed) == is_free;
  }
  if (!any_free) {
    std::atomic_ref(header_->dropped).fetch_add(1, relaxed);
    return false;
  }
  std::atomic_ref admitted(header_->admitted);
  uint64_t seen = admitted.load(relaxed);
  const uint64_t now = static_cast<uint64_t>(second) << 8;
  const uint64_t so_far = (seen & ~uint64_t{255}) == now ? seen & 255 : 0;
  if (so_far < per_second && admitted.compare_exchange_strong(seen, now | (so_far + 1), relaxed)) {
    return true;
  }
  std::atomic_ref(header_->deferred).fetch_add(1, relaxed);
  return false;
}

bool PlanMailbox::put(const PlanKey& key, const PlanText& text) noexcept {
  const std::string_view parts[] = {text.plan, text.relations, text.indexes};
  size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  const uint32_t begin = std::atomic_ref(header_->next).fetch_add(1, relaxed);
  for (uint32_t i = 0; i < plan_cells && size <= room; ++i) {
    PlanCell& cell = cells_[(begin + i) % plan_cells];
    uint32_t expected = is_free;
    if (!std::atomic_ref(cell.state).compare_exchange_strong(expected, is_writing, acquire)) {
      continue;
    }
    cell.key = key;
    char* to = cell.bytes;
    for (unsigned p = 0; p < 3; ++p) {
      cell.parts[p] = static_cast<uint32_t>(parts[p].size());
      if (!parts[p].empty()) std::memcpy(to, parts[p].data(), parts[p].size());
      to += parts[p].size();
    }
    std::atomic_ref(cell.state).store(is_ready, release);
    std::atomic_ref(header_->passed).fetch_add(1, relaxed);
    return true;
  }
  std::atomic_ref(header_->dropped).fetch_add(1, relaxed);
  return false;
}

bool PlanMailbox::ready(uint32_t cell) const noexcept {
  return std::atomic_ref(cells_[cell].state).load(acquire) == is_ready;
}

PlanText PlanMailbox::text(uint32_t cell) const noexcept {
  const PlanCell& c = cells_[cell];
  const char* relations = c.bytes + c.parts[0];
  return {{c.bytes, c.parts[0]}, {relations, c.parts[1]}, {relations + c.parts[1], c.parts[2]}};
}

void PlanMailbox::clear(uint32_t cell) noexcept {
  std::atomic_ref(cells_[cell].state).store(is_free, release);
}

uint64_t PlanMailbox::dropped() const noexcept {
  return std::atomic_ref(header_->dropped).load(relaxed);
}
uint64_t PlanMailbox::deferred() const noexcept {
  return std::atomic_ref(header_->deferred).load(relaxed);
}
uint64_t PlanMailbox::passed() const noexcept {
  return std::atomic_ref(header_->passed).load(relaxed);
}

}  // namespace almanac::core
