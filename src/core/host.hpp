// Zone: core.
//
// What Linux tells of a machine in /proc and of a control group in /sys/fs/cgroup, as numbers.
//
// Every function takes the content of one file and is total: text that is not what it should be,
// or too large a number, is an empty result, never an error. What a line does not have is not
// guessed.
//
// Formats: proc(5), Documentation/admin-guide/iostats.rst, cgroup-v2.rst and cgroup-v1 of Linux.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace almanac::core {

// /proc/stat: time of all CPUs together since the machine started, in milliseconds.
struct CpuTimes {
  std::int64_t user = 0;    // nice included
  std::int64_t system = 0;  // interrupts included
  std::int64_t iowait = 0;  // idle while I/O was under way
  std::int64_t idle = 0;
  std::int64_t steal = 0;  // taken by the hypervisor
  std::int64_t count = 0;  // CPUs that are online
};
// `ticks`: clock ticks of a second, sysconf(_SC_CLK_TCK).
std::optional<CpuTimes> parse_cpu_times(std::string_view stat, std::int64_t ticks);

// /proc/meminfo, in bytes.
struct MemoryUse {
  std::int64_t total = 0;
  std::int64_t available = 0;  // without swapping; free memory and caches before Linux 3.14
  std::int64_t cached = 0;     // page cache, shared buffers included
  std::int64_t swap_total = 0;
  std::int64_t swap_used = 0;
};
std::optional<MemoryUse> parse_memory(std::string_view meminfo);

// /proc/loadavg: over 1, 5 and 15 minutes, in thousandths.
std::optional<std::array<std::int64_t, 3>> parse_load(std::string_view loadavg);

// A line of /proc/diskstats.
struct DeviceUse {
  std::int64_t reads = 0;
  std::int64_t read_bytes = 0;
  std::int64_t read_ms = 0;
  std::int64_t writes = 0;
  std::int64_t write_bytes = 0;
  std::int64_t write_ms = 0;
  std::int64_t busy_ms = 0;  // any I/O under way
};
std::optional<DeviceUse> parse_device(std::string_view diskstats, unsigned major, unsigned minor);

// /proc/self/cgroup: where this process is. Views into the text; empty if there is no such line.
struct ControlGroups {
  std::string_view unified;  // version 2
  std::string_view memory;   // controllers of version 1
  std::string_view cpu;
};
ControlGroups parse_control_groups(std::string_view cgroup);

// No limit, where a file says so.
inline constexpr std::int64_t no_limit = INT64_MAX;

// A file with one number, or "max".
std::optional<std::int64_t> parse_limit(std::string_view file);

// cpu.max of version 2, "quota period": thousandths of a CPU.
std::optional<std::int64_t> parse_cpu_limit(std::string_view cpu_max);
// The same from two files of version 1; a negative quota is none.
std::optional<std::int64_t> parse_cpu_limit(std::string_view quota, std::string_view period);

// A file of lines "name number", like cpu.stat and memory.stat.
std::optional<std::int64_t> find_number(std::string_view file, std::string_view name);

}  // namespace almanac::core
