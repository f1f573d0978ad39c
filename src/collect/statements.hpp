// pg_stat_statements as a source: where it is, its counters, its texts.
//
// All functions need a transaction and a connection of SPI in it, and throw pg::Error as the server
// raised it.
//
// Zone: C++.
#pragma once

#include "collect/sql_source.hpp"

namespace almanac::collect {

struct Statements {
  SourceQuery query;   // all entries, without texts
  std::string schema;  // quoted
};

// How to read pg_stat_statements here. Throws pg::Failure, with a hint, if the extension is
// missing. Statements of the databases in `excluded` are left out.
Statements find_statements(pg::Spi& spi, std::span<const Oid> excluded);

// Epoch of its counters: time of the last whole reset, and how often entries were evicted.
std::vector<std::int64_t> statements_epoch(pg::Spi& spi, const Statements& statements);

// True if all entries were dropped between two epochs.
bool statements_began_anew(std::span<const std::int64_t> before, std::span<const std::int64_t> now);

// Reads the texts of statements by key (four words each) and gives the series their fingerprints.
// Texts that may hold a secret are withheld, long ones cut at `max_bytes`; each is stored once.
// Returns the series whose text was not found.
std::vector<std::int32_t> store_texts(pg::Spi& spi, const Statements& statements,
                                      std::span<const std::int64_t> keys,
                                      std::span<const std::int32_t> series, int max_bytes,
                                      core::Resource* scratch);

}  // namespace almanac::collect
