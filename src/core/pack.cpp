#include "core/pack.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace almanac::core {

namespace {

// Widths above this are stored as 64: a value then never spans more than 8 bytes.
constexpr unsigned widest_shifted = 56;

unsigned width_of(uint64_t distance) {
  const auto bits = static_cast<unsigned>(std::bit_width(distance));
  return bits > widest_shifted ? 64 : bits;
}

constexpr size_t packed_bytes(size_t count, unsigned width) { return (count * width + 7) / 8; }

// How one block is stored.
struct BlockForm {
  bool based = false;
  int64_t base = 0;
  unsigned width = 0;
  size_t bytes = 0;
};

BlockForm form_of(int64_t low, int64_t high, size_t count) {
  BlockForm form{true, low, width_of(static_cast<uint64_t>(high) - static_cast<uint64_t>(low)), 0};
  form.bytes = 1 + varint_size(zigzag(low)) + packed_bytes(count, form.width);
  if (low >= 0) {
    const unsigned width = width_of(static_cast<uint64_t>(high));
    const size_t bytes = 1 + packed_bytes(count, width);
    if (bytes <= form.bytes) return {false, 0, width, bytes};
  }
  return form;
}

uint64_t load64(const std::byte* from) {
  uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

void pack(std::byte* to, std::span<const int64_t> values, uint64_t base, unsigned width) {
  if (width == 64) {
    for (const int64_t value : values) {
      const uint64_t distance = static_cast<uint64_t>(value) - base;
      std::memcpy(to, &distance, sizeof distance);
      to += sizeof distance;
    }
    return;
  }
  uint64_t pending = 0;
  unsigned filled = 0;
  for (const int64_t value : values) {
    pending |= (static_cast<uint64_t>(value) - base) << filled;
    filled += width;
    while (filled >= 8) {
      *to++ = static_cast<std::byte>(pending & 0xff);
      pending >>= 8;
      filled -= 8;
    }
  }
  if (filled > 0) *to = static_cast<std::byte>(pending & 0xff);
}

// `readable` bytes may be read at `from`, at least those of the block.
void unpack(const std::byte* from, size_t readable, std::span<int64_t> out, uint64_t base,
            unsigned width) {
  if (width == 0) {
    std::fill(out.begin(), out.end(), static_cast<int64_t>(base));
    return;
  }
  if (width == 64) {
    for (int64_t& value : out) {
      value = static_cast<int64_t>(load64(from) + base);
      from += sizeof(uint64_t);
    }
    return;
  }
  const uint64_t mask = (uint64_t{1} << width) - 1;
  // Values whose eight bytes are all readable go the fast way.
  size_t fast = 0;
  if (readable >= 8) fast = std::min(out.size(), ((readable - 8) * 8 + 7) / width + 1);
  size_t bit = 0;
  for (size_t i = 0; i < fast; ++i, bit += width) {
    out[i] = static_cast<int64_t>(((load64(from + (bit >> 3)) >> (bit & 7)) & mask) + base);
  }
  for (size_t i = fast; i < out.size(); ++i, bit += width) {
    std::array<std::byte, 8> last{};
    const size_t at = bit >> 3;
    std::memcpy(last.data(), from + at, std::min<size_t>(8, readable - at));
    out[i] = static_cast<int64_t>(((load64(last.data()) >> (bit & 7)) & mask) + base);
  }
}

}  // namespace

void PackPlanner::Range::add(const Range& other) {
  low = std::min(low, other.low);
  high = std::max(high, other.high);
  count += other.count;
}

size_t PackPlanner::block_bytes(const Range& range) {
  return form_of(range.low, range.high, range.count).bytes;
}

void PackPlanner::end_leaf() {
  for (size_t i = 0; i < levels.size(); ++i) {
    level_[i].add(fine_);
    if (level_[i].count == size_t{1} << levels[i]) {
      level_bytes_[i] += block_bytes(level_[i]);
      level_[i] = {};
    }
  }
  fine_ = {};
}

void PackPlanner::end_group() {
  if (series_.count == 0) return;
  series_bytes_ += block_bytes(series_);
  series_ = {};
}

PackChoice PackPlanner::finish() {
  end_group();
  if (fine_.count > 0) end_leaf();
  PackChoice best{format::layout_series, 1 + series_bytes_};
  for (size_t i = 0; i < levels.size(); ++i) {
    if (level_[i].count > 0) level_bytes_[i] += block_bytes(level_[i]);
    if (1 + level_bytes_[i] < best.bytes) best = {levels[i], 1 + level_bytes_[i]};
  }
  return best;
}

size_t BlockLengths::next() {
  if (left_ == 0) return 0;
  size_t length = 0;
  if (layout_ == format::layout_series) {
    while (in_group_ == 0) {
      // Groups that disagree with the number of values can only come from damaged bytes.
      if (group_ + 1 >= groups_.size()) throw CorruptChunk("groups of packed values do not add up");
      in_group_ = groups_[group_ + 1] - groups_[group_];
      ++group_;
    }
    length = std::min(in_group_, format::series_block);
    in_group_ -= length;
  } else {
    length = size_t{1} << layout_;
  }
  length = std::min(length, left_);
  left_ -= length;
  return length;
}

void write_packed(ByteWriter& out, std::span<const int64_t> values,
                  std::span<const uint32_t> groups, unsigned layout) {
  out.u8(layout);
  BlockLengths lengths(layout, values.size(), groups);
  while (const size_t length = lengths.next()) {
    const auto block = values.first(length);
    values = values.subspan(length);
    const auto [low, high] = std::minmax_element(block.begin(), block.end());
    const BlockForm form = form_of(*low, *high, length);
    out.u8(form.width | (form.based ? format::has_base : 0U));
    if (form.based) out.signed_varint(form.base);
    std::byte* to = out.zeros(packed_bytes(length, form.width));
    if (form.width > 0) pack(to, block, static_cast<uint64_t>(form.base), form.width);
  }
}

bool packed_by_group(const ByteReader& in) {
  return in.left() > 0 && std::to_integer<unsigned>(*in.position()) == format::layout_series;
}

void read_packed(ByteReader& in, std::span<int64_t> out, std::span<const uint32_t> groups,
                 size_t begin, size_t end) {
  const unsigned layout = in.u8();
  if (layout != format::layout_series &&
      (layout < format::layout_min || layout > format::layout_max)) {
    throw CorruptChunk("unknown layout of packed values");
  }
  BlockLengths lengths(layout, out.size(), groups);
  for (size_t at = 0; at < end;) {
    const size_t length = lengths.next();
    const unsigned head = in.u8();
    const unsigned width = head & ~format::has_base;
    if (width > widest_shifted && width != 64) throw CorruptChunk("width of packed values");
    uint64_t base = 0;
    if ((head & format::has_base) != 0) base = static_cast<uint64_t>(in.signed_varint());
    const size_t readable = in.left();
    const auto bytes = in.take(packed_bytes(length, width));
    if (at + length > begin) {
      unpack(bytes.data(), readable, out.subspan(at, length), base, width);
    }
    at += length;
  }
}

}  // namespace almanac::core
