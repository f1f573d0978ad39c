// Zone: core.
//
// From keys of a fixed number of int64 words to dense row numbers 0, 1, 2, ... in order of
// insertion.
//
// Open addressing with linear probing, at most 3/4 full. Rows are never removed one by one:
// a look at a source builds an index, the next look builds another.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "core/memory.hpp"

namespace almanac::core {

class KeyIndex {
 public:
  // `words` >= 1: the width of every key. Throws std::invalid_argument for 0.
  KeyIndex(unsigned words, Resource* resource);
  // A copy on another resource.
  KeyIndex(const KeyIndex& other, Resource* resource);

  // The row of the key and true, or the row that already had it and false. Throws
  // std::invalid_argument for a key of another width, std::length_error beyond 2^31 rows,
  // std::bad_alloc; then nothing changed.
  std::pair<uint32_t, bool> insert(std::span<const int64_t> key);

  // The row of a key, if it is there. A key of another width is not.
  std::optional<uint32_t> find(std::span<const int64_t> key) const;

  // True if the row exists and has this key: a cheap guess before find() when order hardly changes.
  bool is_at(uint32_t row, std::span<const int64_t> key) const;

  // The key of a row < size().
  std::span<const int64_t> key(uint32_t row) const {
    return {keys_.data() + size_t{row} * words_, words_};
  }

  // All keys, row after row.
  std::span<const int64_t> keys() const { return {keys_.data(), keys_.size()}; }

  uint32_t size() const { return size_; }
  unsigned words() const { return words_; }
  Resource* resource() const { return keys_.get_allocator().resource(); }

  // Room for this many rows without another allocation.
  void reserve(uint32_t rows);
  // Forgets all rows, keeps the memory.
  void clear();
  // Exchanges contents; does not throw when both use the same resource, else copies.
  void swap(KeyIndex& other);

 private:
  struct Slot {
    uint32_t tag = 0;       // high half of the hash
    uint32_t row_plus = 0;  // row + 1; 0: free
  };
  size_t probe(std::span<const int64_t> key, uint64_t hash) const;
  void rehash(size_t slots);

  unsigned words_;
  uint32_t size_ = 0;
  Vector<int64_t> keys_;
  Vector<Slot> slots_;  // a power of two, at most 3/4 used
};

}  // namespace almanac::core
