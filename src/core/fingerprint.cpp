#include "core/fingerprint.hpp"

#include <algorithm>
#include <span>

#include "core/checksum.hpp"
#include "core/lexer.hpp"

namespace almanac::core {

namespace {

bool is_constant(TokenKind kind) {
  return kind == TokenKind::string || kind == TokenKind::number || kind == TokenKind::parameter;
}

bool is_wordlike(TokenKind kind) {
  return kind == TokenKind::word || kind == TokenKind::quoted || is_constant(kind);
}

bool is_apart(const Token& last, const Token& token) {
  if (is_wordlike(last.kind) && is_wordlike(token.kind)) return true;
  return last.kind == TokenKind::operation && token.kind == TokenKind::operation;
}

// `out` ends with a list of constants, `(?,?,?`: cuts it to `(?`.
void squash_list(String& out) {
  size_t at = out.size();
  size_t constants = 0;
  while (at > 0 && out[at - 1] == '?') {
    --at;
    ++constants;
    if (at == 0 || out[at - 1] != ',') break;
    --at;
  }
  if (constants > 1 && at > 0 && out[at] == '?' && out[at - 1] == '(') out.resize(at + 1);
}

}  // namespace

String normal_form(std::string_view text, Resource* resource) {
  String out(resource);
  out.reserve(text.size());
  Lexer lexer(text);
  Token last;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    // 'a' 'b' is one constant in two pieces.
    if (token.kind == TokenKind::string && last.kind == TokenKind::string) continue;
    if (is_apart(last, token)) out.push_back(' ');
    if (is_constant(token.kind)) {
      out.push_back('?');
    } else if (token.kind == TokenKind::word) {
      for (const char c : token.text) out.push_back(fold(c));
    } else {
      if (token.text == ")") squash_list(out);
      out.append(token.text.data(), token.text.size());
    }
    last = token;
  }
  while (!out.empty() && out.back() == ';') out.pop_back();
  return out;
}

uint64_t fingerprint(std::string_view text, Resource* resource) {
  const String form = normal_form(text, resource);
  return hash64(std::as_bytes(std::span(form.data(), form.size())));
}

}  // namespace almanac::core
