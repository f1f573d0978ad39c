#include "core/plan_table.hpp"

#include <bit>

namespace almanac::core {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

constexpr uint64_t pin_bits = 30;
constexpr uint64_t step = uint64_t{1} << pin_bits;
constexpr uint32_t window = 16;

enum State : uint64_t { is_free, is_claimed, is_live, is_closing };

constexpr uint64_t steps_of(uint64_t control) { return control >> pin_bits; }
constexpr uint64_t pins_of(uint64_t control) { return control & (step - 1); }
constexpr State state_of(uint64_t steps) { return static_cast<State>(steps & 3); }

// At most half of the slots are used, so that a window is hardly ever full before the table is.
constexpr uint32_t slots_for(uint32_t plans) {
  return std::bit_ceil(plans < window / 2 ? window : 2 * plans);
}

// The finalizer of MurmurHash3 (Appleby).
constexpr uint64_t mixed(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdU;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53U;
  return x ^ x >> 33;
}

constexpr uint64_t hash_of(const PlanKey& key) {
  return mixed(key.queryid ^ mixed(uint64_t{key.dbid} << 32 | key.userid) ^
               mixed(key.plan_id + key.toplevel));
}

PlanKey load_key(PlanKey& from) {
  return {std::atomic_ref(from.queryid).load(relaxed), std::atomic_ref(from.dbid).load(relaxed),
          std::atomic_ref(from.userid).load(relaxed), std::atomic_ref(from.plan_id).load(relaxed),
          std::atomic_ref(from.toplevel).load(relaxed)};
}

void store_key(PlanKey& to, const PlanKey& from) {
  std::atomic_ref(to.queryid).store(from.queryid, relaxed);
  std::atomic_ref(to.dbid).store(from.dbid, relaxed);
  std::atomic_ref(to.userid).store(from.userid, relaxed);
  std::atomic_ref(to.plan_id).store(from.plan_id, relaxed);
  std::atomic_ref(to.toplevel).store(from.toplevel, relaxed);
}

PlanCounts load(PlanCounts& from) {
  return {std::atomic_ref(from.calls).load(relaxed), std::atomic_ref(from.total_ns).load(relaxed),
          std::atomic_ref(from.measured).load(relaxed)};
}

void store(PlanCounts& to, const PlanCounts& from) {
  std::atomic_ref(to.calls).store(from.calls, relaxed);
  std::atomic_ref(to.total_ns).store(from.total_ns, relaxed);
  std::atomic_ref(to.measured).store(from.measured, relaxed);
}

bool same(const PlanCounts& a, const PlanCounts& b) {
  return a.calls == b.calls && a.total_ns == b.total_ns && a.measured == b.measured;
}

}  // namespace

struct PlanTable::Header {
  alignas(64) uint32_t rounds;  // read at each call, so on a line of its own
  alignas(64) uint32_t used;
  alignas(64) uint64_t unplaced;
  uint64_t reclaimed;
};

bool subtract(const PlanCopy& copy, PlanCounts& increase) noexcept {
  increase = {copy.counts.calls - copy.recorded.calls,
              copy.counts.total_ns - copy.recorded.total_ns,
              copy.counts.measured - copy.recorded.measured};
  return !same(copy.counts, copy.recorded);
}

size_t PlanTable::bytes(uint32_t plans) noexcept {
  return sizeof(Header) + size_t{slots_for(plans)} * sizeof(PlanSlot);
}

PlanTable::PlanTable(void* memory, uint32_t plans) noexcept
    : header_(static_cast<Header*>(memory)),
      first_slot_(reinterpret_cast<PlanSlot*>(static_cast<std::byte*>(memory) + sizeof(Header))),
      plans_(plans),
      slots_(slots_for(plans)) {}

bool PlanTable::pin(PlanReference reference) noexcept {
  std::atomic_ref control(at(reference.slot).control);
  if (steps_of(control.fetch_add(1, acq_rel)) == reference.steps) return true;
  control.fetch_sub(1, relaxed);
  return false;
}

void PlanTable::unpin(PlanReference reference) noexcept {
  std::atomic_ref(at(reference.slot).control).fetch_sub(1, release);
}

// A key that was read while the slot was not live for it all the time shows in the steps, which
// pin() compares.
bool PlanTable::matches(uint32_t slot, const PlanKey& key, uint64_t& steps) const noexcept {
  PlanSlot& s = at(slot);
  steps = steps_of(std::atomic_ref(s.control).load(acquire));
  return state_of(steps) == is_live && load_key(s.key) == key;
}

bool PlanTable::claim(uint32_t slot, const PlanKey& key, int64_t now, uint64_t& steps) noexcept {
  PlanSlot& s = at(slot);
  std::atomic_ref control(s.control);
  uint64_t seen = control.load(relaxed);
  if (state_of(steps_of(seen)) != is_free || pins_of(seen) != 0 ||
      !control.compare_exchange_strong(seen, seen + step, acq_rel)) {
    return false;
  }
  store_key(s.key, key);
  std::atomic_ref(s.first_use).store(now, relaxed);
  std::atomic_ref(s.last_use).store(now, relaxed);
  std::atomic_ref(header_->used).fetch_add(1, relaxed);
  steps = steps_of(seen) + 2;
  control.fetch_add(step + 1, release);  // live, and pinned
  return true;
}

PlanReference PlanTable::find(const PlanKey& key, int64_t now) noexcept {
  const auto begin = static_cast<uint32_t>(hash_of(key));
  uint64_t steps = 0;
  for (uint32_t i = 0; i < window; ++i) {
    const uint32_t slot = ((begin + i) & (slots_ - 1)) + 1;
    if (matches(slot, key, steps) && pin({slot, steps})) return {slot, steps};
  }
  if (std::atomic_ref(header_->used).load(relaxed) < plans_) {
    for (uint32_t i = 0; i < window; ++i) {
      const uint32_t slot = ((begin + i) & (slots_ - 1)) + 1;
      if (claim(slot, key, now, steps)) return {slot, steps};
    }
  }
  std::atomic_ref(header_->unplaced).fetch_add(1, relaxed);
  return {};
}

void PlanTable::count(PlanReference reference, uint64_t weight, uint64_t ns, int64_t now) noexcept {
  PlanSlot& s = at(reference.slot);
  std::atomic_ref(s.counts.calls).fetch_add(weight, relaxed);
  std::atomic_ref(s.counts.total_ns).fetch_add(weight * ns, relaxed);
  std::atomic_ref(s.counts.measured).fetch_add(1, relaxed);
  std::atomic_ref(s.last_use).store(now, relaxed);
}

bool PlanTable::take_text(PlanReference reference) noexcept {
  std::atomic_ref texted(at(reference.slot).texted);
  uint32_t none = 0;
  return texted.load(relaxed) == 0 && texted.compare_exchange_strong(none, 1, relaxed);
}

void PlanTable::leave_text(PlanReference reference) noexcept {
  std::atomic_ref(at(reference.slot).texted).store(0, relaxed);
}

bool PlanTable::copy(uint32_t slot, PlanCopy& copy) const noexcept {
  PlanSlot& s = at(slot);
  std::atomic_ref control(s.control);
  const uint64_t steps = steps_of(control.load(acquire));
  if (state_of(steps) != is_live) return false;
  copy.reference = {slot, steps};
  copy.key = load_key(s.key);
  copy.first_use = std::atomic_ref(s.first_use).load(relaxed);
  copy.last_use = std::atomic_ref(s.last_use).load(relaxed);
  copy.recorded = load(s.recorded);
  copy.counts = load(s.counts);
  std::atomic_thread_fence(acquire);
  return steps_of(control.load(relaxed)) == steps;
}

uint32_t PlanTable::used() const noexcept { return std::atomic_ref(header_->used).load(relaxed); }
uint64_t PlanTable::reclaimed() const noexcept {
  return std::atomic_ref(header_->reclaimed).load(relaxed);
}
uint64_t PlanTable::unplaced() const noexcept {
  return std::atomic_ref(header_->unplaced).load(relaxed);
}
const uint32_t& PlanTable::rounds() const noexcept { return header_->rounds; }

void PlanTable::begin_round() noexcept { std::atomic_ref(header_->rounds).fetch_add(1, relaxed); }

void PlanTable::acknowledge(const PlanCopy& copy) noexcept {
  PlanSlot& s = at(copy.reference.slot);
  if (steps_of(std::atomic_ref(s.control).load(acquire)) == copy.reference.steps) {
    store(s.recorded, copy.counts);
  }
}

// Nobody can begin to count into it from the moment it is closing, and nobody was counting then.
bool PlanTable::free(uint32_t slot) noexcept {
  PlanSlot& s = at(slot);
  std::atomic_ref control(s.control);
  uint64_t seen = control.load(relaxed);
  if (state_of(steps_of(seen)) != is_live || pins_of(seen) != 0 ||
      !control.compare_exchange_strong(seen, seen + step, acq_rel)) {
    return false;
  }
  if (!same(load(s.counts), load(s.recorded))) {
    control.fetch_sub(step, release);
    return false;
  }
  store(s.counts, {});
  store(s.recorded, {});
  std::atomic_ref(s.texted).store(0, relaxed);
  std::atomic_ref(header_->used).fetch_sub(1, relaxed);
  std::atomic_ref(header_->reclaimed).fetch_add(1, relaxed);
  control.fetch_add(step, release);
  return true;
}

uint32_t PlanTable::make_room(uint32_t most) noexcept {
  const uint32_t now_used = used();
  if (now_used <= most) return 0;
  const uint32_t wanted = now_used - most;
  const auto use_of = [this](uint32_t slot, int64_t& use) {
    PlanSlot& s = at(slot);
    use = std::atomic_ref(s.last_use).load(relaxed);
    return state_of(steps_of(std::atomic_ref(s.control).load(acquire))) == is_live &&
           same(load(s.counts), load(s.recorded));
  };
  // The moment before which `wanted` slots were used last, by bisection: it takes no memory.
  int64_t earliest = INT64_MAX;
  int64_t latest = INT64_MIN;
  int64_t use = 0;
  for (uint32_t slot = 1; slot <= slots_; ++slot) {
    if (!use_of(slot, use)) continue;
    earliest = use < earliest ? use : earliest;
    latest = use > latest ? use : latest;
  }
  while (earliest < latest) {
    const auto width = static_cast<uint64_t>(latest) - static_cast<uint64_t>(earliest);
    const auto middle = static_cast<int64_t>(static_cast<uint64_t>(earliest) + width / 2);
    uint32_t older = 0;
    for (uint32_t slot = 1; slot <= slots_; ++slot) {
      if (use_of(slot, use) && use <= middle) ++older;
    }
    if (older >= wanted) {
      latest = middle;
    } else {
      earliest = middle + 1;
    }
  }
  uint32_t freed = 0;
  for (uint32_t slot = 1; slot <= slots_ && freed < wanted; ++slot) {
    if (use_of(slot, use) && use <= latest && free(slot)) ++freed;
  }
  return freed;
}

void PlanTable::want_texts() noexcept {
  for (uint32_t slot = 1; slot <= slots_; ++slot) {
    std::atomic_ref(at(slot).texted).store(0, relaxed);
  }
}

}  // namespace almanac::core
