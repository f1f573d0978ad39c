#include "core/text_layout.hpp"

#include <algorithm>

namespace almanac::core {
namespace {

// The character at the beginning of a text that is not empty.
std::string_view first(std::string_view text, const Encoding& encoding) {
  return text.substr(0, std::clamp<std::size_t>(encoding.length(text), 1, text.size()));
}

std::uint32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
  constexpr std::uint32_t kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  if (character.size() > 4) {
    return byte(0);
  }
  std::uint32_t point = byte(0) & kFirstBits[character.size()];
  for (std::size_t i = 1; i < character.size(); ++i) {
    point = point << 6 | (byte(i) & 0x3F);
  }
  return point;
}

struct Range {
  std::uint32_t first, last;
};

constexpr Range kObeyed[] = {
    {0x80, 0x9F},        // C1: escape sequences of one character
    {0x61C, 0x61C},      // direction
    {0x180E, 0x180E},    // not seen
    {0x200B, 0x200B},    // not seen
    {0x200E, 0x200F},    // direction
    {0x2028, 0x202E},    // lines, direction
    {0x2060, 0x206F},    // not seen, direction
    {0xFEFF, 0xFEFF},    // not seen
    {0xFFF9, 0xFFFB},    // annotations
    {0xE0000, 0xE007F},  // tags
};

void append_hex(String& out, std::uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out += "0123456789ABCDEF"[value >> shift & 15];
  }
}

// `spell` appends what stands for a code point, or a byte that is no character.
template <class Spell>
String spelled(std::string_view text, const Encoding& encoding, Resource* resource, Spell spell) {
  String out(resource);
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = encoding.length(text);
    const std::string_view character = first(text, encoding);
    text.remove_prefix(character.size());
    const auto byte = static_cast<std::uint8_t>(character[0]);
    if (character.size() == 1 && (byte < 0x20 || byte == 0x7F || (length == 0 && byte >= 0x80))) {
      spell(out, byte, true);
      continue;
    }
    const std::uint32_t point =
        encoding.unicode && character.size() > 1 ? code_point(character) : 0;
    if (std::any_of(std::begin(kObeyed), std::end(kObeyed), [point](const Range& range) {
          return range.first <= point && point <= range.last;
        })) {
      spell(out, point, false);
    } else {
      out.append(character.data(), character.size());
    }
  }
  return out;
}

}  // namespace

String plain(std::string_view text, const Encoding& encoding, Resource* resource) {
  return spelled(text, encoding, resource, [](String& out, std::uint32_t point, bool byte) {
    const int digits = byte ? 2 : point > 0xFFFF ? 8 : 4;
    out += byte ? "\\x" : point > 0xFFFF ? "\\U" : "\\u";
    append_hex(out, point, digits);
  });
}

String plain_json(std::string_view json, const Encoding& encoding, Resource* resource) {
  return spelled(json, encoding, resource, [](String& out, std::uint32_t point, bool) {
    if (point > 0xFFFF) {  // a pair of surrogates
      out += "\\u";
      append_hex(out, 0xD800 + ((point - 0x10000) >> 10), 4);
      point = 0xDC00 + (point & 0x3FF);
    }
    out += "\\u";
    append_hex(out, point, 4);
  });
}

int width(std::string_view text, const Encoding& encoding) {
  int columns = 0;
  while (!text.empty()) {
    const std::string_view character = first(text, encoding);
    columns += encoding.width(character);
    text.remove_prefix(character.size());
  }
  return columns;
}

String fit(std::string_view text, int columns, bool right, const Encoding& encoding,
           Resource* resource) {
  columns = std::max(columns, 0);
  String out(resource);
  const int dots = columns > 6 ? 3 : 0;
  std::size_t kept = 0;  // bytes that leave room for the dots
  int kept_columns = 0;
  std::size_t end = 0;
  int used = 0;
  bool cut = false;
  while (end < text.size()) {
    const std::string_view character = first(text.substr(end), encoding);
    const int wide = encoding.width(character);
    if (used + wide > columns) {
      cut = true;
      break;
    }
    used += wide;
    end += character.size();
    if (used <= columns - dots) {
      kept = end;
      kept_columns = used;
    }
  }
  if (cut && dots > 0) {
    end = kept;
    used = kept_columns + dots;
  }
  const auto blanks = static_cast<std::size_t>(columns - used);
  out.append(right ? blanks : 0, ' ');
  out.append(text.data(), end);
  out.append(cut ? static_cast<std::size_t>(dots) : 0, '.');
  out.append(right ? 0 : blanks, ' ');
  return out;
}

Vector<std::string_view> wrap(std::string_view text, int columns, const Encoding& encoding,
                              Resource* resource) {
  Vector<std::string_view> lines(resource);
  columns = std::max(columns, 1);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) {
      return lines;
    }
    std::size_t end = 0;
    std::size_t blank = 0;  // where the line may be broken
    int used = 0;
    while (end < text.size()) {
      const std::string_view character = first(text.substr(end), encoding);
      const int wide = encoding.width(character);
      // A character that is wider than the line has one of its own.
      if (used + wide > columns && end > 0) {
        break;
      }
      if (character == " ") {
        blank = end;
      }
      used += wide;
      end += character.size();
    }
    if (end < text.size() && text[end] != ' ' && blank > 0) {
      end = blank;
    }
    const std::string_view line = text.substr(0, end);
    lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
    text.remove_prefix(end);
  }
}

}  // namespace almanac::core
