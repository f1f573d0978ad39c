#include "core/changepoint.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/boundaries.hpp"
#include "core/noise.hpp"
#include "core/robust.hpp"
#include "core/running_median.hpp"
#include "core/seasonality.hpp"
#include "core/segmentation.hpp"

namespace almanac::core {

namespace {

constexpr double log_floor = 0.005;    // least deviation of a logarithm: half a percent
constexpr double linear_floor = 1e-6;  // least deviation of other values, relative
constexpr std::size_t spike_half = 3;  // elements on both sides of a spike
constexpr double clip_deviations = 3.5;
constexpr double most_correlation = 0.8;
constexpr double negligible = 1e-13;
constexpr double rounding = 1e-9;      // what is left of a series without noise, in its variance
constexpr double confidence_cost = 5;  // how much more a place of a boundary may cost, in kappa

[[noreturn]] void refuse(const char* what) { throw std::invalid_argument(what); }

template <class T>
bool fits(std::span<const T> span, std::size_t n) {
  return span.empty() || span.size() == n;
}

void check(const Observations& series, bool log) {
  const std::size_t n = series.values.size();
  if (!fits(series.positions, n) || !fits(series.calls, n) || !fits(series.deviations, n)) {
    refuse("parts of a series differ in length");
  }
  for (const double value : series.values) {
    if (!std::isfinite(value)) refuse("value is not finite");
    if (log && value < 0) refuse("value is negative");
  }
  for (const double calls : series.calls) {
    if (!std::isfinite(calls) || !(calls > 0)) refuse("number of calls is not positive");
  }
  for (const double deviation : series.deviations) {
    if (!std::isfinite(deviation) || deviation < 0) refuse("deviation is not positive");
  }
}

// A series made ready, step by step.
class Detector {
 public:
  Detector(const Observations& series, const ChangepointOptions& options, Resource* resource)
      : series_(series),
        options_(options),
        resource_(resource),
        positions_(series.positions.begin(), series.positions.end(), resource),
        values_(resource),
        weights_(resource) {
    if (positions_.empty()) {
      for (std::size_t i = 0; i < series.values.size(); ++i) {
        positions_.push_back(static_cast<std::uint32_t>(i));
      }
    }
    judgement_.log = options.log;
    judgement_.min_effect = options.min_effect;
    judgement_.max_p = options.max_p;
    judgement_.min_calls = options.min_calls;
    judgement_.transient = options.transient;
  }

  Vector<Changepoint> run() {
    transform();
    const Vector<double> season =
        options_.period == 0
            ? find_usual_season(view(values_), view(positions_), resource_)
            : find_season(view(values_), view(positions_), options_.period, resource_);
    take_out(view(season), view(positions_), {values_.data(), values_.size()});
    center();
    weigh();
    const WeightedSums sums(view(values_), view(weights_), resource_);
    Vector<std::uint32_t> starts = divide(sums);
    prune(sums, view(values_), series_.calls, judgement_, starts);
    return locate(sums, starts);
  }

 private:
  std::size_t size() const { return values_.size(); }

  // Logarithms, where 0 counts as half of the least that is more; or a power of two of the values
  // between -1 and 1, so that no square overflows.
  void transform() {
    double least = HUGE_VAL;
    double most = 0;
    for (const double value : series_.values) {
      if (value > 0) least = std::min(least, value);
      most = std::max(most, std::fabs(value));
    }
    values_.reserve(series_.values.size());
    if (options_.log) {
      least = std::isinf(least) ? 1 : std::max(least / 2, 0x1p-1074);
      for (const double value : series_.values) values_.push_back(std::log(std::max(value, least)));
      return;
    }
    if (most > 0) std::frexp(most, &exponent_);
    for (const double value : series_.values) values_.push_back(std::ldexp(value, -exponent_));
  }

  // Sums lose the less to rounding the nearer the values are to 0.
  void center() {
    Vector<double> scratch(resource_);
    judgement_.origin = median(view(values_), scratch);
    for (double& value : values_) value -= judgement_.origin;
  }

  // The squared coefficient of variation of single calls, or -1 if it is not known.
  double variance_of_calls() const {
    if (series_.deviations.empty() || series_.calls.empty() || !options_.log) return -1;
    Vector<double> squares(resource_);
    for (std::size_t i = 0; i < size(); ++i) {
      const double calls = series_.calls[i];
      if (calls < 3 || !(series_.values[i] > 0)) continue;
      const double ratio = series_.deviations[i] / series_.values[i];
      squares.push_back(ratio * ratio * calls / (calls - 1));
    }
    return median({squares.data(), squares.size()});
  }

  // Weights by the variance, spikes clipped.
  void weigh() {
    double floor = log_floor;
    if (!options_.log) {
      Vector<double> distances(resource_);
      for (const double value : values_) {
        distances.push_back(std::fabs(value + judgement_.origin));
      }
      floor = std::max(linear_floor * median({distances.data(), distances.size()}), 1e-15);
    }
    const Noise noise =
        estimate_noise(view(values_), series_.calls, variance_of_calls(), floor, resource_);
    Vector<double> around(resource_);
    running_median(view(values_), spike_half, around);
    weights_.resize(size());
    for (std::size_t i = 0; i < size(); ++i) {
      const double variance =
          series_.calls.empty() ? noise.between : noise.variance(series_.calls[i]);
      const double reach = clip_deviations * std::sqrt(variance);
      values_[i] = std::clamp(values_[i], around[i] - reach, around[i] + reach);
      weights_[i] = 1 / variance;
    }
  }

  Vector<std::uint32_t> divide(const WeightedSums& sums) {
    const double penalty = options_.penalty * std::log(static_cast<double>(size()));
    Vector<std::uint32_t> starts =
        segment(sums, view(values_), penalty, options_.min_segment, resource_).starts;
    measure_rest(sums, starts);
    // A higher penalty never divides what a lower one left whole.
    if (judgement_.kappa > 1 && !starts.empty()) {
      starts =
          segment(sums, view(values_), penalty * judgement_.kappa, options_.min_segment, resource_)
              .starts;
      measure_rest(sums, starts);
    }
    return starts;
  }

  // Variance and correlation of what the levels leave.
  void measure_rest(const WeightedSums& sums, const Vector<std::uint32_t>& starts) {
    double squares = 0;
    double products = 0;
    double previous = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= starts.size(); ++i) {
      const std::size_t end = i < starts.size() ? starts[i] : size();
      const double level = sums.mean(begin, end);
      for (; begin < end; ++begin) {
        const double rest = (values_[begin] - level) * std::sqrt(weights_[begin]);
        squares += rest * rest;
        products += rest * previous;
        previous = rest;
      }
    }
    const double variance = squares / static_cast<double>(size());
    judgement_.rho =
        variance > rounding ? std::clamp(products / squares, 0.0, most_correlation) : 0;
    judgement_.kappa = std::max(1.0, variance) * (1 + judgement_.rho) / (1 - judgement_.rho);
  }

  std::size_t end_of(const Vector<std::uint32_t>& starts, std::size_t i) const {
    return i + 1 < starts.size() ? starts[i + 1] : size();
  }

  Vector<Changepoint> locate(const WeightedSums& sums, Vector<std::uint32_t>& starts) const {
    const auto begin_of = [&](std::size_t i) { return i == 0 ? std::size_t{0} : starts[i - 1]; };
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::size_t begin = begin_of(i);
      const std::size_t end = end_of(starts, i);
      double best = sums.gain(begin, starts[i], end);
      for (std::size_t t = begin + options_.min_segment; t + options_.min_segment <= end; ++t) {
        const double gain = sums.gain(begin, t, end);
        if (gain > best) {
          best = gain;
          starts[i] = static_cast<std::uint32_t>(t);
        }
      }
    }
    Vector<Changepoint> out(resource_);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      out.push_back(changepoint(sums, begin_of(i), starts[i], end_of(starts, i)));
    }
    return out;
  }

  Changepoint changepoint(const WeightedSums& sums, std::size_t begin, std::size_t middle,
                          std::size_t end) const {
    const double enough = sums.gain(begin, middle, end) - confidence_cost * judgement_.kappa;
    std::size_t earliest = middle;
    std::size_t latest = middle;
    for (std::size_t t = begin + 1; t < end; ++t) {
      if (sums.gain(begin, t, end) < enough) continue;
      earliest = std::min(earliest, t);
      latest = std::max(latest, t);
    }
    const Boundary boundary = describe(sums, judgement_, begin, middle, end);
    Changepoint out{.at = positions_[middle],
                    .earliest = positions_[earliest],
                    .latest = positions_[latest],
                    .p = boundary.p};
    if (options_.log) {
      out.before = std::exp(boundary.before + judgement_.origin);
      out.after = std::exp(boundary.after + judgement_.origin);
      out.change = std::expm1(boundary.after - boundary.before);
    } else {
      out.before = unscaled(boundary.before);
      out.after = unscaled(boundary.after);
      out.change = (out.after - out.before) / std::fabs(out.before);
    }
    return out;
  }

  // The level that a prepared one stands for, if not log. Values are between -1 and 1 when scaled:
  // what is less than rounding leaves of these is 0.
  double unscaled(double level) const {
    const double scaled = level + judgement_.origin;
    return std::fabs(scaled) < negligible ? 0 : std::ldexp(scaled, exponent_);
  }

  const Observations& series_;
  const ChangepointOptions& options_;
  Resource* resource_;
  Vector<std::uint32_t> positions_;
  Vector<double> values_;  // prepared
  Vector<double> weights_;
  Judgement judgement_;
  int exponent_ = 0;  // of the power of two that linear values were divided by
};

}  // namespace

Vector<Changepoint> find_changepoints(const Observations& observations,
                                      const ChangepointOptions& options, Resource* resource) {
  check(observations, options.log);
  if (observations.values.size() < 2 * options.min_segment) return Vector<Changepoint>(resource);
  return Detector(observations, options, resource).run();
}

}  // namespace almanac::core
