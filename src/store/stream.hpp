// What a stream is, and the list of all streams. A stream is one kind of series: its keys, its
// value columns, where the values come from. Codec, journal, archive, foreign tables, roll-up and
// views are driven by these declarations alone, so that adding a column is a line in streams.cpp.
//
// Zone: core (no PostgreSQL call; usable from anywhere).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/tracker.hpp"

namespace almanac::store {

// Type of a key column as the dictionary table `almanac.<stream>_keys` holds it. In memory every
// key column is one or part of one int64 word; a text key is the hash of its bytes.
enum class KeyType : std::uint8_t { oid, bigint, boolean, text };

struct KeyColumn {
  const char* name;
  KeyType type;
};

// One value of a sample. `source` names where the collector finds it: alternatives separated by
// '|', the first that the running server has is read; an alternative is `relation.column`, or a
// bare column of the stream's only relation. Empty: the collector computes it. A column that the
// server does not have stays NULL.
//
// Columns are stored by position: append at the end of a list, never insert, reorder or remove.
struct ValueColumn {
  const char* name;
  core::Kind kind;
  const char* source;
  const char* comment;
  std::int16_t calls =
      -1;  // Kind::deviation only: ordinal (in this list) of the count it belongs to
  std::int16_t total = -1;  // Kind::deviation only: ordinal of the total time it belongs to
};

struct Stream {
  std::int16_t id;  // as stored; never reused
  const char* name;
  std::span<const KeyColumn> keys;
  std::span<const KeyColumn>
      labels;  // what the dictionary tells of a series beside its key: names, which may change
  std::span<const ValueColumn> columns;
  const char* comment;
  // Name of the histogram that its samples may have beside the columns; nullptr: they have none.
  const char* histogram = nullptr;

  // Ordinal of a column by name, or -1.
  [[nodiscard]] int ordinal(std::string_view column) const;

  // 0, 1, ... columns.size() - 1
  [[nodiscard]] std::vector<std::uint16_t> ordinals() const;
};

// Ids as stored in journal, sources and reference.
enum StreamId : std::int16_t {
  kStatement = 1,
  kTable = 2,
  kIndex = 3,
  kDatabase = 4,
  kSystem = 5,
  kIo = 6,
  kReplication = 7,
  kSnapshot = 8,
  kWait = 9,
  kPlan = 10,
  kVolume = 11,
  kMetric = 12,
  kSequence = 13,
};

// All streams, by ascending id.
[[nodiscard]] std::span<const Stream> streams();

// By name or id; nullptr if there is none.
[[nodiscard]] const Stream* find_stream(std::string_view name);
[[nodiscard]] const Stream* find_stream(std::int16_t id);

// Series in one archive segment: ids that share series_id / kSeriesPerSegment.
inline constexpr std::int32_t kSeriesPerSegment = 64;

// Position of a value column inside a chunk. Column 0 of every chunk holds the sample's flags
// (core::Flag).
[[nodiscard]] constexpr unsigned chunk_column(unsigned ordinal) { return ordinal + 1; }

// Position of the least and greatest value that a gauge had in an interval, where that is not the
// same as its value: in what has been rolled up, and in what was inserted so.
[[nodiscard]] constexpr unsigned extreme_column(unsigned ordinal, bool greatest) {
  return 128 + 2 * ordinal + (greatest ? 1 : 0);
}

// Whether a column has them: states that are numbers.
[[nodiscard]] constexpr bool has_extremes(core::Kind kind) {
  return kind == core::Kind::gauge || kind == core::Kind::real;
}

// Value columns that a stream may have: the positions above and core::max_columns set the limit.
inline constexpr std::size_t kMostColumns = 64;

// SQL type of a value column in the samples' foreign table: bigint, double precision (milliseconds)
// or timestamptz.
[[nodiscard]] const char* sql_type(core::Kind kind);

}  // namespace almanac::store
