// What the recorder remembers of a source over restarts. Reference (counters as of some snapshot)
// plus the journal since is the state as of the last committed snapshot; nothing else is needed, so
// a recorder that was killed continues where the last commit left it.
//
// All functions need a transaction and a connection of SPI in it, and throw pg::Error as the server
// raised it.
//
// Zone: C++.
#pragma once

#include "core/tracker.hpp"
#include "pg/spi.hpp"
#include "store/stream.hpp"

namespace almanac::store {

// A stream, and for tables and indexes the database; 0 otherwise.
struct SourceId {
  const Stream* stream = nullptr;
  Oid source = InvalidOid;
};

// The last look at a source that was committed.
struct LastLook {
  std::int64_t snapshot_id = 0;
  std::int64_t time = 0;  // us since 2000-01-01 UTC
  std::vector<std::int64_t>
      epoch;  // what tells that the source lost or reset its counters; up to the collector
};

// Columns of a stream as the tracker wants them.
std::vector<core::Column> tracker_columns(const Stream& stream);

// The last look; empty if there was none.
std::optional<LastLook> last_look(pg::Spi& spi, SourceId id);

// Remembers a look.
void note_look(pg::Spi& spi, SourceId id, const LastLook& look);

// Fills the tracker with the state as of the last look. False if it cannot be told, because
// reference or dictionary lack something: then the tracker is empty and recording must begin anew.
// Damaged payloads count as lacking, with a WARNING.
bool load_state(pg::Spi& spi, SourceId id, core::Tracker& tracker, core::Resource* scratch);

// Writes the tracker's state as the reference.
void save_reference(pg::Spi& spi, SourceId id, const LastLook& look, const core::Tracker& tracker,
                    core::Resource* scratch);

// Appends the samples of one look to the journal: one row. `batch` has one tick. Returns the bytes
// written.
std::size_t append_journal(pg::Spi& spi, SourceId id, std::int64_t snapshot_id,
                           const core::Batch& batch, core::Resource* scratch);

// Forgets sources of databases that are gone.
void forget_dropped_databases(pg::Spi& spi);

}  // namespace almanac::store
