#include "core/histogram_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

namespace almanac::core {

namespace {

constexpr uint64_t ns_per_ms = 1'000'000;
constexpr unsigned decimals = 6;  // of a ms down to the ns

void append_number(uint64_t value, String& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), static_cast<size_t>(end - digits.data()));
}

void append_ms(uint64_t ns, String& out) {
  append_number(ns / ns_per_ms, out);
  uint64_t rest = ns % ns_per_ms;
  if (rest == 0) return;
  std::array<char, decimals> digits;
  for (unsigned i = decimals; i-- > 0; rest /= 10) digits[i] = static_cast<char>('0' + rest % 10);
  size_t length = decimals;
  while (digits[length - 1] == '0') --length;
  out.push_back('.');
  out.append(digits.data(), length);
}

class Parser {
 public:
  explicit Parser(std::string_view text)
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  void expect(char c, const char* what) {
    if (!accept(c)) fail(what);
  }

  bool accept(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  double duration() {
    constexpr const char* what = "a duration in milliseconds";
    skip_space();
    const char* const from = at_;
    double value = 0;
    const auto [next, error] = std::from_chars(at_, end_, value);
    if (error == std::errc::invalid_argument || std::isnan(value)) fail(what);
    if (error == std::errc::result_out_of_range || std::isinf(value))
      throw std::out_of_range("duration is out of range: " + std::string(from, next));
    if (std::signbit(value) && value != 0)
      throw std::out_of_range("duration must not be negative: " + std::string(from, next));
    at_ = next;
    return value;
  }

  uint64_t count() {
    skip_space();
    const char* const from = at_;
    uint64_t value = 0;
    const auto [next, error] = std::from_chars(at_, end_, value);
    if (error == std::errc::invalid_argument) fail("a number of calls");
    if (error == std::errc::result_out_of_range || value > max_calls)
      throw std::out_of_range("number of calls is out of range: " + std::string(from, next));
    at_ = next;
    return value;
  }

  void expect_end() {
    skip_space();
    if (at_ != end_) fail("the end");
  }

 private:
  void skip_space() {
    while (at_ != end_ && std::strchr(" \t\n\r\f\v", *at_) != nullptr && *at_ != '\0') ++at_;
  }

  [[noreturn]] void fail(const char* what) const {
    throw std::invalid_argument("expected " + std::string(what) + " after " +
                                std::to_string(at_ - begin_) + " bytes");
  }

  const char* begin_;
  const char* at_;
  const char* end_;
};

}  // namespace

String to_text(const Histogram& histogram, Resource* resource) {
  String out("{", resource);
  histogram.each([&out](const Used& used) {
    if (out.size() > 1) out.push_back(',');
    append_ms(bucket_lower_ns(used.bucket), out);
    out.push_back(':');
    append_number(used.calls, out);
  });
  out.push_back('}');
  return out;
}

Histogram from_text(std::string_view text, Resource* resource) {
  Histogram histogram(resource);
  Parser parser(text);
  parser.expect('{', "\"{\"");
  if (!parser.accept('}')) {
    do {
      const unsigned bucket = bucket_of_ms(parser.duration());
      parser.expect(':', "\":\" and a number of calls");
      if (const uint64_t calls = parser.count(); calls > 0) histogram.add(bucket, calls);
    } while (parser.accept(','));
    parser.expect('}', "\",\" or \"}\"");
  }
  parser.expect_end();
  return histogram;
}

}  // namespace almanac::core
