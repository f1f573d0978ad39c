#include "core/baseline.hpp"

#include <algorithm>
#include <cmath>

#include "core/robust.hpp"

namespace almanac::core {
namespace {

constexpr int64_t hour = int64_t{3600} * 1'000'000;
constexpr int64_t day_hours = 24;
constexpr int64_t week_hours = 7 * day_hours;
constexpr size_t least_rounds = 3;
constexpr size_t least_points = 6;
constexpr double least_spread = 0.01;
constexpr double half_pi = 1.5707963267948966;  // variance of a median, in variances of a mean

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

struct Point {
  int64_t hour;  // since 2000
  int64_t phase;
  double value;
  double weight;
};

int64_t phase_of(int64_t of_hour, int64_t period) {
  return period == 0 ? 0 : of_hour - floor_div(of_hour, period) * period;
}

// Points in order: the value below and above which half of the weight lies.
double weighted_median(std::span<Point> points) {
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
    return a.value != b.value ? a.value < b.value : a.hour < b.hour;
  });
  double total = 0;
  for (const Point& point : points) total += point.weight;
  double below = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    below += points[i].weight;
    if (below > total / 2) return points[i].value;
    if (below == total / 2 && i + 1 < points.size()) {
      return (points[i].value + points[i + 1].value) / 2;
    }
  }
  return points.back().value;
}

// Rounds of the period in which there is a point of the phase.
size_t rounds(std::span<const Point> points, int64_t period, int64_t phase) {
  size_t count = 0;
  int64_t last = INT64_MIN;
  for (const Point& point : points) {  // in order of time
    const int64_t round = floor_div(point.hour, period);
    if (phase_of(point.hour, period) == phase && round != last) {
      ++count;
      last = round;
    }
  }
  return count;
}

}  // namespace

Expected expected_at(std::span<const int64_t> times, std::span<const double> values,
                     std::span<const double> weights, int64_t at, bool log, Resource* resource) {
  Vector<Point> points(resource);
  for (size_t i = 0; i < times.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    if (weight > 0 && (!log || values[i] > 0)) {
      points.push_back(
          {floor_div(times[i], hour), 0, log ? std::log(values[i]) : values[i], weight});
    }
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const Point& a, const Point& b) { return a.hour < b.hour; });
  const std::span<Point> all(points.data(), points.size());
  const int64_t at_hour = floor_div(at, hour);
  Expected out;
  int64_t period = 0;
  if (rounds(all, week_hours, phase_of(at_hour, week_hours)) >= least_rounds) {
    out.grain = Grain::hour_of_week;
    period = week_hours;
  } else if (rounds(all, day_hours, phase_of(at_hour, day_hours)) >= least_rounds) {
    out.grain = Grain::hour_of_day;
    period = day_hours;
  } else if (all.size() >= least_points) {
    out.grain = Grain::flat;
  } else {
    return out;
  }
  for (Point& point : all) point.phase = phase_of(point.hour, period);
  std::stable_sort(all.begin(), all.end(),
                   [](const Point& a, const Point& b) { return a.phase < b.phase; });
  const int64_t wanted = phase_of(at_hour, period);
  Vector<double> residuals(resource);
  double level = 0;
  for (size_t begin = 0; begin < all.size();) {
    size_t end = begin;
    while (end < all.size() && all[end].phase == all[begin].phase) ++end;
    const std::span<Point> alike = all.subspan(begin, end - begin);
    const double middle = weighted_median(alike);
    if (alike.front().phase == wanted) {
      level = middle;
      out.points = alike.size();
    }
    // Points lie closer to a median of themselves than to the true one.
    const auto n = static_cast<double>(alike.size());
    for (const Point& point : alike) {
      if (alike.size() > 1) {
        residuals.push_back((point.value - middle) * std::sqrt(n / (n - 1)));
      }
    }
    begin = end;
  }
  Vector<double> scratch(resource);
  // A new value differs from the level also because the level is only a median of so many.
  const double of_level = half_pi / static_cast<double>(std::max<size_t>(out.points, 1));
  double deviation =
      robust_deviation_about_zero(view(residuals), scratch) * std::sqrt(1 + of_level);
  deviation = std::max(deviation, log ? least_spread : least_spread * std::fabs(level));
  const auto back = [log](double y) { return log ? std::exp(y) : y; };
  out.level = back(level);
  out.lower = back(level - 2 * deviation);
  out.upper = back(level + 2 * deviation);
  out.spread = (out.upper - out.lower) / 4;
  return out;
}

}  // namespace almanac::core
