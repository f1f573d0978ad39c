// Histograms that packed ones add up to, by number: of a series, or of a series and an interval.
//
// Zone: core.
#pragma once

#include <deque>

#include "core/histogram.hpp"

namespace almanac::store {

class HistogramSums {
 public:
  // Memory comes from `resource`, which must outlive the object.
  explicit HistogramSums(core::Resource* resource) : resource_(resource), at_(resource) {}

  // Adds a packed histogram, if it is not empty, to the sum of a number. Throws CorruptChunk,
  // std::overflow_error.
  void add(std::size_t number, std::span<const std::byte> packed) {
    if (packed.empty()) {
      return;
    }
    if (number >= at_.size()) {
      at_.resize(number + 1, nullptr);
    }
    if (at_[number] == nullptr) {
      at_[number] = &sums_.emplace_back(resource_);
    }
    at_[number]->add(packed);
  }

  // The sum of a number; nullptr if nothing was added to it.
  [[nodiscard]] const core::Histogram* of(std::size_t number) const {
    return number < at_.size() ? at_[number] : nullptr;
  }

  [[nodiscard]] bool empty() const { return sums_.empty(); }

 private:
  core::Resource* resource_;
  std::deque<core::Histogram> sums_;
  core::Vector<core::Histogram*> at_;
};

}  // namespace almanac::store
