// Zone: core.
//
// Series for the tests of the analysis: normal noise, steps, seasons.
#pragma once

#include <cmath>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {

// n values of normal noise with this deviation around 0.
inline std::vector<double> noise(size_t n, double deviation, uint64_t seed) {
  Random random(seed);
  std::vector<double> out(n);
  for (double& value : out) value = deviation * random.normal();
  return out;
}

// Adds `height` to all elements from `at` on, up to `end`.
inline void add_step(std::vector<double>& values, size_t at, double height, size_t end = SIZE_MAX) {
  for (size_t i = at; i < values.size() && i < end; ++i) values[i] += height;
}

inline void add_sine(std::vector<double>& values, double amplitude, double period) {
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] += amplitude * std::sin(static_cast<double>(i) / period * 6.283185307179586);
  }
}

inline std::vector<double> exponential(std::vector<double> values) {
  for (double& value : values) value = std::exp(value);
  return values;
}

}  // namespace almanac::core::test
