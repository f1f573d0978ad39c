// almanac.screen_line().

#include "api/screen.hpp"

#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

// U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069 and U+FEFF in UTF-8.
bool turns_direction(std::string_view character) noexcept {
  if (character == "\xEF\xBB\xBF") return true;
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto last = static_cast<unsigned char>(character[2]);
  if (character[1] == '\x80') {
    return last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
  }
  return character[1] == '\x81' && last >= 0xA6 && last <= 0xA9;
}

}  // namespace

bool draws_unicode() noexcept {
  const auto has = [](int encoding) { return encoding == PG_UTF8 || encoding == PG_SQL_ASCII; };
  return has(GetDatabaseEncoding()) && has(pg_get_client_encoding());
}

core::String one_line(std::string_view text, int columns, core::Resource* resource) {
  const int encoding = GetDatabaseEncoding();
  core::String line(resource);
  int used = 0;
  bool blank = false;
  while (!text.empty()) {
    int size = 1;
    int wide = 1;
    pg::call([&] {
      size = pg_encoding_mblen(encoding, text.data());
      wide = pg_encoding_dsplen(encoding, text.data());
    });
    const std::string_view character = text.substr(
        0, std::clamp<std::size_t>(static_cast<std::size_t>(std::max(size, 1)), 1, text.size()));
    text.remove_prefix(character.size());
    if (wide < 0 || character == " " || (encoding == PG_UTF8 && turns_direction(character))) {
      blank = !line.empty();
      continue;
    }
    if (used + wide + (blank ? 1 : 0) > columns) break;
    if (blank) line += ' ';
    used += wide + (blank ? 1 : 0);
    blank = false;
    line.append(character.data(), character.size());
  }
  return line;
}

ALMANAC_FUNCTION(almanac_screen_line) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext scratch(CurrentMemoryContext, "almanac screen");
  const core::String line = one_line(arguments.get<std::string_view>(0),
                                     arguments.get<std::int32_t>(1), scratch.resource());
  return pg::result(std::string_view(line.data(), line.size()));
}

}  // namespace almanac::api
