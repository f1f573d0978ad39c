#include "core/wait_counts.hpp"

#include <algorithm>
#include <array>

namespace almanac::core {
namespace {

constexpr unsigned key_words = 4;
constexpr uint32_t states = 3;  // keys without statement and event: one of each state
constexpr double budget_share = 0.25;
constexpr int64_t longest_stretch = 60'000'000;

std::array<int64_t, key_words> pack(const WaitKey& key) {
  return {key.database, key.role, key.query,
          static_cast<int64_t>(uint64_t{key.event} | uint64_t{key.kind} << 32 |
                               static_cast<uint64_t>(key.state) << 48)};
}

}  // namespace

WaitCounts::WaitCounts(Limits limits, Resource* resource)
    : limits_(limits), index_(key_words, resource), times_(resource) {
  const uint32_t most = limits.statements + limits.events + states;
  index_.reserve(most);
  times_.reserve(most);
}

void WaitCounts::add(const WaitKey& key, int64_t us, bool busy) {
  auto row = index_.find(pack(key));
  if (!row && as_they_come_ < limits_.statements) {
    row = index_.insert(pack(key)).first;
    ++as_they_come_;
  }
  if (!row) {
    const WaitKey event{0, 0, 0, key.event, key.kind, key.state};
    row = index_.find(pack(event));
    if (!row && index_.size() - as_they_come_ < limits_.events) {
      row = index_.insert(pack(event)).first;
    }
  }
  if (!row) {
    row = index_.insert(pack({0, 0, 0, other_event, 0, key.state})).first;
  }
  if (*row == times_.size()) times_.emplace_back();
  WaitTimes& times = times_[*row];
  (busy ? times.samples : times.idle_samples) += 1;
  (busy ? times.us : times.idle_us) += us;
}

WaitKey WaitCounts::key(uint32_t i) const {
  const auto words = index_.key(i);
  const auto last = static_cast<uint64_t>(words[3]);
  return {static_cast<uint32_t>(words[0]),
          static_cast<uint32_t>(words[1]),
          words[2],
          static_cast<uint32_t>(last),
          static_cast<uint16_t>(last >> 32),
          static_cast<SessionState>(last >> 48)};
}

void WaitCounts::clear() {
  index_.clear();
  times_.clear();
  as_they_come_ = 0;
  observed_ = looks_ = 0;
}

int64_t LookClock::until_due(int64_t now, int64_t interval) const {
  if (!looked_) return 0;
  const int64_t due = last_ + interval + interval / 1024 * shift_;
  // A clock that went back must not keep us waiting.
  return now < last_ ? 0 : std::max<int64_t>(due - now, 0);
}

int64_t LookClock::look(int64_t now, int64_t interval) {
  const int64_t elapsed = looked_ ? std::max<int64_t>(now - last_, 0) : 0;
  looked_ = true;
  last_ = now;
  random_ ^= random_ << 13;  // xorshift64, Marsaglia 2003
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  shift_ = static_cast<int64_t>(random_ >> 40) % 513 - 256;
  return std::min(elapsed, most_intervals * interval);
}

int64_t affordable_interval(int64_t wanted, double cost, double share) {
  if (!(share > 0) || !(cost > 0)) return wanted;
  const double stretched = cost / (budget_share * share);
  return std::max(wanted, static_cast<int64_t>(
                              std::min(stretched, static_cast<double>(wanted + longest_stretch))));
}

}  // namespace almanac::core
