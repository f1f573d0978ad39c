#include "core/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace almanac::core {

namespace {

constexpr double share_of_size = 0.95;
constexpr double least_with_jumps = 0.75;  // level shifts are few: cheap to tell a metric by
constexpr int64_t enough_span = 7 * day_us;
constexpr double farthest_share = 10;  // horizon over span of a shorter history

// The share of all changes that have the more frequent direction. 1 of what never changes.
template <class Change>
double one_direction(std::size_t count, const Change& change) {
  double up = 0;
  double down = 0;
  for (std::size_t i = 0; i < count; ++i) {
    up += change(i) > 0 ? 1 : 0;
    down += change(i) < 0 ? 1 : 0;
  }
  return up + down > 0 ? std::max(up, down) / (up + down) : 1;
}

double scaled(double value, int exponent) {
  constexpr double most = std::numeric_limits<double>::max();
  return std::clamp(std::ldexp(value, exponent), -most, most);
}

}  // namespace

Forecast::Forecast(std::span<const int64_t> times, std::span<const double> values,
                   ForecastKind kind, int64_t farthest, Resource* memory)
    : kind_(kind), history_(clean_history(times, values, memory)), grid_(memory) {
  if (kind_ != ForecastKind::metric) {
    grid_ = growth_grid(history_, Growth::longest, memory);
    const auto change = [&](std::size_t i) { return history_.values[i + 1] - history_.values[i]; };
    const double raw = one_direction(std::max<std::size_t>(history_.values.size(), 1) - 1, change);
    if (kind_ == ForecastKind::automatic && raw < least_with_jumps) {
      kind_ = ForecastKind::metric;
    } else {
      const Increments increments = without_shifts(grid_, memory);
      if (kind_ == ForecastKind::automatic) {
        // Days hide what happens within them, so only steps as short as the measurements' tell
        // more.
        const auto smooth = [&](std::size_t i) { return increments.values[i]; };
        const std::size_t count = increments.values.size();
        const bool as_fine = 2 * count >= history_.values.size();
        const bool few_jumps =
            increments.shifts.size() < 3 || find_recurrences(increments) != Recurrences{};
        const bool size = raw >= share_of_size ||
                          (as_fine && few_jumps && one_direction(count, smooth) >= share_of_size);
        kind_ = size ? ForecastKind::growth : ForecastKind::metric;
      }
      if (kind_ == ForecastKind::growth) growth_.emplace(grid_, increments, memory);
    }
  }
  if (kind_ == ForecastKind::metric) {
    grid_ = metric_grid(history_, Metric::longest, memory);
    metric_.emplace(grid_, grid_.values.empty() ? 1 : grid_.steps_to(farthest), memory);
  }
}

bool Forecast::ahead(int64_t time) const {
  return !history_.times.empty() && time > history_.times.back();
}

bool Forecast::enough(int64_t time) const {
  if (!has_model()) return false;
  const int64_t span = history_.times.back() - history_.times.front();
  if (span >= enough_span) return true;
  const double ahead = grid_.steps_to(time) * static_cast<double>(grid_.step);
  return ahead <= farthest_share * static_cast<double>(span);
}

Band Forecast::at_steps(double steps) const {
  return growth_ ? growth_->at(steps) : metric_->at(steps);
}

Band Forecast::at(int64_t time) const {
  Band band = at_steps(grid_.steps_to(time));
  for (double* value :
       {&band.value, &band.lower_80, &band.upper_80, &band.lower_95, &band.upper_95}) {
    *value = scaled(*value, history_.exponent);
  }
  return band;
}

bool Forecast::is_short() const noexcept { return growth_ && growth_->is_short(); }

std::optional<int64_t> Forecast::shape_changed() const {
  if (!growth_ || !growth_->enough() || !growth_->refitting()) return std::nullopt;
  return grid_.last - static_cast<int64_t>(growth_->regime()) * grid_.step;
}

std::span<const Candidate> Forecast::candidates() const noexcept {
  return metric_ ? metric_->candidates() : std::span<const Candidate>();
}

}  // namespace almanac::core
