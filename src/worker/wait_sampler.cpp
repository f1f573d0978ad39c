#include "worker/wait_sampler.hpp"

#include "settings.hpp"
#include "worker/ledger.hpp"
#include "worker/process.hpp"

namespace almanac::worker {
namespace {

constexpr std::int64_t least_interval_us = 10'000;
constexpr double new_cost_weight = 1.0 / 16;

}  // namespace

WaitSampler::WaitSampler(MemoryContext parent)
    : context_(parent, "pg_almanac waits"),
      counts_({}, context_.resource()),
      clock_(static_cast<std::uint64_t>(GetCurrentTimestamp()) ^
             static_cast<std::uint64_t>(MyProcPid)) {}

bool WaitSampler::looks() const { return enabled_ && settings::wait_interval_ms > 0; }

bool WaitSampler::active() const { return looks() || counts_.looks() > 0; }

std::int64_t WaitSampler::interval() const {
  const std::int64_t wanted =
      std::max(std::int64_t{settings::wait_interval_ms} * 1000, least_interval_us);
  return core::affordable_interval(wanted, usual_cost_, settings::max_cpu_percent / 100);
}

void WaitSampler::enable(bool enabled) {
  enabled_ = enabled;
  if (!enabled) {
    clock_.stop();
    clear();
  }
}

void WaitSampler::clear() {
  counts_.clear();
  cpu_us_ = 0;
}

void WaitSampler::look(std::int64_t now) {
  const std::int64_t us = clock_.look(now, interval());
  if (us > 0) {  // the first look only tells when looking began
    activity_.look(counts_, us);
  }
}

void WaitSampler::spend(std::int64_t cpu_us) {
  cpu_us_ += cpu_us;
  spent_us_ += cpu_us;
  usual_cost_ += new_cost_weight * (static_cast<double>(cpu_us) - usual_cost_);
}

void WaitSampler::look_if_due() {
  if (!looks()) {
    clock_.stop();
    return;
  }
  const std::int64_t now = Moment::now().monotonic;
  if (clock_.until_due(now, interval()) == 0) {
    const std::int64_t before = Cost::now().cpu_us;
    look(now);
    spend(Cost::now().cpu_us - before);
  }
}

void WaitSampler::sleep(long timeout_ms) {
  const std::int64_t begun = Moment::now().monotonic;
  const std::int64_t until = begun + std::int64_t{timeout_ms} * 1000;
  std::int64_t before = Cost::now().cpu_us;
  for (;;) {
    if (!looks()) {
      clock_.stop();
      wait(std::max<std::int64_t>((until - Moment::now().monotonic) / 1000 + 1, 1));
      return;
    }
    std::int64_t now = Moment::now().monotonic;
    const std::int64_t pause = clock_.until_due(now, interval());
    if (pause == 0) {
      look(now);
      const std::int64_t after = Cost::now().cpu_us;
      spend(after - before);  // with what it costs to wake up
      before = after;
      continue;
    }
    if (now >= until) {
      return;
    }
    if (wait(static_cast<long>(std::min(pause, until - now) / 1000 + 1)) || must_stop()) {
      return;
    }
  }
}

}  // namespace almanac::worker
