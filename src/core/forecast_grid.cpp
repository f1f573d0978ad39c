#include "core/forecast_grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace almanac::core {

namespace {

constexpr std::array<int64_t, 14> round_steps{second_us,
                                              5 * second_us,
                                              15 * second_us,
                                              60 * second_us,
                                              300 * second_us,
                                              900 * second_us,
                                              3'600 * second_us,
                                              4 * 3'600 * second_us,
                                              8 * 3'600 * second_us,
                                              12 * 3'600 * second_us,
                                              day_us,
                                              week_us,
                                              month_us,
                                              year_us};

int64_t median_interval(const History& history, Resource* memory) {
  Vector<int64_t> intervals(memory);
  intervals.reserve(history.times.size());
  for (std::size_t i = 1; i < history.times.size(); ++i) {
    intervals.push_back(history.times[i] - history.times[i - 1]);
  }
  if (intervals.empty()) return day_us;
  const auto half = intervals.begin() + static_cast<std::ptrdiff_t>((intervals.size() - 1) / 2);
  std::nth_element(intervals.begin(), half, intervals.end());
  return *half;
}

// Months have 28 to 31 days, quarters 90 to 92, years 365 or 366: no even steps, but whole ones.
int64_t calendar_step(const History& history, int64_t interval) {
  struct Unit {
    int64_t step, shortest, longest;
  };
  constexpr std::array<Unit, 3> units{{{month_us, 28 * day_us, 31 * day_us},
                                       {3 * month_us, 89 * day_us, 92 * day_us},
                                       {year_us, 365 * day_us, 366 * day_us}}};
  constexpr int64_t clock_change = day_us / 24;
  for (const Unit& unit : units) {
    if (interval < unit.shortest - clock_change || interval > unit.longest + clock_change) continue;
    bool uneven = false;
    for (std::size_t i = 1; i < history.times.size(); ++i) {
      const int64_t length = history.times[i] - history.times[i - 1];
      uneven = uneven || std::abs(length - interval) >= day_us - clock_change;
    }
    if (uneven) return unit.step;
  }
  return interval;
}

}  // namespace

History clean_history(std::span<const int64_t> times, std::span<const double> values,
                      Resource* memory) {
  History history(memory);
  history.times.reserve(times.size());
  history.values.reserve(times.size());
  double greatest = 0;
  const int64_t oldest = times.empty() ? 0 : times.back() - 1000 * year_us;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!std::isfinite(values[i]) || times[i] < oldest) continue;
    greatest = std::max(greatest, std::abs(values[i]));
    if (!history.times.empty() && history.times.back() == times[i]) {
      history.values.back() = values[i];
    } else {
      history.times.push_back(times[i]);
      history.values.push_back(values[i]);
    }
  }
  if (greatest > 0) std::frexp(greatest, &history.exponent);
  for (double& value : history.values) value = std::ldexp(value, -history.exponent);
  return history;
}

int Grid::period(int64_t cycle) const {
  const double ratio = static_cast<double>(cycle) / static_cast<double>(step);
  const double whole = std::round(ratio);
  constexpr double tolerance = 0.02;
  if (whole < 2 || whole > std::numeric_limits<int>::max()) return 0;
  return std::abs(ratio - whole) <= tolerance * whole ? static_cast<int>(whole) : 0;
}

Grid growth_grid(const History& history, std::size_t longest, Resource* memory) {
  Grid grid(memory);
  const std::size_t n = history.times.size();
  if (n == 0) return grid;
  const int64_t interval = median_interval(history, memory);
  const int64_t span = history.times.back() - history.times.front();
  constexpr int64_t enough_for_days = 28 * day_us;
  grid.last = history.times.back();
  grid.step = interval;
  if (span >= enough_for_days && interval < day_us + day_us / 2) {
    grid.step = day_us;
  } else if (interval < day_us) {
    for (const int64_t step : round_steps) {
      if (step > day_us) break;
      grid.step = step;
      const bool fine_enough = step >= interval - interval / 4;
      if (fine_enough && span / step < static_cast<int64_t>(longest)) break;
    }
    grid.step = std::max(grid.step, interval - interval / 4);
  }
  const auto steps = static_cast<std::size_t>(
      std::min<int64_t>((span + grid.step / 16) / grid.step, static_cast<int64_t>(longest) - 1));
  grid.values.resize(steps + 1);
  grid.measured.resize(steps + 1);
  std::size_t after = n - 1;  // first measurement at or after the time of an element
  for (std::size_t back = 0; back <= steps; ++back) {
    const int64_t time = grid.last - static_cast<int64_t>(back) * grid.step;
    while (after > 0 && history.times[after - 1] >= time) --after;
    double value = history.values[after];
    bool near = history.times[after] - time < grid.step;
    if (after > 0 && history.times[after] > time) {
      const int64_t length = history.times[after] - history.times[after - 1];
      const double share =
          static_cast<double>(history.times[after] - time) / static_cast<double>(length);
      value += share * (history.values[after - 1] - value);
      near = near && length <= 2 * grid.step;
    }
    grid.values[steps - back] = value;
    grid.measured[steps - back] = near;
  }
  return grid;
}

Grid metric_grid(const History& history, std::size_t longest, Resource* memory) {
  Grid grid(memory);
  const std::size_t n = history.times.size();
  if (n == 0) return grid;
  grid.last = history.times.back();
  grid.step = calendar_step(history, median_interval(history, memory));
  const auto back_of = [&](int64_t time) { return std::llround(-grid.steps_to(time)); };
  const auto steps = std::min(back_of(history.times.front()), static_cast<long long>(longest) - 1);
  grid.values.assign(static_cast<std::size_t>(steps) + 1, 0);
  grid.measured.assign(static_cast<std::size_t>(steps) + 1, false);
  for (std::size_t i = 0; i < n; ++i) {
    const auto back = back_of(history.times[i]);
    if (back > steps) continue;
    grid.values[static_cast<std::size_t>(steps - back)] = history.values[i];
    grid.measured[static_cast<std::size_t>(steps - back)] = true;
  }
  return grid;
}

}  // namespace almanac::core
