#include "core/forecast_stats.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace almanac::core {

namespace {

constexpr double normal_consistency = 1.4826;

struct Quantile {
  double freedom;
  double t;
};
constexpr std::array<Quantile, 11> table_80{{{1, 3.08},
                                             {2, 1.89},
                                             {3, 1.64},
                                             {4, 1.53},
                                             {5, 1.48},
                                             {6, 1.44},
                                             {8, 1.40},
                                             {10, 1.37},
                                             {15, 1.34},
                                             {30, 1.31},
                                             {60, 1.30}}};
constexpr std::array<Quantile, 11> table_95{{{1, 12.71},
                                             {2, 4.30},
                                             {3, 3.18},
                                             {4, 2.78},
                                             {5, 2.57},
                                             {6, 2.45},
                                             {8, 2.31},
                                             {10, 2.23},
                                             {15, 2.13},
                                             {30, 2.04},
                                             {60, 2.00}}};

double look_up(const std::array<Quantile, 11>& table, double freedom) {
  double t = table.front().t;
  for (const Quantile& entry : table) {
    if (entry.freedom <= freedom) t = entry.t;
  }
  return t;
}

double middle(std::span<const double> sorted) {
  const std::size_t n = sorted.size();
  if (n == 0) return 0;
  return n % 2 != 0 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

}  // namespace

double median_of(std::span<double> values) {
  if (values.empty()) return 0;
  const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), values.begin() + half, values.end());
  const double upper = values[static_cast<std::size_t>(half)];
  if (values.size() % 2 != 0) return upper;
  return (*std::max_element(values.begin(), values.begin() + half) + upper) / 2;
}

double least_squares_slope(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / n;
  double moment = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    moment += (static_cast<double>(i) - (n - 1) / 2) * (values[i] - mean);
  }
  return moment / (n * (n * n - 1) / 12);
}

double student_80(double freedom) { return look_up(table_80, freedom); }
double student_95(double freedom) { return look_up(table_95, freedom); }

void SortedWindow::add(double value) {
  sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), value), value);
}

void SortedWindow::remove(double value) {
  sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), value));
}

double SortedWindow::median() const noexcept { return middle(view(sorted_)); }

// Distances from the median grow towards both ends of the sorted values: merged from the middle
// outwards, the middle one of them is found without sorting them.
double SortedWindow::spread() const noexcept {
  const std::size_t n = sorted_.size();
  if (n == 0) return 0;
  const double center = median();
  std::size_t right = n / 2;
  std::size_t left = right;  // elements left of it are not taken yet
  double previous = 0;
  double distance = 0;
  for (std::size_t taken = 0; taken <= n / 2; ++taken) {
    previous = distance;
    const bool take_left =
        right >= n || (left > 0 && center - sorted_[left - 1] <= sorted_[right] - center);
    distance = take_left ? center - sorted_[--left] : sorted_[right++] - center;
  }
  return normal_consistency * (n % 2 != 0 ? distance : (previous + distance) / 2);
}

}  // namespace almanac::core
