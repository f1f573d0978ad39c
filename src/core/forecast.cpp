#include "core/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace almanac::core {

namespace {

constexpr double one_direction = 0.9;
constexpr int64_t enough_span = 7 * day_us;
constexpr double farthest_share = 10;  // horizon over span of a shorter history

// Whether the series moves in one direction only, level shifts aside. One that never moves does.
bool moves_one_way(const Grid& grid, Resource* memory) {
  const Increments increments = without_shifts(grid, memory);
  double up = 0;
  double down = 0;
  for (const double value : increments.values) {
    up += value > 0 ? 1 : 0;
    down += value < 0 ? 1 : 0;
  }
  return std::max(up, down) >= one_direction * (up + down);
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
    if (kind_ == ForecastKind::automatic) {
      kind_ = moves_one_way(grid_, memory) ? ForecastKind::growth : ForecastKind::metric;
    }
  }
  if (kind_ == ForecastKind::growth) {
    growth_.emplace(grid_, memory);
  } else {
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
