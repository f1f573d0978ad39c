#include "core/redact.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/lexer.hpp"

namespace almanac::core {

namespace {

constexpr std::string_view remark = "/* text withheld: may contain a secret */";

// Parts of names behind which a secret is to be expected.
constexpr std::array<std::string_view, 14> secret_names = {
    "password",    "passwd",         "passphrase", "secret",     "credential",
    "token",       "api_key",        "apikey",     "access_key", "accesskey",
    "private_key", "encryption_key", "secret_key", "auth_key",
};

// The same for settings only, where these words mean nothing else.
constexpr std::array<std::string_view, 5> secret_settings = {
    "conninfo", "connection_string", "connstr", "dsn", "pwd",
};

// Words that may be shown of a withheld statement; names never are.
constexpr std::array<std::string_view, 44> command_words = {
    "alter",  "call",    "comment",   "copy",         "create",  "data",    "database", "declare",
    "delete", "do",      "drop",      "execute",      "explain", "foreign", "function", "grant",
    "group",  "import",  "insert",    "label",        "listen",  "local",   "mapping",  "merge",
    "notify", "prepare", "procedure", "reset",        "role",    "schema",  "security", "select",
    "server", "session", "set",       "subscription", "system",  "table",   "update",   "user",
    "values", "view",    "with",      "wrapper",
};
constexpr size_t most_command_words = 4;
constexpr size_t head_size = 4;

template <size_t n>
bool mentions(std::string_view text, const std::array<std::string_view, n>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return find_folded(text, name) != std::string_view::npos;
  });
}

bool continues_name(char c) {
  const char f = fold(c);
  return (f >= 'a' && f <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '"' ||
         c == '\\' || c == '\'';
}

// `password = x`, `"api_token": "x"`: a secret name, the rest of that name, then = or :.
bool assigns_secret(std::string_view text) {
  for (const std::string_view name : secret_names) {
    for (size_t at = find_folded(text, name); at != std::string_view::npos;
         at = find_folded(text, name, at)) {
      at += name.size();
      while (at < text.size() && continues_name(text[at])) ++at;
      while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
      if (at < text.size() && (text[at] == '=' || text[at] == ':')) return true;
    }
  }
  return false;
}

// scheme://user:password@host
bool has_credentials(std::string_view text) {
  for (size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at)) {
    at += 3;
    const size_t end = text.find_first_of("/ \t\r\n'\"", at);
    const std::string_view authority = text.substr(at, end == text.npos ? end : end - at);
    const size_t user_end = authority.rfind('@');
    if (user_end != text.npos && authority.substr(0, user_end).find(':') != text.npos) return true;
  }
  return false;
}

bool holds_secret(std::string_view text) { return assigns_secret(text) || has_credentials(text); }

// What is seen of one statement while its tokens go by.
class Judge {
 public:
  void see(const Token& token);
  // All tokens have been seen.
  bool withhold() const { return secret_ || (secret_setting_ && is_setting()) || by_command(); }
  bool empty() const { return words_ == 0; }
  // The words that may be shown.
  void append_command(String& out) const;

 private:
  bool starts_with(std::initializer_list<std::string_view> words) const;
  bool defines(std::initializer_list<std::string_view> object) const;
  bool is_setting() const;
  bool by_command() const;
  void see_word(std::string_view word);

  std::array<std::string_view, head_size> head_{};  // leading words
  size_t words_ = 0;                                // of head_ in use
  bool head_done_ = false;
  bool secret_ = false;
  bool secret_setting_ = false;  // a name that would be secret in SET
  bool has_password_ = false;
  bool has_options_ = false;
  bool has_program_ = false;
  bool has_set_ = false;
  bool behind_secret_name_ = false;  // nothing but = or TO since a secret name
};

void Judge::see_word(std::string_view word) {
  has_password_ |= equals_folded(word, "password");
  has_options_ |= equals_folded(word, "options") || equals_folded(word, "connection");
  has_program_ |= equals_folded(word, "program");
  has_set_ |= equals_folded(word, "set");
  if (!head_done_ && words_ < head_size) head_[words_++] = word;
}

void Judge::see(const Token& token) {
  secret_ |= !token.terminated || token.ambiguous;
  if (token.before.size() > 2) secret_ |= holds_secret(token.before);
  switch (token.kind) {
    case TokenKind::word:
    case TokenKind::quoted: {
      const bool named = mentions(token.text, secret_names);
      secret_setting_ |= named || mentions(token.text, secret_settings);
      if (token.kind == TokenKind::word) {
        see_word(token.text);
      } else {
        secret_ |= holds_secret(token.text);
        head_done_ = true;
      }
      const bool linking = equals_folded(token.text, "to") || equals_folded(token.text, "as") ||
                           equals_folded(token.text, "default");
      behind_secret_name_ = named || (behind_secret_name_ && linking);
      return;
    }
    case TokenKind::string: secret_ |= behind_secret_name_ || holds_secret(token.text); break;
    case TokenKind::operation:
      if (token.text == "=" || token.text == "=>") return;
      break;
    case TokenKind::punctuation:
      // In front of the first word a bracket may stand; `:=` comes as `:` and `=`.
      if (token.text == ":" || (words_ == 0 && token.text == "(")) return;
      break;
    default: break;
  }
  head_done_ = words_ > 0;
  behind_secret_name_ = false;
}

bool Judge::starts_with(std::initializer_list<std::string_view> words) const {
  return words.size() <= words_ && std::equal(words.begin(), words.end(), head_.begin(),
                                              [](std::string_view lower, std::string_view word) {
                                                return equals_folded(word, lower);
                                              });
}

// CREATE or ALTER of such an object.
bool Judge::defines(std::initializer_list<std::string_view> object) const {
  if (!starts_with({"create"}) && !starts_with({"alter"})) return false;
  return object.size() < words_ && std::equal(object.begin(), object.end(), head_.begin() + 1,
                                              [](std::string_view lower, std::string_view word) {
                                                return equals_folded(word, lower);
                                              });
}

bool Judge::is_setting() const {
  return starts_with({"set"}) || starts_with({"alter", "system"}) ||
         (has_set_ && (defines({"role"}) || defines({"user"}) || defines({"database"}) ||
                       defines({"function"}) || defines({"procedure"}) || defines({"routine"})));
}

bool Judge::by_command() const {
  if (defines({"user", "mapping"}) || defines({"subscription"})) return true;
  if (defines({"role"}) || defines({"user"}) || defines({"group"})) return has_password_;
  if (defines({"server"}) || defines({"foreign", "data", "wrapper"})) return has_options_;
  return starts_with({"copy"}) && has_program_;
}

void Judge::append_command(String& out) const {
  for (size_t i = 0; i < std::min(words_, most_command_words); ++i) {
    const auto known = [&](std::string_view word) { return equals_folded(head_[i], word); };
    if (std::none_of(command_words.begin(), command_words.end(), known)) break;
    for (const char c : head_[i]) {
      const char lower = fold(c);
      out.push_back(lower >= 'a' && lower <= 'z' ? static_cast<char>(lower - 'a' + 'A') : c);
    }
    out.push_back(' ');
  }
}

}  // namespace

Redacted redact(std::string_view text, Resource* resource) {
  Redacted result(resource);
  result.text.reserve(text.size());
  Lexer lexer(text);
  Judge judge;
  for (;;) {
    const Token token = lexer.next();
    const bool end = token.kind == TokenKind::end;
    judge.see(token);
    if (end || token.text == ";") {
      if (judge.withhold()) {
        result.verdict = Verdict::withheld;
        result.text.clear();
        judge.append_command(result.text);
        result.text.append(remark.data(), remark.size());
        return result;
      }
      judge = Judge();
    }
    result.text.append(token.before.data(), token.before.size());
    if (end) return result;
    if (token.kind == TokenKind::string) {
      result.verdict = Verdict::masked;
      result.text.push_back('?');
    } else {
      result.text.append(token.text.data(), token.text.size());
    }
  }
}

bool is_secret_setting(std::string_view name, std::string_view value) {
  return mentions(name, secret_names) || mentions(name, secret_settings) || holds_secret(value);
}

std::string_view clip(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  // Back to the start of the character that the cut would split, at most three bytes.
  size_t cut = max_bytes;
  for (size_t back = 0; back < 4 && back <= max_bytes; ++back) {
    const auto byte = static_cast<unsigned char>(text[max_bytes - back]);
    if ((byte & 0xc0U) == 0x80U) continue;
    const size_t length = byte >= 0xf8 || byte < 0xc0 ? 0 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (back < length) cut = max_bytes - back;
    break;
  }
  return text.substr(0, cut);
}

}  // namespace almanac::core
