// Zone: core.
//
// How often to look, so that looking stays within a share of one CPU core.
//
// A snapshot of statements, databases and the cluster costs something, one of tables and indexes
// too; what either costs is smoothed over the last hour's, so that a single dear one counts little.
// Cost by interval is what they would use. Where that is more than the limit allows, the interval
// of relations is doubled first, up to 16 times; only then that of all other snapshots, up to 16
// times. It comes back, a step at a time or several, when what a smaller step would use is no more
// than three quarters of the limit: costs that stay the same never lead back and forth.
//
// Upkeep (sealing, rolling up, dropping, looking at sessions) counts too, with at most half of the
// limit: snapshots are not given up for it. It is not stretched but spread: over the limit a piece
// is followed by a pause in which it would have used half of it, and of at most ten seconds, so
// that it always gets on.
//
// Times are microseconds of the monotonic clock. A clock that stands still, or goes back, counts as
// no time.
#pragma once

#include <cstdint>
#include <optional>

namespace almanac::core {

// What is configured.
struct Allowance {
  double share = 0;               // of one core that may be used; <= 0: no limit
  int64_t interval = 0;           // between snapshots, us
  int64_t relation_interval = 0;  // between snapshots of relations, us
};

// The intervals that follow.
struct Intervals {
  int64_t snapshot = 0;
  int64_t relations = 0;
  bool operator==(const Intervals&) const = default;
};

// An amount per time, over the last hour or so.
class SmoothedRate {
 public:
  void add(int64_t now, double amount);
  // Per microsecond. In the first ten minutes as if they were over.
  [[nodiscard]] double at(int64_t now) const;

 private:
  std::optional<int64_t> began_;
  int64_t last_ = 0;
  double sum_ = 0;
};

// The usual cost of something that is done now and then. What it was before the first time counts
// as nothing, because the first time is dear.
class SmoothedCost {
 public:
  void add(int64_t now, double cost);
  [[nodiscard]] double usual() const { return usual_; }

 private:
  std::optional<int64_t> last_;
  unsigned count_ = 0;
  double usual_ = 0;
};

class Budget {
 public:
  static constexpr int relation_steps = 4;
  static constexpr int snapshot_steps = 4;
  static constexpr int most_steps = relation_steps + snapshot_steps;

  // A scheduled snapshot has ended that took so much CPU time, in microseconds, of it for relations
  // if those were looked at.
  void snapshot(int64_t now, int64_t cpu, std::optional<int64_t> for_relations);
  // Something else has ended that was asked for: it counts in used() alone.
  void asked(int64_t now, int64_t cpu);
  // A piece of upkeep has ended.
  void upkeep(int64_t now, int64_t cpu);

  // Chooses how far to stretch. Returns whether that has changed.
  bool choose(int64_t now, const Allowance& allowance);
  // How often intervals are doubled; 0: not at all.
  [[nodiscard]] int step() const { return step_; }
  // Intervals at a step. None is longer than a day unless it is configured so, and that of
  // relations is not shorter than that of snapshots.
  [[nodiscard]] static Intervals intervals(const Allowance& allowance, int step);

  // Share of a core that is used, by the clock.
  [[nodiscard]] double used(int64_t now) const { return used_.at(now); }
  // Share of a core that would be used at a step.
  [[nodiscard]] double demand(int64_t now, const Allowance& allowance, int step) const;

  // How long to do no upkeep after a piece of so much CPU time; 0 within the limit.
  [[nodiscard]] int64_t pause_after(int64_t now, const Allowance& allowance, int64_t cpu) const;

 private:
  SmoothedRate used_, upkeep_;
  SmoothedCost snapshot_, relations_;
  int step_ = 0;
};

}  // namespace almanac::core
