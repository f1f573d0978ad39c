// almanac.host_sources(): where figures of the machine come from, and almanac.volumes_now(): how
// full volumes are; both looked at now. The caller's process sees the files that the worker sees:
// same user, same machine, same control group.

#include "collect/host.hpp"
#include "core/memory.hpp"
#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {

ALMANAC_FUNCTION(almanac_host_sources) {
  pg::OwnedContext scratch(CurrentMemoryContext, "pg_almanac host");
  pg::RowWriter rows(fcinfo);
  std::vector<collect::HostSource> sources = collect::look_at_host().sources;
  {
    pg::Spi spi(pg::Spi::Mode::read_only);
    collect::Observed seen(*store::find_stream(store::kVolume), scratch.resource());
    for (auto& source : collect::look_at_volumes(collect::find_places(spi), seen)) {
      sources.push_back(std::move(source));
    }
  }
  for (const collect::HostSource& source : sources) {
    rows.add({source.figures, source.file,
              source.note.empty() ? std::nullopt : std::optional(source.note)});
  }
  return rows.done();
}

ALMANAC_FUNCTION(almanac_volumes_now) {
  pg::OwnedContext scratch(CurrentMemoryContext, "pg_almanac volumes");
  pg::RowWriter rows(fcinfo);
  const store::Stream& stream = *store::find_stream(store::kVolume);
  collect::Observed seen(stream, scratch.resource());
  {
    pg::Spi spi(pg::Spi::Mode::read_only);
    collect::look_at_volumes(collect::find_places(spi), seen);
  }
  const auto total = static_cast<std::size_t>(stream.ordinal("total_bytes"));
  const auto used = static_cast<std::size_t>(stream.ordinal("used_bytes"));
  for (std::uint32_t i = 0; i < seen.rows(); ++i) {
    rows.add({seen.key_text(i, 0), seen.label_text(i, 0), seen.label_text(i, 1),
              seen.look.cells(i)[total], seen.look.cells(i)[used]});
  }
  return rows.done();
}

}  // namespace almanac::api
