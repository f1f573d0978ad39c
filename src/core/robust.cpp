#include "core/robust.hpp"

#include <algorithm>
#include <cmath>

#include "core/student.hpp"

namespace almanac::core {

namespace {

constexpr double normal_975 = 1.959963984540054;

std::ptrdiff_t offset(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

// The k-th smallest, from 0, and the next (or the k-th again if it is the last).
struct Neighbours {
  double lower;
  double upper;
};

constexpr std::size_t sample_size = 128;
constexpr std::size_t sample_margin = 12;

Neighbours select_plainly(std::span<double> values, std::size_t k) {
  const auto lower = values.begin() + offset(k);
  std::nth_element(values.begin(), lower, values.end());
  const auto upper = std::min_element(lower + 1, values.end());
  return {*lower, upper == values.end() ? *lower : *upper};
}

// Of a long span only what lies between two members of a regular sample is kept, without a branch,
// and searched: Floyd and Rivest's idea (1975) in one round. If the sample misleads, all are.
Neighbours select(std::span<double> values, std::size_t k) {
  const std::size_t n = values.size();
  if (n < 4 * sample_size) return select_plainly(values, k);
  double sample[sample_size];
  for (std::size_t i = 0; i < sample_size; ++i) sample[i] = values[i * n / sample_size];
  std::sort(std::begin(sample), std::end(sample));
  const std::size_t place = k * sample_size / n;
  const bool from_start = place < sample_margin;
  const bool to_end = place + sample_margin >= sample_size;
  const double low = from_start ? -HUGE_VAL : sample[place - sample_margin];
  const double high = to_end ? HUGE_VAL : sample[place + sample_margin];
  const auto between = [low, high](double value) {
    return static_cast<std::size_t>(value >= low) & static_cast<std::size_t>(value <= high);
  };
  std::size_t below = 0;
  std::size_t kept = 0;
  for (const double value : values) {
    below += static_cast<std::size_t>(value < low);
    kept += between(value);
  }
  if (k < below || k + 1 >= below + kept) return select_plainly(values, k);
  std::size_t to = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double value = values[i];
    values[to] = value;
    to += between(value);
  }
  return select_plainly(values.first(kept), k - below);
}

// Sums over the groups of equal values among both samples, which are in order.
struct Ranks {
  double first_sum = 0;  // of the ranks of the first sample; equal values share their mean rank
  double ties = 0;       // sum of t^3 - t
};

Ranks rank(std::span<const double> first, std::span<const double> second) {
  Ranks out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < first.size() || j < second.size()) {
    const double value =
        j == second.size() || (i < first.size() && first[i] <= second[j]) ? first[i] : second[j];
    const std::size_t i0 = i;
    const std::size_t j0 = j;
    while (i < first.size() && first[i] == value) ++i;
    while (j < second.size() && second[j] == value) ++j;
    const auto before = static_cast<double>(i0 + j0);
    const auto equal = static_cast<double>(i - i0 + j - j0);
    out.first_sum += static_cast<double>(i - i0) * (before + (equal + 1) / 2);
    out.ties += equal * equal * equal - equal;
  }
  return out;
}

}  // namespace

double median(std::span<double> values) {
  if (values.empty()) return 0;
  const std::size_t n = values.size();
  if (n % 2 == 1) return select(values, n / 2).lower;
  const Neighbours middle = select(values, n / 2 - 1);
  return 0.5 * middle.lower + 0.5 * middle.upper;
}

double median(std::span<const double> values, Vector<double>& scratch) {
  scratch.assign(values.begin(), values.end());
  return median(std::span<double>(scratch.data(), scratch.size()));
}

double quantile(std::span<double> values, double q) {
  if (values.empty()) return 0;
  const double rank = std::clamp(q, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const double share = rank - static_cast<double>(below);
  const Neighbours around = select(values, below);
  return share == 0 ? around.lower : around.lower * (1 - share) + around.upper * share;
}

double robust_deviation(std::span<const double> values, Vector<double>& scratch) {
  const double middle = median(values, scratch);
  std::transform(values.begin(), values.end(), scratch.begin(),
                 [middle](double value) { return std::fabs(value - middle); });
  return mad_to_deviation * median(std::span<double>(scratch.data(), scratch.size()));
}

double robust_deviation_about_zero(std::span<const double> values, Vector<double>& scratch) {
  scratch.resize(values.size());
  std::transform(values.begin(), values.end(), scratch.begin(),
                 [](double value) { return std::fabs(value); });
  return mad_to_deviation * median(std::span<double>(scratch.data(), scratch.size()));
}

Line theil_sen(std::span<const double> x, std::span<const double> y, Vector<double>& scratch) {
  scratch.clear();
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = i + 1; j < x.size(); ++j) {
      if (x[i] != x[j]) scratch.push_back((y[j] - y[i]) / (x[j] - x[i]));
    }
  }
  if (scratch.empty()) return {};
  std::sort(scratch.begin(), scratch.end());
  const auto n = static_cast<double>(x.size());
  const auto pairs = static_cast<double>(scratch.size());
  const double half = normal_975 * std::sqrt(n * (n - 1) * (2 * n + 5) / 18) / 2;
  const auto at = [&](double place) {
    return scratch[static_cast<std::size_t>(std::clamp(place, 0.0, pairs - 1))];
  };
  return {.slope = 0.5 * at(std::floor((pairs - 1) / 2)) + 0.5 * at(std::ceil((pairs - 1) / 2)),
          .lower = at(std::floor(pairs / 2 - half)),
          .upper = at(std::ceil(pairs / 2 + half))};
}

TestResult welch_test(const Sample& first, const Sample& second, double floor) {
  TestResult out;
  if (!(first.size >= 1) || !(second.size >= 1)) return out;
  const double a = first.variance / first.size;
  const double b = second.variance / second.size;
  const double variance = a + b + 2 * floor;
  const double difference = second.mean - first.mean;
  if (!(variance > 0)) {  // two constants
    out.statistic = difference == 0 ? 0 : std::copysign(HUGE_VAL, difference);
    out.p = difference == 0 ? 1 : 0;
    return out;
  }
  // A sample of one value tells nothing about its variance, and adds nothing to what is known of
  // it.
  const double uncertain =
      a * a / std::max(first.size - 1, 1.0) + b * b / std::max(second.size - 1, 1.0);
  out.statistic = difference / std::sqrt(variance);
  out.freedom = uncertain > 0 ? std::min(variance * variance / uncertain, 1e9) : 1e9;
  out.p = two_sided_t(out.statistic, out.freedom);
  return out;
}

TestResult mann_whitney_test(std::span<double> first, std::span<double> second) {
  TestResult out;
  if (first.empty() || second.empty()) return out;
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  const Ranks ranks = rank(first, second);
  const auto n1 = static_cast<double>(first.size());
  const auto n2 = static_cast<double>(second.size());
  const double n = n1 + n2;
  const double u = ranks.first_sum - n1 * (n1 + 1) / 2;
  const double variance = n1 * n2 / 12 * (n + 1 - ranks.ties / (n * (n - 1)));
  if (!(variance > 0)) return out;      // all values are equal
  const double less = n1 * n2 / 2 - u;  // positive if the first sample is smaller
  const double apart = std::max(std::fabs(less) - 0.5, 0.0);
  out.statistic = std::copysign(apart / std::sqrt(variance), less);
  out.freedom = HUGE_VAL;
  out.p = two_sided_normal(out.statistic);
  return out;
}

}  // namespace almanac::core
