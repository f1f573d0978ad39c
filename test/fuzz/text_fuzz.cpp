// Any bytes as the text of a statement: fingerprint, redaction and clipping end, and keep their
// promises.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/fingerprint.hpp"
#include "core/redact.hpp"
#include "support.hpp"

namespace {

using namespace almanac::core;

void require(bool condition) {
  if (!condition) std::abort();
}

void run(std::string_view text) {
  test::CountingResource memory;
  {
    const String form = normal_form(text, &memory);
    require(form.size() <= 2 * text.size());
    require(fingerprint(text, &memory) == fingerprint(text, &memory));
    const Redacted redacted = redact(text, &memory);
    require(redacted.text.size() <= text.size() + 100);
    if (redacted.verdict == Verdict::plain) require(std::string_view(redacted.text) == text);
    for (const size_t limit : {size_t{0}, size_t{1}, text.size() / 2, text.size()}) {
      const std::string_view clipped = clip(text, limit);
      require(clipped.size() <= limit && text.substr(0, clipped.size()) == clipped);
      require(clipped.size() + 3 >= std::min(limit, text.size()));
    }
  }
  require(memory.used() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  run(text);
  // The same bytes as words of a small language, so that quotes and commands meet often.
  static constexpr std::string_view words[] = {
      "'",    "\"",   "$$",     "$a$",      "/*",      "*/",     "--", "\n",     "\\",
      ";",    "(",    ")",      ",",        "?",       " ",      "$1", "create", "alter",
      "role", "user", "set",    "=",        "E'",      "U&'",    "12", "é",      "a",
      "to",   "copy", "server", "password", "options", "://u:p@"};
  std::string sentence;
  for (size_t i = 0; i < size && i < 400; ++i) sentence += words[data[i] % std::size(words)];
  run(sentence);
  return 0;
}
