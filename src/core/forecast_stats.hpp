// Zone: core.
//
// The few statistics that the forecasts stand on. All are deterministic and none allocates but for
// the scratch space it is given.
#pragma once

#include <cstddef>
#include <span>

#include "core/memory.hpp"
#include "core/robust.hpp"

namespace almanac::core {

// The median, the mean of the middle two if there are two; 0 of nothing. Reorders `values`. O(n).
double median_of(std::span<double> values);

// Slope per element of the least-squares line; 0 of fewer than two values. O(n).
double least_squares_slope(std::span<const double> values);

// Quantiles 0.90 and 0.975 of Student's t: what a two-sided interval of 80 or 95 % takes.
// `freedom` >= 1; from a table, the next smaller number of degrees of freedom.
double student_80(double freedom);
double student_95(double freedom);

// Medians of a window that slides over a series one element at a time, kept sorted. `width`
// elements at most; adding and removing take O(width) moves, reading O(1), spread() O(width).
class SortedWindow {
 public:
  SortedWindow(std::size_t width, Resource* memory) : sorted_(memory) { sorted_.reserve(width); }
  void add(double value);
  void remove(double value);  // which was added
  std::size_t size() const noexcept { return sorted_.size(); }
  double range() const noexcept { return sorted_.back() - sorted_.front(); }  // not empty
  double median() const noexcept;
  double spread() const noexcept;  // 1.4826 times the median distance from the median

 private:
  Vector<double> sorted_;
};

}  // namespace almanac::core
