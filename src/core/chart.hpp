// Zone: core.
//
// A time line drawn in characters:
//
//     20 ms ┤            ▂▄                  a label at the row whose upper edge it is the value of
//     10 ms ┤▁▂▂▃▃▄▅▆▇█▇▇██▇▆ ▅▅▄▃           columns are equal parts of the time; gaps are dotted
//      0 ms └┬───────┬───────┬────
//            12:00   13:00   14:00
//                 1                          a mark
#pragma once

#include "core/chart_scale.hpp"

namespace almanac::core {

enum class ChartStyle {
  blocks,   // an area of block elements, a column for each character
  braille,  // a line of dots, two columns and four rows for each character
  ascii,    // an area, for terminals and encodings that have nothing else
};

// A value. NaN: not known.
struct ChartPoint {
  double at;  // 0: begin of the chart, 1: its end; points come in this order
  double value;
  double lower;  // of a forecast: what it is between; NaN for none
  double upper;
  bool forecast;
};

struct ChartTick {
  double at;
  String label;  // ASCII
};

struct Chart {
  int width;   // of all, at most that many characters, at least 20; less makes it 20
  int height;  // rows of the plot, at least 2
  ChartStyle style;
  bool color;  // with ANSI escape sequences
  ChartUnit unit;
  std::span<const ChartPoint> points;
  std::span<const ChartTick> ticks;  // of the time, in order
  std::span<const double> marks;     // where events lie: called 1 to 9, a to z, and then *
};

// What a mark is called, from 0 on.
char chart_mark(std::size_t mark) noexcept;

// The lines of a chart, without blanks at their ends: `height` of the plot, the axis, what is below
// it, and a line of marks if there are any within the chart. Columns with several values show their
// mean; what lies between two points is interpolated, unless they are further apart than one and a
// half times the median distance. Points must be finite or NaN. O(n log n).
Vector<String> draw(const Chart& chart, Resource* resource);

}  // namespace almanac::core
