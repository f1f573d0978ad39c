// Zone: core.
//
// SQL text as tokens, by the lexical rules of PostgreSQL's scanner, for text that is not to be
// parsed but to be compared or censored. Every byte string has tokens.
#pragma once

#include <cstdint>
#include <string_view>

namespace almanac::core {

enum class TokenKind : uint8_t {
  end,
  word,    // keyword or identifier
  quoted,  // "identifier", U&"identifier"
  string,  // 'x', E'x', B'x', X'x', N'x', U&'x', $tag$x$tag$
  number,
  parameter,    // $1
  operation,    // one or more operator characters
  punctuation,  // any other byte
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;    // the bytes of the token, quotes included
  std::string_view before;  // white space and comments in front of it
  bool terminated = true;   // false: quotes or a comment in `before` never end
  bool ambiguous = false;   // 'x\': where it ends depends on standard_conforming_strings
};

// Takes a text apart, left to right. Does not own the text. O(size) in all.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; kind end at the end, then always.
  Token next();

 private:
  char at(size_t offset) const;
  bool skip_blanks();
  void scan(Token& token);
  void scan_quoted(Token& token, char quote, bool escapes);
  bool scan_dollar(Token& token);
  void scan_number();
  void scan_operation();

  std::string_view text_;
  size_t pos_ = 0;
};

// Without regard to the case of ASCII letters. `lower` is in lower case.
bool equals_folded(std::string_view text, std::string_view lower);
// Where `lower` occurs first in text, from `from` on; npos if nowhere.
size_t find_folded(std::string_view text, std::string_view lower, size_t from = 0);
char fold(char byte);

}  // namespace almanac::core
