// Histograms as text.
#include "core/histogram_text.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "support.hpp"

namespace almanac::core::test {
namespace {

std::string round_trip(std::string_view text) {
  CountingResource memory;
  return std::string(std::string_view(to_text(from_text(text, &memory), &memory)));
}

TEST(HistogramText, ComesBackAsItIsWritten) {
  CountingResource memory;
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    Histogram histogram(&memory);
    for (uint64_t n = random.below(600); n > 0; --n) {
      histogram.add(static_cast<unsigned>(random.below(bucket_count)),
                    1 + (random.bits() >> (12 + random.below(52))));
    }
    const String text = to_text(histogram, &memory);
    ASSERT_EQ(std::string_view(to_text(from_text(text, &memory), &memory)), std::string_view(text));
  }
}

TEST(HistogramText, NamesBucketsByTheirLowerBounds) {
  EXPECT_EQ(round_trip("{}"), "{}");
  EXPECT_EQ(round_trip("{0:1}"), "{0:1}");
  EXPECT_EQ(round_trip("{5:100,20:3}"), "{4.980736:100,19.922944:3}");
  EXPECT_EQ(round_trip("{0.001024:7, 1e9:2}"), "{0.001024:7,4398046.511104:2}");
  EXPECT_EQ(round_trip("{1:9223372036854775807}"), "{0.98304:9223372036854775807}");
}

TEST(HistogramText, TakesAnyOrderRepetitionAndSpace) {
  EXPECT_EQ(round_trip(" { 20 : 3 , 5:1,\n5 : 2, 7:0 } "), round_trip("{5:3,20:3}"));
  EXPECT_EQ(round_trip("{ }"), "{}");
}

TEST(HistogramText, SaysWhatIsWrongAndWhere) {
  CountingResource memory;
  const auto message = [&memory](std::string_view text) -> std::string {
    try {
      from_text(text, &memory);
      return "accepted";
    } catch (const std::exception& error) {
      return error.what();
    }
  };
  EXPECT_EQ(message(""), "expected \"{\" after 0 bytes");
  EXPECT_EQ(message("{5}"), "expected \":\" and a number of calls after 2 bytes");
  EXPECT_EQ(message("{5:x}"), "expected a number of calls after 3 bytes");
  EXPECT_EQ(message("{5:-1}"), "expected a number of calls after 3 bytes");
  EXPECT_EQ(message("{x:1}"), "expected a duration in milliseconds after 1 bytes");
  EXPECT_EQ(message("{nan:1}"), "expected a duration in milliseconds after 1 bytes");
  EXPECT_EQ(message("{5:1"), "expected \",\" or \"}\" after 4 bytes");
  EXPECT_EQ(message("{5:1,}"), "expected a duration in milliseconds after 5 bytes");
  EXPECT_EQ(message("{} x"), "expected the end after 3 bytes");
  EXPECT_EQ(message("{5:1.5}"), "expected \",\" or \"}\" after 4 bytes");
  EXPECT_THROW(from_text("{-5:1}", &memory), std::out_of_range);
  EXPECT_THROW(from_text("{inf:1}", &memory), std::out_of_range);
  EXPECT_THROW(from_text("{1e999:1}", &memory), std::out_of_range);
  EXPECT_THROW(from_text("{1:9223372036854775808}", &memory), std::out_of_range);
  EXPECT_THROW(from_text("{1:99999999999999999999}", &memory), std::out_of_range);
  EXPECT_THROW(from_text("{1:9223372036854775807,2:1}", &memory), std::overflow_error);
  EXPECT_EQ(memory.used(), 0U);
}

}  // namespace
}  // namespace almanac::core::test
