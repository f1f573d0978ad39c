// Sources that are views or functions of the server: a statement is made from a stream's
// declaration and what the catalog has, and its result goes straight into key words and raw cells.
//
// All functions need a transaction and a connection of SPI in it, and throw pg::Error as the server
// raised it.
//
// Zone: C++.
#pragma once

#include <memory>

#include "collect/observed.hpp"
#include "pg/spi.hpp"

namespace almanac::collect {

struct FreePlan {
  void operator()(_SPI_plan* plan) const noexcept;
};

// How to read a stream on this server. The statement is planned at the first read() and the plan
// kept for as long as this lives: planning the views of the cluster costs more than reading them.
struct SourceQuery {
  const store::Stream* stream = nullptr;
  std::string sql;
  mutable std::unique_ptr<_SPI_plan, FreePlan> plan;
};

// Makes the statement for one of the streams database, system, io, replication; empty if this
// server has nothing to read it from. Columns that the server lacks are read as NULL.
std::optional<SourceQuery> resolve(pg::Spi& spi, const store::Stream& stream);

// The same from one relation or function call `from`, which has `columns`, for keys and columns by
// name.
SourceQuery resolve_from(const store::Stream& stream, const std::string& from,
                         std::span<const std::string> columns, const std::string& condition);

// Runs the statement and appends its rows to `out`; cells as core/tracker.hpp wants them.
void read(const SourceQuery& query, Observed& out);

}  // namespace almanac::collect
