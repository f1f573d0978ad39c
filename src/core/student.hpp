// Zone: core.
//
// Tails of Student's t distribution and of the normal one.
#pragma once

namespace almanac::core {

// P(|T| >= |t|) for T with `freedom` degrees of freedom, which need not be whole: the regularized
// incomplete beta function I_x(freedom/2, 1/2) at x = freedom / (freedom + t^2), by the continued
// fraction of Lentz's method (DLMF 8.17.22). Relative error below 1e-9; 0 where it is less than a
// double can tell from it, 1 if freedom is not positive or an argument is NaN.
double two_sided_t(double t, double freedom);

// P(|Z| >= |z|) for a standard normal Z.
double two_sided_normal(double z);

}  // namespace almanac::core
