// Zone: core. Allocates nothing, throws nothing, never waits: hooks may call all of it.
//
// What each statement did, counted by many processes in memory that they share, without a lock.
//
// A *slot* holds the counters of one statement. Slots hang in chains from a hash table; those
// without a statement are in a list of free ones. Any number of processes look up, claim and count;
// one, the *keeper*, takes slots away from statements that are idle. Counters only grow until then.
//
//   free     in the free list, or never used; its counters are zero
//   claimed  about to be live: has its key and may be in the chain, so others may count into it
//   live     belongs to a statement, is in the statement's chain; anybody counts into it
//   closing  in no chain; nobody begins to count into it, but who had begun may still do so
//
//   free -> claimed   whoever needs it: pops it off the free list and writes the key
//   claimed -> live   the same, once it has put it at the head of the chain by compare-exchange. If
//                     the head has changed, it looks again whether somebody else was first, and if
//                     so, the slot is free again.
//   live -> closing   the keeper, and then takes it out of the chain
//   closing -> free   the keeper, after a grace period: moves what nobody recorded to the slot for
//                     others, zeroes the counters, pushes it onto the free list
//
// *Sections.* Whoever looks up or counts does it between enter() and leave() of its Participant: a
// word of its own that is odd inside. The grace period has passed when each participant's word was
// seen even, or has changed, since the slots were taken out of their chains. A section is some
// dozen instructions without a way out of it (no error, no interrupt, no wait), so the keeper need
// not wait long, and nobody ever waits for the keeper.
//
// *Exactness.* Each slot has a version, its state and how often it was claimed. Who remembers a
// slot from earlier compares the version, inside the section, before it counts: what it counts
// lands in the right statement, and before the keeper reads the counters for the last time. Either
// the keeper's look at the word comes after enter(), then it waits; or before, and then the section
// sees the version that the keeper has changed before it looked. For this to be so, four accesses
// are sequentially consistent: the stores of version and chain links by the keeper, its loads of
// the words, the store in enter(), and the loads of version and links. leave() is a release store,
// which makes the counts visible to whom sees it. The counters themselves are relaxed.
//
// *Others.* What finds no free slot is counted for all such statements of its database together, in
// a slot that is never taken away. So the sum over all slots and those is all that was counted.
//
// A statement may be found twice while one of its slots is closing. Heads of chains and of the free
// list carry a number that changes with each change, so that a compare-exchange cannot take a
// changed list for the one it read.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/buckets.hpp"
#include "core/sqlstate.hpp"

namespace almanac::core {

struct StatementKey {
  uint64_t queryid = 0;
  uint32_t dbid = 0;
  uint32_t userid = 0;
  uint64_t toplevel = 0;  // 0 or 1

  friend bool operator==(const StatementKey&, const StatementKey&) = default;
};

// Calls are the sum of the buckets. Cancels and timeouts are not among the errors. 32-bit counters
// wrap; differences are right as long as less than 2^32 was counted in between.
struct StatementCounts {
  uint64_t total_ns;
  uint32_t cancels;
  uint32_t timeouts;
  uint32_t errors[error_classes];
  uint32_t buckets[bucket_count];

  uint64_t calls() const noexcept;
  uint64_t all_errors() const noexcept;
};

enum class SlotState : uint32_t { free, live, closing, claimed };

// Times are whatever the caller counts in.
struct alignas(64) StatementSlot {
  uint32_t version;  // number of claims << 2 | state
  uint32_t next;     // slot after it in its chain or in the free list, counted from 1; 0: none
  StatementKey key;
  int64_t first_use;
  int64_t last_use;
  StatementCounts counts;
  StatementCounts recorded;  // the part of it that the keeper has acknowledged
};

static_assert(std::is_trivially_copyable_v<StatementSlot> &&
              std::is_standard_layout_v<StatementSlot>);
static_assert(sizeof(StatementKey) == 24 && sizeof(StatementCounts) == 2256);
static_assert(offsetof(StatementSlot, counts) == 48, "what each call changes is one cache line");
static_assert(sizeof(StatementSlot) == 72 * 64);
static_assert(std::atomic_ref<uint64_t>::is_always_lock_free &&
              std::atomic_ref<uint32_t>::is_always_lock_free);

// A process's part in the protocol: the word that says whether it is in a section.
struct Participant {
  uint64_t* word = nullptr;
  uint64_t value = 0;  // even outside

  void enter() noexcept { std::atomic_ref(*word).store(++value, std::memory_order_seq_cst); }
  void leave() noexcept { std::atomic_ref(*word).store(++value, std::memory_order_release); }
};

// A slot that was found, and the version it had.
struct SlotReference {
  uint32_t slot = 0;  // counted from 1; 0: none
  uint32_t version = 0;
};

// A copy of a slot.
struct StatementCopy {
  SlotReference reference;
  StatementKey key;  // of a slot for others: queryid and userid 0; dbid 0 when even those ran out
  int64_t first_use;
  int64_t last_use;
  StatementCounts counts;
  StatementCounts recorded;
};

// What was counted of it and not recorded yet; false if that is nothing.
bool subtract(const StatementCopy& copy, StatementCounts& increase) noexcept;

class StatementTable {
 public:
  // Of slots for others: two for each database, by toplevel; the last two for the databases beyond.
  static constexpr uint32_t other_slots = 128;

  // Memory for `slots` statements and `participants` processes.
  static size_t bytes(uint32_t slots, uint32_t participants) noexcept;

  StatementTable() = default;
  // Over memory of that size, aligned to 64 bytes. `fresh`: makes it an empty table; the memory
  // must be zero. Otherwise it is one already.
  StatementTable(void* memory, uint32_t slots, uint32_t participants, bool fresh) noexcept;

  bool exists() const noexcept { return header_ != nullptr; }
  uint32_t slots() const noexcept { return slots_; }
  uint32_t participants() const noexcept { return participants_; }
  // A process that uses the number after another did goes on where that one left.
  Participant participant(uint32_t number) const noexcept;

  // All of these in a section. ------------------------------------------------------------------

  // The slot of a statement, claimed if it has none yet; `claimed` tells. Without a free slot:
  // none.
  SlotReference find(const StatementKey& key, int64_t now, bool& claimed) noexcept;
  // The same without claiming one.
  SlotReference look_up(const StatementKey& key) const noexcept;
  // The slot for statements that have none.
  SlotReference other(uint32_t dbid, bool toplevel) noexcept;
  bool is_current(SlotReference reference) const noexcept {
    return std::atomic_ref(at(reference.slot).version).load(std::memory_order_seq_cst) ==
           reference.version;
  }

  // Count into a slot that is current.
  void count_call(uint32_t slot, uint64_t ns, int64_t now) noexcept {
    StatementSlot& s = at(slot);
    std::atomic_ref(s.counts.total_ns).fetch_add(ns, std::memory_order_relaxed);
    std::atomic_ref(s.last_use).store(now, std::memory_order_relaxed);
    std::atomic_ref(s.counts.buckets[bucket_of(ns)]).fetch_add(1, std::memory_order_relaxed);
  }
  // One of the counters of failures.
  void count_failure(uint32_t slot, uint32_t StatementCounts::*counter, int64_t now) noexcept;
  void count_error(uint32_t slot, unsigned error_class, int64_t now) noexcept;

  // Reading, by anybody. Slots for others have the numbers after the last slot. -------------------

  uint32_t readable() const noexcept { return slots_ + other_slots; }
  // Copies slot 1 to readable(). False if it holds nothing.
  bool copy(uint32_t slot, Participant& participant, StatementCopy& copy) const noexcept;
  // Whether anything was counted there that is not recorded, at a tenth of what a copy costs. Does
  // not look at the buckets: calls that took no time at all show with the next that did.
  bool has_increase(uint32_t slot) const noexcept;

  uint32_t used() const noexcept;       // slots that are not free
  uint64_t reclaimed() const noexcept;  // slots taken away from statements so far
  uint64_t unplaced() const noexcept;   // statements that found no slot, each time they looked

  // By the keeper alone: at any time one process. -------------------------------------------------

  // What a copy held is recorded. Nothing happens if the slot has another statement by now.
  void acknowledge(const StatementCopy& copy) noexcept;
  // Marks up to `wanted` slots, those longest not used, as closing, and begins a grace period.
  // Does nothing while another lasts. Returns how many.
  uint32_t close_idle(uint32_t wanted) noexcept;
  // Frees what is closing if the grace period has passed; false if it has not.
  bool free_closed() noexcept;

 private:
  struct Header;

  StatementSlot& at(uint32_t slot) const noexcept { return first_slot_[slot - 1]; }
  uint64_t& head(const StatementKey& key) const noexcept;
  SlotReference search(uint32_t slot, const StatementKey& key) const noexcept;
  uint32_t pop_free() noexcept;
  void push_free(uint32_t slot) noexcept;
  void unlink(uint32_t slot) noexcept;
  void move_unrecorded(uint32_t slot) noexcept;

  Header* header_ = nullptr;
  uint64_t* words_ = nullptr;       // one for each participant, a cache line apart
  uint64_t* seen_ = nullptr;        // the same words when the grace period began; the keeper's
  uint64_t* heads_ = nullptr;       // changes << 32 | first slot of the chain
  uint64_t* other_keys_ = nullptr;  // dbid << 1 | toplevel, plus 1; 0: not used
  StatementSlot* first_slot_ = nullptr;
  uint32_t slots_ = 0;
  uint32_t participants_ = 0;
  uint64_t head_mask_ = 0;
};

}  // namespace almanac::core
