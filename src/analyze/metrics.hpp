// What is looked at for changes: quantities of a statement, a database or the server that stay
// where they are as long as nothing changes.
//
// Zone: core.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "store/stream.hpp"

namespace almanac::analyze {

// How the value of an interval is made of what its samples' columns add up to.
enum class Shape : std::uint8_t {
  per_call,  // sum of `columns` / sum of `calls`; an interval without calls has no value
  share,     // the same, but at most 1: compared by difference, not by ratio
  per_hour,  // sum of `columns`, for an hour
  level,     // mean of the first of `columns` over the samples
  mean,      // sum of the first of `columns` / sum of the second; without the second no value
  p95,       // of the histograms
};

// What a change costs, and so what it takes to be told.
enum class Cost : std::uint8_t {
  time,    // milliseconds of execution
  blocks,  // of 8 kB, read from the buffer cache or disk
  bytes,   // written
  count,   // of something bad: errors, deadlocks
  value,   // of a metric of users: whatever is large enough by its ratio
  none,    // only shown beside others
};

using Names = std::span<const char* const>;

struct Metric {
  const char* name;
  store::StreamId stream;
  Shape shape;
  Names columns;  // of the stream; times in milliseconds
  Names calls;    // how many there were; empty for per_hour, level and mean
  Cost cost;
  const char* title;  // for people: "mean execution time"
  const char* unit;   // of a value: "ms", "blocks", "bytes"; empty for shares and numbers
};

// Those of one stream, the most telling first.
[[nodiscard]] std::span<const Metric> metrics(std::int16_t stream);
// By name; nullptr if there is none.
[[nodiscard]] const Metric* find_metric(std::int16_t stream, std::string_view name);

// The least change of a value that is worth a word whatever its cost: 0.1 from one level to
// another, or 0.01 of a share.
inline constexpr double least_ratio = 0.10;
inline constexpr double least_share = 0.01;

}  // namespace almanac::analyze
