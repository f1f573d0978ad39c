// The resolutions in which history is kept, and which of them answers for which stretch of time.
//
// A tier is a partitioned table per stream, almanac.<stream>_<tier>. Samples enter the raw tier.
// When a UTC day is over and sealed it is rolled up: the coarser tiers get a sample per series and
// bucket that had one (rollup.hpp). From then on a day is in all tiers at once, until its partition
// is dropped from the finest, later from the next, and so on.
//
// What almanac.tier_state says of a stream keeps the tiers apart:
//
//   since_<tier>   nothing of before is left in this tier: a UTC day's start, or -infinity
//   rolled_until   all of before is in the coarser tiers too, as far as they reach back
//   rolled_series  of the day that begins there, series below this are rolled up already
//
//   ---------- since_1d ------ since_1h ------ since_10min ------ since_raw ------ rolled_until --
//   now
//                    1d              1h               10min            raw                raw
//
// A reader takes each moment from one tier: by default from the finest that still has it. The state
// is written in the transaction that drops a partition, and read by a scan when it begins.
//
// Zone: PG, but for what is said to be C++.
#pragma once

#include "pg/postgres.hpp"
#include "store/stream.hpp"

namespace almanac::store {

enum class Tier : std::uint8_t { raw, ten_minutes, hour, day };
inline constexpr std::size_t kTiers = 4;

struct TierSpec {
  const char* name;        // as users call it, and as tables are called
  std::int64_t bucket;     // length of its intervals in microseconds; 0: as they were recorded
  std::int64_t partition;  // days in one partition
};

[[nodiscard]] const TierSpec& spec(Tier tier);
// By name; -1 if there is none.
[[nodiscard]] int find_tier(std::string_view name);

// Microseconds of a day.
inline constexpr std::int64_t kDay = std::int64_t{86400} * 1000000;

// Days since 2000-01-01 of the UTC day that a time falls on.
[[nodiscard]] constexpr std::int64_t day_of(std::int64_t time) {
  return time / kDay - (time % kDay < 0 ? 1 : 0);
}

struct TierState {
  std::int64_t since[kTiers] = {PG_INT64_MIN, PG_INT64_MIN, PG_INT64_MIN, PG_INT64_MIN};
  std::int64_t rolled_until = PG_INT64_MIN;
  std::int64_t rolled_series = 0;

  // Whether a sample of that time and series has been, or ought to have been, rolled up.
  [[nodiscard]] bool is_rolled(std::int64_t time, std::int32_t series) const {
    return time < rolled_until ||
           (rolled_until != PG_INT64_MIN && time < rolled_until + kDay && series < rolled_series);
  }
};

// The state of a stream as last committed, whatever the snapshot of the query: what has been
// dropped since cannot be read any more. Without a row: nothing has been rolled up or dropped.
TierState tier_state(const Stream& stream);
// The same as a snapshot has it.
TierState tier_state(const Stream& stream, Snapshot snapshot);

// A snapshot of now, whatever that of the query. To be registered at once.
Snapshot latest_snapshot();

// C++. The same, locked until the end of the transaction: no day is rolled up or dropped meanwhile.
// `update`: for whoever rolls up or drops; else for whoever adds samples. Throws Error.
TierState lock_tier_state(const Stream& stream, bool update);

// C++. Writes the state of a stream that was locked for update. Throws Error.
void save_tier_state(const Stream& stream, const TierState& state);

// What pg_almanac.grain says: where history is rolled up, no finer tier is to be read.
Tier wanted_grain();

// A stretch of time, both ends inclusive, that a tier answers for.
struct TierRange {
  Tier tier;
  std::int64_t from;
  std::int64_t to;
};
inline constexpr int kMostRanges = static_cast<int>(kTiers) + 1;

// What to read for from <= time <= to, latest first; the number of ranges is returned. `grain`:
// where history is rolled up, no tier finer than this.
int serving_ranges(const TierState& state, Tier grain, std::int64_t from, std::int64_t to,
                   TierRange (&out)[kMostRanges]);

}  // namespace almanac::store
