// Zone: core.
//
// Metrics that are no sizes: calls per hour, connections, WAL per hour.
//
// The mean of several simple methods (forecast_models.hpp), each weighted by how well it did
// before: combinations of simple methods are what does well in forecasting contests (Makridakis,
// Spiliotis and Assimakopoulos, "The M4 Competition", 2020). The weight of a method is one over the
// cube of its mean absolute error from rolling origins (Tashman, "Out-of-sample tests of
// forecasting accuracy", 2000); folds are as long as the horizon, at most a quarter of the history.
//
// The interval is conformal (Vovk, Gammerman and Shafer, "Algorithmic learning in a random world"):
// quantiles of the absolute errors that the combination made in the folds, as a power of the number
// of steps ahead, widened for the small number of folds. Nothing is assumed about their
// distribution.
//
// Deterministic. Multiplying all values by a power of two multiplies the results and changes
// nothing else; adding a constant may change what multiplicative seasons find.
#pragma once

#include <array>

#include "core/forecast_growth.hpp"
#include "core/forecast_models.hpp"

namespace almanac::core {

enum class Method : std::uint8_t { damped, theta, naive };

// A method and the period of the season that it takes into account; 0 or 1: none.
struct Candidate {
  Method method = Method::naive;
  std::size_t period = 0;
  std::size_t season = 0;  // number of the period, in the order of candidates
  double weight = 0;
};

class Metric {
 public:
  // More than that is not looked at; with fewer than `least` there is no forecast.
  static constexpr std::size_t longest = 12'000;
  static constexpr std::size_t least = 8;

  // `horizon` is how many steps ahead at() will be asked for: the folds are as long, if the history
  // allows. O((n + horizon) * folds * 200).
  Metric(const Grid& grid, double horizon, Resource* memory);

  bool enough() const noexcept { return enough_; }
  // The forecast `steps` > 0 after the last element, enough() given. O(1).
  Band at(double steps) const;
  // What takes part, by weight; weights sum up to 1.
  std::span<const Candidate> candidates() const noexcept { return view(candidates_); }

 private:
  // All methods fitted to the first elements of a series.
  struct Fitted {
    explicit Fitted(Resource* memory) : paths(memory), seasons(memory), values() {}
    Vector<Path> paths;      // by candidate
    Vector<Season> seasons;  // by number of the period among the candidates'
    std::span<const double> values;
  };
  Fitted fit(std::span<const double> values, bool quickly, Resource* memory) const;
  double forecast(const Fitted& fitted, std::size_t candidate, std::size_t steps) const;
  double combined(const Fitted& fitted, std::size_t steps) const;
  void weigh_and_judge(std::span<const double> values, std::size_t horizon, Resource* memory);

  bool enough_ = false;
  bool never_negative_ = false;
  Vector<double> values_;
  Vector<Candidate> candidates_;
  Fitted fitted_;
  double growth_ = 0.5;  // errors grow with this power of the steps ahead
  double error_80_ = 0;
  double error_95_ = 0;
};

}  // namespace almanac::core
