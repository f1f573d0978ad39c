#include "core/plan_scans.hpp"

#include <algorithm>

#include "core/lexer.hpp"

namespace almanac::core {
namespace {

using Tokens = std::span<const Token>;

// Nodes that let every row of what is below them through, in some order.
constexpr std::string_view passing[] = {"append",           "gather",   "gather merge",
                                        "incremental sort", "lockrows", "materialize",
                                        "merge append",     "sort"};

// Functions whose result is the same throughout a statement, as far as their arguments are.
constexpr std::string_view steady_functions[] = {
    "any",       "array",        "coalesce", "current_setting",     "date_trunc",
    "greatest",  "least",        "lower",    "make_interval",       "now",
    "to_date",   "to_timestamp", "upper",    "statement_timestamp", "transaction_timestamp",
    "make_date", "timezone"};
constexpr std::string_view steady_words[] = {"current_catalog",
                                             "current_date",
                                             "current_role",
                                             "current_timestamp",
                                             "current_user",
                                             "false",
                                             "localtimestamp",
                                             "session_user",
                                             "true",
                                             "null",
                                             "array",
                                             "row"};

template <size_t n>
bool is_one_of(std::string_view word, const std::string_view (&list)[n]) {
  return std::any_of(std::begin(list), std::end(list),
                     [&](std::string_view one) { return equals_folded(word, one); });
}

bool is_mark(const Token& token, std::string_view text) {
  return (token.kind == TokenKind::punctuation || token.kind == TokenKind::operation) &&
         token.text == text;
}

bool is_word(const Token& token, std::string_view lower) {
  return token.kind == TokenKind::word && equals_folded(token.text, lower);
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::quoted;
}

void assign_name(String& out, const Token& token) {
  out.clear();
  if (token.kind != TokenKind::quoted) {
    out.assign(token.text.data(), token.text.size());
    return;
  }
  const std::string_view inner = token.text.substr(1, token.text.size() - 2);
  for (size_t i = 0; i < inner.size(); ++i) {
    out.push_back(inner[i]);
    if (inner[i] == '"') ++i;
  }
}

bool same_name(const Token& token, std::string_view name, Resource* resource) {
  String own(resource);
  assign_name(own, token);
  return std::string_view(own.data(), own.size()) == name;
}

// How the depth of parentheses changes with a token.
int step(const Token& token) {
  return is_mark(token, "(") || is_mark(token, "[")   ? 1
         : is_mark(token, ")") || is_mark(token, "]") ? -1
                                                      : 0;
}

constexpr int most_nested = 64;  // deeper is read by nobody, and would take long

// Without the parentheses around all of it.
Tokens bare(Tokens tokens) {
  for (int i = 0; i < most_nested && tokens.size() >= 2 && is_mark(tokens.front(), "(") &&
                  is_mark(tokens.back(), ")");
       ++i) {
    int depth = 0;
    for (const Token& token : tokens.first(tokens.size() - 1)) {
      depth += step(token);
      if (depth == 0) return tokens;
    }
    tokens = tokens.subspan(1, tokens.size() - 2);
  }
  return tokens;
}

// Reads the filter of one scan.
class Filter {
 public:
  Filter(const ScanCondition& scan, std::string_view alias, Vector<ScanCondition>& out,
         Resource* resource)
      : scan_(scan), alias_(alias), out_(out), resource_(resource) {}

  void read(Tokens tokens, int nested = 0) {
    tokens = bare(tokens);
    size_t begin = 0;
    int depth = 0;
    bool either = false;
    for (const Token& token : tokens) {
      depth += step(token);
      either = either || (depth == 0 && is_word(token, "or"));
    }
    for (size_t i = 0; i <= tokens.size() && !either && nested < most_nested; ++i) {
      if (i < tokens.size()) {
        depth += step(tokens[i]);
        if (depth != 0 || !is_word(tokens[i], "and")) continue;
      } else if (begin == 0) {
        break;  // nothing to take apart
      }
      read(tokens.subspan(begin, i - begin), nested + 1);
      begin = i + 1;
    }
    if (begin == 0) condition(tokens);
  }

 private:
  ScanCondition& add(ScanTest test) {
    ScanCondition one(resource_);
    one.scan = scan_.scan;
    one.relation = scan_.relation;
    one.whole = scan_.whole;
    one.test = test;
    return out_.emplace_back(std::move(one));
  }

  void condition(Tokens tokens) {
    ScanCondition found(resource_);
    if (tokens.size() > 2 && is_word(tokens[tokens.size() - 2], "is") &&
        is_word(tokens.back(), "null") && column(tokens.first(tokens.size() - 2), found)) {
      settle(ScanTest::null, found);
      return;
    }
    size_t at = tokens.size();
    int depth = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
      depth += step(tokens[i]);
      if (depth != 0 || tokens[i].kind != TokenKind::operation || is_mark(tokens[i], "?")) continue;
      if (at < tokens.size()) {
        add(ScanTest::other);
        return;
      }
      at = i;
    }
    if (at == 0 || at + 1 >= tokens.size()) {
      add(ScanTest::other);
      return;
    }
    const Tokens left = tokens.first(at);
    const Tokens right = tokens.subspan(at + 1);
    if (column(left, found) && steady(right)) {
      settle(test_of(tokens[at].text, is_word(right[0], "any")), found);
    } else if (column(right, found) && steady(left)) {
      settle(turned(test_of(tokens[at].text, false)), found);
    } else {
      add(ScanTest::other);
    }
  }

  void settle(ScanTest test, ScanCondition& found) {
    ScanCondition& one = add(test);
    if (test == ScanTest::other) return;
    one.column = found.column;
    one.cast = found.cast;
  }

  static ScanTest test_of(std::string_view operation, bool any) {
    if (operation == "=") return any ? ScanTest::among : ScanTest::equal;
    if (any) return ScanTest::other;
    if (operation == "<" || operation == "<=") return ScanTest::less;
    if (operation == ">" || operation == ">=") return ScanTest::greater;
    return ScanTest::other;
  }

  static ScanTest turned(ScanTest test) {
    return test == ScanTest::less      ? ScanTest::greater
           : test == ScanTest::greater ? ScanTest::less
                                       : test;
  }

  bool is_own(const Token& qualifier) const { return same_name(qualifier, alias_, resource_); }

  // A column of the scanned table: name, alias.name, (name)::type.
  bool column(Tokens tokens, ScanCondition& found) const {
    found.cast.clear();
    tokens = bare(tokens);
    if (tokens.size() > 3 && is_mark(tokens[0], "(")) {
      size_t close = 0;
      while (close < tokens.size() && !is_mark(tokens[close], ")")) ++close;
      if (close + 3 >= tokens.size() || !is_mark(tokens[close + 1], ":") ||
          !is_mark(tokens[close + 2], ":")) {
        return false;
      }
      for (const Token& token : tokens.subspan(close + 3)) {
        if (!is_name(token)) return false;
        if (!found.cast.empty()) found.cast.push_back(' ');
        found.cast.append(token.text.data(), token.text.size());
      }
      tokens = tokens.subspan(1, close - 1);
    }
    if (tokens.size() == 3 && is_name(tokens[0]) && is_mark(tokens[1], ".") && is_own(tokens[0])) {
      tokens = tokens.subspan(2);
    }
    if (tokens.size() != 1 || !is_name(tokens[0]) ||
        (tokens[0].kind == TokenKind::word && is_one_of(tokens[0].text, steady_words))) {
      return false;
    }
    assign_name(found.column, tokens[0]);
    return true;
  }

  // Whether this is the same for all rows of the scan: constants, parameters, steady functions of
  // them, and columns of other tables, which the filter of a scan knows as parameters only.
  bool steady(Tokens tokens) const {
    for (size_t i = 0; i < tokens.size(); ++i) {
      const auto next_is = [&](size_t n, std::string_view mark) {
        return i + n < tokens.size() && is_mark(tokens[i + n], mark);
      };
      if (is_mark(tokens[i], ":") && next_is(1, ":")) {  // the words of a type
        ++i;
        while (i + 1 < tokens.size() && (is_name(tokens[i + 1]) || next_is(1, ".")) &&
               !is_word(tokens[i + 1], "collate")) {
          ++i;
        }
        continue;
      }
      if (!is_name(tokens[i])) continue;
      if (next_is(1, ".") && i + 2 < tokens.size() && is_name(tokens[i + 2]) && !next_is(3, "(")) {
        if (is_own(tokens[i])) return false;
        i += 2;
      } else if (is_word(tokens[i], "initplan")) {
        while (i + 1 < tokens.size() && !next_is(1, ".")) ++i;
        i += 2;
      } else if (tokens[i].kind == TokenKind::quoted ||
                 !(next_is(1, "(") ? is_one_of(tokens[i].text, steady_functions)
                                   : is_one_of(tokens[i].text, steady_words))) {
        return false;
      }
    }
    return true;
  }

  const ScanCondition& scan_;
  std::string_view alias_;
  Vector<ScanCondition>& out_;
  Resource* resource_;
};

Vector<Token> tokens_of(std::string_view text, Resource* resource) {
  Vector<Token> tokens(resource);
  Lexer lexer(text);
  for (Token token = lexer.next(); token.kind != TokenKind::end && token.terminated;
       token = lexer.next()) {
    tokens.push_back(token);
  }
  return tokens;
}

// Takes a plan apart by its lines: nodes stand behind an arrow, further to the right than the node
// that they are below.
class Reader {
 public:
  Reader(Vector<ScanCondition>& out, Resource* resource)
      : out_(out), levels_(resource), scan_(resource), alias_(resource), resource_(resource) {}

  void line(std::string_view line) {
    const size_t blank = std::min(line.find_first_not_of(' '), line.size());
    std::string_view text = line.substr(blank);
    const bool arrow = text.starts_with("->  ");
    if (arrow) text.remove_prefix(4);
    if (arrow || first_) {
      end_scan();
      node(blank, text);
    } else if (scanning_ && text.starts_with("Filter: ")) {
      const Vector<Token> tokens = tokens_of(text.substr(8), resource_);
      Filter(scan_, {alias_.data(), alias_.size()}, out_, resource_).read(view(tokens));
      filtered_ = true;
    } else if (text.starts_with("SubPlan ") || text.starts_with("InitPlan ") ||
               text.starts_with("CTE ")) {
      enter(blank, false);
    }
    first_ = false;
  }

  void end_scan() {
    if (scanning_ && !filtered_) {
      ScanCondition one(resource_);
      one.scan = scan_.scan;
      one.relation = scan_.relation;
      one.whole = scan_.whole;
      out_.push_back(std::move(one));
    }
    if (scanning_) ++scan_.scan;
    scanning_ = false;
  }

 private:
  struct Level {
    size_t indent;
    bool whole;
  };

  // Below whom a line stands, and whether all rows from there are rows of the statement.
  bool enter(size_t indent, bool passes) {
    while (!levels_.empty() && levels_.back().indent >= indent) levels_.pop_back();
    const bool above = levels_.empty() || levels_.back().whole;
    levels_.push_back({indent, above && passes});
    return above;
  }

  void node(size_t indent, std::string_view text) {
    const bool scans =
        text.starts_with("Seq Scan on ") || text.starts_with("Parallel Seq Scan on ");
    const bool changes = text.starts_with("Update on ") || text.starts_with("Delete on ");
    const bool above = enter(first_ ? 0 : indent, changes || is_one_of(text, passing));
    if (!scans) return;
    const Vector<Token> names = tokens_of(text.substr(text.find(" on ") + 4), resource_);
    if (names.empty() || !is_name(names[0])) return;
    scanning_ = true;
    filtered_ = false;
    scan_.whole = above;
    assign_name(scan_.relation, names[0]);
    assign_name(alias_, names.size() > 1 && is_name(names[1]) ? names[1] : names[0]);
  }

  Vector<ScanCondition>& out_;
  Vector<Level> levels_;
  ScanCondition scan_;
  String alias_;
  Resource* resource_;
  bool scanning_ = false;
  bool filtered_ = false;
  bool first_ = true;
};

}  // namespace

Vector<ScanCondition> plan_scans(std::string_view plan, Resource* resource) {
  Vector<ScanCondition> out(resource);
  Reader reader(out, resource);
  while (!plan.empty()) {
    const size_t end = std::min(plan.find('\n'), plan.size());
    reader.line(plan.substr(0, end));
    plan.remove_prefix(std::min(end + 1, plan.size()));
  }
  reader.end_scan();
  return out;
}

}  // namespace almanac::core
