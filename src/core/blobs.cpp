#include "core/blobs.hpp"

#include <cstring>
#include <stdexcept>

#include "core/bytes.hpp"
#include "core/checksum.hpp"

namespace almanac::core {

namespace {

constexpr unsigned version = 1;
constexpr size_t checksum_at = 1;
constexpr size_t body_at = 5;
constexpr size_t max_bytes = size_t{1} << 30;

void require(bool condition, const char* what) {
  if (!condition) throw CorruptChunk(what);
}

}  // namespace

void Blobs::add(std::span<const std::byte> string) {
  if (string.size() > max_bytes - bytes.size()) throw std::length_error("too long strings");
  bytes.insert(bytes.end(), string.begin(), string.end());
  ends.push_back(static_cast<uint32_t>(bytes.size()));
}

Vector<std::byte> encode_blobs(const Blobs& blobs, Resource* resource) {
  Vector<std::byte> packed(resource);
  packed.reserve(body_at + 8 + 2 * blobs.ends.size() + blobs.bytes.size());
  ByteWriter out(packed);
  out.u8(version);
  out.zeros(body_at - checksum_at);
  out.varint(blobs.ends.size());
  uint32_t begin = 0;
  for (const uint32_t end : blobs.ends) {
    out.varint(end - begin);
    begin = end;
  }
  packed.insert(packed.end(), blobs.bytes.begin(), blobs.bytes.end());
  const uint32_t sum =
      checksum({packed.data() + body_at, packed.size() - body_at}, uint64_t{version});
  std::memcpy(packed.data() + checksum_at, &sum, sizeof sum);
  return packed;
}

void decode_blobs(std::span<const std::byte> packed, size_t samples, Blobs& out) {
  out.clear();
  require(packed.size() > body_at, "length of packed histograms");
  require(std::to_integer<unsigned>(packed[0]) == version, "unknown version of histograms");
  uint32_t sum = 0;
  std::memcpy(&sum, packed.data() + checksum_at, sizeof sum);
  const auto body = packed.subspan(body_at);
  require(sum == checksum(body, version), "checksum of histograms does not match");
  ByteReader in(body);
  require(in.varint() == samples, "number of histograms is not that of the samples");
  require(samples <= in.left(), "packed bytes end too early");
  out.ends.reserve(samples);
  uint64_t end = 0;
  for (size_t i = 0; i < samples; ++i) {
    end += in.bounded(max_bytes, "histograms are too long");
    require(end <= in.left(), "histograms are longer than their bytes");
    out.ends.push_back(static_cast<uint32_t>(end));
  }
  require(end == in.left(), "bytes behind the last histogram");
  const auto strings = in.take(in.left());
  out.bytes.assign(strings.begin(), strings.end());
}

}  // namespace almanac::core
