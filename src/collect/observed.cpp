#include "collect/observed.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace almanac::collect {
namespace {

using store::KeyColumn;
using store::KeyType;

unsigned count(std::span<const KeyColumn> columns, KeyType type) {
  return static_cast<unsigned>(std::ranges::count(columns, type, &KeyColumn::type));
}

// How many columns of the type stand before `position`; throws unless the one there is of that
// type.
unsigned place(std::span<const KeyColumn> columns, unsigned position, KeyType type) {
  if (position >= columns.size() || columns[position].type != type) {
    throw std::invalid_argument("no key or label of that type there");
  }
  return count(columns.first(position), type);
}

}  // namespace

std::int64_t text_word(std::string_view text) noexcept {
  return static_cast<std::int64_t>(XXH3_64bits(text.data(), text.size()));
}

unsigned key_words(const store::Stream& stream) noexcept {
  return std::max(1U, static_cast<unsigned>(stream.keys.size()));
}

void Texts::add(std::string_view text) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max() - bytes.size()) {
    throw std::length_error("too much text in one look");
  }
  const std::size_t before = bytes.size();
  bytes.insert(bytes.end(), text.begin(), text.end());
  try {
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
  } catch (...) {
    bytes.resize(before);
    throw;
  }
}

Observed::Observed(const store::Stream& of, core::Resource* resource)
    : stream(&of),
      texts_per_row(count(of.keys, KeyType::text) + count(of.labels, KeyType::text)),
      oids_per_row(count(of.labels, KeyType::oid)),
      look(key_words(of), of.columns.size(), resource),
      texts(resource),
      oids(resource) {}

std::string_view Observed::key_text(std::uint32_t row, unsigned column) const {
  return texts.at(std::size_t{row} * texts_per_row + place(stream->keys, column, KeyType::text));
}

std::string_view Observed::label_text(std::uint32_t row, unsigned label) const {
  return texts.at(std::size_t{row} * texts_per_row + count(stream->keys, KeyType::text) +
                  place(stream->labels, label, KeyType::text));
}

std::uint32_t Observed::label_oid(std::uint32_t row, unsigned label) const {
  return oids[std::size_t{row} * oids_per_row + place(stream->labels, label, KeyType::oid)];
}

void Observed::clear() {
  look.clear();
  texts.clear();
  oids.clear();
}

}  // namespace almanac::collect
