#include "core/histogram_codec.hpp"

#include <algorithm>

namespace almanac::core {

namespace detail {

static_assert(bucket_count <= 1U << bucket_bits);

void packed_too_short() { throw CorruptChunk("packed histogram ends too early"); }
void packed_bucket_is_none() { throw CorruptChunk("packed histogram has a bucket that is none"); }
void packed_calls_too_many() { throw CorruptChunk("packed histogram has too many calls"); }

}  // namespace detail

using namespace detail;

HistogramReader::HistogramReader(std::span<const std::byte> bytes)
    : next_(bytes.data()), end_(bytes.data() + bytes.size()) {
  if (bytes.empty()) throw CorruptChunk("packed histogram has no bytes");
  if (bytes.size() > max_packed_bytes) throw CorruptChunk("packed histogram is too long");
  if (take(version_bits) != format_version)
    throw CorruptChunk("packed histogram is of unknown version");
}

uint64_t HistogramReader::escaped() {
  skip(escape_ones);
  const auto width = static_cast<unsigned>(take(width_bits));
  const unsigned low = std::min(width, 32U);
  const uint64_t high = take(width - low);
  return (uint64_t{1} << width) | high << low | take(low);
}

HistogramWriter::HistogramWriter(Vector<std::byte>& out) : out_(out) {
  put(format_version, version_bits);
}

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
  if (ones < escape_ones) {
    put((uint64_t{2} << ones) - 2, static_cast<unsigned>(ones) + 1);
    put(value & ((uint64_t{1} << low_bits) - 1), low_bits);
    return;
  }
  const auto width = 63 - static_cast<unsigned>(__builtin_clzll(value));
  put((uint64_t{1} << escape_ones) - 1, escape_ones);
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
