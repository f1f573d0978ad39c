#include "core/forecast_metric.hpp"

#include <algorithm>
#include <cmath>

namespace almanac::core {

namespace {

constexpr std::size_t fold_count = 4;
constexpr double tiny = 1e-12;

// Gaps take what was there one period before, or the last value.
void fill_gaps(const Grid& grid, std::size_t period, Vector<double>& values) {
  values.assign(grid.values.begin(), grid.values.end());
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!grid.measured[i]) values[i] = values[period > 0 && i >= period ? i - period : i - 1];
  }
}

double root_mean_square_step(std::span<const double> values) {
  double squares = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    squares += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
  }
  return std::sqrt(squares / std::max(1.0, static_cast<double>(values.size()) - 1));
}

double quantile_of(Vector<double>& sorted, double q) {
  const auto n = static_cast<double>(sorted.size());
  const auto rank = static_cast<std::size_t>(std::ceil(q * (n + 1)));
  return sorted[std::min(sorted.size(), rank) - 1];
}

}  // namespace

Metric::Metric(const Grid& grid, double horizon, Resource* memory)
    : values_(memory), candidates_(memory), fitted_(memory) {
  const std::size_t n = grid.values.size();
  if (n < least) return;
  enough_ = true;
  const auto length = static_cast<std::size_t>(std::clamp(std::ceil(horizon), 1.0, 1e6));

  std::array<std::size_t, 3> periods{};
  std::size_t count = 0;
  for (const int64_t cycle : {day_us, week_us, year_us}) {
    const auto period = static_cast<std::size_t>(grid.period(cycle));
    if (period >= 2 && n >= 3 * period) periods[count++] = period;
  }
  fill_gaps(grid, periods[0], values_);
  never_negative_ = *std::min_element(values_.begin(), values_.end()) >= 0;
  candidates_.push_back({Method::damped, periods[0], 0, 1});
  candidates_.push_back({Method::theta, periods[0], 0, 1});
  if (count > 0) candidates_.push_back({Method::naive, periods[0], 0, 1});
  for (std::size_t i = 1; i < count; ++i) {
    candidates_.push_back({Method::damped, periods[i], i, 1});
    candidates_.push_back({Method::naive, periods[i], i, 1});
  }
  weigh_and_judge(view(values_), length, memory);
  fitted_ = fit(view(values_), false, memory);
}

Metric::Fitted Metric::fit(std::span<const double> values, bool quickly, Resource* memory) const {
  Fitted fitted(memory);
  fitted.values = values;
  Vector<double> adjusted(memory);
  for (const Candidate& candidate : candidates_) {
    if (candidate.season == fitted.seasons.size()) {
      fitted.seasons.push_back(find_season(values, candidate.period, adjusted, memory));
    }
    Path path;
    if (candidate.method == Method::damped) path = fit_damped(view(adjusted), quickly);
    if (candidate.method == Method::theta) path = fit_theta(view(adjusted));
    fitted.paths.push_back(path);
  }
  return fitted;
}

double Metric::forecast(const Fitted& fitted, std::size_t candidate, std::size_t steps) const {
  const std::size_t n = fitted.values.size();
  if (candidates_[candidate].method == Method::naive) {
    const std::size_t period = std::max<std::size_t>(candidates_[candidate].period, 1);
    return fitted.values[n - period + (steps - 1) % period];
  }
  const double value = fitted.paths[candidate].at(static_cast<double>(steps));
  return fitted.seasons[candidates_[candidate].season].apply(value, n - 1 + steps);
}

double Metric::combined(const Fitted& fitted, std::size_t steps) const {
  double sum = 0;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    sum += candidates_[i].weight * forecast(fitted, i, steps);
  }
  return sum;
}

void Metric::weigh_and_judge(std::span<const double> values, std::size_t horizon,
                             Resource* memory) {
  const std::size_t n = values.size();
  const std::size_t length = std::min(horizon, std::max<std::size_t>(2, n / 4));
  const std::size_t stride = n < 6 * length ? std::max<std::size_t>(1, length / 2) : length;
  const std::size_t least_history =
      std::max<std::size_t>(10, 2 * std::max<std::size_t>(candidates_[0].period, 1) + 2);
  Vector<Fitted> folds(memory);
  Vector<double> errors(memory);
  errors.assign(candidates_.size(), 0);
  for (std::size_t k = 0; k < fold_count && n >= length + k * stride + least_history; ++k) {
    folds.push_back(fit(values.first(n - length - k * stride), true, memory));
    const Fitted& fold = folds.back();
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      for (std::size_t h = 1; h <= length; ++h) {
        errors[i] += std::abs(forecast(fold, i, h) - values[fold.values.size() + h - 1]);
      }
    }
  }
  const auto count = static_cast<double>(folds.size());
  double total = 0;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const double error =
        tiny + (folds.empty() ? 1 : errors[i] / (count * static_cast<double>(length)));
    candidates_[i].weight = 1 / (error * error * error);
    total += candidates_[i].weight;
  }
  for (Candidate& candidate : candidates_) candidate.weight /= total;
  if (folds.empty()) {
    const double step = root_mean_square_step(values);
    error_80_ = 1.282 * step;
    error_95_ = 1.960 * step;
    return;
  }

  Vector<double> distances(memory);
  Vector<double> profile(memory);
  profile.assign(length, 0);
  for (const Fitted& fold : folds) {
    for (std::size_t h = 1; h <= length; ++h) {
      const double error = std::abs(combined(fold, h) - values[fold.values.size() + h - 1]);
      distances.push_back(error);
      profile[h - 1] += error / count;
    }
  }
  if (length >= 3) {
    const std::size_t third = length / 3;
    double early = 0;
    double late = 0;
    for (std::size_t i = 0; i < third; ++i) {
      early += profile[i] / static_cast<double>(third);
      late += profile[length - 1 - i] / static_cast<double>(third);
    }
    growth_ = std::clamp(std::log((late + tiny) / (early + tiny)) / std::log(5), 0.0, 1.0);
  }
  for (std::size_t i = 0; i < distances.size(); ++i) {
    distances[i] /= std::pow(static_cast<double>(i % length + 1), growth_);
  }
  std::sort(distances.begin(), distances.end());
  const double wider = 1 + 0.5 / count;
  error_80_ = wider * quantile_of(distances, 0.8);
  error_95_ = std::max(wider * quantile_of(distances, 0.95), 1.5 * error_80_);
}

Band Metric::at(double steps) const {
  constexpr double on_the_grid = 0.15;
  const double clamped = std::clamp(steps, 1.0, 1e9);
  const double whole = std::max(1.0, std::round(clamped));
  Band band;
  if (std::abs(clamped - whole) <= on_the_grid) {
    band.value = combined(fitted_, static_cast<std::size_t>(whole));
  } else {
    const double below = std::floor(clamped);
    const double before = combined(fitted_, static_cast<std::size_t>(below));
    const double after = combined(fitted_, static_cast<std::size_t>(below) + 1);
    band.value = before + (clamped - below) * (after - before);
  }
  const double scale = std::pow(clamped, growth_);
  band.lower_80 = band.value - scale * error_80_;
  band.upper_80 = band.value + scale * error_80_;
  band.lower_95 = band.value - scale * error_95_;
  band.upper_95 = band.value + scale * error_95_;
  if (never_negative_) {
    for (double* bound :
         {&band.value, &band.lower_80, &band.upper_80, &band.lower_95, &band.upper_95}) {
      *bound = std::max(*bound, 0.0);
    }
  }
  return band;
}

}  // namespace almanac::core
