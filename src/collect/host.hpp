// What the machine does: CPU, memory, load, the volumes that the server lies on, and the limits of
// its control group, read from /proc, /sys/fs/cgroup and statvfs() in some 200 us.
//
// What cannot be read is left out, and said: nothing here fails a snapshot.
//
// Zone: C++.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collect/observed.hpp"
#include "core/host.hpp"
#include "core/host_limits.hpp"
#include "pg/spi.hpp"

namespace almanac::collect {

// A file, and what is wrong with it.
struct HostSource {
  std::string figures;  // what is read there
  std::string file;
  std::string note;  // why not; empty: all is well
};

struct Host {
  std::optional<core::CpuTimes> cpu;
  std::optional<core::MemoryUse> memory;
  std::optional<std::array<std::int64_t, 3>> load;
  core::GroupLimits limits;
  std::vector<HostSource> sources;
};

// Throws std::bad_alloc only.
Host look_at_host();

// Fills in the columns of the stream `system` that are the machine's. `system` has one row.
void add_host(const Host& host, Observed& system);

// A place where the server keeps data.
struct Place {
  const char* kind;              // data, wal, tablespace
  std::uint32_t tablespace = 0;  // OID
  std::string name;
  std::string file;  // that tells the volume, relative to the data directory
};

// The data directory, its pg_wal, and every tablespace beside the two that are in it. Needs a
// transaction; throws pg::Error.
std::vector<Place> find_places(pg::Spi& spi);

// Appends a row of the stream `volume` for each place that can be looked at. Returns what cannot.
std::vector<HostSource> look_at_volumes(std::span<const Place> places, Observed& out);

}  // namespace almanac::collect
