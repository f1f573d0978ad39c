#include "collect/host.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace almanac::collect {
namespace {

using core::kNull;

constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr const char* not_understood = "its content is not understood";

// A file of /proc has no size: read until the end. `error`: errno, if it cannot be read.
std::optional<std::string> read_file(const std::string& path, int* error = nullptr) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (error != nullptr) {
      *error = errno;
    }
    return std::nullopt;
  }
  struct Close {
    int file;
    ~Close() { close(file); }
  } const closing{file};
  std::string text;
  std::array<char, 16384> piece;
  while (text.size() < largest_file) {
    const ssize_t got = read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      if (error != nullptr) {
        *error = errno;
      }
      return std::nullopt;
    }
    if (got == 0) {
      break;
    }
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::string reason(int error) {
  std::array<char, 128> buffer{};
  return strerror_r(error, buffer.data(), buffer.size());  // GNU's, thread-safe
}

// One file and what `parse` makes of it, with a source that tells how that went.
template <class Parse>
auto take(const char* figures, const char* path, std::vector<HostSource>& sources, Parse&& parse)
    -> decltype(parse(std::string_view{})) {
  int error = 0;
  const auto text = read_file(path, &error);
  if (!text) {
    sources.push_back({figures, path, "cannot be read: " + reason(error)});
    return {};
  }
  auto found = parse(std::string_view(*text));
  sources.push_back({figures, path, found ? "" : not_understood});
  return found;
}

class Row {
 public:
  Row(Observed& observed, std::uint32_t row) : observed_(observed), row_(row) {}

  void set(const char* column, std::optional<std::int64_t> value) {
    const int ordinal = observed_.stream->ordinal(column);
    if (ordinal >= 0) {
      observed_.look.set(row_, static_cast<std::size_t>(ordinal), value.value_or(kNull));
    }
  }

 private:
  Observed& observed_;
  std::uint32_t row_;
};

std::string device_name(dev_t device) {
  return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

// Of a partition, what its disk says.
std::optional<std::int64_t> rotational(dev_t device) {
  const std::string block = "/sys/dev/block/" + device_name(device);
  for (const char* file : {"/queue/rotational", "/../queue/rotational"}) {
    const auto text = read_file(block + file);
    if (text && (text->starts_with('0') || text->starts_with('1'))) {
      return text->front() - '0';
    }
  }
  return std::nullopt;
}

}  // namespace

Host look_at_host() {
  Host host;
  const long ticks = sysconf(_SC_CLK_TCK);
  host.cpu = take("CPU", "/proc/stat", host.sources,
                  [ticks](std::string_view text) { return core::parse_cpu_times(text, ticks); });
  host.memory = take("memory", "/proc/meminfo", host.sources, core::parse_memory);
  host.load = take("load", "/proc/loadavg", host.sources, core::parse_load);
  host.limits = core::find_limits([](const std::string& path) { return read_file(path); },
                                  host.cpu ? host.cpu->count : INT64_MAX / 1000,
                                  host.memory ? host.memory->total : core::no_limit);
  host.sources.push_back({"control group", "/proc/self/cgroup",
                          host.limits.known ? "" : "tells no control group: limits are not known"});
  return host;
}

void add_host(const Host& host, Observed& system) {
  if (system.rows() != 1) {
    return;
  }
  Row row(system, 0);
  if (host.cpu) {
    row.set("cpu_user_ms", host.cpu->user);
    row.set("cpu_system_ms", host.cpu->system);
    row.set("cpu_iowait_ms", host.cpu->iowait);
    row.set("cpu_idle_ms", host.cpu->idle);
    row.set("cpu_steal_ms", host.cpu->steal);
    row.set("cpu_count", host.cpu->count > 0 ? std::optional(host.cpu->count) : std::nullopt);
  }
  if (host.memory) {
    row.set("memory_total_bytes", host.memory->total);
    row.set("memory_available_bytes", host.memory->available);
    row.set("memory_cached_bytes", host.memory->cached);
    row.set("swap_total_bytes", host.memory->swap_total);
    row.set("swap_used_bytes", host.memory->swap_used);
  }
  if (host.load) {
    row.set("load_1min_milli", (*host.load)[0]);
    row.set("load_5min_milli", (*host.load)[1]);
    row.set("load_15min_milli", (*host.load)[2]);
  }
  row.set("cgroup_cpu_limit_milli", host.limits.cpu_limit);
  row.set("cgroup_cpu_ms", host.limits.cpu_ms);
  row.set("cgroup_throttled_ms", host.limits.throttled_ms);
  row.set("cgroup_memory_limit_bytes", host.limits.memory_limit);
  row.set("cgroup_memory_bytes", host.limits.memory_used);
  row.set("cgroup_memory_cached_bytes", host.limits.memory_cached);
}

std::vector<Place> find_places(pg::Spi& spi) {
  static pg::Plan plan(
      "SELECT oid, spcname FROM pg_catalog.pg_tablespace WHERE spcname NOT IN ('pg_default', "
      "'pg_global') ORDER BY oid");
  std::vector<Place> places = {{"data", 0, "data directory", "."}, {"wal", 0, "pg_wal", "pg_wal"}};
  spi.query(plan, {}, [&](const pg::Row& row) {
    const auto oid = row.get<Oid>(0);
    places.push_back({"tablespace", oid, std::string(row.get<std::string_view>(1)),
                      "pg_tblspc/" + std::to_string(oid)});
  });
  return places;
}

std::vector<HostSource> look_at_volumes(std::span<const Place> places, Observed& out) {
  std::vector<HostSource> sources;
  const auto diskstats =
      take("I/O of volumes", "/proc/diskstats", sources,
           [](std::string_view text) { return std::optional(std::string(text)); });
  const std::vector<std::int64_t> nothing(out.stream->columns.size(), kNull);
  for (const Place& place : places) {
    const std::string figures = std::string("volume of ") + place.name;
    struct statvfs volume {};
    struct stat file {};
    if (statvfs(place.file.c_str(), &volume) != 0 || stat(place.file.c_str(), &file) != 0) {
      sources.push_back({figures, place.file, "cannot be looked at: " + reason(errno)});
      continue;
    }
    const std::array<std::int64_t, 2> key = {text_word(place.kind), oid_word(place.tablespace)};
    out.look.add(key, nothing);
    out.texts.add(place.kind);
    out.texts.add(place.name);
    out.texts.add(device_name(file.st_dev));

    Row row(out, out.rows() - 1);
    const auto bytes = [&](fsblkcnt_t blocks) {
      return static_cast<std::int64_t>(blocks * volume.f_frsize);
    };
    // What is reserved for root is no part of it, as with df.
    row.set("total_bytes", bytes(volume.f_blocks - volume.f_bfree + volume.f_bavail));
    row.set("used_bytes", bytes(volume.f_blocks - volume.f_bfree));
    if (volume.f_files > 0) {
      row.set("total_files", static_cast<std::int64_t>(volume.f_files));
      row.set("used_files", static_cast<std::int64_t>(volume.f_files - volume.f_ffree));
    }
    row.set("rotational", rotational(file.st_dev));
    const auto device = diskstats
                            ? core::parse_device(*diskstats, major(file.st_dev), minor(file.st_dev))
                            : std::nullopt;
    if (device) {
      row.set("reads", device->reads);
      row.set("read_bytes", device->read_bytes);
      row.set("read_ms", device->read_ms);
      row.set("writes", device->writes);
      row.set("write_bytes", device->write_bytes);
      row.set("write_ms", device->write_ms);
      row.set("busy_ms", device->busy_ms);
    }
    sources.push_back({figures, place.file,
                       device || !diskstats
                           ? ""
                           : "device " + device_name(file.st_dev) +
                                 " is not in /proc/diskstats: its I/O is not known"});
  }
  return sources;
}

}  // namespace almanac::collect
