#include "worker/throttle.hpp"

#include <cstdio>

#include "settings.hpp"
#include "worker/shared.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t second_us = 1'000'000;

core::Allowance allowance() {
  return {settings::max_cpu_percent / 100, settings::interval_s * second_us,
          settings::relation_interval_s * second_us};
}

std::string seconds(std::int64_t us) { return std::to_string(us / second_us) + " s"; }

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", share * 100);
  return text;
}

}  // namespace

Throttle::Throttle() : own_us_(Cost::now().cpu_us) {
  now_ = core::Budget::intervals(allowance(), 0);
}

void Throttle::choose() {
  const std::int64_t now = Moment::now().monotonic;
  const core::Allowance wanted = allowance();
  budget_.choose(now, wanted);
  now_ = core::Budget::intervals(wanted, budget_.step());
  const bool stretched = now_ != core::Budget::intervals(wanted, 0);
  if (stretched != stretched_) {
    stretched_ = stretched;
    say(wanted, now);
  }
  const double share = budget_.used(now);
  Shared* state = shared();
  SpinLockAcquire(&state->mutex);
  state->cpu_share = share;
  state->interval_us = now_.snapshot;
  state->relation_interval_us = now_.relations;
  state->upkeep_cpu_us = upkeep_cost_.cpu_us;
  state->upkeep_wal_bytes = upkeep_cost_.wal_bytes;
  SpinLockRelease(&state->mutex);
}

void Throttle::say(const core::Allowance& wanted, std::int64_t now) const {
  if (!stretched_) {
    pg::report(LOG, ERRCODE_SUCCESSFUL_COMPLETION,
               "pg_almanac records at the intervals that are set again");
    return;
  }
  const core::Intervals set = core::Budget::intervals(wanted, 0);
  pg::report(LOG, ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
             "pg_almanac stretches its intervals to stay within pg_almanac.max_cpu_percent",
             "With snapshots every " + seconds(set.snapshot) + " and of tables and indexes every " +
                 seconds(set.relations) + " it would use " +
                 percent(budget_.demand(now, wanted, 0)) + " of a core, the limit is " +
                 percent(wanted.share) + ". They are taken every " + seconds(now_.snapshot) +
                 " and " + seconds(now_.relations) + ".",
             "Raise pg_almanac.max_cpu_percent, or set longer intervals. What is in use is in"
             " almanac.status.");
}

std::int64_t Throttle::expected_interval() const {
  return core::Budget::intervals(allowance(), std::max(snapshot_step_, budget_.step())).snapshot;
}

std::int64_t Throttle::expected_relation_interval() const {
  return core::Budget::intervals(allowance(), std::max(relation_step_, budget_.step())).relations;
}

// CPU time of this process and its helpers that has not been accounted for.
std::int64_t Throttle::spent() {
  const std::int64_t own = Cost::now().cpu_us;
  const std::int64_t spent = own - own_us_ - upkeep_us_ + others_us_;
  own_us_ = own;
  upkeep_us_ = others_us_ = 0;
  return spent;
}

void Throttle::snapshot(bool scheduled, std::optional<std::int64_t> relations_cpu_us) {
  const std::int64_t now = Moment::now().monotonic;
  if (scheduled) {
    budget_.snapshot(now, spent(), relations_cpu_us);
    snapshot_step_ = budget_.step();
    relation_step_ = relations_cpu_us ? budget_.step() : relation_step_;
  } else {
    budget_.asked(now, spent());
  }
}

void Throttle::looked(std::int64_t cpu_us) {
  if (cpu_us > 0) {
    upkeep_us_ += cpu_us;
    budget_.upkeep(Moment::now().monotonic, cpu_us);
  }
}

void Throttle::upkeep(const Cost& cost, bool asked) {
  const std::int64_t now = Moment::now().monotonic;
  upkeep_us_ += cost.cpu_us;
  upkeep_cost_ += cost;
  if (asked) {
    budget_.asked(now, cost.cpu_us);
    return;
  }
  budget_.upkeep(now, cost.cpu_us);
  const std::int64_t pause = budget_.pause_after(now, allowance(), cost.cpu_us);
  rest_until_ = pause > 0 ? now + pause : 0;
}

}  // namespace almanac::worker
