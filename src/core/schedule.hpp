// Zone: core.
//
// When the next look is due. Pure functions of the clocks they are given, so that a test can move
// time.
//
// Ticks lie on multiples of the interval since 2000-01-01 UTC, whatever the work in between took:
// no drift, and two servers with the same interval look at the same moments. All times and
// intervals are microseconds. An interval < 1 counts as 1.
#pragma once

#include <cstdint>
#include <limits>

namespace almanac::core {

// `last` of a schedule that has not run yet.
inline constexpr int64_t never = std::numeric_limits<int64_t>::min();

// The two clocks, read together.
struct Clocks {
  int64_t wall = 0;       // us since 2000-01-01 UTC
  int64_t monotonic = 0;  // us since some fixed moment
};

// The largest multiple of interval that is <= time, for negative times too.
int64_t aligned(int64_t time, int64_t interval);

// The multiple of interval to wake up at, always > now, hence at most one interval ahead of now.
// `last` is the tick (a multiple) that ran last, or never. If the wall clock was slewed back by
// less than half an interval the tick `last` is not run twice: the answer is then last + interval,
// at most 1.5 intervals ahead. After a larger step back the schedule follows the new time at once.
int64_t next_tick(int64_t now, int64_t last, int64_t interval);

// The tick that is due at `now`, that is the latest multiple <= now, or never if it ran already, or
// one since then did that was a multiple of another interval.
int64_t due_tick(int64_t now, int64_t last, int64_t interval);

// How many ticks between `last` and the one due at `now` never ran. 0 if never run or the clock
// went back.
int64_t missed_ticks(int64_t now, int64_t last, int64_t interval);

// By how much the wall clock was set forward (positive) or back (negative) between two readings:
// its advance minus that of the monotonic clock. Saturates.
int64_t clock_jump(const Clocks& before, const Clocks& now);

// Whether that is a jump rather than slewing and jitter: more than 1 s plus 0.1 % of the time
// elapsed.
bool clock_jumped(const Clocks& before, const Clocks& now);

// How far history may be taken to have aged, as of which it is rolled up and expires: `wall`,
// unless the clock seems to be wrong. `before`: what this said last, or never; `elapsed`: by the
// monotonic clock since then, as far as known.
//
// If the wall clock is ahead of `before` by more than a day that has not elapsed, it was set
// forward, or nobody looked for long; from within, these cannot be told apart. History then ages
// four times as fast as time passes until it has caught up, so that a clock that is wrong for some
// hours does not have what was collected in years expire at once. A clock that was set back is
// followed at once: then nothing expires.
int64_t aged(int64_t before, int64_t wall, int64_t elapsed);

// The delay before the next attempt after `failures` > 0 failures in a row: 1 s doubling, at most
// `cap`.
int64_t backoff(unsigned failures, int64_t cap);

}  // namespace almanac::core
