// Zone: core.
//
// The best division of a series into segments of constant level: optimal partitioning.
//
// Minimizes, over all divisions into segments of at least `shortest` elements,
//
//   sum over the segments of  sum w (y - mean)^2   +   penalty * (number of segments - 1)
//
// exactly, as PELT does (Killick, Fearnhead, Eckley 2012), but prunes by function instead of by
// inequality, as FPOP does (Maidstone, Hocking, Rigaill, Fearnhead, "On optimal multiple
// changepoint algorithms for large data", Statistics and Computing 2017): PELT prunes nothing while
// nothing changes, and most series do not, so that it is quadratic in the case that matters. What
// is pruned here are starts of the last segment that are best for no level it could have; new to
// FPOP is the least length: a start is compared with the others when it comes into question,
// `shortest` elements later, which changes nothing because all of them have the elements since in
// common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// Weighted sums over any stretch in constant time. Elements from `begin`, included, to `end`, not.
class WeightedSums {
 public:
  // As many weights as values, all above 0. The values should be centered: what is lost to rounding
  // grows with the square of their distance from 0.
  WeightedSums(std::span<const double> values, std::span<const double> weights, Resource* resource);

  std::size_t size() const { return sums_.size() - 1; }
  double weight(std::size_t begin, std::size_t end) const {
    return sums_[end].weight - sums_[begin].weight;
  }
  double mean(std::size_t begin, std::size_t end) const {
    return (sums_[end].value - sums_[begin].value) / weight(begin, end);
  }
  // The weighted sum of squared distances from the mean, at least 0.
  double cost(std::size_t begin, std::size_t end) const;
  // How much less the cost is when the stretch is divided at `middle`.
  double gain(std::size_t begin, std::size_t middle, std::size_t end) const;

 private:
  friend class Partitioning;
  struct Sums {
    double weight = 0;
    double value = 0;   // times weight
    double square = 0;  // times weight
  };
  Vector<Sums> sums_;
};

struct Segmentation {
  explicit Segmentation(Resource* resource) : starts(resource) {}

  Vector<std::uint32_t> starts;  // of all segments but the first, ascending
  std::size_t steps = 0;         // pieces of cost functions looked at: what the time is made of
};

// Of divisions that cost the same, one with late and few starts is taken, always the same.
// Fewer than 2 * shortest elements are one segment. shortest >= 1; at most 2^32 - 1 elements. About
// O(n log n) for noise, with or without changes; O(n^2) at worst. Memory: 16 n bytes.
Segmentation segment(const WeightedSums& sums, std::span<const double> values, double penalty,
                     std::size_t shortest, Resource* resource);

}  // namespace almanac::core
