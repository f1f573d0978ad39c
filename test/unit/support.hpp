// Zone: core.
//
// What the unit tests, the fuzzers and the benchmark share: memory that is counted and can run out,
// random numbers that are the same everywhere, and random batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

#include "core/chunk.hpp"
#include "core/memory.hpp"

namespace almanac::core::test {

// Counts what is allocated; throws std::bad_alloc beyond a limit.
class CountingResource : public Resource {
 public:
  explicit CountingResource(size_t limit = SIZE_MAX) : limit_(limit) {}
  ~CountingResource() override = default;
  CountingResource(const CountingResource&) = delete;
  CountingResource& operator=(const CountingResource&) = delete;

  size_t used() const { return used_; }
  size_t peak() const { return peak_; }
  size_t allocations() const { return allocations_; }
  void set_limit(size_t limit) { limit_ = limit; }
  void reset_peak() { peak_ = used_; }

 private:
  void* do_allocate(size_t bytes, size_t) override {
    if (bytes > limit_ - used_ || used_ > limit_) throw std::bad_alloc();
    void* memory = ::operator new(bytes);
    used_ += bytes;
    peak_ = used_ > peak_ ? used_ : peak_;
    ++allocations_;
    return memory;
  }
  void do_deallocate(void* memory, size_t bytes, size_t) override {
    used_ -= bytes;
    ::operator delete(memory);
  }
  bool do_is_equal(const Resource& other) const noexcept override { return this == &other; }

  size_t limit_;
  size_t used_ = 0;
  size_t peak_ = 0;
  size_t allocations_ = 0;
};

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine, unlike std's
// distributions.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15U;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  // 0 <= result < limit.
  uint64_t below(uint64_t limit) { return limit == 0 ? 0 : bits() % limit; }
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  // 0 <= result < 1.
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  bool chance(double probability) { return unit() < probability; }
  // Mean 0, standard deviation 1, near enough (sum of twelve uniform numbers).
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += unit();
    return sum;
  }

 private:
  uint64_t state_;
};

template <class T>
std::vector<T> copy(const Vector<T>& values) {
  return {values.begin(), values.end()};
}

// Cells in one of several styles: constant, sparse, walking, extreme, with and without NULLs.
void fill_column(Vector<int64_t>& column, size_t samples, Random& random);

// A well-formed batch of any shape up to about these sizes.
Batch random_batch(Random& random, size_t most_series, size_t most_ticks, size_t most_columns,
                   Resource* resource);

// True if both batches say the same; a column of NULLs equals an empty one.
bool same(const Batch& a, const Batch& b);

// Puts the checksum right after bytes have been changed.
void fix_checksum(std::span<std::byte> chunk);

// Reads everything there is in a chunk, in every way; CorruptChunk escapes.
void read_all(std::span<const std::byte> chunk, Resource* resource);

}  // namespace almanac::core::test
