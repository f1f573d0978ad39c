#include "core/mask.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/chunk_format.hpp"

namespace almanac::core {

namespace {

constexpr size_t bitmap_bytes(size_t size) { return (size + 7) / 8; }

// std::popcount() is a call into the compiler's library unless the processor is known to have an
// instruction for it.
constexpr size_t ones(uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555;
  word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return (word * 0x0101010101010101) >> 56;
}

}  // namespace

Mask::Mask(size_t size, Resource* resource) : size_(size), words_(resource) {
  words_.resize((size + 63) / 64, 0);
}

size_t Mask::count() const {
  size_t kept = 0;
  for (const uint64_t word : words_) kept += ones(word);
  return kept;
}

size_t Mask::run_end(size_t from, bool kept) const {
  const uint64_t flip = kept ? ~uint64_t{0} : 0;
  for (size_t at = from; at < size_;) {
    const uint64_t other = (words_[at >> 6] ^ flip) >> (at & 63);
    if (other != 0) return std::min(size_, at + static_cast<size_t>(std::countr_zero(other)));
    at = (at | 63) + 1;
  }
  return size_;
}

template <class F>
void Mask::each_run(F f) const {
  bool kept = false;
  for (size_t at = 0; at < size_; kept = !kept) {
    const size_t end = run_end(at, kept);
    f(end - at);
    at = end;
  }
}

size_t Mask::bytes() const {
  const size_t enough = bitmap_bytes(size_);
  size_t runs = 0;
  bool kept = false;
  for (size_t at = 0; at < size_ && runs < enough; kept = !kept) {
    const size_t end = run_end(at, kept);
    runs += varint_size(end - at);
    at = end;
  }
  return 1 + std::min(runs, enough);
}

void Mask::write(ByteWriter& out) const {
  if (bytes() < 1 + bitmap_bytes(size_)) {
    out.u8(format::runs);
    each_run([&](size_t length) { out.varint(length); });
    return;
  }
  out.u8(format::bitmap);
  std::byte* to = out.zeros(bitmap_bytes(size_));
  if (size_ > 0) std::memcpy(to, words_.data(), bitmap_bytes(size_));
}

void Mask::keep_range(size_t from, size_t to) {
  while (from < to) {
    const size_t bits = std::min(to - from, 64 - (from & 63));
    words_[from >> 6] |= (~uint64_t{0} >> (64 - bits)) << (from & 63);
    from += bits;
  }
}

Mask Mask::read(ByteReader& in, size_t size, Resource* resource) {
  const unsigned form = in.u8();
  if (form == format::bitmap) {
    const auto bytes = in.take(bitmap_bytes(size));
    Mask mask(size, resource);
    if (size > 0) std::memcpy(mask.words_.data(), bytes.data(), bytes.size());
    if (size % 64 != 0 && (mask.words_.back() >> (size % 64)) != 0) {
      throw CorruptChunk("mask has bits beyond its end");
    }
    return mask;
  }
  if (form != format::runs) throw CorruptChunk("unknown form of mask");
  Mask mask(size, resource);
  bool kept = false;
  for (size_t at = 0; at < size; kept = !kept) {
    const size_t length = in.bounded(size - at, "mask runs beyond its end");
    if (length == 0 && at > 0) throw CorruptChunk("mask has an empty run");
    if (kept) mask.keep_range(at, at + length);
    at += length;
  }
  return mask;
}

size_t Mask::kept_between(size_t from, size_t to) const {
  size_t kept = 0;
  while (from < to) {
    const size_t bits = std::min(to - from, 64 - (from & 63));
    const uint64_t word = (words_[from >> 6] >> (from & 63)) & (~uint64_t{0} >> (64 - bits));
    kept += ones(word);
    from += bits;
  }
  return kept;
}

void Mask::spread(std::span<int64_t> cells, int64_t filler, size_t begin, size_t end) const {
  // Reading never falls behind writing: the values sit at the end, and as many positions lie ahead
  // of them as are still to be filled.
  const int64_t* from = cells.data() + (cells.size() - count()) + kept_between(0, begin);
  for (size_t at = begin; at < end;) {
    const size_t length = std::min(end - at, 64 - (at & 63));
    uint64_t word = (words_[at >> 6] >> (at & 63)) & (~uint64_t{0} >> (64 - length));
    int64_t* to = cells.data() + at;
    at += length;
    if (word == 0) {
      std::fill_n(to, length, filler);
    } else if (ones(word) == length) {
      std::copy_n(from, length, to);
      from += length;
    } else {
      for (size_t i = 0; i < length; ++i, word >>= 1) {
        const bool kept = (word & 1) != 0;
        to[i] = kept ? *from : filler;
        from += kept ? 1 : 0;
      }
    }
  }
}

Vector<uint32_t> Mask::kept_groups(std::span<const uint32_t> groups, Resource* resource) const {
  Vector<uint32_t> kept(groups.size(), boost::container::default_init, resource);
  size_t before = 0;
  size_t at = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    before += kept_between(at, groups[g]);
    at = groups[g];
    kept[g] = static_cast<uint32_t>(before);
  }
  return kept;
}

}  // namespace almanac::core
