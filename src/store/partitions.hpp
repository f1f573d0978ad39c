// The archive's tables: per stream and tier a root `almanac.<stream>_<tier>`, partitioned by UTC
// days into `<stream>_<tier>_pYYYYMMDD`, named for the first day.
//
// Partitions are made when they are first needed, or ahead. They belong to the extension and its
// owner, so that they go with DROP EXTENSION and stay out of dumps. Making one never waits for
// readers and makes none wait: the table is made on its own and then attached, which takes SHARE
// UPDATE EXCLUSIVE on the root; two that make partitions of the same stream take turns, until the
// first one's transaction has ended.
//
// Zone: C++.
#pragma once

#include "core/memory.hpp"
#include "pg/boundary.hpp"
#include "store/tiers.hpp"

namespace almanac::store {

// Times that can be stored: from 1970 up to, not including, 2200.
inline constexpr std::int64_t kFirstDay = -10957;
inline constexpr std::int64_t kEndDay = 73049;
[[nodiscard]] constexpr bool storable(std::int64_t time) {
  return time >= kFirstDay * kDay && time < kEndDay * kDay;
}

// Throws Failure (22008) with a hint unless the time can be stored.
void check_storable(std::int64_t time);

// One partition: the samples in it have from <= time < to.
struct Partition {
  Oid relation;
  std::int64_t from;
  std::int64_t to;
};

// The archive's root of a stream and tier. Throws Failure (42P01) if there is none.
Oid archive_root(const Stream& stream, Tier tier);

// PG zone: the same; InvalidOid if there is none.
Oid find_archive_root(const Stream& stream, Tier tier);

// PG zone: partitions under `root` that may hold samples with from <= time <= to, ascending, in the
// current memory context; their number goes to `count`. They are not locked: one may be gone when
// it is opened. Takes O(log partitions), once the relation cache has the root.
Partition* partitions_between(Oid root, std::int64_t from, std::int64_t to, int* count);

// Whether the partition of a day is there. Throws as ensure_partition().
bool has_partition(const Stream& stream, Tier tier, std::int64_t day);

// The partition of a day (as day_of() counts), made if it is not there. Throws Failure (22008) for
// a day out of range, (55000) if a table of that name exists and is no partition of the archive;
// Error.
Oid ensure_partition(const Stream& stream, Tier tier, std::int64_t day);

// The same, for a worker that makes tomorrow's partitions today. Returns whether it was made now.
bool make_partition(const Stream& stream, Tier tier, std::int64_t day);

// Drops a partition. Readers that are in it are waited for, a fraction of a second. Throws Error
// (55P03 if they do not leave).
void drop_partition(Oid partition);

}  // namespace almanac::store
