// What history needs to last: partitions made ahead, days rolled up, old partitions dropped, and
// all of it kept below the limit of size; and what is made of it: projections once a day, capacity
// once an hour. A round is a list of small pieces of work, each for a
// transaction of its own:
//
//   maintenance.begin(now);
//   for (;;) {
//     begin a transaction;  more = maintenance.next();  commit;      // on an error: skip(), go on
//   }
//
// A piece that fails is left out for this round; the next round tries it again.
//
// Zone: C++.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "store/rollup.hpp"
#include "worker/recorder.hpp"

namespace almanac::worker {

class Maintenance {
 public:
  // Memory comes from `parent`. Both arguments must outlive the object.
  Maintenance(MemoryContext parent, Recorder& recorder);

  // Starts a round as of a time, without projections and capacity.
  void begin(std::int64_t at);
  // Starts a round as of now, `elapsed` microseconds after the last (0: not known): what has
  // expired is decided by core::aged().
  void begin_now(std::int64_t now, std::int64_t elapsed);
  // Whether there is room to write: without it, only dropping goes on.
  void may_write(bool room) { room_ = room; }
  // Does one piece, at most some 30 ms. False if nothing was left to do: the round is over. Throws
  // Failure, Error: then the transaction must be rolled back and skip() called.
  bool next();
  void skip() { ++task_; }
  // What the last piece was, as the log calls it: "roll-up of statement"; "nothing" when the round
  // is over.
  [[nodiscard]] std::string piece() const;
  // Whether a round has begun and is not over.
  [[nodiscard]] bool active() const { return active_; }

  // Partitions that were dropped since begin().
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }
  // Size of all that is stored when last measured, in bytes.
  [[nodiscard]] std::int64_t stored() const { return stored_; }

 private:
  void age();
  bool do_task(std::size_t task);
  bool make_ahead(const store::Stream& stream, store::Tier tier);
  bool roll_up(const store::Stream& stream);
  bool forget_series(const store::Stream& stream);
  bool make_room();
  bool project();
  bool measure_capacity();

  MemoryContext parent_;
  Recorder& recorder_;
  std::vector<std::int64_t> forgot_;  // by stream: the day when there was nothing more to forget
  std::vector<std::unique_ptr<store::RollUp>> roll_ups_;  // by stream
  std::int64_t now_ = 0;
  std::int64_t at_ = 0;                  // as of which history is rolled up and dropped
  std::optional<std::int64_t> elapsed_;  // of a round that has yet to find out
  bool room_ = true;
  bool derives_ = false;  // projections and capacity are made too
  std::size_t task_ = 0;
  bool active_ = false;
  std::int64_t dropped_ = 0;
  std::int64_t stored_ = 0;
  std::int64_t measured_ = 0;         // when capacity was last measured
  std::int64_t said_ = PG_INT64_MIN;  // when the log was last told that the limit is reached
};

}  // namespace almanac::worker
