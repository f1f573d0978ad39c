// Zone: core.
//
// How far a quantile of a sample can be trusted.
//
// The values seen are a sample of what the statement does. Of n independent ones the number below
// the true quantile q is binomial, B(n, q), whatever the distribution, so two order statistics
// enclose the true quantile with a known probability (Conover, "Practical Nonparametric
// Statistics", 3.2). Exact where n q or n (1-q) is below about 500, else by the normal
// approximation n q +- 1.96 sqrt(n q (1-q)).
#pragma once

#include <cstdint>

namespace almanac::core {

struct Ranks {
  uint64_t lower = 0;  // 0: no value of the sample is known to be below the quantile
  uint64_t upper = 0;  // n + 1: none is known to be above it
};

// The ranks, from 1, of the values between which the true quantile q of the distribution lies with
// a probability of at least 95 %, given n >= 1 values of it. 0 <= q <= 1. At most about 1000 steps.
Ranks rank_interval(uint64_t n, double q);

}  // namespace almanac::core
