// Zone: core.
//
// The upright axis of a chart: round numbers, in a unit that keeps them short.
#pragma once

#include <string_view>

#include "core/memory.hpp"

namespace almanac::core {

// A unit of values, and how large numbers of it are said.
class ChartUnit {
 public:
  // "bytes" goes on to kB, MB, ... by 1,024; "ms" to us, s, min, h, d; "s" the same from seconds;
  // "share" is said in percent; all by "/s" or "/day" too. Anything else, also nothing, is said
  // with k, M, G, T and then as it is. `text` is borrowed.
  explicit ChartUnit(std::string_view text) noexcept;

  // The same without a word of one's own, which would repeat itself along an axis.
  ChartUnit without_word() const noexcept;

  // What a number is divided by, and what follows it.
  struct Scale {
    double factor;
    const char* prefix;  // of the unit, or the unit itself
  };
  // The scale in which a number of this size has one to four digits before the point.
  Scale scale(double size) const noexcept;

  // A number in a scale: "1.4 MB/s". `decimals` behind the point.
  String say(double value, const Scale& scale, int decimals, Resource* resource) const;
  // The same in a scale of its own, with three digits that count.
  String say(double value, Resource* resource) const;

 private:
  enum class Kind { count, bytes, ms, s, share };
  Kind kind_ = Kind::count;
  std::string_view rest_;  // what follows prefix and unit
};

// Begin and end of an axis, and what lies between two of its labels.
struct ChartScale {
  double lower;
  double upper;
  double step;
  ChartUnit::Scale unit;
  int decimals;
};

// A scale for values from `least` to `greatest`, with at most `labels` (2 or more) steps. It begins
// at 0 unless that would take most of the room from what differs.
ChartScale chart_scale(double least, double greatest, int labels, const ChartUnit& unit) noexcept;

}  // namespace almanac::core
