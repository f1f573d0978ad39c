#include "core/key_index.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "core/checksum.hpp"

namespace almanac::core {

namespace {

constexpr size_t smallest_table = 16;
constexpr uint32_t most_rows = uint32_t{1} << 31;

// Most keys have one or two words: for them the mixing step of SplitMix64 is a third of the work.
uint64_t hash_of(std::span<const int64_t> key) {
  if (key.size() > 2) return hash64(std::as_bytes(key));
  uint64_t hash = 0;
  for (const int64_t word : key) {
    hash = (hash ^ static_cast<uint64_t>(word)) + 0x9e3779b97f4a7c15U;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebU;
    hash ^= hash >> 31;
  }
  return hash;
}

uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

// Slots that hold this many rows at most three quarters full.
size_t slots_for(size_t rows) { return std::max(smallest_table, std::bit_ceil(rows * 4 / 3 + 1)); }

}  // namespace

KeyIndex::KeyIndex(unsigned words, Resource* resource)
    : words_(words), keys_(resource), slots_(resource) {
  if (words == 0) throw std::invalid_argument("a key needs at least one word");
}

KeyIndex::KeyIndex(const KeyIndex& other, Resource* resource)
    : words_(other.words_),
      size_(other.size_),
      keys_(other.keys_, resource),
      slots_(other.slots_, resource) {}

size_t KeyIndex::probe(std::span<const int64_t> key, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  const uint32_t tag = tag_of(hash);
  size_t at = hash & mask;
  while (slots_[at].row_plus != 0 &&
         (slots_[at].tag != tag || !is_at(slots_[at].row_plus - 1, key))) {
    at = (at + 1) & mask;
  }
  return at;
}

void KeyIndex::rehash(size_t slots) {
  Vector<Slot> bigger(slots, slots_.get_allocator().resource());
  const size_t mask = slots - 1;
  for (uint32_t row = 0; row < size_; ++row) {
    const uint64_t hash = hash_of(key(row));
    size_t at = hash & mask;
    while (bigger[at].row_plus != 0) at = (at + 1) & mask;
    bigger[at] = {tag_of(hash), row + 1};
  }
  slots_.swap(bigger);
}

std::pair<uint32_t, bool> KeyIndex::insert(std::span<const int64_t> key) {
  if (key.size() != words_) throw std::invalid_argument("key of another width");
  if (slots_.size() < slots_for(size_t{size_} + 1)) rehash(slots_for(size_t{size_} + 1));
  const uint64_t hash = hash_of(key);
  const size_t at = probe(key, hash);
  if (slots_[at].row_plus != 0) return {slots_[at].row_plus - 1, false};
  if (size_ == most_rows) throw std::length_error("too many rows in an index");
  keys_.insert(keys_.end(), key.begin(), key.end());
  slots_[at] = {tag_of(hash), size_ + 1};
  return {size_++, true};
}

std::optional<uint32_t> KeyIndex::find(std::span<const int64_t> key) const {
  if (size_ == 0 || key.size() != words_) return std::nullopt;
  const Slot& slot = slots_[probe(key, hash_of(key))];
  if (slot.row_plus == 0) return std::nullopt;
  return slot.row_plus - 1;
}

bool KeyIndex::is_at(uint32_t row, std::span<const int64_t> key) const {
  if (row >= size_ || key.size() != words_) return false;
  // Not std::equal, which calls memcmp: the words are few.
  const int64_t* const there = keys_.data() + size_t{row} * words_;
  for (unsigned i = 0; i < words_; ++i) {
    if (key[i] != there[i]) return false;
  }
  return true;
}

void KeyIndex::reserve(uint32_t rows) {
  keys_.reserve(size_t{rows} * words_);
  if (slots_.size() < slots_for(rows)) rehash(slots_for(rows));
}

void KeyIndex::clear() {
  size_ = 0;
  keys_.clear();
  std::fill(slots_.begin(), slots_.end(), Slot{});
}

void KeyIndex::swap(KeyIndex& other) {
  std::swap(words_, other.words_);
  std::swap(size_, other.size_);
  if (resource() == other.resource()) {
    keys_.swap(other.keys_);
    slots_.swap(other.slots_);
  } else {
    std::swap(keys_, other.keys_);
    std::swap(slots_, other.slots_);
  }
}

}  // namespace almanac::core
