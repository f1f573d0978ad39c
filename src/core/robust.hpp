// Zone: core.
//
// Statistics that a few wild values do not move, and tests of whether two samples differ.
//
// Functions over a span that is not const compute in it and leave anything there; others compute in
// `scratch`. Nothing here may be NaN: the result would be any number. All is
// deterministic: no random pivots, sums in the order of the elements.
#pragma once

#include <cstddef>
#include <span>

#include "core/memory.hpp"

namespace almanac::core {

// The median absolute deviation of normal values, times this, is their standard deviation.
inline constexpr double mad_to_deviation = 1.4826;

// The median, the mean of the two middle ones if their number is even; 0 of nothing. O(n).
double median(std::span<double> values);
double median(std::span<const double> values, Vector<double>& scratch);

// The quantile q in [0, 1] with interpolation between order statistics, as percentile_cont (type 7
// of Hyndman and Fan 1996); 0 of nothing. O(n).
double quantile(std::span<double> values, double q);

// A robust standard deviation: 1.4826 times the median distance from the median, of which a half
// may be wild. 0 if half of the values are equal. O(n).
double robust_deviation(std::span<const double> values, Vector<double>& scratch);

// The same about 0, for values that lie around it: differences, residuals. O(n).
double robust_deviation_about_zero(std::span<const double> values, Vector<double>& scratch);

// A line y = level + slope (x - middle), middle the mean of x.
struct Line {
  double slope = 0;
  double lower = 0;  // bounds of the slope
  double upper = 0;
};

// The median of the slopes between all pairs of points (Theil 1950, Sen 1968), with Sen's 95 %
// bounds from the variance of Kendall's statistic. Pairs of equal x do not count; all 0 if there
// is no pair. O(n^2) in time and, in `scratch`, in memory: for up to about a thousand points.
Line theil_sen(std::span<const double> x, std::span<const double> y, Vector<double>& scratch);

// What is known of a sample.
struct Sample {
  double mean = 0;
  double variance = 0;  // of one value, not of the mean
  double size = 0;      // number of values, or of independent ones among them
};

struct TestResult {
  double statistic = 0;  // positive if the second sample is greater
  double freedom = 0;
  double p = 1;  // two-sided
};

// Welch's test of equal means with a floor: `floor` is the variance by which the mean of any
// sample may be off whatever its size, for what no sample of one period shows (caches, load), so
// that a large sample cannot make a tiny difference certain. Degrees of freedom by Satterthwaite,
// the floor known. Samples of less than one value differ in nothing.
TestResult welch_test(const Sample& first, const Sample& second, double floor);

// The Mann-Whitney U test by the normal approximation with corrections for ties and continuity, for
// which both samples should have 8 values or more. `statistic` is z; the samples are put in order.
// O(n log n).
TestResult mann_whitney_test(std::span<double> first, std::span<double> second);

}  // namespace almanac::core
