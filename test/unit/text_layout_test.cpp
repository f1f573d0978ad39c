// Text for terminals.
#include "core/text_layout.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

std::size_t length(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = byte < 0x80   ? 1
                            : byte < 0xC0 ? 0
                            : byte < 0xE0 ? 2
                            : byte < 0xF0 ? 3
                                          : 4;
  return bytes <= text.size() ? bytes : 0;
}
// Wide from U+1100 on; combining accents have no width.
int columns_of(std::string_view character) {
  if (character.size() == 2) return character[0] == '\xCC' ? 0 : 1;
  return character.size() > 2 ? 2 : 1;
}
constexpr Encoding kUtf8{length, columns_of, true};
constexpr Encoding kBytes{[](std::string_view) -> std::size_t { return 1; },
                          [](std::string_view) { return 1; }, false};

std::string plain_of(std::string_view text, const Encoding& encoding = kUtf8) {
  CountingResource memory;
  const String out = plain(text, encoding, &memory);
  return {out.data(), out.size()};
}

std::string fitted(std::string_view text, int columns, bool right = false) {
  CountingResource memory;
  const String out = fit(text, columns, right, kUtf8, &memory);
  return {out.data(), out.size()};
}

std::vector<std::string> wrapped(std::string_view text, int columns) {
  CountingResource memory;
  const auto lines = wrap(text, columns, kUtf8, &memory);
  return {lines.begin(), lines.end()};
}

TEST(PlainText, SpellsOutWhatATerminalObeys) {
  EXPECT_EQ(plain_of("a\x1b[31mb\nc\td\x7f"), "a\\x1B[31mb\\x0Ac\\x09d\\x7F");
  EXPECT_EQ(plain_of("\xC2\x9B"
                     "31m"),
            "\\u009B31m")
      << "the escape sequence of one character";
  EXPECT_EQ(plain_of("a\xE2\x80\xAE"
                     "b\xE2\x81\xA6"
                     "c\xE2\x80\xA8"
                     "d"),
            "a\\u202Eb\\u2066c\\u2028d");
  EXPECT_EQ(plain_of("\xF3\xA0\x81\x81"), "\\U000E0041");
}

TEST(PlainText, LeavesTheRest) {
  const std::string text =
      "ordinary <b>\"'&\\ Grün 東京 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7";
  EXPECT_EQ(plain_of(text), text);
  EXPECT_EQ(plain_of(""), "");
  EXPECT_EQ(plain_of("\xE4\x9B", kBytes), "\xE4\x9B") << "letters of another encoding";
}

TEST(PlainText, SpellsOutBytesThatAreNoCharacter) {
  EXPECT_EQ(plain_of("a\x9B"), "a\\x9B");
  EXPECT_EQ(plain_of("a\xE2\x80"), "a\\xE2\\x80") << "the end is missing";
}

TEST(PlainJson, SaysTheSame) {
  CountingResource memory;
  const auto json = [&memory](std::string_view text) {
    const String out = plain_json(text, kUtf8, &memory);
    return std::string(out.data(), out.size());
  };
  EXPECT_EQ(json(R"("a\\u202E\u001b")"), R"("a\\u202E\u001b")") << "escapes stay";
  EXPECT_EQ(json("\"\xE2\x80\xAE\x7f\xC2\x9B\""), R"("\u202E\u007F\u009B")");
  EXPECT_EQ(json("\"\xF3\xA0\x81\x81\""), R"("\uDB40\uDC41")");
}

TEST(TextWidth, CountsColumns) {
  EXPECT_EQ(width("abc", kUtf8), 3);
  EXPECT_EQ(width("東京", kUtf8), 4);
  EXPECT_EQ(width("e\xCC\x81", kUtf8), 1);
  EXPECT_EQ(width("", kUtf8), 0);
}

TEST(FitText, FillsAndCuts) {
  EXPECT_EQ(fitted("ab", 4), "ab  ");
  EXPECT_EQ(fitted("ab", 4, true), "  ab");
  EXPECT_EQ(fitted("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(fitted("abcdefghi", 8), "abcde...");
  EXPECT_EQ(fitted("abcdefghi", 4), "abcd") << "no room for dots";
  EXPECT_EQ(fitted("abc", 0), "");
  EXPECT_EQ(fitted("", 2), "  ");
}

TEST(FitText, CountsColumnsAndNotCharacters) {
  EXPECT_EQ(fitted("東京", 5), "東京 ");
  EXPECT_EQ(fitted("東京", 3), "東 ") << "half of a character is none";
  EXPECT_EQ(fitted("東京東京東", 8), "東京... ");
  for (int columns = 0; columns < 14; ++columns) {
    EXPECT_EQ(width(fitted("a東b京cde\xCC\x81東", columns), kUtf8), columns);
    EXPECT_EQ(width(fitted("a東b京cde\xCC\x81東", columns, true), kUtf8), columns);
  }
}

TEST(WrapText, BreaksAtBlanks) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("one two three", 8), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("  one   two  ", 20), (Lines{"one   two"}));
  EXPECT_EQ(wrapped("abcdefgh ij", 4), (Lines{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrapped("a abcdefgh", 4), (Lines{"a", "abcd", "efgh"}));
  EXPECT_EQ(wrapped("東京", 1), (Lines{"東", "京"})) << "wider than the line";
  EXPECT_EQ(wrapped("", 5), Lines{});
  EXPECT_EQ(wrapped("    ", 5), Lines{});
}

}  // namespace
}  // namespace almanac::core::test
