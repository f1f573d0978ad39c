// Zone: core. Allocates nothing, throws nothing, never waits: hooks may call all of it.
//
// How often statements ran with which plan, counted by many processes in memory that they share,
// without a lock.
//
// A *slot* holds the counters of one statement and plan. It lies within a window of slots that the
// hash of its key begins; a process looks the window through, and takes a free slot of it where the
// key has none. One process, the *keeper*, reads, and takes slots away that were not used for long.
//
//   free -> claimed -> live -> closing -> free
//
//   free -> claimed     whoever needs it, by compare-exchange; then it writes the key
//   claimed -> live     the same
//   live -> closing     the keeper, by compare-exchange, if nobody has the slot pinned; it goes
//                       back to live if something in it is not recorded
//   closing -> free     the keeper, once the counters are zero
//
// A slot's *control* is how many steps it has made on this way, and how many processes have it
// pinned. A process counts only while it has the slot pinned: it adds its pin, and looks at the
// steps in the same access. So it either counts before the slot can be closed, or finds that the
// slot has gone on. Pins are held for a dozen instructions without a way out (no error, no
// interrupt, no wait); and where one was held for ever, only that slot would stay.
//
// Two processes that see a plan for the first time at once may each take a slot for it: readers
// add up slots of the same key. Counters are relaxed; a copy may have a call whose time comes with
// the next one. What finds no room is not counted, but how often that was.
//
// The tables of statements and of plans differ: here a lookup is rare, because hot statements are
// sampled, so that two atomic additions for a pin cost little, and no grace period is needed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace almanac::core {

struct PlanKey {
  uint64_t queryid = 0;
  uint32_t dbid = 0;
  uint32_t userid = 0;
  uint64_t plan_id = 0;
  uint64_t toplevel = 0;  // 0 or 1

  friend bool operator==(const PlanKey&, const PlanKey&) = default;
};

// Calls and time are estimates where fewer calls were measured than there were.
struct PlanCounts {
  uint64_t calls = 0;
  uint64_t total_ns = 0;
  uint64_t measured = 0;
};

// Times are whatever the caller counts in.
struct alignas(64) PlanSlot {
  uint64_t control;  // steps << 30 | pins; the last two bits of the steps are the state
  PlanKey key;
  PlanCounts counts;
  int64_t first_use;
  int64_t last_use;
  PlanCounts recorded;  // the part of it that the keeper has acknowledged
  uint32_t texted;      // 1: the plan's text is stored, or on its way
};

static_assert(std::is_trivially_copyable_v<PlanSlot> && std::is_standard_layout_v<PlanSlot>);
static_assert(sizeof(PlanKey) == 32 && offsetof(PlanSlot, first_use) == 64);
static_assert(sizeof(PlanSlot) == 128);

// A slot, and the steps it had made when it was found.
struct PlanReference {
  uint32_t slot = 0;  // counted from 1; 0: none
  uint64_t steps = 0;
};

struct PlanCopy {
  PlanReference reference;
  PlanKey key;
  int64_t first_use = 0;
  int64_t last_use = 0;
  PlanCounts counts;
  PlanCounts recorded;
};

class PlanTable {
 public:
  // Memory for `plans`.
  static size_t bytes(uint32_t plans) noexcept;

  PlanTable() = default;
  // Over memory of that size, aligned to 64 bytes and, at first, zero.
  PlanTable(void* memory, uint32_t plans) noexcept;

  bool exists() const noexcept { return header_ != nullptr; }
  uint32_t plans() const noexcept { return plans_; }

  // Pins a slot that was found before; false if it is another's now.
  bool pin(PlanReference reference) noexcept;
  // Finds the slot of a plan, or takes one, and pins it. None where there is no room.
  PlanReference find(const PlanKey& key, int64_t now) noexcept;
  void unpin(PlanReference reference) noexcept;

  // While it is pinned: ------------------------------------------------------------------------

  // Counts one measured call that stands for `weight`.
  void count(PlanReference reference, uint64_t weight, uint64_t ns, int64_t now) noexcept;
  // True for one caller: it is to provide the plan's text, or to say that it could not.
  bool take_text(PlanReference reference) noexcept;
  void leave_text(PlanReference reference) noexcept;

  // Reading, by anybody. -------------------------------------------------------------------------

  uint32_t readable() const noexcept { return slots_; }
  // Copies slot 1 to readable(). False if it holds nothing.
  bool copy(uint32_t slot, PlanCopy& copy) const noexcept;
  uint32_t used() const noexcept;       // slots that are not free
  uint64_t reclaimed() const noexcept;  // slots taken away so far
  uint64_t unplaced() const noexcept;   // measured calls that found no room
  // How often the keeper has begun to read: where statements are sampled, it begins anew then.
  const uint32_t& rounds() const noexcept;

  // By the keeper alone: at any time one process. -----------------------------------------------

  void begin_round() noexcept;
  // What a copy held is recorded. Nothing happens if the slot has another plan by now.
  void acknowledge(const PlanCopy& copy) noexcept;
  // Frees slots of which all is recorded, those longest not used, until no more than `most` are
  // used or nothing can be freed. Returns how many.
  uint32_t make_room(uint32_t most) noexcept;
  // All texts are wanted again.
  void want_texts() noexcept;

 private:
  struct Header;

  PlanSlot& at(uint32_t slot) const noexcept { return first_slot_[slot - 1]; }
  bool matches(uint32_t slot, const PlanKey& key, uint64_t& steps) const noexcept;
  bool claim(uint32_t slot, const PlanKey& key, int64_t now, uint64_t& steps) noexcept;
  bool free(uint32_t slot) noexcept;

  Header* header_ = nullptr;
  PlanSlot* first_slot_ = nullptr;
  uint32_t plans_ = 0;
  uint32_t slots_ = 0;  // a power of two
};

// What was counted of it and not recorded yet; false if that is nothing.
bool subtract(const PlanCopy& copy, PlanCounts& increase) noexcept;

}  // namespace almanac::core
