// Charts in characters.
#include "core/chart.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string text(const String& s) { return {s.data(), s.size()}; }

ChartPoint point(double at, double value) { return {at, value, unknown, unknown, false}; }
ChartPoint forecast(double at, double value, double lower, double upper) {
  return {at, value, lower, upper, true};
}

// Values in the middles of equal parts.
std::vector<ChartPoint> even(const std::vector<double>& values) {
  std::vector<ChartPoint> points;
  for (std::size_t i = 0; i < values.size(); ++i) {
    points.push_back(
        point((static_cast<double>(i) + 0.5) / static_cast<double>(values.size()), values[i]));
  }
  return points;
}

struct Options {
  int width = 20;
  int height = 4;
  ChartStyle style = ChartStyle::blocks;
  bool color = false;
  std::string_view unit = "ms";
  std::vector<double> marks = {};
  std::vector<std::pair<double, const char*>> ticks = {};
};

std::vector<std::string> lines(const std::vector<ChartPoint>& points, const Options& options) {
  CountingResource memory;
  Vector<ChartTick> ticks(&memory);
  for (const auto& [at, label] : options.ticks) ticks.push_back({at, String(label, &memory)});
  const Chart chart{.width = options.width,
                    .height = options.height,
                    .style = options.style,
                    .color = options.color,
                    .unit = ChartUnit(options.unit),
                    .points = points,
                    .ticks = view(ticks),
                    .marks = options.marks};
  std::vector<std::string> result;
  for (const String& line : draw(chart, &memory)) result.push_back(text(line));
  return result;
}

// Each line after a line feed.
std::string drawn(const std::vector<ChartPoint>& points, const Options& options = {}) {
  std::string all;
  for (const std::string& line : lines(points, options)) all += "\n" + line;
  return all;
}

TEST(Chart, DrawsAnArea) {
  EXPECT_EQ(drawn(even({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 5})), R"(
10 ms ┤        ▂▅██
      │      ▃▆████
 5 ms ┤   ▂▅████████
      │▁▃▆██████████
 0 ms └─────────────
)");
  EXPECT_EQ(drawn(even({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 5}), {.style = ChartStyle::ascii}),
            R"(
10 ms +        .=##
      |      -+####
 5 ms +   .=########
      |_-+##########
 0 ms +-------------
)");
}

TEST(Chart, DrawsALineOfDots) {
  EXPECT_EQ(drawn(even({0, 0, 0, 4, 4, 4, 2, 2}), {.height = 2, .style = ChartStyle::braille}), R"(
4 ms ┤     ⡰⠉⠉⠉⠉⠢⣀⣀⡀
2 ms ┤⢀⣀⣀⣀⡠⠃
0 ms └──────────────
)");
}

TEST(Chart, LeavesGapsOpen) {
  // Not known, and not there though the distance says that it should be.
  EXPECT_EQ(drawn(even({1, 1, unknown, 1, 1, unknown, unknown, 1, 1, 1, 1, 1}), {.height = 2}), R"(
1.0 ms ┤██ ██  █████
0.5 ms ┤██·██··█████
0.0 ms └────────────
)");
  std::vector<ChartPoint> points = even({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  points.erase(points.begin() + 4, points.begin() + 7);
  EXPECT_EQ(lines(points, {.height = 2})[1], "0.5 ms ┤████···█████");
}

TEST(Chart, InterpolatesFewAndAveragesMany) {
  EXPECT_EQ(drawn({point(0, 0), point(0.5, 4), point(1, 0)}, {.height = 2}), R"(
4 ms ┤    ▂▅▇█▅▂
2 ms ┤▁▃▆████████▆▃▁
0 ms └──────────────
)");
  std::vector<double> saw;
  for (int i = 0; i < 1300; ++i) saw.push_back(i % 2 == 0 ? 0 : 4);
  EXPECT_EQ(lines(even(saw), {.height = 2})[0], "4 ms ┤");
  EXPECT_EQ(lines(even(saw), {.height = 2})[1], "2 ms ┤██████████████");
}

TEST(Chart, ShowsAForecastBetweenItsBounds) {
  std::vector<ChartPoint> points =
      even({4, 4, 4, 4, 4, 4, unknown, unknown, unknown, unknown, unknown, unknown, unknown});
  points.resize(6);
  for (int i = 6; i < 13; ++i) {
    const double at = (i + 0.5) / 13;
    points.push_back(forecast(at, i, i - 2, i + 2));
  }
  EXPECT_EQ(drawn(points, {.height = 8}), R"(
15 ms ┤            ░
      │          ░░▓
      │        ░░▓▓░
10 ms ┤      ░░▓▓░░
      │      ▓▓░░
 5 ms ┤▁▁▁▁▁▁░░
      │██████
      │██████
 0 ms └─────────────
)");
}

TEST(Chart, MarksEventsAndTimes) {
  EXPECT_EQ(drawn(even({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, unknown, unknown}),
                  {.height = 2,
                   .marks = {0.0, 0.5, 0.5, 1.0, 2.0},
                   .ticks = {{0.1, "12:00"}, {0.3, "13:00"}, {0.8, "14:00"}}}),
            R"(
1.0 ms ┤██████████ ┊
0.5 ms ┤██████████ ┊
0.0 ms └─┬───────┬──
        12:00  14:00
        1     23   4)");
}

TEST(Chart, ColorsOnlyOnRequest) {
  const std::string plain = drawn(even({1, 2}), {.marks = {0.2}});
  const std::string colored = drawn(even({1, 2}), {.color = true, .marks = {0.2}});
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(colored.find("\x1b[36m"), std::string::npos);
  std::string without;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b') {
      i = colored.find('m', i);
    } else {
      without += colored[i];
    }
  }
  EXPECT_EQ(without, plain);
}

TEST(Chart, TakesAnything) {
  const double most = 1.79e308;
  for (const std::vector<double>& values : std::vector<std::vector<double>>{{},
                                                                            {unknown},
                                                                            {0},
                                                                            {-1},
                                                                            {5},
                                                                            {5, 5},
                                                                            {-most, most},
                                                                            {most, most},
                                                                            {5e-324, 0},
                                                                            {-3, -2},
                                                                            {1e15, 1e15 + 1},
                                                                            {0.5, unknown},
                                                                            {1e-9, 2e-9}}) {
    for (const ChartStyle style : {ChartStyle::blocks, ChartStyle::braille, ChartStyle::ascii}) {
      for (const char* unit : {"", "bytes", "ms", "share", "s/day", "a rather long unit"}) {
        const auto all =
            lines(even(values), {.width = 1, .height = 1, .style = style, .unit = unit});
        EXPECT_EQ(all.size(), 4U) << unit;
      }
    }
  }
}

// Characters of a line in UTF-8.
std::size_t length(const std::string& line) {
  std::size_t n = 0;
  for (const char c : line) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

TEST(Chart, IsNeverWiderThanItMayBe) {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> values;
    for (std::uint64_t n = random.bits() % 300; n > 0; --n) {
      values.push_back(
          random.bits() % 5 == 0 ? unknown : static_cast<double>(random.bits() % 1000000) - 1000);
    }
    const int width = 20 + static_cast<int>(random.bits() % 150);
    const int height = 2 + static_cast<int>(random.bits() % 30);
    const ChartStyle style =
        std::array{ChartStyle::blocks, ChartStyle::braille, ChartStyle::ascii}[random.bits() % 3];
    const auto all = lines(even(values), {.width = width,
                                          .height = height,
                                          .style = style,
                                          .unit = round % 2 == 0 ? "bytes" : "/s",
                                          .marks = {0.99, 0.995, 1.0},
                                          .ticks = {{0.0, "00:00"}, {0.999, "2026-11"}}});
    ASSERT_EQ(all.size(), static_cast<std::size_t>(height) + 3);
    for (const std::string& line : all)
      ASSERT_LE(length(line), static_cast<std::size_t>(width)) << line;
  }
}

std::string say(double value, std::string_view unit) {
  CountingResource memory;
  return text(ChartUnit(unit).say(value, &memory));
}

TEST(ChartUnit, KeepsNumbersShort) {
  EXPECT_EQ(say(0, "bytes"), "0 B");
  EXPECT_EQ(say(1536, "bytes"), "1.50 kB");
  EXPECT_EQ(say(-1536, "bytes/s"), "-1.50 kB/s");
  EXPECT_EQ(say(0.0123, "ms"), "12.3 us");
  EXPECT_EQ(say(90'000, "ms"), "1.50 min");
  EXPECT_EQ(say(0, "ms"), "0 ms");
  EXPECT_EQ(say(86'400, "s/day"), "1 d/day");
  EXPECT_EQ(say(0.123, "share"), "12.3 %");
  EXPECT_EQ(say(9'999, "/s"), "9999/s");
  EXPECT_EQ(say(12'345, "/s"), "12.3 k/s");
  EXPECT_EQ(say(12'345, "orders"), "12.3 k orders");
  EXPECT_EQ(say(3, "msgs"), "3 msgs");
  EXPECT_EQ(say(3, ""), "3");
}

TEST(ChartScale, BeginsAtZeroUnlessThatHidesWhatDiffers) {
  const ChartUnit unit("");
  EXPECT_EQ(chart_scale(3, 10, 5, unit).lower, 0);
  EXPECT_EQ(chart_scale(9, 10, 5, unit).lower, 9);
  EXPECT_EQ(chart_scale(-10, -9, 5, unit).upper, -9);
  EXPECT_EQ(chart_scale(7, 7, 5, unit).lower, 0) << "nothing differs";
  const ChartScale bytes = chart_scale(0, 3 * 1048576.0, 4, ChartUnit("bytes"));
  EXPECT_EQ(bytes.step, 1048576.0);
  EXPECT_EQ(bytes.upper, 3 * 1048576.0);
}

}  // namespace
}  // namespace almanac::core::test
