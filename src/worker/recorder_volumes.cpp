// Records the volumes that the server lies on. What cannot be looked at is left out, and told by
// almanac.host_sources().

#include "collect/host.hpp"
#include "worker/recorder.hpp"

namespace almanac::worker {
namespace {

// What a device did before it was first seen here is no increase.
void forget_beginnings(const store::Stream& stream, core::Changes& changes) {
  for (std::size_t i = 0; i < changes.rows.size(); ++i) {
    if ((changes.rows[i].flags & core::Flag::first) == 0) {
      continue;
    }
    for (std::size_t c = 0; c < stream.columns.size(); ++c) {
      if (stream.columns[c].kind == core::Kind::loose && !changes.columns[c].empty() &&
          changes.columns[c][i] != core::kNull) {
        changes.columns[c][i] = 0;
      }
    }
  }
}

}  // namespace

void Recorder::record_volumes(pg::Spi& spi) {
  attempt(spi, store::kVolume, InvalidOid, [&](Entry& entry) {
    Source& one = source(store::kVolume, InvalidOid);
    LookAt at;
    at.moment = Moment::now();
    at.tombstones = true;
    at.extend = [&](const core::Tracker&, core::Changes& changes) {
      forget_beginnings(*one.id().stream, changes);
    };
    collect::Observed& look = one.blank();
    collect::look_at_volumes(collect::find_places(spi), look);
    one.examine(spi, look, around_, at, scratch_.resource());
    entry.outcome = one.write(spi, scratch_.resource());
  });
}

}  // namespace almanac::worker
