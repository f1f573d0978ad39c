// What the cells of a chunk stand for in SQL, by the kind of their column.
//
// Zone: PG (constants and arithmetic only: usable from anywhere that sees PostgreSQL's headers).
#pragma once

#include "core/tracker.hpp"
#include "pg/postgres.hpp"

namespace almanac::store {

enum class CellType : std::uint8_t {
  integer,       // bigint, as it is
  milliseconds,  // double precision; the cell is microseconds
  instant,       // timestamptz, as it is
  deviation,     // double precision, milliseconds; the cell is the code of M2 (core/deviation.hpp)
};

[[nodiscard]] constexpr CellType cell_type(core::Kind kind) {
  switch (kind) {
    case core::Kind::counter:
    case core::Kind::loose:
    case core::Kind::gauge: return CellType::integer;
    case core::Kind::instant:
    case core::Kind::epoch: return CellType::instant;
    case core::Kind::duration:
    case core::Kind::low:
    case core::Kind::high: return CellType::milliseconds;
    case core::Kind::deviation: return CellType::deviation;
  }
  return CellType::integer;
}

// Type of the values in SQL.
[[nodiscard]] constexpr Oid sql_type_oid(core::Kind kind) {
  switch (cell_type(kind)) {
    case CellType::integer: return INT8OID;
    case CellType::instant: return TIMESTAMPTZOID;
    case CellType::milliseconds:
    case CellType::deviation: return FLOAT8OID;
  }
  return INT8OID;
}

// Increases: over time they add up.
[[nodiscard]] constexpr bool adds_up(core::Kind kind) {
  return kind == core::Kind::counter || kind == core::Kind::loose || kind == core::Kind::duration;
}

// States: over time the last one stands.
[[nodiscard]] constexpr bool is_state(core::Kind kind) {
  return kind == core::Kind::gauge || kind == core::Kind::instant || kind == core::Kind::epoch;
}

}  // namespace almanac::store
