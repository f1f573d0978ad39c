// Zone: core.
//
// Which positions of a column are kept: the non-NULLs, the non-zeros. See chunk_format.hpp for the
// bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/bytes.hpp"

namespace almanac::core {

class Mask {
 public:
  // Keeps nothing of `size` positions.
  Mask(size_t size, Resource* resource);

  void keep(size_t at) { words_[at >> 6] |= uint64_t{1} << (at & 63); }
  bool keeps(size_t at) const { return ((words_[at >> 6] >> (at & 63)) & 1) != 0; }
  size_t size() const { return size_; }
  // How many positions are kept, of all or of those with from <= position < to. O(size / 64).
  size_t count() const;
  size_t kept_between(size_t from, size_t to) const;

  void write(ByteWriter& out) const;
  // Bytes that write() appends. O(size / 64 + runs).
  size_t bytes() const;
  // Throws CorruptChunk unless the bytes are a mask over `size` positions.
  static Mask read(ByteReader& in, size_t size, Resource* resource);

  // The last count() values of `cells` go to the kept positions, in order; the others become
  // `filler`.
  void spread(std::span<int64_t> cells, int64_t filler) const { spread(cells, filler, 0, size_); }
  // The same for begin <= position < end only: the values of others need not be there, and what
  // their positions hold is unspecified.
  void spread(std::span<int64_t> cells, int64_t filler, size_t begin, size_t end) const;

  // Where groups start when only kept positions count. `groups` as in pack.hpp.
  Vector<uint32_t> kept_groups(std::span<const uint32_t> groups, Resource* resource) const;

 private:
  // Calls f(length) for each run, left out first, kept next, and so on.
  template <class F>
  void each_run(F f) const;
  size_t run_end(size_t from, bool kept) const;
  void keep_range(size_t from, size_t to);

  size_t size_;
  Vector<uint64_t> words_;
};

}  // namespace almanac::core
