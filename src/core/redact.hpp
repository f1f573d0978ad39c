// Zone: core.
//
// What of a statement's text may be stored.
//
// pg_stat_statements replaces the constants of queries, but not of utility statements (before 16 of
// none): `ALTER ROLE x PASSWORD 'y'` stands there word by word, and so do the constants of a query
// whose entry was evicted while it ran. Text that may carry a secret never reaches a table of ours.
// The judge is lexical and errs to the safe side: what cannot be read to its end is withheld.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/memory.hpp"

namespace almanac::core {

enum class Verdict : uint8_t {
  plain,     // stored as it is
  masked,    // its string constants are replaced by ?
  withheld,  // only the leading command words are stored
};

struct Redacted {
  explicit Redacted(Resource* resource) : text(resource) {}
  Verdict verdict = Verdict::plain;
  String text;  // what may be stored
};

// The verdict and the text to store.
//
// Withheld are: roles created or altered with a password; subscriptions; user mappings, servers and
// foreign data wrappers with options; COPY from or to a program; settings whose name speaks of a
// password, secret, token, key or connection; any statement with a string that holds
// `password=...`, `"token": ...` or a URI with user and password, or with a string right behind
// such a word (`password = 'x'`); and whatever has quotes or comments that do not end or whose end
// depends on standard_conforming_strings. Of several statements in one text all are withheld if one
// is. What remains of a withheld text is its command words and a remark: `ALTER ROLE /* text
// withheld: may contain a secret */`.
//
// In all other texts string constants of any kind become `?`; numbers, names and comments stay.
//
// Any bytes are fine; throws nothing but std::bad_alloc. O(size).
Redacted redact(std::string_view text, Resource* resource);

// What stands in place of a value that is not to be seen.
inline constexpr const char* kHidden = "***";

// Whether the value of a setting may be a secret: by its name, or because it holds a password or
// credentials. Throws nothing, allocates nothing.
bool is_secret_setting(std::string_view name, std::string_view value);

// The longest prefix of at most max_bytes that does not cut a UTF-8 character in two. Bytes that
// are not UTF-8 are cut as if each were a character.
std::string_view clip(std::string_view text, size_t max_bytes);

}  // namespace almanac::core
