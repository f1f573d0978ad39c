#include "core/schedule.hpp"

#include <algorithm>

namespace almanac::core {

namespace {

constexpr int64_t second = 1'000'000;
constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
constexpr int64_t highest = std::numeric_limits<int64_t>::max();

int64_t saturating_difference(int64_t a, int64_t b) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return a < b ? lowest : highest;
  return difference;
}

int64_t saturating_sum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? lowest : highest;
  return sum;
}

int64_t at_least_one(int64_t interval) { return std::max<int64_t>(interval, 1); }

}  // namespace

int64_t aligned(int64_t time, int64_t interval) {
  interval = at_least_one(interval);
  int64_t rest = time % interval;
  if (rest < 0) rest += interval;
  return time < lowest + rest ? lowest : time - rest;
}

int64_t next_tick(int64_t now, int64_t last, int64_t interval) {
  interval = at_least_one(interval);
  const int64_t next = saturating_sum(aligned(now, interval), interval);
  const bool slewed_back =
      last != never && last > now && saturating_difference(last, now) < interval - interval / 2;
  return slewed_back ? std::max(next, saturating_sum(last, interval)) : next;
}

int64_t due_tick(int64_t now, int64_t last, int64_t interval) {
  interval = at_least_one(interval);
  const int64_t due = aligned(now, interval);
  if (last == never) return due;
  if (due == last || (due < last && last <= now)) return never;
  const bool slewed_back = last > now && saturating_difference(last, now) < interval - interval / 2;
  return slewed_back ? never : due;
}

int64_t missed_ticks(int64_t now, int64_t last, int64_t interval) {
  if (last == never || now <= last) return 0;
  interval = at_least_one(interval);
  const int64_t passed = saturating_difference(aligned(now, interval), last) / interval;
  return std::max<int64_t>(passed - 1, 0);
}

int64_t clock_jump(const Clocks& before, const Clocks& now) {
  return saturating_difference(saturating_difference(now.wall, before.wall),
                               saturating_difference(now.monotonic, before.monotonic));
}

bool clock_jumped(const Clocks& before, const Clocks& now) {
  const int64_t elapsed = saturating_difference(now.monotonic, before.monotonic);
  const int64_t tolerance = second + std::max<int64_t>(elapsed, 0) / 1000;
  const int64_t jump = clock_jump(before, now);
  return jump > tolerance || jump < -tolerance;
}

int64_t aged(int64_t before, int64_t wall, int64_t elapsed) {
  constexpr int64_t day = 86'400 * second;
  constexpr int64_t fastest = 4;
  elapsed = std::max<int64_t>(elapsed, 0);
  if (before == never || wall <= before ||
      saturating_difference(wall, before) <= saturating_sum(day, elapsed)) {
    return wall;
  }
  const int64_t passed = elapsed > highest / fastest ? highest : fastest * elapsed;
  return std::min(wall, saturating_sum(before, passed));
}

int64_t backoff(unsigned failures, int64_t cap) {
  if (failures == 0) return 0;
  const unsigned doublings = std::min(failures - 1, 40U);
  return std::min(cap, second << doublings);
}

}  // namespace almanac::core
