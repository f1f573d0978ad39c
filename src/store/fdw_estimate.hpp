// How much history there is, for the planner, without ANALYZE and without reading it: sizes of the
// files and what VACUUM has left in pg_class.
//
// Zone: PG.
#pragma once

#include "store/partitions.hpp"

namespace almanac::store {

struct Extent {
  double series;  // in the dictionary
  double
      archive_samples;   // in the time range; of partitions that reach beyond it, the share inside
  double archive_pages;  // to be read for them
  double partitions;     // to be opened
  double journal_samples;  // in the journal, all of them: it has no index
  double journal_pages;
};

// The extent of a stream's history with from <= time <= to, read no finer than `grain` where it is
// rolled up. Opens at most a handful of partitions of each tier.
Extent estimate_extent(const Stream& stream, Tier grain, std::int64_t from, std::int64_t to);

}  // namespace almanac::store
