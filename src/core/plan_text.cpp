#include "core/plan_text.hpp"

#include <algorithm>

#include "core/lexer.hpp"

namespace almanac::core {

namespace {

// Of lines that may say more than a number. What is not here is said by an extension, or newer.
constexpr std::string_view headings[] = {
    "Cache Key",
    "Cache Mode",
    "Conflict Arbiter Indexes",
    "Conflict Filter",
    "Conflict Resolution",
    "Disabled",
    "Filter",
    "Function Call",
    "Group Key",
    "Hash Cond",
    "Hash Key",
    "Index Cond",
    "Join Filter",
    "Merge Cond",
    "One-Time Filter",
    "Order By",
    "Params Evaluated",
    "Planned Partitions",
    "Presorted Key",
    "Recheck Cond",
    "Repeatable Seed",
    "Run Condition",
    "Sampling",
    "Single Copy",
    "Sort Key",
    "Subplans Removed",
    "TID Cond",
    "Table Function Call",
    "Window",
    "Workers Planned",
};

// The heading of a line, where it has one: words before a colon and a blank. Lines of nodes have
// none.
std::string_view heading_of(std::string_view line) {
  const size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  const size_t colon = line.find(": ", begin);
  if (colon == std::string_view::npos) return {};
  const std::string_view heading = line.substr(begin, colon - begin);
  const bool words = std::all_of(heading.begin(), heading.end(), [](char c) {
    return (fold(c) >= 'a' && fold(c) <= 'z') || c == ' ' || c == '-';
  });
  return words ? heading : std::string_view();
}

bool numbered(std::string_view word) {
  return equals_folded(word, "subplan") || equals_folded(word, "initplan") ||
         equals_folded(word, "plan");
}

// All lines, with foreign ones cut. A string that holds a line break may be cut too: then it does
// not end.
String known_lines(std::string_view plan, Resource* resource) {
  String out(resource);
  out.reserve(plan.size());
  while (!plan.empty()) {
    const size_t end = std::min(plan.find('\n'), plan.size());
    const std::string_view line = plan.substr(0, end);
    const std::string_view heading = heading_of(line);
    if (heading.empty() ||
        std::find(std::begin(headings), std::end(headings), heading) != std::end(headings)) {
      out.append(line.data(), line.size());
    } else {
      const auto kept = static_cast<size_t>(heading.data() - line.data()) + heading.size();
      out.append(line.data(), kept);
      out.append(": ?");
    }
    if (end < plan.size()) out.push_back('\n');
    plan.remove_prefix(std::min(end + 1, plan.size()));
  }
  return out;
}

}  // namespace

String without_constants(std::string_view plan, Resource* resource) {
  const String lines = known_lines(plan, resource);
  String out(resource);
  out.reserve(lines.size());
  Lexer lexer({lines.data(), lines.size()});
  size_t depth = 0;
  Token before;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.before.find('\n') != std::string_view::npos) depth = 0;
    for (const char c : token.before) {  // what looks like a comment is none of EXPLAIN's
      if (c == ' ' || c == '\n') out.push_back(c);
    }
    if (!token.terminated || token.ambiguous) {
      out.push_back('?');
      return out;
    }
    const bool constant = token.kind == TokenKind::string ||
                          (token.kind == TokenKind::number && depth > 0 &&
                           !(before.kind == TokenKind::word && numbered(before.text)));
    if (constant) {
      out.push_back('?');
    } else {
      out.append(token.text.data(), token.text.size());
    }
    if (token.kind == TokenKind::punctuation) {
      if (token.text == "(") ++depth;
      if (token.text == ")" && depth > 0) --depth;
    }
    before = token;
  }
  return out;
}

}  // namespace almanac::core
