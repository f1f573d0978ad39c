#include "core/student.hpp"

#include <cmath>
#include <numbers>

namespace almanac::core {

namespace {

constexpr int most_terms = 1000;
constexpr double precision = 1e-15;
constexpr double tiny = 1e-300;  // in place of a zero denominator

double not_zero(double x) { return std::fabs(x) < tiny ? tiny : x; }

// The continued fraction of I_x(a, b), which converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  double c = 1;
  double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= most_terms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / not_zero(1 + even * d);
    c = not_zero(1 + even / c);
    fraction *= c * d;
    d = 1 / not_zero(1 + odd * d);
    c = not_zero(1 + odd / c);
    fraction *= c * d;
    if (std::fabs(c * d - 1) < precision) break;
  }
  return fraction;
}

// ln of gamma(a + 1/2) / gamma(a) without the cancellation that two lgamma of large a suffer.
double log_gamma_half_step(double a) {
  if (a < 1e4) return std::lgamma(a + 0.5) - std::lgamma(a);
  const double inverse = 1 / a;  // Stirling's series of the difference
  return 0.5 * std::log(a) - inverse / 8 + inverse * inverse * inverse / 192;
}

}  // namespace

double two_sided_t(double t, double freedom) {
  if (!(freedom > 0) || std::isnan(t)) return 1;
  if (t == 0) return 1;
  const double square = t * t;
  if (std::isinf(square)) return 0;
  const double a = freedom / 2;
  const double x = freedom / (freedom + square);
  const double rest = square / (freedom + square);  // 1 - x, which may be close to 0
  // x^a (1-x)^(1/2) / B(a, 1/2); B(a, 1/2) = gamma(a) sqrt(pi) / gamma(a + 1/2)
  const double front = std::exp(log_gamma_half_step(a) - 0.5 * std::log(std::numbers::pi) -
                                a * std::log1p(square / freedom) + 0.5 * std::log(rest));
  if (x < (a + 1) / (a + 2.5)) return front * beta_fraction(a, 0.5, x) / a;
  return 1 - front * beta_fraction(0.5, a, rest) / 0.5;
}

double two_sided_normal(double z) {
  return std::isnan(z) ? 1 : std::erfc(std::fabs(z) / std::numbers::sqrt2);
}

}  // namespace almanac::core
