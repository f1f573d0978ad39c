#include "core/statement_table.hpp"

#include <bit>
#include <cstring>

namespace almanac::core {

namespace {

constexpr size_t line = 64;
constexpr size_t words_per_line = line / sizeof(uint64_t);
constexpr uint64_t slot_bits = 32;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto seq_cst = std::memory_order_seq_cst;

constexpr size_t rounded(size_t bytes) { return (bytes + line - 1) / line * line; }

constexpr size_t heads_for(uint32_t slots) { return std::bit_ceil(size_t{slots} + slots / 2 + 1); }

constexpr uint32_t version_of(uint32_t claims, SlotState state) {
  return claims << 2 | static_cast<uint32_t>(state);
}
constexpr SlotState state_of(uint32_t version) { return static_cast<SlotState>(version & 3); }
constexpr uint32_t claims_of(uint32_t version) { return version >> 2; }

constexpr uint32_t slot_of(uint64_t head) { return static_cast<uint32_t>(head); }
// A head that begins with `slot` and differs from all before it.
constexpr uint64_t next_head(uint64_t head, uint32_t slot) {
  return ((head >> slot_bits) + 1) << slot_bits | slot;
}

// The finalizer of MurmurHash3 (Appleby): query identifiers are hashes already, the rest is not.
constexpr uint64_t mixed(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdU;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53U;
  return x ^ x >> 33;
}

constexpr uint64_t hash_of(const StatementKey& key) {
  return mixed(key.queryid ^ mixed(uint64_t{key.dbid} << 32 | key.userid) ^ key.toplevel << 63);
}

// Calls f(counter of a, the same counter of b) for each 32-bit counter.
template <class A, class B, class F>
void each_counter(A& a, B& b, F f) {
  f(a.cancels, b.cancels);
  f(a.timeouts, b.timeouts);
  for (unsigned i = 0; i < error_classes; ++i) f(a.errors[i], b.errors[i]);
  for (unsigned i = 0; i < bucket_count; ++i) f(a.buckets[i], b.buckets[i]);
}

// Keys are written while nobody looks, except who copies a slot that is being freed, and then sees
// that its version has changed.
void store_key(StatementKey& to, const StatementKey& from) {
  std::atomic_ref(to.queryid).store(from.queryid, relaxed);
  std::atomic_ref(to.dbid).store(from.dbid, relaxed);
  std::atomic_ref(to.userid).store(from.userid, relaxed);
  std::atomic_ref(to.toplevel).store(from.toplevel, relaxed);
}

StatementKey load_key(StatementKey& from) {
  return {std::atomic_ref(from.queryid).load(relaxed), std::atomic_ref(from.dbid).load(relaxed),
          std::atomic_ref(from.userid).load(relaxed), std::atomic_ref(from.toplevel).load(relaxed)};
}

void copy_counts(StatementCounts& to, StatementCounts& from) {
  to.total_ns = std::atomic_ref(from.total_ns).load(relaxed);
  each_counter(to, from, [](uint32_t& t, uint32_t& f) { t = std::atomic_ref(f).load(relaxed); });
}

}  // namespace

uint64_t StatementCounts::calls() const noexcept {
  uint64_t sum = 0;
  for (const uint32_t bucket : buckets) sum += bucket;
  return sum;
}

uint64_t StatementCounts::all_errors() const noexcept {
  uint64_t sum = 0;
  for (const uint32_t count : errors) sum += count;
  return sum;
}

bool subtract(const StatementCopy& copy, StatementCounts& increase) noexcept {
  increase = copy.counts;
  increase.total_ns -= copy.recorded.total_ns;
  uint32_t any = 0;
  each_counter(increase, copy.recorded, [&any](uint32_t& count, const uint32_t& recorded) {
    count -= recorded;
    any |= count;
  });
  return any != 0;
}

// What many write is a line each.
struct StatementTable::Header {
  alignas(line) uint64_t free_list;  // changes << 32 | first free slot
  alignas(line) uint32_t fresh;      // slots from this one on, counted from 0, were never used
  uint32_t used;
  alignas(line) uint64_t unplaced;
  alignas(line) uint64_t reclaimed;
  uint32_t closing;  // slots that are in their grace period
  uint32_t slots;
  uint32_t participants;
};

size_t StatementTable::bytes(uint32_t slots, uint32_t participants) noexcept {
  return rounded(sizeof(Header)) + participants * line + rounded(participants * sizeof(uint64_t)) +
         rounded(heads_for(slots) * sizeof(uint64_t)) + rounded(other_slots * sizeof(uint64_t)) +
         (size_t{slots} + other_slots) * sizeof(StatementSlot);
}

StatementTable::StatementTable(void* memory, uint32_t slots, uint32_t participants,
                               bool fresh) noexcept
    : slots_(slots), participants_(participants), head_mask_(heads_for(slots) - 1) {
  auto* place = static_cast<std::byte*>(memory);
  const auto take = [&place](size_t bytes) {
    std::byte* taken = place;
    place += rounded(bytes);
    return taken;
  };
  header_ = reinterpret_cast<Header*>(take(sizeof(Header)));
  words_ = reinterpret_cast<uint64_t*>(take(participants * line));
  seen_ = reinterpret_cast<uint64_t*>(take(participants * sizeof(uint64_t)));
  heads_ = reinterpret_cast<uint64_t*>(take(heads_for(slots) * sizeof(uint64_t)));
  other_keys_ = reinterpret_cast<uint64_t*>(take(other_slots * sizeof(uint64_t)));
  first_slot_ = reinterpret_cast<StatementSlot*>(place);
  if (fresh) {
    header_->slots = slots;
    header_->participants = participants;
  }
}

Participant StatementTable::participant(uint32_t number) const noexcept {
  uint64_t* word = &words_[number * words_per_line];
  return {word, std::atomic_ref(*word).load(acquire)};
}

uint64_t& StatementTable::head(const StatementKey& key) const noexcept {
  return heads_[hash_of(key) & head_mask_];
}

// Follows a chain. A slot that is taken out of it meanwhile still leads on to the rest.
SlotReference StatementTable::search(uint32_t slot, const StatementKey& key) const noexcept {
  while (slot != 0) {
    StatementSlot& s = at(slot);
    const uint32_t version = std::atomic_ref(s.version).load(seq_cst);
    const SlotState state = state_of(version);
    if ((state == SlotState::live || state == SlotState::claimed) && load_key(s.key) == key) {
      return {slot, version_of(claims_of(version), SlotState::live)};
    }
    slot = std::atomic_ref(s.next).load(seq_cst);
  }
  return {};
}

SlotReference StatementTable::find(const StatementKey& key, int64_t now, bool& claimed) noexcept {
  claimed = false;
  std::atomic_ref chain(head(key));
  uint64_t seen = chain.load(seq_cst);
  SlotReference found = search(slot_of(seen), key);
  if (found.slot != 0) return found;
  const uint32_t slot = pop_free();
  if (slot == 0) {
    std::atomic_ref(header_->unplaced).fetch_add(1, relaxed);
    return {};
  }
  StatementSlot& s = at(slot);
  store_key(s.key, key);
  std::atomic_ref(s.first_use).store(now, relaxed);
  std::atomic_ref(s.last_use).store(now, relaxed);
  std::atomic_ref version(s.version);
  const uint32_t claims = claims_of(version.load(relaxed)) + 1;
  version.store(version_of(claims, SlotState::claimed), seq_cst);
  for (;;) {
    std::atomic_ref(s.next).store(slot_of(seen), seq_cst);
    if (chain.compare_exchange_strong(seen, next_head(seen, slot), seq_cst)) break;
    found = search(slot_of(seen), key);
    if (found.slot != 0) {  // somebody was faster
      version.store(version_of(claims, SlotState::free), seq_cst);
      push_free(slot);
      return found;
    }
  }
  version.store(version_of(claims, SlotState::live), seq_cst);
  std::atomic_ref(header_->used).fetch_add(1, relaxed);
  claimed = true;
  return {slot, version_of(claims, SlotState::live)};
}

SlotReference StatementTable::look_up(const StatementKey& key) const noexcept {
  return search(slot_of(std::atomic_ref(head(key)).load(seq_cst)), key);
}

SlotReference StatementTable::other(uint32_t dbid, bool toplevel) noexcept {
  const uint64_t key = (uint64_t{dbid} << 1 | (toplevel ? 1 : 0)) + 1;
  uint32_t i = 0;
  for (; i < other_slots - 2; ++i) {
    std::atomic_ref other_key(other_keys_[i]);
    uint64_t present = other_key.load(relaxed);
    if (present == 0 && other_key.compare_exchange_strong(present, key, relaxed)) break;
    if (present == key) break;
  }
  if (i == other_slots - 2) {
    i += toplevel ? 1 : 0;
    std::atomic_ref(other_keys_[i]).store(1 + (toplevel ? 1 : 0), relaxed);
  }
  const uint32_t slot = slots_ + 1 + i;
  return {slot, std::atomic_ref(at(slot).version).load(relaxed)};
}

void StatementTable::count_failure(uint32_t slot, uint32_t StatementCounts::*counter,
                                   int64_t now) noexcept {
  StatementSlot& s = at(slot);
  std::atomic_ref(s.counts.*counter).fetch_add(1, relaxed);
  std::atomic_ref(s.last_use).store(now, relaxed);
}

void StatementTable::count_error(uint32_t slot, unsigned error_class, int64_t now) noexcept {
  StatementSlot& s = at(slot);
  std::atomic_ref(s.counts.errors[error_class]).fetch_add(1, relaxed);
  std::atomic_ref(s.last_use).store(now, relaxed);
}

// Those that were free before come first: their memory is there already.
uint32_t StatementTable::pop_free() noexcept {
  std::atomic_ref list(header_->free_list);
  uint64_t seen = list.load(acquire);
  while (slot_of(seen) != 0) {
    // If somebody else takes it, `next` may be anything; but then the list has changed too.
    const uint32_t next = std::atomic_ref(at(slot_of(seen)).next).load(relaxed);
    if (list.compare_exchange_weak(seen, next_head(seen, next), seq_cst)) return slot_of(seen);
  }
  std::atomic_ref fresh(header_->fresh);
  uint32_t unused = fresh.load(relaxed);
  while (unused < slots_) {
    if (fresh.compare_exchange_weak(unused, unused + 1, relaxed)) return unused + 1;
  }
  return 0;
}

void StatementTable::push_free(uint32_t slot) noexcept {
  std::atomic_ref list(header_->free_list);
  uint64_t seen = list.load(relaxed);
  do {
    std::atomic_ref(at(slot).next).store(slot_of(seen), relaxed);
  } while (!list.compare_exchange_weak(seen, next_head(seen, slot), seq_cst));
}

bool StatementTable::has_increase(uint32_t slot) const noexcept {
  StatementSlot& s = at(slot);
  const auto differ = [](auto& counted, auto& recorded) {
    return std::atomic_ref(counted).load(relaxed) != std::atomic_ref(recorded).load(relaxed);
  };
  bool any = differ(s.counts.total_ns, s.recorded.total_ns) ||
             differ(s.counts.cancels, s.recorded.cancels) ||
             differ(s.counts.timeouts, s.recorded.timeouts);
  for (unsigned i = 0; i < error_classes && !any; ++i) {
    any = differ(s.counts.errors[i], s.recorded.errors[i]);
  }
  return any;
}

bool StatementTable::copy(uint32_t slot, Participant& participant,
                          StatementCopy& copy) const noexcept {
  StatementSlot& s = at(slot);
  participant.enter();
  const uint32_t version = std::atomic_ref(s.version).load(seq_cst);
  bool holds = true;
  if (slot > slots_) {
    const uint64_t key = std::atomic_ref(other_keys_[slot - slots_ - 1]).load(relaxed);
    holds = key != 0;
    copy.key = {0, static_cast<uint32_t>((key - 1) >> 1), 0, (key - 1) & 1};
  } else {
    holds = state_of(version) != SlotState::free;
    copy.key = load_key(s.key);
  }
  if (holds) {
    copy.reference = {slot, version};
    copy.first_use = std::atomic_ref(s.first_use).load(relaxed);
    copy.last_use = std::atomic_ref(s.last_use).load(relaxed);
    copy_counts(copy.recorded, s.recorded);
    copy_counts(copy.counts, s.counts);
  }
  if (holds && slot <= slots_) {
    // What was closing already may have been freed meanwhile: it has moved to the others.
    std::atomic_thread_fence(acquire);
    const uint32_t after = std::atomic_ref(s.version).load(relaxed);
    holds = claims_of(after) == claims_of(version) && state_of(after) != SlotState::free;
  }
  participant.leave();
  return holds;
}

uint32_t StatementTable::used() const noexcept {
  return std::atomic_ref(header_->used).load(relaxed);
}
uint64_t StatementTable::reclaimed() const noexcept {
  return std::atomic_ref(header_->reclaimed).load(relaxed);
}
uint64_t StatementTable::unplaced() const noexcept {
  return std::atomic_ref(header_->unplaced).load(relaxed);
}

void StatementTable::acknowledge(const StatementCopy& copy) noexcept {
  StatementSlot& s = at(copy.reference.slot);
  const uint32_t version = std::atomic_ref(s.version).load(seq_cst);
  if (claims_of(version) != claims_of(copy.reference.version)) return;
  std::atomic_ref(s.recorded.total_ns).store(copy.counts.total_ns, relaxed);
  each_counter(s.recorded, copy.counts, [](uint32_t& recorded, const uint32_t& count) {
    if (recorded != count) std::atomic_ref(recorded).store(count, relaxed);
  });
}

uint32_t StatementTable::close_idle(uint32_t wanted) noexcept {
  if (header_->closing > 0 || wanted == 0) return 0;
  const uint32_t end = std::atomic_ref(header_->fresh).load(relaxed);
  const auto use_of_live = [this](uint32_t slot, int64_t& use) {
    StatementSlot& s = at(slot);
    use = std::atomic_ref(s.last_use).load(relaxed);
    return state_of(std::atomic_ref(s.version).load(relaxed)) == SlotState::live;
  };
  // The moment before which `wanted` slots were used last, by bisection: it takes no memory.
  int64_t earliest = INT64_MAX;
  int64_t latest = INT64_MIN;
  int64_t use = 0;
  for (uint32_t slot = 1; slot <= end; ++slot) {
    if (!use_of_live(slot, use)) continue;
    earliest = use < earliest ? use : earliest;
    latest = use > latest ? use : latest;
  }
  while (earliest < latest) {
    const auto width = static_cast<uint64_t>(latest) - static_cast<uint64_t>(earliest);
    const auto middle = static_cast<int64_t>(static_cast<uint64_t>(earliest) + width / 2);
    uint32_t older = 0;
    for (uint32_t slot = 1; slot <= end; ++slot) {
      if (use_of_live(slot, use) && use <= middle) ++older;
    }
    if (older >= wanted) {
      latest = middle;
    } else {
      earliest = middle + 1;
    }
  }
  uint32_t closed = 0;
  for (uint32_t slot = 1; slot <= end && closed < wanted; ++slot) {
    if (!use_of_live(slot, use) || use > latest) continue;
    std::atomic_ref version(at(slot).version);
    version.store(version_of(claims_of(version.load(relaxed)), SlotState::closing), seq_cst);
    unlink(slot);
    ++closed;
  }
  for (uint32_t i = 0; i < participants_; ++i) {
    seen_[i] = std::atomic_ref(words_[i * words_per_line]).load(seq_cst);
  }
  header_->closing = closed;
  return closed;
}

// Slots are put in only at the head, so links further down are the keeper's.
void StatementTable::unlink(uint32_t slot) noexcept {
  StatementSlot& s = at(slot);
  std::atomic_ref chain(head(s.key));
  const uint32_t next = std::atomic_ref(s.next).load(seq_cst);
  uint64_t seen = chain.load(seq_cst);
  while (slot_of(seen) == slot) {
    if (chain.compare_exchange_strong(seen, next_head(seen, next), seq_cst)) return;
  }
  uint32_t before = slot_of(seen);
  while (before != 0) {
    std::atomic_ref link(at(before).next);
    const uint32_t following = link.load(seq_cst);
    if (following == slot) {
      link.store(next, seq_cst);
      return;
    }
    before = following;
  }
}

bool StatementTable::free_closed() noexcept {
  if (header_->closing == 0) return true;
  for (uint32_t i = 0; i < participants_; ++i) {
    if (seen_[i] % 2 == 0) continue;
    if (std::atomic_ref(words_[i * words_per_line]).load(seq_cst) == seen_[i]) return false;
    seen_[i] = 0;
  }
  const uint32_t end = std::atomic_ref(header_->fresh).load(relaxed);
  for (uint32_t slot = 1; slot <= end; ++slot) {
    StatementSlot& s = at(slot);
    std::atomic_ref version(s.version);
    const uint32_t present = version.load(relaxed);
    if (state_of(present) != SlotState::closing) continue;
    version.store(version_of(claims_of(present), SlotState::free), seq_cst);
    move_unrecorded(slot);
    std::atomic_ref(s.counts.total_ns).store(0, relaxed);
    std::atomic_ref(s.recorded.total_ns).store(0, relaxed);
    each_counter(s.counts, s.recorded, [](uint32_t& count, uint32_t& recorded) {
      std::atomic_ref(count).store(0, relaxed);
      std::atomic_ref(recorded).store(0, relaxed);
    });
    push_free(slot);
    std::atomic_ref(header_->used).fetch_sub(1, relaxed);
    std::atomic_ref(header_->reclaimed).fetch_add(1, relaxed);
  }
  header_->closing = 0;
  return true;
}

void StatementTable::move_unrecorded(uint32_t slot) noexcept {
  StatementSlot& from = at(slot);
  StatementSlot& to = at(other(from.key.dbid, from.key.toplevel != 0).slot);
  std::atomic_ref(to.counts.total_ns)
      .fetch_add(from.counts.total_ns - from.recorded.total_ns, relaxed);
  StatementCounts rest = from.counts;
  each_counter(rest, from.recorded,
               [](uint32_t& count, const uint32_t& recorded) { count -= recorded; });
  each_counter(to.counts, rest, [](uint32_t& count, const uint32_t& amount) {
    if (amount != 0) std::atomic_ref(count).fetch_add(amount, relaxed);
  });
}

}  // namespace almanac::core
