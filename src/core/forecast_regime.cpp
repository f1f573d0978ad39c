// Level shifts, their recurrence, and the current regime of a growing series.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/forecast_growth.hpp"

namespace almanac::core {

namespace {

constexpr std::size_t neighbours = 30;  // increments on each side of one that is judged
constexpr std::size_t least_neighbours = 10;
constexpr double outlying = 10;
constexpr double least_share = 0.05;

constexpr std::size_t least_regime = 7;
constexpr double penalty = 3;
constexpr double clipped_at = 3;

double variance_of_noise(std::span<const double> values, Vector<double>& scratch,
                         Resource* memory) {
  Vector<double> differences(memory);
  differences.reserve(values.size());
  for (std::size_t i = 1; i < values.size(); ++i) differences.push_back(values[i] - values[i - 1]);
  const double rough = robust_deviation(view(differences), scratch);
  const double spread = robust_deviation(values, scratch);
  return std::max(rough * rough / 2, spread * spread / 4);
}

// Three in a row at the middle one, two at the ends.
double median_near(std::span<const double> values, std::size_t i) {
  if (values.size() < 2) return values[i];
  if (i == 0) return (values[0] + values[1]) / 2;
  if (i + 1 == values.size()) return (values[i - 1] + values[i]) / 2;
  const double a = values[i - 1];
  const double b = values[i];
  const double c = values[i + 1];
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

// The last boundary of the segmentation with the least cost: sum of squares within segments, and a
// penalty for each. 0 if there is one segment.
std::size_t last_change(std::span<const double> values, double variance, Resource* memory) {
  const std::size_t n = values.size();
  const double price = penalty * std::log(static_cast<double>(n)) * variance;
  Vector<double> sums(memory);
  Vector<double> squares(memory);
  sums.assign(n + 1, 0);
  squares.assign(n + 1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const double value = values[i] - values[0];
    sums[i + 1] = sums[i] + value;
    squares[i + 1] = squares[i] + value * value;
  }
  Vector<double> best(memory);
  Vector<std::size_t> previous(memory);
  best.assign(n + 1, std::numeric_limits<double>::infinity());
  previous.assign(n + 1, 0);
  best[0] = -price;
  Vector<std::size_t> candidates(memory);
  Vector<double> costs(memory);
  candidates.push_back(0);
  for (std::size_t end = least_regime; end <= n; ++end) {
    costs.clear();
    for (const std::size_t begin : candidates) {
      const double sum = sums[end] - sums[begin];
      const double within =
          squares[end] - squares[begin] - sum * sum / static_cast<double>(end - begin);
      const double cost = best[begin] + std::max(within, 0.0);
      costs.push_back(cost);
      if (cost + price < best[end]) {
        best[end] = cost + price;
        previous[end] = begin;
      }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (costs[i] <= best[end]) candidates[kept++] = candidates[i];
    }
    candidates.resize(kept);
    if (end + 1 >= 2 * least_regime) candidates.push_back(end - least_regime + 1);
  }
  return previous[n];
}

// A gap spreads a jump over all of its steps, each of which may look harmless: what a whole gap
// adds is judged at once, by the median of all increments.
void level_gaps(const Grid& grid, Vector<double>& raw, Increments& out, Resource* memory) {
  if (std::find(grid.measured.begin(), grid.measured.end(), false) == grid.measured.end()) return;
  Vector<double> scratch(memory);
  const double spread = robust_deviation(view(raw), scratch);
  scratch.assign(raw.begin(), raw.end());
  const double usual = median_of({scratch.data(), scratch.size()});
  for (std::size_t begin = 0; begin < raw.size(); ++begin) {
    if (grid.measured[begin + 1]) continue;
    std::size_t end = begin + 1;  // first element after the gap
    while (end < raw.size() && !grid.measured[end]) ++end;
    const auto length = static_cast<double>(end - begin);
    const double jump = grid.values[end] - grid.values[begin] - usual * length;
    const double least = least_share * std::abs(grid.values[begin]);
    if (std::abs(jump) > std::max(least, outlying * spread * length)) {
      out.shifts.push_back({end - 1, jump});
      for (std::size_t i = begin; i < end; ++i) raw[i] = usual;
    }
    begin = end - 1;
  }
}

}  // namespace

Increments without_shifts(const Grid& grid, Resource* memory) {
  Increments out(memory);
  const std::size_t n = grid.values.size();
  if (n < 2) return out;
  Vector<double> raw(memory);
  raw.reserve(n - 1);
  for (std::size_t i = 1; i < n; ++i) raw.push_back(grid.values[i] - grid.values[i - 1]);
  level_gaps(grid, raw, out, memory);
  out.values = raw;
  const double range =
      *std::max_element(raw.begin(), raw.end()) - *std::min_element(raw.begin(), raw.end());
  double smallest = std::abs(grid.values[0]);
  for (const double value : grid.values) smallest = std::min(smallest, std::abs(value));
  if (range <= least_share * smallest) return out;  // none is further than that from any median

  SortedWindow window(2 * neighbours + 1, memory);
  for (std::size_t i = 0; i < std::min(neighbours, raw.size()); ++i) window.add(raw[i]);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i + neighbours < raw.size()) window.add(raw[i + neighbours]);
    if (i > neighbours) window.remove(raw[i - neighbours - 1]);
    const double least = least_share * std::abs(grid.values[i]);
    if (window.size() <= least_neighbours || window.range() <= least) continue;
    window.remove(raw[i]);
    const double usual = window.median();
    const double distance = std::abs(raw[i] - usual);
    if (distance > least && distance > outlying * window.spread()) {
      out.shifts.push_back({i, raw[i] - usual});
      out.values[i] = usual;
    }
    window.add(raw[i]);
  }
  std::sort(out.shifts.begin(), out.shifts.end(),
            [](const LevelShift& a, const LevelShift& b) { return a.step < b.step; });
  return out;
}

namespace {

struct Recurring {
  double count = 0;
  Recurrence found;  // its size is 0 if the shifts do not come back regularly
};

Recurring recurring(const Increments& increments, double sign) {
  Recurring out;
  double first = 0;
  double last = 0;
  double sizes = 0;
  double size_squares = 0;
  double spacing_squares = 0;
  for (const LevelShift& shift : increments.shifts) {
    if (shift.size * sign <= 0) continue;
    const auto at = static_cast<double>(shift.step);
    if (out.count == 0) first = last = at;
    spacing_squares += (at - last) * (at - last);
    last = at;
    sizes += shift.size;
    size_squares += shift.size * shift.size;
    out.count += 1;
  }
  if (out.count < 3) return out;
  Recurrence found;
  found.size = sizes / out.count;
  found.spacing = (last - first) / (out.count - 1);
  const double spacing_variance =
      std::max(0.0, spacing_squares / (out.count - 1) / (found.spacing * found.spacing) - 1);
  const double size_variance =
      std::max(0.0, size_squares / out.count / (found.size * found.size) - 1);
  const double ago = static_cast<double>(increments.values.size()) - 1 - last;
  if (spacing_variance >= 0.25 || ago > 2 * found.spacing) return out;
  found.next = std::max(found.spacing - ago, 1.0);
  found.variation = spacing_variance + size_variance;
  out.found = found;
  return out;
}

}  // namespace

Recurrences find_recurrences(const Increments& increments) {
  const Recurring up = recurring(increments, 1);
  const Recurring down = recurring(increments, -1);
  const auto irregular = [](const Recurring& r) { return r.count >= 2 && r.found.size == 0; };
  if (irregular(up) || irregular(down)) return {};
  return {up.found, down.found};
}

std::size_t regime_length(std::span<const double> increments, Resource* memory) {
  const auto newest = increments.last(std::min(increments.size(), regime_window));
  if (newest.size() < 2 * least_regime) return newest.size();
  Vector<double> scratch(memory);
  const double variance = variance_of_noise(newest, scratch, memory);
  if (variance <= 0) return newest.size();
  const double reach = clipped_at * std::sqrt(variance);
  Vector<double> clipped(memory);
  clipped.reserve(newest.size());
  for (std::size_t i = 0; i < newest.size(); ++i) {
    const double middle = median_near(newest, i);
    clipped.push_back(std::clamp(newest[i], middle - reach, middle + reach));
  }
  return newest.size() - last_change(view(clipped), variance, memory);
}

}  // namespace almanac::core
