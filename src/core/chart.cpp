#include "core/chart.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace almanac::core {

namespace {

// What a character of the plot belongs to, for its colour.
enum class Ink : unsigned char { nothing, axis, history, forecast, band, gap, mark };

constexpr const char* ansi[] = {"",         "\x1b[90m", "\x1b[36m", "\x1b[33m",
                                "\x1b[90m", "\x1b[90m", "\x1b[31m"};
constexpr const char ansi_end[] = "\x1b[0m";

// A character: of Unicode's basic plane, or ASCII.
struct Cell {
  unsigned character = ' ';
  Ink ink = Ink::nothing;
};

struct Glyphs {
  unsigned vertical, tick_left, corner, horizontal, tick_down, band, forecast, gap, mark;
};
constexpr Glyphs unicode{0x2502, 0x2524, 0x2514, 0x2500, 0x252C, 0x2591, 0x2593, 0x00B7, 0x250A};
constexpr Glyphs plain{'|', '+', '+', '-', '+', ':', 'o', '.', '|'};
constexpr char ascii_heights[] = "_.-:=+*#";

void append(String& text, unsigned character) {
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xC0 | character >> 6);
    text += static_cast<char>(0x80 | (character & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | character >> 12);
    text += static_cast<char>(0x80 | (character >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (character & 0x3F));
  }
}

class Canvas {
 public:
  Canvas(int width, int height, Resource* resource)
      : width_(width), cells_(static_cast<std::size_t>(width * height), Cell{}, resource) {}

  // What is off the canvas is lost.
  Cell& at(int row, int column) {
    const auto i = static_cast<std::size_t>(row * width_ + column);
    return row >= 0 && column >= 0 && column < width_ && i < cells_.size() ? cells_[i] : lost_;
  }
  void put(int row, int column, unsigned character, Ink ink) { at(row, column) = {character, ink}; }
  // Of one-byte characters; what does not fit is left out.
  void write(int row, int column, std::string_view text, Ink ink) {
    for (const char character : text) {
      if (column >= 0 && column < width_) {
        put(row, column, static_cast<unsigned char>(character), ink);
      }
      ++column;
    }
  }
  bool free(int row, int from, int to) {
    from = std::max(from, 0);
    to = std::min(to, width_ - 1);
    for (int column = from; column <= to; ++column) {
      if (at(row, column).character != ' ') return false;
    }
    return true;
  }
  String line(int row, bool color, Resource* resource) {
    int end = width_;
    while (end > 0 && at(row, end - 1).character == ' ') --end;
    String text(resource);
    Ink now = Ink::nothing;
    for (int column = 0; column < end; ++column) {
      const Cell& cell = at(row, column);
      if (color && cell.ink != now) {
        if (now != Ink::nothing) text += ansi_end;
        text += ansi[static_cast<int>(cell.ink)];
        now = cell.ink;
      }
      append(text, cell.character);
    }
    if (now != Ink::nothing) text += ansi_end;
    return text;
  }

 private:
  int width_;
  Vector<Cell> cells_;
  Cell lost_;
};

double median_distance(std::span<const ChartPoint> points, Resource* resource) {
  Vector<double> distances(resource);
  for (std::size_t i = 1; i < points.size(); ++i) {
    distances.push_back(points[i].at - points[i - 1].at);
  }
  if (distances.empty()) return 0;
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle;
}

bool known(const ChartPoint& point) { return !std::isnan(point.value); }

// What is drawn in each of `count` columns.
struct Column {
  std::optional<ChartPoint> shown;
  bool gap = false;  // between what is known
};

double between(double a, double b, double share) { return a * (1 - share) + b * share; }

Vector<Column> columns_of(std::span<const ChartPoint> points, int count, Resource* resource) {
  Vector<Column> columns(static_cast<std::size_t>(count), Column{}, resource);
  const double far = 1.5 * median_distance(points, resource);
  // Means of what lies in a column.
  Vector<int> numbers(static_cast<std::size_t>(count), 0, resource);
  for (const ChartPoint& point : points) {
    if (!known(point) || point.at < 0 || point.at > 1) continue;
    const auto i =
        static_cast<std::size_t>(std::min(static_cast<int>(point.at * count), count - 1));
    std::optional<ChartPoint>& shown = columns[i].shown;
    const double n = ++numbers[i];
    if (!shown || point.forecast != shown->forecast) {
      numbers[i] = 1;
      shown = point;
      continue;
    }
    // Each a part of its own, because the sum of finite numbers may be infinite.
    shown->value = between(shown->value, point.value, 1 / n);
    shown->lower = between(shown->lower, point.lower, 1 / n);
    shown->upper = between(shown->upper, point.upper, 1 / n);
  }
  std::size_t next = 0;
  int last_shown = -1;
  for (int i = 0; i < count; ++i) {
    Column& column = columns[static_cast<std::size_t>(i)];
    if (column.shown) {
      for (int j = last_shown + 1; last_shown >= 0 && j < i; ++j) {
        Column& skipped = columns[static_cast<std::size_t>(j)];
        skipped.gap = !skipped.shown;
      }
      last_shown = i;
      continue;
    }
    const double center = (i + 0.5) / count;
    while (next < points.size() && points[next].at < center) ++next;
    if (next == 0 || next == points.size()) continue;
    const ChartPoint& a = points[next - 1];
    const ChartPoint& b = points[next];
    if (!known(a) || !known(b) || b.at - a.at > far * (1 + 1e-9)) continue;
    const double share = (center - a.at) / (b.at - a.at);
    column.shown = ChartPoint{.at = center,
                              .value = between(a.value, b.value, share),
                              .lower = between(a.forecast ? a.lower : a.value, b.lower, share),
                              .upper = between(a.forecast ? a.upper : a.value, b.upper, share),
                              .forecast = b.forecast};
    for (int j = last_shown + 1; last_shown >= 0 && j < i; ++j) {
      Column& skipped = columns[static_cast<std::size_t>(j)];
      skipped.gap = !skipped.shown;
    }
    last_shown = i;
  }
  return columns;
}

class Plot {
 public:
  Plot(Canvas& canvas, const ChartScale& scale, int left, int height)
      : canvas_(canvas), scale_(scale), left_(left), height_(height) {}

  // Where a value lies: 0 at the bottom, `steps` at the top.
  double height_of(double value, int steps) const {
    const double share = (std::clamp(value, scale_.lower, scale_.upper) - scale_.lower) /
                         (scale_.upper - scale_.lower);
    return std::clamp(share, 0.0, 1.0) * steps;
  }

  void gap(int column, bool ascii) {
    canvas_.put(height_ - 1, left_ + column, (ascii ? plain : unicode).gap, Ink::gap);
  }

  void area(int column, const ChartPoint& point, bool ascii) {
    const Glyphs& glyphs = ascii ? plain : unicode;
    if (point.forecast) {
      band(column, point, glyphs.band);
      canvas_.put(row_of(point.value), left_ + column, glyphs.forecast, Ink::forecast);
      return;
    }
    // A value is more than nothing, so the least has a height too.
    const int eighths =
        std::max(static_cast<int>(std::lround(height_of(point.value, height_ * 8))), 1);
    for (int row = 0; row * 8 < eighths; ++row) {
      const int part = std::min(eighths - row * 8, 8);
      const unsigned character = ascii ? static_cast<unsigned char>(ascii_heights[part - 1])
                                       : 0x2580U + static_cast<unsigned>(part);
      canvas_.put(height_ - 1 - row, left_ + column, character, Ink::history);
    }
  }

  void band(int column, const ChartPoint& point, unsigned character) {
    if (std::isnan(point.lower) || std::isnan(point.upper)) return;
    for (int row = row_of(point.upper); row <= row_of(point.lower); ++row) {
      canvas_.put(row, left_ + column, character, Ink::band);
    }
  }

  // Dots from where the line was to where it is, so that it does not break.
  // `last`: where it was in the column before, -1 if nowhere.
  void line(int column, const Column& now, int& last) {
    if (!now.shown) {
      last = -1;
      return;
    }
    const ChartPoint& point = *now.shown;
    const int dot = dot_row(point.value);
    const int from = last >= 0 ? std::min(dot, last + (dot > last ? 1 : 0)) : dot;
    const int to = last >= 0 ? std::max(dot, last - (dot < last ? 1 : 0)) : dot;
    last = dot;
    if (point.forecast) {
      if (column % 2 == 1) {
        if (!std::isnan(point.lower)) set_dot(column, dot_row(point.lower), Ink::band);
        if (!std::isnan(point.upper)) set_dot(column, dot_row(point.upper), Ink::band);
      }
      set_dot(column, dot, Ink::forecast);
      return;
    }
    for (int i = from; i <= to; ++i) set_dot(column, i, Ink::history);
  }

 private:
  int row_of(double value) const {
    return height_ - 1 - std::min(static_cast<int>(height_of(value, height_)), height_ - 1);
  }
  int dot_row(double value) const {  // from the top
    return height_ * 4 - 1 -
           std::min(static_cast<int>(height_of(value, height_ * 4)), height_ * 4 - 1);
  }
  void set_dot(int column, int dot, Ink ink) {
    static constexpr unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell& cell = canvas_.at(dot / 4, left_ + column / 2);
    if (cell.character < 0x2800 || cell.character > 0x28FF) cell.character = 0x2800;
    cell.character |= bits[dot % 4][column % 2];
    // The line matters more than what it is between.
    if (cell.ink == Ink::nothing || ink != Ink::band) cell.ink = ink;
  }

  Canvas& canvas_;
  const ChartScale& scale_;
  int left_;
  int height_;
};

ChartScale scale_of(const Chart& chart, int height) {
  double least = HUGE_VAL;
  double greatest = -HUGE_VAL;
  for (const ChartPoint& point : chart.points) {
    if (!known(point)) continue;
    least = std::min(least, point.value);
    greatest = std::max(greatest, point.value);
  }
  if (least > greatest) least = greatest = 0;
  // Of the intervals of a forecast no more than leaves half of the room to the values.
  const double base = least >= 0 ? 0 : least;
  const double most = std::min(greatest + (greatest / 2 - base / 2) * 2, 1.7e308);
  const double least_shown = least;
  for (const ChartPoint& point : chart.points) {
    if (!known(point) || !point.forecast) continue;
    if (point.upper > greatest) greatest = std::min(point.upper, most);
    if (point.lower < least) least = std::max(point.lower, least_shown >= 0 ? 0 : least_shown * 2);
  }
  return chart_scale(least, greatest, std::max(height / 2, 2), chart.unit);
}

}  // namespace

char chart_mark(std::size_t mark) noexcept {
  if (mark < 9) return static_cast<char>('1' + mark);
  return mark < 35 ? static_cast<char>('a' + (mark - 9)) : '*';
}

Vector<String> draw(const Chart& chart, Resource* resource) {
  const int height = std::max(chart.height, 2);
  const int width = std::max(chart.width, 20);
  const bool ascii = chart.style == ChartStyle::ascii;
  const Glyphs& glyphs = ascii ? plain : unicode;
  const ChartScale scale = scale_of(chart, height);

  Vector<std::pair<int, String>> labels(resource);  // by row; the last is the axis
  std::size_t longest = 0;
  const ChartUnit unit = chart.unit.without_word();
  const double steps = std::round((scale.upper - scale.lower) / scale.step);
  for (int i = 0; i <= steps + 0.5; ++i) {
    const double share = std::min(i / std::max(steps, 1.0), 1.0);
    labels.emplace_back(
        height - static_cast<int>(std::lround(share * height)),
        unit.say(scale.lower + i * scale.step, scale.unit, scale.decimals, resource));
    longest = std::max(longest, labels.back().second.size());
  }
  const int left = std::min(static_cast<int>(longest), width - 12) + 2;
  const int plot_width = width - left;

  Canvas canvas(width, height + 3, resource);
  for (int row = 0; row < height; ++row) canvas.put(row, left - 1, glyphs.vertical, Ink::axis);
  for (const auto& [row, label] : labels) {
    canvas.write(row, left - 2 - static_cast<int>(label.size()), {label.data(), label.size()},
                 Ink::nothing);
    if (row < height) canvas.put(row, left - 1, glyphs.tick_left, Ink::axis);
  }
  canvas.put(height, left - 1, glyphs.corner, Ink::axis);
  for (int i = 0; i < plot_width; ++i) {
    canvas.put(height, left + i, glyphs.horizontal, Ink::axis);
  }
  for (const ChartTick& tick : chart.ticks) {
    if (tick.at < 0 || tick.at >= 1) continue;
    const int column = left + static_cast<int>(tick.at * plot_width);
    const int size = static_cast<int>(tick.label.size());
    const int from = std::clamp(column - size / 2, left, std::max(left, width - size));
    if (!canvas.free(height + 1, from - 1, from + size)) continue;
    canvas.put(height, column, glyphs.tick_down, Ink::axis);
    canvas.write(height + 1, from, {tick.label.data(), tick.label.size()}, Ink::nothing);
  }

  Plot plot(canvas, scale, left, height);
  const bool braille = chart.style == ChartStyle::braille;
  const Vector<Column> columns = columns_of(chart.points, plot_width * (braille ? 2 : 1), resource);
  int last = -1;
  for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
    const Column& column = columns[static_cast<std::size_t>(i)];
    if (braille) {
      plot.line(i, column, last);
      if (column.gap && i % 2 == 0) plot.gap(i / 2, false);
    } else if (column.shown) {
      plot.area(i, *column.shown, ascii);
    } else if (column.gap) {
      plot.gap(i, ascii);
    }
  }

  bool marked = false;
  for (std::size_t i = 0; i < chart.marks.size(); ++i) {
    const double at = chart.marks[i];
    if (!(at >= 0 && at <= 1)) continue;
    const int column = left + std::min(static_cast<int>(at * plot_width), plot_width - 1);
    for (int row = 0; row < height; ++row) {
      if (canvas.at(row, column).character == ' ') canvas.put(row, column, glyphs.mark, Ink::mark);
    }
    // Beside another one if there is no room below it.
    int place = column;
    while (place < width && !canvas.free(height + 2, place, place)) ++place;
    if (place < width) {
      canvas.put(height + 2, place, static_cast<unsigned char>(chart_mark(i)), Ink::mark);
    }
    marked = true;
  }

  Vector<String> lines(resource);
  for (int row = 0; row < height + (marked ? 3 : 2); ++row) {
    lines.push_back(canvas.line(row, chart.color, resource));
  }
  return lines;
}

}  // namespace almanac::core
