// The dictionaries `almanac.<stream>_keys`: what a series is. Generic over streams: statements are
// made from the declaration.
//
// All functions need a transaction and a connection of SPI in it, and throw pg::Error as the server
// raised it.
//
// Zone: C++.
#pragma once

#include <functional>

#include "collect/observed.hpp"
#include "pg/spi.hpp"

namespace almanac::store {

// Series of some rows of a look.
struct Assigned {
  core::Vector<std::int32_t> series;   // one per row asked for
  core::Vector<std::uint8_t> existed;  // 1: had a series before this call
};

// Gives each of `rows` (of `observed`) its series, and makes those that do not exist yet.
Assigned assign_series(pg::Spi& spi, const collect::Observed& observed,
                       std::span<const std::uint32_t> rows, core::Resource* resource);

// Remembers the names of roles by their OIDs, and that of those that are remembered already.
void remember_roles(pg::Spi& spi, const std::vector<std::int64_t>& roles);

// Writes the labels of `rows` whose series are `series`, where they differ from what the dictionary
// has.
void update_labels(pg::Spi& spi, const collect::Observed& observed,
                   std::span<const std::uint32_t> rows, std::span<const std::int32_t> series,
                   core::Resource* scratch);

// Groups of series (series / kSeriesPerSegment) that the dictionary has any of within
// first <= series <= last, ascending.
std::vector<std::int32_t> series_groups(pg::Spi& spi, const Stream& stream, std::int32_t first = 0,
                                        std::int32_t last = PG_INT32_MAX);

// Key words of `series` (ascending), one after the other. False if the dictionary lacks one.
bool load_keys(pg::Spi& spi, const Stream& stream, std::span<const std::int32_t> series,
               core::Vector<std::int64_t>& words);

// Words of the labels of `series` as the dictionary has them: of a text its hash, of an oid itself.
// Calls `each` with the position of a series and its words; not at all for one that it lacks. A
// name that is no text in this database is not what a look says.
void load_labels(pg::Spi& spi, const Stream& stream, std::span<const std::int32_t> series,
                 const std::function<void(std::size_t, std::span<const std::uint64_t>)>& each);

}  // namespace almanac::store
