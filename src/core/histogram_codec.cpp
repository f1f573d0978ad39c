#include "core/histogram_codec.hpp"

#include <algorithm>
#include <cstring>

namespace almanac::core {

namespace {

constexpr unsigned version = 1;
constexpr unsigned version_bits = 4;
constexpr unsigned bucket_bits = 10;
constexpr unsigned escape = 12;  // so many ones announce a number of any size
constexpr unsigned width_bits = 6;

static_assert(bucket_count <= 1U << bucket_bits);

// What one peek() shows at least; a code without escape is no longer. Its low bits are at most 32.
constexpr unsigned peek_bits = 57;
static_assert(escape + 32 <= peek_bits);

}  // namespace

HistogramReader::HistogramReader(std::span<const std::byte> bytes)
    : bytes_(bytes.data()), size_(bytes.size()) {
  if (size_ == 0) throw CorruptChunk("packed histogram has no bytes");
  if (size_ > max_packed_bytes) throw CorruptChunk("packed histogram is too long");
  if (take(version_bits) != version) throw CorruptChunk("packed histogram is of unknown version");
}

// The next bits, left-aligned: at least peek_bits of them, zeros beyond the end.
uint64_t HistogramReader::peek() const {
  const size_t byte = at_ >> 3;
  uint64_t window = 0;
  if (byte + sizeof(window) <= size_) [[likely]] {
    std::memcpy(&window, bytes_ + byte, sizeof(window));
  } else if (byte < size_) {
    std::memcpy(&window, bytes_ + byte, size_ - byte);
  }
  return __builtin_bswap64(window) << (at_ & 7);
}

uint64_t HistogramReader::take(unsigned bits) {
  uint64_t value = 0;
  if (bits > 32) value = take(bits - 32) << 32;
  const unsigned low = std::min(bits, 32U);
  value |= peek() >> 1 >> (63 - low);
  at_ += low;
  if (at_ > size_ * 8) throw CorruptChunk("packed histogram ends too early");
  return value;
}

uint64_t HistogramReader::code(unsigned low_bits) {
  const uint64_t window = peek();
  const auto ones = static_cast<unsigned>(std::countl_one(window));
  if (ones >= escape) {
    at_ += escape;
    const auto width = static_cast<unsigned>(take(width_bits));
    return (uint64_t{1} << width) | take(width);
  }
  at_ += ones + 1 + low_bits;
  if (at_ > size_ * 8) throw CorruptChunk("packed histogram ends too early");
  return (uint64_t{ones} << low_bits) | (window << (ones + 1) >> 1 >> (63 - low_bits));
}

bool HistogramReader::next(Used& used) {
  const size_t left = size_ * 8 - at_;
  if (left < 8 && static_cast<size_t>(std::countl_one(peek())) >= left) return false;
  if (bucket_ == bucket_count) {
    bucket_ = static_cast<unsigned>(take(bucket_bits));
    if (bucket_ > last_bucket) throw CorruptChunk("packed histogram has a bucket that is none");
  } else {
    const uint64_t gap = code(model_.gaps.gap_bits());
    if (gap >= last_bucket - bucket_) {
      throw CorruptChunk("packed histogram has a bucket that is none");
    }
    model_.gaps.learn(gap);
    bucket_ += static_cast<unsigned>(gap) + 1;
  }
  const uint64_t more = code(model_.counts.count_bits());
  if (more >= max_calls - calls_) throw CorruptChunk("packed histogram has too many calls");
  model_.counts.learn(more);
  calls_ += more + 1;
  used = {bucket_, more + 1};
  return true;
}

HistogramWriter::HistogramWriter(Vector<std::byte>& out) : out_(out) { put(version, version_bits); }

// bits <= 56
void HistogramWriter::put(uint64_t value, unsigned bits) {
  pending_ = (pending_ << bits) | value;
  pending_bits_ += bits;
  while (pending_bits_ >= 8) {
    pending_bits_ -= 8;
    out_.push_back(static_cast<std::byte>((pending_ >> pending_bits_) & 0xff));
  }
}

void HistogramWriter::put_code(uint64_t value, unsigned low_bits) {
  const uint64_t ones = value >> low_bits;
  if (ones < escape) {
    put((uint64_t{2} << ones) - 2, static_cast<unsigned>(ones) + 1);
    put(value & ((uint64_t{1} << low_bits) - 1), low_bits);
    return;
  }
  const auto width = static_cast<unsigned>(std::bit_width(value)) - 1;
  put((uint64_t{1} << escape) - 1, escape);
  put(width, width_bits);
  const uint64_t below = value - (uint64_t{1} << width);
  const unsigned low = std::min(width, 32U);
  put(below >> low, width - low);
  put(below & ((uint64_t{1} << low) - 1), low);
}

void HistogramWriter::add(unsigned bucket, uint64_t calls) {
  if (bucket_ == bucket_count) {
    put(bucket, bucket_bits);
  } else {
    const uint64_t gap = bucket - bucket_ - 1;
    put_code(gap, model_.gaps.gap_bits());
    model_.gaps.learn(gap);
  }
  bucket_ = bucket;
  put_code(calls - 1, model_.counts.count_bits());
  model_.counts.learn(calls - 1);
}

void HistogramWriter::finish() {
  if (pending_bits_ > 0) put((1U << (8 - pending_bits_)) - 1, 8 - pending_bits_);
}

void check_packed(std::span<const std::byte> bytes, Resource* scratch) {
  Vector<std::byte> again(scratch);
  HistogramReader reader(bytes);
  HistogramWriter writer(again);
  for (Used used; reader.next(used);) writer.add(used.bucket, used.calls);
  writer.finish();
  if (!std::ranges::equal(view(again), bytes)) {
    throw CorruptChunk("packed histogram is not in its shortest form");
  }
}

}  // namespace almanac::core
