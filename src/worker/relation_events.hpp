// Tables and indexes that came, went or were renamed between two looks, as events: those that no
// command told about, because the library was not preloaded, or code without a command made them.
//
// Zone: C++.
#pragma once

#include "worker/events.hpp"
#include "worker/source.hpp"

namespace almanac::worker {

// One of the two sources of a database, examined and not written yet.
struct ExaminedRelations {
  const Source& source;
  const collect::Observed& look;
  const core::Changes& changes;
};

// Adds what differs. Needs a transaction. `time` is that of the look.
void compare_relations(pg::Spi& spi, const ExaminedRelations& tables,
                       const ExaminedRelations& indexes, std::int64_t time, Events& events);

}  // namespace almanac::worker
