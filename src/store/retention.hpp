// Forgetting: how long each tier is kept, and dropping what is older, or too much.
//
// History is dropped by the partition, oldest first, each in a transaction of its own that also
// notes where the tier now begins (tiers.hpp) and, in almanac.drops, what went and why. What is not
// rolled up yet stays, unless nothing else can be dropped to get below the limit of size.
//
// Zone: C++.
#pragma once

#include "pg/spi.hpp"
#include "store/partitions.hpp"

namespace almanac::store {

// Drops the oldest partition of a stream's tier if all of it is older than what almanac.retention
// says is to be kept at the time `at`. Returns whether there was one. Needs a transaction. Throws
// Error (55P03) if a reader does not leave it in time.
bool drop_expired(const Stream& stream, Tier tier, std::int64_t at);

// What all tables of the extension take, with indexes and TOAST, in bytes.
std::int64_t stored_bytes();

// Drops a partition to make room: of the finest tier that has one to spare, the oldest. Partitions
// that hold what has not been rolled up go last, and of those only full days before `at`. Returns
// whether there was one. Needs a transaction. Throws as drop_expired().
bool drop_for_room(std::int64_t at);

}  // namespace almanac::store
