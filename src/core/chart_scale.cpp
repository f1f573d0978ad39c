#include "core/chart_scale.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace almanac::core {

namespace {

constexpr ChartUnit::Scale counts[] = {{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}};
constexpr ChartUnit::Scale bytes[] = {{1, "B"},          {1024.0, "kB"},
                                      {1048576.0, "MB"}, {1073741824.0, "GB"},
                                      {0x1p40, "TB"},    {0x1p50, "PB"}};
constexpr ChartUnit::Scale milliseconds[] = {{1e-3, "us"}, {1, "ms"},    {1e3, "s"},
                                             {6e4, "min"}, {3.6e6, "h"}, {8.64e7, "d"}};
constexpr ChartUnit::Scale seconds[] = {{1e-6, "us"}, {1e-3, "ms"}, {1, "s"},
                                        {60, "min"},  {3600, "h"},  {86400, "d"}};
constexpr ChartUnit::Scale shares[] = {{0.01, "%"}};

// The largest scale of which `size` is at least one, by `least` of it.
template <std::size_t n>
ChartUnit::Scale largest(const ChartUnit::Scale (&scales)[n], double size) {
  std::size_t i = n - 1;
  while (i > 0 && size < scales[i].factor) --i;
  return scales[i];
}

// The least of 1, 2, 2.5, 5 times a power of ten that is not less; 2.5 only where it is whole.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double digit : {1.0, 2.0, 2.5, 5.0, 10.0}) {
    if (digit == 2.5 && power < 10) continue;
    if (digit * power >= step * (1 - 1e-9)) return digit * power;
  }
  return 10 * power;
}

}  // namespace

ChartUnit::ChartUnit(std::string_view text) noexcept : rest_(text) {
  const auto begins = [&](std::string_view name, Kind kind) {
    if (!text.starts_with(name)) return;
    const std::string_view rest = text.substr(name.size());
    if (!rest.empty() && rest.front() != '/') return;
    kind_ = kind;
    rest_ = rest;
  };
  begins("bytes", Kind::bytes);
  begins("ms", Kind::ms);
  begins("s", Kind::s);
  begins("share", Kind::share);
}

ChartUnit ChartUnit::without_word() const noexcept {
  return kind_ == Kind::count && !rest_.starts_with('/') ? ChartUnit("") : *this;
}

ChartUnit::Scale ChartUnit::scale(double size) const noexcept {
  size = std::abs(size);
  switch (kind_) {
    case Kind::bytes: return largest(bytes, size);
    // Nothing is said in microseconds because it is nothing.
    case Kind::ms: return size == 0 ? Scale{1, "ms"} : largest(milliseconds, size);
    case Kind::s: return size == 0 ? Scale{1, "s"} : largest(seconds, size);
    case Kind::share: return shares[0];
    case Kind::count: break;
  }
  // 9,999 is shorter than 10.0 k.
  return size < 1e4 ? counts[0] : largest(counts, size);
}

String ChartUnit::say(double value, const Scale& scale, int decimals, Resource* resource) const {
  char number[64];
  const double scaled = value / scale.factor;
  std::snprintf(number, sizeof number, std::abs(scaled) < 1e9 ? "%.*f" : "%.*g",
                std::abs(scaled) < 1e9 ? decimals : 3, scaled);
  String text(resource);
  text += number;
  const std::string_view prefix = scale.prefix;
  const bool detached =
      kind_ != Kind::count || !prefix.empty() || (!rest_.empty() && rest_[0] != '/');
  if (detached) text += ' ';
  text.append(prefix.data(), prefix.size());
  if (kind_ == Kind::count && !prefix.empty() && !rest_.empty() && rest_[0] != '/') text += ' ';
  text.append(rest_.data(), rest_.size());
  return text;
}

String ChartUnit::say(double value, Resource* resource) const {
  const Scale unit = scale(value);
  const double size = std::abs(value / unit.factor);
  const bool whole = size == std::floor(size);
  const int decimals = whole || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return say(value, unit, decimals, resource);
}

ChartScale chart_scale(double least, double greatest, int labels, const ChartUnit& unit) noexcept {
  // So that the ends and their difference are finite when they are rounded.
  constexpr double farthest = 1e300;
  least = std::clamp(least, -farthest, farthest);
  greatest = std::clamp(greatest, -farthest, farthest);
  const double range = greatest - least;
  if (least >= 0 && (least < 0.6 * greatest || range <= 1e-3 * greatest)) least = 0;
  if (greatest <= 0 && (greatest > 0.6 * least || range <= -1e-3 * least)) greatest = 0;
  if (!(greatest > least)) greatest = least + 1;
  const double wanted = (greatest - least) / std::max(labels, 2);
  const ChartUnit::Scale scale = unit.scale(std::max(std::abs(least), std::abs(greatest)));
  double step = round_step(std::max(wanted / scale.factor, 1e-12));
  double lower = 0;
  double upper = 0;
  // Rounding both ends may make it two steps more; the next longer step is enough then.
  for (int i = 0; i < 4; ++i) {
    lower = std::floor(least / scale.factor / step + 1e-9) * step;
    upper = std::ceil(greatest / scale.factor / step - 1e-9) * step;
    if ((upper - lower) / step <= std::max(labels, 2) + 0.5) break;
    step = round_step(step * 1.01);
  }
  if (!(upper > lower)) upper = lower + step;
  const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 12);
  return {lower * scale.factor, upper * scale.factor, step * scale.factor, scale, decimals};
}

}  // namespace almanac::core
