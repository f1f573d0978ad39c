// Foreign tables of samples: which stream they show, and what their columns are. Columns are
// matched by name, so that a table may have some of them, in any order.
//
// Zone: PG.
#pragma once

#include "store/cells.hpp"
#include "store/stream.hpp"

namespace almanac::store {

// What a column of a foreign table shows.
// least and greatest: of a gauge within the interval.
enum class Field : std::uint8_t {
  none,
  server_id,
  series_id,
  time,
  duration,
  flags,
  value,
  least,
  greatest,
  histogram
};

struct Attribute {
  Field field;
  core::Kind kind;        // of a value
  std::uint16_t ordinal;  // of a value: position in the stream's list

  // Whether the column shows something of a value column.
  [[nodiscard]] bool shows_value() const {
    return field == Field::value || field == Field::least || field == Field::greatest;
  }
};

// A gauge has two more columns, named for it with these at the end: its least and greatest value in
// the interval.
inline constexpr std::string_view kLeastSuffix = "_min";
inline constexpr std::string_view kGreatestSuffix = "_max";

struct SamplesTable {
  const Stream* stream;
  int count;
  Attribute* attributes;  // by attribute number - 1; dropped columns are Field::none
  AttrNumber series_id;   // attribute numbers, 0 if the table does not have the column
  AttrNumber time;
};

// The columns that every samples table has before those of the stream, as IMPORT FOREIGN SCHEMA
// makes them.
struct CommonColumn {
  const char* name;
  Field field;
  Oid type;
  const char* declaration;
};
[[nodiscard]] std::span<const CommonColumn> common_columns();

// Type almanac.histogram.
Oid histogram_type();

// The stream of a foreign table, by its option. Raises HV00J if the option is missing or names no
// stream.
const Stream* stream_of_table(Oid foreign_table);

// The table in full, in the current memory context. Raises HV005 for a column that the stream does
// not have, HV004 for a column of another type.
SamplesTable* describe_table(Relation foreign_table);

// The names of all streams, separated by commas, for hints; palloc'd.
const char* stream_list();

}  // namespace almanac::store
