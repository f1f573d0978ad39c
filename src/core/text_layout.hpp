// Zone: core.
//
// Text for terminals and reports: nothing in it that a terminal or a browser would obey, and as
// many columns wide as asked. What a character is and how wide is for the caller to say, by the
// encoding of the database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/memory.hpp"

namespace almanac::core {

struct Encoding {
  // Bytes of the character that begins at `text`, at least 1 and at most text.size(); 0: what
  // begins there is none, and its first byte is on its own.
  std::size_t (*length)(std::string_view text);
  // Columns of one character, 0 for what combines with the one before.
  int (*width)(std::string_view character);
  bool unicode;  // characters are UTF-8
};

// The text without anything that is not seen but does something: control characters, and in Unicode
// also those that change the direction of text, separate lines, or are tags, are spelled out, as
// \x1B or \u202E. Joiners stay, scripts and emoji need them. O(size).
String plain(std::string_view text, const Encoding& encoding, Resource* resource);

// The same within a JSON document, as its escapes: it says the same as before.
String plain_json(std::string_view json, const Encoding& encoding, Resource* resource);

// How many columns a plain text takes.
int width(std::string_view text, const Encoding& encoding);

// Exactly so many columns of a plain text: filled with blanks, at the left if `right`; or cut, with
// "..." at the end where there is room for it.
String fit(std::string_view text, int columns, bool right, const Encoding& encoding,
           Resource* resource);

// A plain text in lines of at most so many columns (1 and more), broken at blanks where possible.
// Blanks around a break are dropped. No line for an empty text.
Vector<std::string_view> wrap(std::string_view text, int columns, const Encoding& encoding,
                              Resource* resource);

}  // namespace almanac::core
