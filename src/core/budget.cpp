#include "core/budget.hpp"

#include <algorithm>
#include <cmath>

namespace almanac::core {

namespace {

constexpr int64_t second = 1'000'000;
constexpr int64_t hour = 3600 * second;
constexpr int64_t day = 24 * hour;
constexpr int64_t warm_up = 600 * second;  // until a rate is what was measured alone
constexpr int64_t longest_pause = 10 * second;
constexpr double room = 0.75;         // of the limit, that a smaller step must fit into
constexpr double upkeep_share = 0.5;  // of the limit
constexpr double least_weight = 1.0 / 16;
constexpr double most_weight = 1.0 / 3;
constexpr unsigned first_ones = 4;
constexpr double first_weight = 1.0 / 4;

int64_t elapsed(int64_t from, int64_t to) {
  int64_t difference = 0;
  return to > from && !__builtin_sub_overflow(to, from, &difference) ? difference : 0;
}

double fading(int64_t time) { return std::exp(-static_cast<double>(time) / hour); }

int64_t stretched(int64_t interval, int doublings) {
  interval = std::max<int64_t>(interval, 1);
  return interval >= day ? interval : std::min(interval << doublings, day);
}

}  // namespace

void SmoothedRate::add(int64_t now, double amount) {
  if (!began_) {
    began_ = now;
  } else {
    sum_ *= fading(elapsed(last_, now));
  }
  last_ = now;
  sum_ += std::max(amount, 0.0);
}

double SmoothedRate::at(int64_t now) const {
  if (!began_) return 0;
  const double measured = hour * (1 - fading(std::max(elapsed(*began_, now), warm_up)));
  return sum_ * fading(elapsed(last_, now)) / measured;
}

void SmoothedCost::add(int64_t now, double cost) {
  double weight = first_weight;
  if (count_ >= first_ones) {
    weight =
        std::clamp(static_cast<double>(elapsed(*last_, now)) / hour, least_weight, most_weight);
  }
  ++count_;
  last_ = now;
  usual_ += weight * (std::max(cost, 0.0) - usual_);
}

void Budget::snapshot(int64_t now, int64_t cpu, std::optional<int64_t> for_relations) {
  used_.add(now, static_cast<double>(cpu));
  const int64_t relations =
      std::clamp<int64_t>(for_relations.value_or(0), 0, std::max<int64_t>(cpu, 0));
  snapshot_.add(now, static_cast<double>(cpu - relations));
  if (for_relations) relations_.add(now, static_cast<double>(relations));
}

void Budget::asked(int64_t now, int64_t cpu) { used_.add(now, static_cast<double>(cpu)); }

void Budget::upkeep(int64_t now, int64_t cpu) {
  used_.add(now, static_cast<double>(cpu));
  upkeep_.add(now, static_cast<double>(cpu));
}

Intervals Budget::intervals(const Allowance& allowance, int step) {
  step = std::clamp(step, 0, most_steps);
  const int64_t snapshot = stretched(allowance.interval, std::max(step - relation_steps, 0));
  const int64_t relations = stretched(std::max(allowance.relation_interval, allowance.interval),
                                      std::min(step, relation_steps));
  return {snapshot, std::max(relations, snapshot)};
}

double Budget::demand(int64_t now, const Allowance& allowance, int step) const {
  const Intervals every = intervals(allowance, step);
  return snapshot_.usual() / static_cast<double>(every.snapshot) +
         relations_.usual() / static_cast<double>(every.relations) +
         std::min(upkeep_.at(now), upkeep_share * std::max(allowance.share, 0.0));
}

bool Budget::choose(int64_t now, const Allowance& allowance) {
  const int before = step_;
  if (!(allowance.share > 0)) {
    step_ = 0;
    return step_ != before;
  }
  // A step that changes nothing is not taken.
  int next = step_;
  double least = demand(now, allowance, step_);
  for (int step = step_ + 1; step <= most_steps && least > allowance.share; ++step) {
    const double would = demand(now, allowance, step);
    if (would < least) {
      next = step;
      least = would;
    }
  }
  step_ = next;
  while (step_ > 0 && demand(now, allowance, step_ - 1) <= room * allowance.share) --step_;
  return step_ != before;
}

int64_t Budget::pause_after(int64_t now, const Allowance& allowance, int64_t cpu) const {
  if (!(allowance.share > 0) || cpu <= 0) return 0;
  const double looks =
      demand(now, allowance, step_) - std::min(upkeep_.at(now), upkeep_share * allowance.share);
  if (looks + upkeep_.at(now) <= allowance.share) return 0;
  const double pause = static_cast<double>(cpu) / (upkeep_share * allowance.share);
  return static_cast<int64_t>(std::min(pause, static_cast<double>(longest_pause)));
}

}  // namespace almanac::core
