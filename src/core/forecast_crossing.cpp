// When a series reaches a threshold.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/forecast.hpp"

namespace almanac::core {

namespace {

constexpr int64_t two_years = 2 * year_us;
constexpr int64_t end_of_time = 9'223'371'331'199'999'999;  // the last timestamp of PostgreSQL
constexpr double stretch = 1.1;          // from one time that is looked at to the next
constexpr double longest_cycle = 2'016;  // steps; a week of five minutes

int64_t later(int64_t time, double us) {
  if (static_cast<double>(time) + us >= static_cast<double>(end_of_time)) return end_of_time;
  return time + static_cast<int64_t>(us);
}

}  // namespace

// Looks ahead, farther and farther apart, and stops where a band passes the threshold.
class Crossing {
 public:
  Crossing(const Forecast& forecast, double threshold, bool up, Resource* memory)
      : forecast_(forecast), threshold_(threshold), up_(up), points_(memory) {
    limit_ = static_cast<double>(two_years) / static_cast<double>(forecast.grid_.step);
    for (const Candidate& candidate : forecast.candidates()) {
      cycle_ = std::max(cycle_, static_cast<double>(candidate.period));
    }
    cycle_ = std::min({cycle_, longest_cycle, limit_});
    for (double step = 1; step <= cycle_; step += 1) points_.push_back(step);
    for (double step = 1; step < limit_; step *= stretch) points_.push_back(step);
    points_.push_back(limit_);
    if (forecast.growth_) {
      for (const Recurrence& recurrence : forecast.growth_->recurrences())
        add_points_of(recurrence);
    }
    std::sort(points_.begin(), points_.end());
  }

  // Steps until the band's `side` passes; absent if not within two years.
  std::optional<double> passes(double Band::*side) const {
    double before = 0;
    double value_before = forecast_.grid_.values.back();
    for (const double step : points_) {
      const double value = extreme(step, side);
      if (up_ ? value >= threshold_ : value <= threshold_) {
        const double share = (threshold_ - value_before) / (value - value_before);
        return share >= 0 && share <= 1 ? before + share * (step - before) : step;
      }
      before = step;
      value_before = value;
    }
    return std::nullopt;
  }

  double farthest() const { return limit_; }
  // The band at a step, or its extreme over the cycle that begins there once every step of the
  // first cycle has been looked at.
  double extreme(double step, double Band::*side) const {
    double value = forecast_.at_steps(step).*side;
    if (step <= cycle_) return value;
    for (double i = 1; i < cycle_; i += 1) {
      const double other = forecast_.at_steps(step + i).*side;
      value = up_ ? std::max(value, other) : std::min(value, other);
    }
    return value;
  }

  // Whether a metric moves towards the threshold by more than it errs, sooner or later.
  bool drifts() const {
    const double first = extreme(cycle_ + 1, &Band::value);
    const Band band = forecast_.at_steps(cycle_ + 1);
    const double moved = extreme(limit_, &Band::value) - first;
    return (up_ ? moved : -moved) > band.upper_80 - band.value;
  }

  Arrival arrive() const {
    const auto& growth = forecast_.growth_;
    const auto time = [&](double Band::*side) -> std::optional<int64_t> {
      const auto steps = passes(side);
      if (!steps) return std::nullopt;
      return later(forecast_.grid_.last, *steps * static_cast<double>(forecast_.grid_.step));
    };
    Arrival arrival;
    arrival.verdict = Verdict::not_growing;
    if (growth && (!growth->moving() || (growth->rate() > 0) != up_)) return arrival;
    arrival.likely = time(&Band::value);
    if (!arrival.likely && !growth && !drifts()) return arrival;
    arrival.earliest = time(up_ ? &Band::upper_80 : &Band::lower_80);
    arrival.latest = time(up_ ? &Band::lower_80 : &Band::upper_80);
    arrival.verdict = up_ ? Verdict::growing : Verdict::falling;
    if (!arrival.likely) arrival.verdict = Verdict::not_within_two_years;
    arrival.changed = forecast_.shape_changed();
    if (arrival.changed) arrival.verdict = Verdict::shape_changed;
    return arrival;
  }

 private:
  // Both sides of every jump.
  void add_points_of(const Recurrence& recurrence) {
    constexpr double just_before = 1e-6;
    if (recurrence.size == 0) return;
    for (double at = recurrence.next; at < limit_; at += recurrence.spacing) {
      points_.push_back(at - just_before);
      points_.push_back(at);
    }
  }

  const Forecast& forecast_;
  double threshold_;
  bool up_;
  double limit_ = 0;
  double cycle_ = 1;
  Vector<double> points_;
};

namespace {

// The first measurement of the last ones that are all at or beyond the threshold.
int64_t reached_at(std::span<const int64_t> times, std::span<const double> values,
                   double threshold) {
  int64_t at = 0;
  for (std::size_t i = times.size(); i > 0; --i) {
    if (std::isnan(values[i - 1])) continue;
    if (values[i - 1] < threshold) break;
    at = times[i - 1];
  }
  return at;
}

}  // namespace

Arrival time_to(std::span<const int64_t> times, std::span<const double> values, double threshold,
                Resource* memory) {
  Arrival arrival;
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) last = i;
  }
  if (!last) return arrival;
  const int64_t farthest = later(times[*last], static_cast<double>(two_years));
  const Forecast forecast(times, values, ForecastKind::automatic, farthest, memory);
  const bool up = values[*last] < threshold;
  const int exponent = forecast.exponent();
  Crossing crossing(forecast, std::ldexp(threshold, -exponent), up, memory);
  Arrival found;
  if (forecast.has_model()) found = crossing.arrive();
  const bool known = found.verdict != Verdict::not_enough_history;
  if (!up && (!known || found.verdict == Verdict::not_growing)) {
    arrival.verdict = Verdict::reached;
    arrival.earliest = arrival.likely = arrival.latest = reached_at(times, values, threshold);
    return arrival;
  }
  if (found.likely && !forecast.enough(*found.likely)) return arrival;
  if (known && !found.likely && !forecast.enough(farthest) &&
      found.verdict == Verdict::not_within_two_years) {
    return arrival;
  }
  return found;
}

}  // namespace almanac::core
