// Zone: core.
//
// The forecasting methods that are combined for a metric, each fitted to a series of even steps:
//
//   * damped trend: Gardner and McKenzie, "Forecasting trends in time series" (1985):
//       f = l + phi t;  l' = f + alpha e;  t' = phi t + alpha beta e
//     alpha, beta and phi by least squared error over a grid of 8 x 6 x 4
//   * Theta(0, 2): Assimakopoulos and Nikolopoulos, "The theta model" (2000), in the form of
//   Hyndman
//     and Billah (2003): simple exponential smoothing, and half the slope of the least-squares line
//   * seasonal naive: what was one period ago
//
// The first two see the series without its season: classical decomposition with indices about a
// centred moving average (multiplicative; additive when a value is not positive), shrunk towards no
// season by what chance alone would make of them (Miller and Williams, "Shrinkage estimators of
// time series seasonal factors and their effect on forecasting accuracy", 2003). That does better
// than to take or leave the season by a test of its autocorrelation, as the M competitions did.
//
// Deterministic; equal fits go to the smaller parameter.
#pragma once

#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// The season of a series; none if period is 0. Borrows nothing.
struct Season {
  explicit Season(Resource* memory) : indices(memory) {}
  std::size_t period = 0;
  bool additive = false;
  Vector<double> indices;  // by number of the element modulo period

  double apply(double value, std::size_t element) const {
    if (period == 0) return value;
    const double index = indices[element % period];
    return additive ? value + index : value * index;
  }
  double remove(double value, std::size_t element) const {
    if (period == 0) return value;
    const double index = indices[element % period];
    return additive ? value - index : value / index;
  }
};

// The season of that period, shrunk by as much as noise could make of it, and the values without it
// in `adjusted`. None if nothing remains, or with less than three periods. O(n).
Season find_season(std::span<const double> values, std::size_t period, Vector<double>& adjusted,
                   Resource* memory);

// A fitted method without season: level + slope h + trend (phi + ... + phi^h), h steps ahead.
struct Path {
  double level = 0;
  double slope = 0;
  double trend = 0;
  double phi = 1;
  double at(double steps) const;
};

// `values` not empty. O(n * 192), or `quickly` half of that with half of the phis, and O(n * 15).
// The damped trend looks at the newest 400 values.
Path fit_damped(std::span<const double> values, bool quickly);
Path fit_theta(std::span<const double> values);

}  // namespace almanac::core
