#include "core/segmentation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace almanac::core {

namespace {

// Levels closer than this, in standard deviations of an element, need not be told apart.
constexpr double narrowest = 0.02;
// After as many steps that distance is doubled: for series with levels further apart than the noise
// can explain, in every combination.
constexpr std::size_t steps_per_element = 256;

}  // namespace

WeightedSums::WeightedSums(std::span<const double> values, std::span<const double> weights,
                           Resource* resource)
    : sums_(resource) {
  sums_.reserve(values.size() + 1);
  Sums sums;
  sums_.push_back(sums);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double weighted = weights[i] * values[i];
    sums.weight += weights[i];
    sums.value += weighted;
    sums.square += weighted * values[i];
    sums_.push_back(sums);
  }
}

double WeightedSums::cost(std::size_t begin, std::size_t end) const {
  const double value = sums_[end].value - sums_[begin].value;
  const double square = sums_[end].square - sums_[begin].square;
  return std::max(square - value * value / weight(begin, end), 0.0);
}

double WeightedSums::gain(std::size_t begin, std::size_t middle, std::size_t end) const {
  const double before = weight(begin, middle);
  const double after = weight(middle, end);
  const double difference = mean(middle, end) - mean(begin, middle);
  return difference * difference * before * after / (before + after);
}

// One run of the algorithm. `least_[t]` is the least cost of the first t elements, less one
// penalty, so that every segment pays one.
class Partitioning {
 public:
  Partitioning(const WeightedSums& sums, std::span<const double> values, double penalty,
               std::size_t shortest, Resource* resource)
      : sums_(view(sums.sums_)),
        penalty_(penalty),
        shortest_(shortest),
        least_(resource),
        start_(resource),
        pieces_(resource),
        next_pieces_(resource) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    low_ = *low;
    high_ = std::max(*high, std::nextafter(low_, HUGE_VAL));
    narrow_ = narrowest / std::sqrt(sums.weight(0, sums.size()) / static_cast<double>(sums.size()));
  }

  Segmentation run(Resource* resource) {
    Segmentation out(resource);
    const std::size_t n = sums_.size() - 1;
    least_.assign(n + 1, std::numeric_limits<double>::infinity());
    start_.assign(n + 1, 0);
    least_[0] = -penalty_;
    std::size_t patience = steps_per_element * n;
    for (std::size_t end = shortest_; end <= n; ++end) {
      consider(end - shortest_);
      choose_start(end);
      out.steps += pieces_.size();
      if (out.steps > patience) {
        narrow_ *= 2;
        patience += steps_per_element * n;
      }
    }
    for (std::size_t end = start_[n]; end > 0; end = start_[end]) {
      out.starts.push_back(static_cast<std::uint32_t>(end));
    }
    std::reverse(out.starts.begin(), out.starts.end());
    return out;
  }

 private:
  // The levels at which a last segment from `start` on is the cheapest: up to `high`, from where
  // the piece before ends. And what is there already at its start.
  struct Piece {
    double high;
    double weight;
    double value;
    double cost;  // least_[start] less the sum of squares
    std::uint32_t start;
  };

  Piece piece(std::size_t start, double high) const {
    const WeightedSums::Sums& sums = sums_[start];
    return {.high = high,
            .weight = sums.weight,
            .value = sums.value,
            .cost = least_[start] - sums.square,
            .start = static_cast<std::uint32_t>(start)};
  }

  // The next piece, to `high`, of the start of `like`. One too narrow to matter goes to the piece
  // before it.
  void append(double high, const Piece& like) {
    Piece* const last = next_pieces_.data() + appended_ - 1;
    if (appended_ > 0 && (high - last->high < narrow_ || last->start == like.start)) {
      last->high = high;
    } else if (appended_ > 0 || high > low_) {
      *(last + 1) = like;
      (last + 1)->high = high;
      ++appended_;
    }
  }

  // Adds a start, and takes from the others the levels at which it is cheaper. What a start costs
  // more than the new one is a parabola over the level, open above: the others keep an interval.
  void consider(std::size_t start) {
    if (start == 0) {
      pieces_.push_back(piece(0, high_));
      return;
    }
    if (start < shortest_) return;  // no first segment fits before it
    const Piece added = piece(start, high_);
    next_pieces_.resize(3 * pieces_.size());
    appended_ = 0;
    double low = low_;
    for (const Piece& then : pieces_) {
      const double high = then.high;
      const double a = added.weight - then.weight;
      const double b = added.value - then.value;
      const double c = then.cost - added.cost;
      const bool keeps_low = c + low * (low * a - 2 * b) <= 0;
      const bool keeps_high = c + high * (high * a - 2 * b) <= 0;
      if (keeps_low && keeps_high) {
        append(high, then);
      } else if (const double discriminant = b * b - a * c; discriminant <= 0) {
        append(high, added);
      } else {
        const double root = std::sqrt(discriminant);
        if (!keeps_low) append(std::clamp((b - root) / a, low, high), added);
        if (keeps_high) {
          append(high, then);
        } else {
          append(std::clamp((b + root) / a, low, high), then);
          append(high, added);
        }
      }
      low = high;
    }
    next_pieces_.resize(appended_);
    pieces_.swap(next_pieces_);
  }

  void choose_start(std::size_t end) {
    const WeightedSums::Sums now = sums_[end];
    double least = std::numeric_limits<double>::infinity();
    std::uint32_t chosen = 0;
    for (const Piece& then : pieces_) {
      const double value = now.value - then.value;
      const double cost = then.cost - value * value / (now.weight - then.weight);
      if (cost < least || (cost == least && then.start < chosen)) {
        least = cost;
        chosen = then.start;
      }
    }
    least_[end] = least + now.square + penalty_;
    start_[end] = chosen;
  }

  std::span<const WeightedSums::Sums> sums_;
  double penalty_;
  std::size_t shortest_;
  double low_ = 0;  // the levels that a segment can have
  double high_ = 0;
  double narrow_ = 0;
  Vector<double> least_;
  Vector<std::uint32_t> start_;  // of the last segment of the best division of the first elements
  Vector<Piece> pieces_;         // in the order of the levels, without gaps
  Vector<Piece> next_pieces_;
  std::size_t appended_ = 0;  // of next_pieces_
};

Segmentation segment(const WeightedSums& sums, std::span<const double> values, double penalty,
                     std::size_t shortest, Resource* resource) {
  if (sums.size() < 2 * shortest) return Segmentation(resource);
  return Partitioning(sums, values, penalty, shortest, resource).run(resource);
}

}  // namespace almanac::core
