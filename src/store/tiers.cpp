#include "store/tiers.hpp"

#include "pg/spi.hpp"
#include "settings.hpp"
#include "store/owner.hpp"

namespace almanac::store {
namespace {

constexpr std::int64_t kMinute = std::int64_t{60} * 1000000;

// Partitions of a coarser tier are longer: there are few of them however long the history.
constexpr TierSpec kSpecs[kTiers] = {
    {"raw", 0, 1},
    {"10min", 10 * kMinute, 7},
    {"1h", 60 * kMinute, 28},
    {"1d", kDay, 364},
};

// Columns of almanac.tier_state.
enum StateColumn : int { kStateStream = 1, kStateRolledUntil, kStateRolledSeries, kStateSince };

void take_state(TupleTableSlot* slot, TierState* state) {
  state->rolled_until = DatumGetTimestampTz(slot->tts_values[kStateRolledUntil - 1]);
  state->rolled_series = DatumGetInt64(slot->tts_values[kStateRolledSeries - 1]);
  for (std::size_t tier = 0; tier < kTiers; ++tier) {
    state->since[tier] =
        DatumGetTimestampTz(slot->tts_values[static_cast<std::size_t>(kStateSince) - 1 + tier]);
  }
}

}  // namespace

const TierSpec& spec(Tier tier) { return kSpecs[static_cast<std::size_t>(tier)]; }

int find_tier(std::string_view name) {
  for (std::size_t i = 0; i < kTiers; ++i) {
    if (name == kSpecs[i].name) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Tier wanted_grain() { return static_cast<Tier>(settings::grain); }

Snapshot latest_snapshot() {
  // Unlike GetLatestSnapshot(), may be taken while parallel workers run.
  return GetNonHistoricCatalogSnapshot(InvalidOid);
}

TierState tier_state(const Stream& stream) {
  Snapshot snapshot = RegisterSnapshot(latest_snapshot());
  const TierState state = tier_state(stream, snapshot);
  UnregisterSnapshot(snapshot);
  return state;
}

TierState tier_state(const Stream& stream, Snapshot snapshot) {
  TierState state;
  const Oid oid = get_relname_relid("tier_state", get_namespace_oid("almanac", false));
  Relation table = oid == InvalidOid ? nullptr : try_table_open(oid, AccessShareLock);
  if (table == nullptr) {
    return state;
  }
  TableScanDesc scan = table_beginscan(table, snapshot, 0, nullptr);
  TupleTableSlot* slot = table_slot_create(table, nullptr);
  while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
    slot_getallattrs(slot);
    if (DatumGetInt16(slot->tts_values[kStateStream - 1]) == stream.id) {
      take_state(slot, &state);
    }
  }
  ExecDropSingleTupleTableSlot(slot);
  table_endscan(scan);
  table_close(table, AccessShareLock);
  return state;
}

TierState lock_tier_state(const Stream& stream, bool update) {
  static pg::Plan create(
      "INSERT INTO almanac.tier_state (stream) VALUES ($1) ON CONFLICT DO NOTHING");
  static pg::Plan share(
      "SELECT rolled_until, rolled_series, since_raw, since_10min, since_1h, since_1d"
      " FROM almanac.tier_state WHERE stream OPERATOR(pg_catalog.=) $1 FOR SHARE");
  static pg::Plan exclusive(
      "SELECT rolled_until, rolled_series, since_raw, since_10min, since_1h, since_1d"
      " FROM almanac.tier_state WHERE stream OPERATOR(pg_catalog.=) $1 FOR UPDATE");
  const AsOwner as_owner;
  pg::Spi spi;
  TierState state;
  const auto take = [&](const pg::Row& row) {
    state.rolled_until = row.get<pg::Timestamp>(0).us;
    state.rolled_series = row.get<std::int64_t>(1);
    for (std::size_t tier = 0; tier < kTiers; ++tier) {
      state.since[tier] = row.get<pg::Timestamp>(2 + static_cast<int>(tier)).us;
    }
  };
  pg::Plan& read = update ? exclusive : share;
  if (spi.query(read, {stream.id}, take) == 0) {
    spi.execute(create, {stream.id});
    spi.query(read, {stream.id}, take);
  }
  return state;
}

void save_tier_state(const Stream& stream, const TierState& state) {
  static pg::Plan update(
      "UPDATE almanac.tier_state SET rolled_until = $2, rolled_series = $3, since_raw = $4,"
      " since_10min = $5, since_1h = $6, since_1d = $7 WHERE stream OPERATOR(pg_catalog.=) $1");
  const AsOwner as_owner;
  pg::Spi spi;
  spi.execute(update, {stream.id, pg::Timestamp{state.rolled_until}, state.rolled_series,
                       pg::Timestamp{state.since[0]}, pg::Timestamp{state.since[1]},
                       pg::Timestamp{state.since[2]}, pg::Timestamp{state.since[3]}});
}

int serving_ranges(const TierState& state, Tier grain, std::int64_t from, std::int64_t to,
                   TierRange (&out)[kMostRanges]) {
  int count = 0;
  std::int64_t end = to;  // inclusive: what lies later is answered for
  const auto serve = [&](Tier tier, std::int64_t since) {
    const std::int64_t begin = Max(since, from);
    if (begin <= end) {
      out[count++] = {tier, begin, end};
    }
    if (since <= end) {
      end = since == PG_INT64_MIN ? PG_INT64_MIN : since - 1;
    }
    return since != PG_INT64_MIN && end >= from;
  };
  const std::int64_t raw =
      grain == Tier::raw ? state.since[0] : Max(state.rolled_until, state.since[0]);
  bool more = from <= to && serve(Tier::raw, raw);
  for (std::size_t tier = grain == Tier::raw ? 1 : static_cast<std::size_t>(grain);
       more && tier < kTiers; ++tier) {
    more = serve(static_cast<Tier>(tier), state.since[tier]);
  }
  return count;
}

}  // namespace almanac::store
