#include "core/shifts.hpp"

#include <algorithm>
#include <cmath>

namespace almanac::core {

namespace {

// Elements begin <= i < end.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Mean {
  double value = 0;
  double calls = 0;
};

class Levels {
 public:
  Levels(const Observations& observations, std::span<const Changepoint> points,
         const ShiftOptions& options, Resource* resource)
      : observations_(observations), starts_(resource), oldest_(resource) {
    starts_.push_back(0);
    oldest_.push_back(0);
    for (const Changepoint& point : points) {
      starts_.push_back(element(point.at));
      oldest_.push_back(oldest(point, options));
    }
    starts_.push_back(observations.values.size());
  }

  [[nodiscard]] std::size_t count() const { return starts_.size() - 1; }
  [[nodiscard]] Stretch of(std::size_t level) const { return {starts_[level], starts_[level + 1]}; }

  [[nodiscard]] Mean mean(Stretch stretch) const {
    Mean mean;
    double sum = 0;
    for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
      const double calls = observations_.calls.empty() ? 1 : observations_.calls[i];
      sum += calls * observations_.values[i];
      mean.calls += calls;
    }
    mean.value = mean.calls > 0 ? sum / mean.calls : 0;
    return mean;
  }

  // What a change into `level` is compared with: the last long level before, else all before.
  [[nodiscard]] Stretch baseline(std::size_t level, std::size_t elements) const {
    const std::size_t first = oldest_[level];
    for (std::size_t i = level; i-- > 0 && of(i).end > first;) {
      const Stretch stretch{std::max(of(i).begin, first), of(i).end};
      if (stretch.end - stretch.begin >= elements) return stretch;
    }
    return {first, of(level).begin};
  }

  [[nodiscard]] std::uint32_t position(std::size_t i) const {
    return observations_.positions.empty() ? static_cast<std::uint32_t>(i)
                                           : observations_.positions[i];
  }

 private:
  // The first element that a change is compared with: that of the last cut which it does not come
  // of, and which leaves enough to compare with.
  [[nodiscard]] std::size_t oldest(const Changepoint& point, const ShiftOptions& options) const {
    for (std::size_t i = options.cuts.size(); i-- > 0;) {
      if (options.cuts[i] + 1 < point.earliest) {
        const std::size_t first = element(options.cuts[i]);
        if (first + options.baseline <= element(point.at)) return first;
      }
    }
    return 0;
  }

  [[nodiscard]] std::size_t element(std::uint32_t position) const {
    if (observations_.positions.empty()) {
      return std::min<std::size_t>(position, observations_.values.size());
    }
    return static_cast<std::size_t>(std::ranges::lower_bound(observations_.positions, position) -
                                    observations_.positions.begin());
  }

  const Observations& observations_;
  Vector<std::size_t> starts_;
  Vector<std::size_t> oldest_;  // by level
};

bool same(Stretch a, Stretch b) { return a.begin == b.begin && a.end == b.end; }

double relative(double before, double after) {
  if (after == before) return 0;
  return before == 0 ? std::copysign(std::numeric_limits<double>::infinity(), after)
                     : (after - before) / std::abs(before);
}

}  // namespace

Vector<Shift> find_shifts(const Observations& observations, const ShiftOptions& options,
                          Resource* resource) {
  Vector<Shift> shifts(resource);
  const Vector<Changepoint> points =
      find_changepoints(observations, options.changepoints, resource);
  const Levels levels(observations, view(points), options, resource);
  for (std::size_t level = 1; level < levels.count();) {
    const Stretch base = levels.baseline(level, options.baseline);
    const double before = levels.mean(base).value;
    const double first = levels.mean(levels.of(level)).value - before;
    // Levels up to the first that is back by half, or long enough to be compared with itself while
    // it goes further.
    std::size_t end = level + 1;
    bool back = false;
    for (; end < levels.count(); ++end) {
      const double distance = levels.mean(levels.of(end)).value - before;
      const double largest = levels.mean(levels.of(end - 1)).value - before;
      back = distance * first <= 0 || std::abs(distance) < 0.5 * std::abs(largest);
      if (back || !same(levels.baseline(end, options.baseline), base)) break;
    }
    const Stretch since{levels.of(level).begin, levels.of(end - 1).end};
    const Mean after = levels.mean(since);
    const Changepoint& point = points[level - 1];
    Shift& shift = shifts.emplace_back();
    shift.at = point.at;
    shift.earliest = point.earliest;
    shift.latest = point.latest;
    shift.last = levels.position(since.end - 1);
    shift.before = before;
    shift.after = after.value;
    shift.change = relative(before, after.value);
    shift.p = point.p;
    shift.calls = after.calls;
    // The level may be left for a further one, which is a change of its own, and return later.
    for (std::size_t next = end; next < levels.count(); ++next) {
      const double distance = levels.mean(levels.of(next)).value - before;
      if (distance * first <= 0 || std::abs(distance) < 0.5 * std::abs(after.value - before)) {
        shift.until = points[next - 1].at;
        break;
      }
    }
    level = end;
  }
  return shifts;
}

}  // namespace almanac::core
