#include "core/lexer.hpp"

#include <algorithm>

namespace almanac::core {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex_digit(char c) { return is_digit(c) || (fold(c) >= 'a' && fold(c) <= 'f'); }

bool starts_word(char c) {
  return (fold(c) >= 'a' && fold(c) <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool continues_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

bool is_operator(char c) {
  return c != '\0' && std::string_view("~!@#^&|`?+-*/%<>=").find(c) != std::string_view::npos;
}

}  // namespace

char fold(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool equals_folded(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return fold(a) == b; });
}

size_t find_folded(std::string_view text, std::string_view lower, size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const auto found =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), lower.begin(),
                  lower.end(), [](char a, char b) { return fold(a) == b; });
  if (found == text.end() && !lower.empty()) return std::string_view::npos;
  return static_cast<size_t>(found - text.begin());
}

char Lexer::at(size_t offset) const {
  return pos_ + offset < text_.size() ? text_[pos_ + offset] : '\0';
}

// False if a comment never ends.
bool Lexer::skip_blanks() {
  while (pos_ < text_.size()) {
    if (is_blank(text_[pos_])) {
      ++pos_;
    } else if (at(0) == '-' && at(1) == '-') {
      while (pos_ < text_.size() && text_[pos_] != '\n' && text_[pos_] != '\r') ++pos_;
    } else if (at(0) == '/' && at(1) == '*') {
      size_t depth = 0;
      do {
        if (at(0) == '/' && at(1) == '*') {
          ++depth;
          pos_ += 2;
        } else if (at(0) == '*' && at(1) == '/') {
          --depth;
          pos_ += 2;
        } else {
          ++pos_;
        }
      } while (depth > 0 && pos_ < text_.size());
      if (depth > 0) return false;
    } else {
      break;
    }
  }
  return true;
}

// From the opening quote on.
void Lexer::scan_quoted(Token& token, char quote, bool escapes) {
  ++pos_;
  while (pos_ < text_.size()) {
    const char c = text_[pos_++];
    if (c == '\\' && escapes && pos_ < text_.size()) {
      ++pos_;
    } else if (c == '\\' && quote == '\'' && !escapes && at(0) == quote) {
      token.ambiguous = true;
    } else if (c == quote) {
      if (at(0) != quote) return;
      ++pos_;
    }
  }
  token.terminated = false;
}

bool Lexer::scan_dollar(Token& token) {
  size_t length = 1;
  if (starts_word(at(length))) {
    while (starts_word(at(length)) || is_digit(at(length))) ++length;
  }
  if (at(length) != '$') return false;
  const std::string_view tag = text_.substr(pos_, length + 1);
  const size_t close = text_.find(tag, pos_ + tag.size());
  token.kind = TokenKind::string;
  token.terminated = close != std::string_view::npos;
  pos_ = token.terminated ? close + tag.size() : text_.size();
  return true;
}

void Lexer::scan_number() {
  const char base = fold(at(1));
  if (at(0) == '0' && (base == 'x' || base == 'o' || base == 'b') && is_hex_digit(at(2))) {
    pos_ += 2;
    while (is_hex_digit(at(0)) || at(0) == '_') ++pos_;
    return;
  }
  const auto digits = [&] {
    while (is_digit(at(0)) || (at(0) == '_' && is_digit(at(1)))) ++pos_;
  };
  digits();
  if (at(0) == '.' && at(1) != '.') {
    ++pos_;
    digits();
  }
  const size_t sign = at(1) == '+' || at(1) == '-' ? 2 : 1;
  if (fold(at(0)) == 'e' && is_digit(at(sign))) {
    pos_ += sign;
    digits();
  }
}

void Lexer::scan_operation() {
  do {
    ++pos_;
  } while (is_operator(at(0)) && !(at(0) == '-' && at(1) == '-') &&
           !(at(0) == '/' && at(1) == '*'));
}

void Lexer::scan(Token& token) {
  const char c = at(0);
  const char folded = fold(c);
  const bool prefix = folded == 'e' || folded == 'b' || folded == 'x' || folded == 'n';
  const bool unicode = folded == 'u' && at(1) == '&' && (at(2) == '\'' || at(2) == '"');
  if (c == '\'' || (prefix && at(1) == '\'')) {
    token.kind = TokenKind::string;
    if (c != '\'') ++pos_;
    scan_quoted(token, '\'', folded == 'e');
  } else if (c == '"' || unicode) {
    if (unicode) pos_ += 2;
    token.kind = at(0) == '"' ? TokenKind::quoted : TokenKind::string;
    scan_quoted(token, at(0), false);
  } else if (starts_word(c)) {
    token.kind = TokenKind::word;
    while (pos_ < text_.size() && continues_word(text_[pos_])) ++pos_;
  } else if (is_digit(c) || (c == '.' && is_digit(at(1)))) {
    token.kind = TokenKind::number;
    scan_number();
  } else if (c == '$' && is_digit(at(1))) {
    token.kind = TokenKind::parameter;
    ++pos_;
    while (is_digit(at(0))) ++pos_;
  } else if (c == '$' && scan_dollar(token)) {
    return;
  } else if (is_operator(c)) {
    token.kind = TokenKind::operation;
    scan_operation();
  } else {
    token.kind = TokenKind::punctuation;
    ++pos_;
  }
}

Token Lexer::next() {
  Token token;
  const size_t blanks = pos_;
  token.terminated = skip_blanks();
  token.before = text_.substr(blanks, pos_ - blanks);
  if (pos_ >= text_.size()) return token;
  const size_t start = pos_;
  scan(token);
  token.text = text_.substr(start, pos_ - start);
  return token;
}

}  // namespace almanac::core
