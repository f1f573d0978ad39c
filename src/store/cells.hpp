// What the cells of a chunk stand for in SQL, by the kind of their column.
//
// Zone: PG (constants and arithmetic only: usable from anywhere that sees PostgreSQL's headers).
#pragma once

#include "core/real.hpp"
#include "core/tracker.hpp"
#include "pg/postgres.hpp"

namespace almanac::store {

enum class CellType : std::uint8_t {
  integer,       // bigint, as it is
  milliseconds,  // double precision; the cell is microseconds
  instant,       // timestamptz, as it is
  deviation,     // double precision, milliseconds; the cell is the code of M2 (core/deviation.hpp)
  real,          // double precision; the cell is its code (core/real.hpp)
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
    case core::Kind::real:
    case core::Kind::amount: return CellType::real;
  }
  return CellType::integer;
}

// Type of the values in SQL.
[[nodiscard]] constexpr Oid sql_type_oid(core::Kind kind) {
  switch (cell_type(kind)) {
    case CellType::integer: return INT8OID;
    case CellType::instant: return TIMESTAMPTZOID;
    case CellType::milliseconds:
    case CellType::deviation:
    case CellType::real: return FLOAT8OID;
  }
  return INT8OID;
}

// Whole increases: over time they add up, and are never negative. Kind::amount adds up as well.
[[nodiscard]] constexpr bool adds_up(core::Kind kind) {
  return kind == core::Kind::counter || kind == core::Kind::loose || kind == core::Kind::duration;
}

// States: over time the last one stands.
[[nodiscard]] constexpr bool is_state(core::Kind kind) {
  return kind == core::Kind::gauge || kind == core::Kind::instant || kind == core::Kind::epoch ||
         kind == core::Kind::real;
}

// A value of a type in SQL that is no deviation. Cells of instants are those of timestamptz.
[[nodiscard]] inline double number_of(CellType type, std::int64_t cell) {
  return type == CellType::real           ? core::real_of(cell)
         : type == CellType::milliseconds ? static_cast<double>(cell) / 1000.0
                                          : static_cast<double>(cell);
}

}  // namespace almanac::store
