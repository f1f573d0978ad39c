#include "core/running_median.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>

namespace almanac::core {

namespace {

constexpr std::size_t narrow = 256;

// The values of the window, in order.
class OrderedWindow {
 public:
  explicit OrderedWindow(std::span<const double> values, Resource* resource)
      : values_(values), ordered_(resource) {}

  void reserve(std::size_t most) { ordered_.resize(most); }
  void add(std::size_t i) {
    const double value = values_[i];
    std::size_t at = size_++;
    for (; at > 0 && ordered_[at - 1] > value; --at) ordered_[at] = ordered_[at - 1];
    ordered_[at] = value;
  }
  void remove(std::size_t i) {
    double* const end = ordered_.data() + size_;
    double* const at = std::lower_bound(ordered_.data(), end, values_[i]);
    std::copy(at + 1, end, at);
    --size_;
  }
  // Moves only what lies between the two.
  void replace(std::size_t old, std::size_t i) {
    const double value = values_[i];
    double* const first = ordered_.data();
    double* const last = first + size_ - 1;
    double* at = std::lower_bound(first, last, values_[old]);
    for (; at < last && at[1] < value; ++at) *at = at[1];
    for (; at > first && at[-1] > value; --at) *at = at[-1];
    *at = value;
  }
  double middle() const {
    const double upper = ordered_[size_ / 2];
    return size_ % 2 == 1 ? upper : 0.5 * ordered_[size_ / 2 - 1] + 0.5 * upper;
  }

 private:
  std::span<const double> values_;
  Vector<double> ordered_;
  std::size_t size_ = 0;
};

// The ranks of the values of the window, counted in a Fenwick tree (1994).
class CountedWindow {
 public:
  explicit CountedWindow(std::span<const double> values, Resource* resource)
      : values_(values), by_rank_(resource), ranks_(resource), tree_(resource) {}

  void reserve(std::size_t) {
    const std::size_t n = values_.size();
    by_rank_.resize(n);
    ranks_.resize(n);
    tree_.resize(n + 1);
    std::iota(by_rank_.begin(), by_rank_.end(), 0U);
    std::sort(by_rank_.begin(), by_rank_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return values_[a] < values_[b] || (values_[a] == values_[b] && a < b);
    });
    for (std::size_t rank = 0; rank < n; ++rank) {
      ranks_[by_rank_[rank]] = static_cast<std::uint32_t>(rank);
    }
  }
  void add(std::size_t i) {
    for (std::size_t at = ranks_[i] + 1; at < tree_.size(); at += at & -at) ++tree_[at];
    ++size_;
  }
  void remove(std::size_t i) {
    for (std::size_t at = ranks_[i] + 1; at < tree_.size(); at += at & -at) --tree_[at];
    --size_;
  }
  void replace(std::size_t old, std::size_t i) {
    remove(old);
    add(i);
  }
  double middle() const {
    const double upper = at(size_ / 2);
    return size_ % 2 == 1 ? upper : 0.5 * at(size_ / 2 - 1) + 0.5 * upper;
  }

 private:
  // The k-th smallest of the window, from 0.
  double at(std::size_t k) const {
    std::size_t position = 0;
    for (std::size_t step = std::bit_floor(tree_.size() - 1); step > 0; step /= 2) {
      if (position + step < tree_.size() && tree_[position + step] <= k) {
        position += step;
        k -= tree_[position];
      }
    }
    return values_[by_rank_[position]];
  }

  std::span<const double> values_;
  Vector<std::uint32_t> by_rank_;
  Vector<std::uint32_t> ranks_;
  Vector<std::uint32_t> tree_;
  std::size_t size_ = 0;
};

template <class Window>
void slide(Window window, std::size_t n, std::size_t half, Vector<double>& out) {
  window.reserve(2 * half + 2);
  for (std::size_t i = 0; i < std::min(half, n); ++i) window.add(i);
  for (std::size_t i = 0; i < n; ++i) {
    const bool enters = i + half < n;
    const bool leaves = i > half;
    if (enters && leaves) {
      window.replace(i - half - 1, i + half);
    } else if (enters) {
      window.add(i + half);
    } else if (leaves) {
      window.remove(i - half - 1);
    }
    out[i] = window.middle();
  }
}

// The median of up to 6 values.
double middle_of(std::span<const double> values) {
  double ordered[6];
  const std::size_t n = values.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t at = i;
    for (; at > 0 && ordered[at - 1] > values[i]; --at) ordered[at] = ordered[at - 1];
    ordered[at] = values[i];
  }
  return n % 2 == 1 ? ordered[n / 2] : 0.5 * ordered[n / 2 - 1] + 0.5 * ordered[n / 2];
}

// The median of 7 by the 13 exchanges of Devillard's network (1998), which has no branches.
double median_of_7(const double* values) {
  double p[7];
  std::copy_n(values, 7, p);
  const auto exchange = [&p](int a, int b) {
    const double low = std::min(p[a], p[b]);
    p[b] = std::max(p[a], p[b]);
    p[a] = low;
  };
  exchange(0, 5), exchange(0, 3), exchange(1, 6), exchange(2, 4), exchange(0, 1);
  exchange(3, 5), exchange(2, 6), exchange(2, 3), exchange(3, 6), exchange(4, 5);
  exchange(1, 4), exchange(1, 3), exchange(3, 4);
  return p[3];
}

}  // namespace

void running_median(std::span<const double> values, std::size_t half, Vector<double>& out) {
  const std::size_t n = values.size();
  out.resize(n);
  half = std::min(half, n);
  Resource* const resource = out.get_allocator().resource();
  if (half == 3 && n >= 7) {
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
      out[i] = middle_of(values.first(i + 4));
      out[n - 1 - i] = middle_of(values.last(i + 4));
    }
    for (std::size_t i = 3; i + 3 < n; ++i) out[i] = median_of_7(&values[i - 3]);
  } else if (half <= narrow) {
    slide(OrderedWindow(values, resource), n, half, out);
  } else {
    slide(CountedWindow(values, resource), n, half, out);
  }
}

}  // namespace almanac::core
