// The shared memory between a metric process and who started it: a head, the statement with a zero
// at its end, and room for the result. A value in there is a double, the length of its labels
// (u32), and the labels, a JSON object in UTF-8; nothing is padded.
//
// The process writes the result and then `state`, once; who started it reads when the process is
// gone.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::worker::wire {

enum MetricState : std::uint32_t { kRunning, kDone, kFailed };

struct MetricSegment {
  std::uint32_t magic;
  Oid database;
  Oid role;
  std::int32_t timeout_ms;
  std::int32_t lock_timeout_ms;
  std::int32_t rows;
  std::uint32_t sql_bytes;  // with the zero
  pg_atomic_uint32 state;
  std::int32_t sqlstate;
  char message[512];
  char hint[256];
  std::int32_t values;
  std::int32_t nulls;
  std::uint32_t result_bytes;
};
static_assert(std::is_standard_layout_v<MetricSegment>);

inline constexpr std::uint32_t metric_magic = 0x414C4D32;
inline constexpr std::uint32_t result_capacity = 256 * 1024;

inline constexpr std::size_t metric_bytes(std::size_t sql_bytes) {
  return sizeof(MetricSegment) + sql_bytes + result_capacity;
}
inline char* sql_of(MetricSegment* segment) { return reinterpret_cast<char*>(segment + 1); }
inline char* result_of(MetricSegment* segment) { return sql_of(segment) + segment->sql_bytes; }

}  // namespace almanac::worker::wire
