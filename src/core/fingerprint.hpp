// Zone: core.
//
// The identity of a statement that survives a major upgrade, where queryids change: a hash of its
// text in a normal form.
//
// The normal form: comments gone; white space gone but for one blank between two words (and between
// two operators that were apart); everything outside quotes in lower case (ASCII); quoted
// identifiers as they are; $1, numbers and strings of any kind as `?`; a list of only those, `(?,
// ?, ?)`, as `(?)`; no semicolons at the end. What is not valid SQL is taken byte by byte: every
// text has a fingerprint.
//
// Fingerprints are stored: the normal form and the hash (XXH3, 64 bits, seed 0) never change. The
// test vectors in test/unit/fingerprint_test.cpp hold that.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/memory.hpp"

namespace almanac::core {

// The normal form. At most 2 * text.size() bytes. O(size).
String normal_form(std::string_view text, Resource* resource);

// Its hash. Scratch space for the normal form comes from `resource`.
uint64_t fingerprint(std::string_view text, Resource* resource);

}  // namespace almanac::core
