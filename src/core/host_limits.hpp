// Zone: core.
//
// What the control groups of a process allow it, and what of that is used: the tightest limit on
// the way from its own group up to the root counts, because each of them binds.
//
// The same for version 2 and 1, and for a machine that has both at once (controllers that version 1
// names are its own). Inside of a container the path that /proc/self/cgroup tells may not exist
// below /sys/fs/cgroup; then the limits are where the walk up comes to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace almanac::core {

// Content of a file, empty if it cannot be read.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

// Empty: there is no limit that binds, or nothing tells.
struct GroupLimits {
  bool known = false;                         // whether there are control groups to ask at all
  std::optional<std::int64_t> cpu_limit;      // thousandths of a CPU
  std::optional<std::int64_t> cpu_ms;         // CPU time used by the group with that limit
  std::optional<std::int64_t> throttled_ms;   // time in which it was not let run
  std::optional<std::int64_t> memory_limit;   // bytes
  std::optional<std::int64_t> memory_used;    // by the group with that limit, caches included
  std::optional<std::int64_t> memory_cached;  // of it page cache, which is given back on demand
};

// `cpus` and `memory` of the machine: a limit that is not below them does not bind. Throws what
// `read` throws, and std::bad_alloc.
GroupLimits find_limits(const ReadFile& read, std::int64_t cpus, std::int64_t memory);

}  // namespace almanac::core
