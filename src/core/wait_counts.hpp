// Zone: core.
//
// What sessions were seen doing, summed between two snapshots: for each statement and wait event
// how often, and the time that stands for. And when to look.
//
// Looking now and then is enough for averages: a look that comes t after the one before stands for
// t, so that the sum of these times over all sessions, divided by the length of the window, is the
// average number of active sessions. That needs no equal distances, but looks that have nothing to
// do with what is looked at: at exact seconds, what runs by the second would be seen always or
// never, so distances vary.
#pragma once

#include <cstdint>
#include <span>

#include "core/key_index.hpp"

namespace almanac::core {

// What a session was doing.
enum class SessionState : uint8_t { active, idle_in_transaction, aborted };

// One kind of moment in a session's life.
struct WaitKey {
  uint32_t database = 0;
  uint32_t role = 0;
  int64_t query = 0;   // identifier of the statement; 0: none, or not known
  uint32_t event = 0;  // as PostgreSQL encodes it: class in the highest byte; 0: it does not wait
  uint16_t kind = 0;   // of process; up to the caller
  SessionState state = SessionState::active;
  bool operator==(const WaitKey&) const = default;
};

// Of the event where neither statements nor events found room.
inline constexpr uint32_t other_event = UINT32_MAX;

// How often it was seen, and for how long. Busy: it is work of the server, or waiting within it;
// idle: the session waits for its client.
struct WaitTimes {
  int64_t samples = 0;
  int64_t us = 0;
  int64_t idle_samples = 0;
  int64_t idle_us = 0;
};

// The sums. Bounded: beyond so many keys what is new is counted without database, role and
// statement, then also without event, so that the sums over all keys stay true.
class WaitCounts {
 public:
  struct Limits {
    uint32_t statements = 2000;  // keys as they come
    uint32_t events = 500;       // keys of an event alone
  };

  // Takes all the memory it will ever need. Throws std::bad_alloc.
  WaitCounts(Limits limits, Resource* resource);

  // A look that stands for `us` is taken; add() tells what it sees.
  void begin_look(int64_t us) {
    observed_ += us;
    ++looks_;
  }
  void add(const WaitKey& key, int64_t us, bool busy);

  // Time that the looks stand for.
  [[nodiscard]] int64_t observed() const { return observed_; }
  [[nodiscard]] int64_t looks() const { return looks_; }

  [[nodiscard]] uint32_t size() const { return index_.size(); }
  // `i` < size().
  [[nodiscard]] WaitKey key(uint32_t i) const;
  [[nodiscard]] const WaitTimes& times(uint32_t i) const { return times_[i]; }

  void clear();

 private:
  Limits limits_;
  KeyIndex index_;
  Vector<WaitTimes> times_;
  uint32_t as_they_come_ = 0;
  int64_t observed_ = 0;
  int64_t looks_ = 0;
};

// When to look, in microseconds of a monotonic clock.
class LookClock {
 public:
  // A look stands for no more than this many intervals: what was not looked at for longer is not
  // known.
  static constexpr int64_t most_intervals = 10;

  explicit LookClock(uint64_t seed) : random_(seed | 1) {}

  // How long until the next look is due; 0: it is. Distances vary by a quarter of the interval.
  [[nodiscard]] int64_t until_due(int64_t now, int64_t interval) const;
  // A look is taken. Returns the time it stands for: 0 for the first one.
  int64_t look(int64_t now, int64_t interval);
  // Nobody looks any more: what follows begins anew.
  void stop() { looked_ = false; }

 private:
  uint64_t random_;
  bool looked_ = false;
  int64_t last_ = 0;
  int64_t shift_ = 0;  // of the next distance, in 1/1024 of the interval
};

// The interval at which looks that cost so much CPU time use no more than a quarter of `share` of a
// core (<= 0: no limit); at least the interval that is wanted, at most a minute more.
[[nodiscard]] int64_t affordable_interval(int64_t wanted, double cost, double share);

}  // namespace almanac::core
