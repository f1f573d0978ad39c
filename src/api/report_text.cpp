// almanac.plain_text(), plain_json(), text_width(), fit_text(), wrap_text(): what reports are set
// with.

#include "core/text_layout.hpp"
#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {
namespace {

// PostgreSQL's own idea of how wide a character is, which is psql's, too. Nothing here ereports: a
// character is not looked at before it is known to be whole.

std::size_t utf8_length(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const auto length = static_cast<std::size_t>(pg_utf_mblen(bytes));
  return length <= text.size() && pg_utf8_islegal(bytes, static_cast<int>(length)) ? length : 0;
}

int utf8_width(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character[0]);
  return character.size() == 1 && byte >= 0x80
             ? 1
             : std::max(pg_encoding_dsplen(PG_UTF8, character.data()), 0);
}

std::size_t other_length(std::string_view text) {
  const int encoding = GetDatabaseEncoding();
  if (pg_encoding_max_length(encoding) == 1) {
    return 1;
  }
  const auto valid = pg_encoding_verifymbchar(encoding, text.data(), static_cast<int>(text.size()));
  return valid > 0 ? static_cast<std::size_t>(valid) : 0;
}

int other_width(std::string_view character) {
  return std::max(pg_encoding_dsplen(GetDatabaseEncoding(), character.data()), 0);
}

// In SQL_ASCII there may be anything: most likely UTF-8.
core::Encoding encoding() {
  const int encoding = GetDatabaseEncoding();
  return encoding == PG_UTF8 || encoding == PG_SQL_ASCII
             ? core::Encoding{utf8_length, utf8_width, true}
             : core::Encoding{other_length, other_width, false};
}

std::string_view as_view(const core::String& text) { return {text.data(), text.size()}; }

}  // namespace

ALMANAC_FUNCTION(almanac_plain_text) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext memory(CurrentMemoryContext, "almanac plain text");
  return pg::result(
      as_view(core::plain(arguments.get<std::string_view>(0), encoding(), memory.resource())));
}

ALMANAC_FUNCTION(almanac_plain_json) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext memory(CurrentMemoryContext, "almanac plain text");
  return pg::result(
      as_view(core::plain_json(arguments.get<std::string_view>(0), encoding(), memory.resource())));
}

ALMANAC_FUNCTION(almanac_text_width) {
  const pg::Arguments arguments(fcinfo);
  return pg::result(core::width(arguments.get<std::string_view>(0), encoding()));
}

ALMANAC_FUNCTION(almanac_fit_text) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext memory(CurrentMemoryContext, "almanac fit text");
  const int columns = std::clamp(arguments.get<std::int32_t>(1), 0, 10'000);
  return pg::result(as_view(core::fit(arguments.get<std::string_view>(0), columns,
                                      arguments.get<bool>(2), encoding(), memory.resource())));
}

ALMANAC_FUNCTION(almanac_wrap_text) {
  const pg::Arguments arguments(fcinfo);
  pg::OwnedContext memory(CurrentMemoryContext, "almanac wrap text");
  return pg::result(core::wrap(arguments.get<std::string_view>(0), arguments.get<std::int32_t>(1),
                               encoding(), memory.resource()));
}

}  // namespace almanac::api
