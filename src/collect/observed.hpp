// What a collector found at one look at one source: key words, raw cells and names of every entry,
// row by row.
//
// Every collector fills the same shape, whatever it reads (a system view, the cumulative
// statistics, files), so that the recorder needs no knowledge of where a stream comes from.
//
// Zone: C++ (no PostgreSQL call).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/memory.hpp"
#include "core/tracker.hpp"
#include "store/stream.hpp"

namespace almanac::collect {

// The word of a key that stands for a text: the 64-bit XXH3 hash of its bytes. Stable for ever.
[[nodiscard]] std::int64_t text_word(std::string_view text) noexcept;

// The words of other types of key: an oid is extended with zeros, a boolean is 0 or 1, a bigint is
// itself.
[[nodiscard]] constexpr std::int64_t oid_word(std::uint32_t oid) noexcept {
  return static_cast<std::int64_t>(oid);
}
[[nodiscard]] constexpr std::int64_t boolean_word(bool value) noexcept { return value ? 1 : 0; }

// Key words of a stream: one per key column; a stream without keys has one entry, of key word 0.
[[nodiscard]] unsigned key_words(const store::Stream& stream) noexcept;

// A sequence of strings in one piece of memory.
struct Texts {
  explicit Texts(core::Resource* resource) : bytes(resource), ends(resource) {}

  core::Vector<char> bytes;
  core::Vector<std::uint32_t> ends;  // per string: where it ends in bytes

  // Appends a copy. Throws std::bad_alloc, and std::length_error beyond 4 GB; then nothing changed.
  void add(std::string_view text);
  // Valid until the next add(). No check of the position.
  [[nodiscard]] std::string_view at(std::size_t i) const noexcept {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return {bytes.data() + begin, ends[i] - begin};
  }
  [[nodiscard]] std::size_t size() const noexcept { return ends.size(); }
  void clear() noexcept {
    bytes.clear();
    ends.clear();
  }
};

// One look at one source. Rows are those of `look`; beside each row stand its texts and oids:
//   texts  its text keys in the order of Stream::keys, then its text labels in the order of
//   Stream::labels oids   its oid labels in the order of Stream::labels
// Labels of other types do not exist.
struct Observed {
  Observed(const store::Stream& of, core::Resource* resource);

  const store::Stream* stream;
  unsigned texts_per_row;
  unsigned oids_per_row;
  core::Look look;
  Texts texts;
  core::Vector<std::uint32_t> oids;

  [[nodiscard]] std::uint32_t rows() const { return look.rows(); }

  // The text of a text key column, by position in Stream::keys. Throws std::invalid_argument if it
  // is not of that type.
  [[nodiscard]] std::string_view key_text(std::uint32_t row, unsigned column) const;
  // The text of a text label, or the value of an oid label, by position in Stream::labels. The
  // same.
  [[nodiscard]] std::string_view label_text(std::uint32_t row, unsigned label) const;
  [[nodiscard]] std::uint32_t label_oid(std::uint32_t row, unsigned label) const;

  // Forgets all rows, keeps the memory.
  void clear();
};

}  // namespace almanac::collect
