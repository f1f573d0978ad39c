#include "core/host_limits.hpp"

#include "core/host.hpp"

namespace almanac::core {
namespace {

constexpr const char* root = "/sys/fs/cgroup";

// Calls `look` with the directory of a group and of each above it.
template <class F>
void walk_up(const std::string& mount, std::string_view path, F&& look) {
  std::string group(path == "/" || path.find("/..") != std::string_view::npos ? "" : path);
  for (;;) {
    look(mount + group);
    if (group.empty()) {
      return;
    }
    group.resize(group.rfind('/'));
  }
}

class Files {
 public:
  explicit Files(const ReadFile& read) : read_(read) {}

  std::string text(const std::string& path) const { return read_(path).value_or(std::string()); }
  std::optional<std::int64_t> limit(const std::string& path) const {
    return parse_limit(text(path));
  }
  std::optional<std::int64_t> number(const std::string& path, std::string_view name) const {
    return find_number(text(path), name);
  }

 private:
  const ReadFile& read_;
};

std::optional<std::int64_t> divide(std::optional<std::int64_t> value, std::int64_t by) {
  return value ? std::optional(*value / by) : std::nullopt;
}

std::optional<std::int64_t> add(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  std::int64_t sum = 0;
  return a && b && !__builtin_add_overflow(*a, *b, &sum) ? std::optional(sum) : std::nullopt;
}

// Keeps the tighter of two limits, and whose it is.
void tighten(std::optional<std::int64_t> found, const std::string& group,
             std::optional<std::int64_t>& limit, std::string& of, std::int64_t machine) {
  if (found && *found < limit.value_or(machine)) {
    limit = found;
    of = group;
  }
}

void find_unified_cpu(const Files& files, std::string_view path, std::int64_t cpus,
                      GroupLimits& out) {
  std::string of;
  walk_up(root, path, [&](const std::string& group) {
    tighten(parse_cpu_limit(files.text(group + "/cpu.max")), group, out.cpu_limit, of, cpus * 1000);
  });
  if (out.cpu_limit) {
    const std::string stat = files.text(of + "/cpu.stat");
    out.cpu_ms = divide(find_number(stat, "usage_usec"), 1000);
    out.throttled_ms = divide(find_number(stat, "throttled_usec"), 1000);
  }
}

void find_unified_memory(const Files& files, std::string_view path, std::int64_t memory,
                         GroupLimits& out) {
  std::string of;
  walk_up(root, path, [&](const std::string& group) {
    tighten(files.limit(group + "/memory.max"), group, out.memory_limit, of, memory);
  });
  if (out.memory_limit) {
    const std::string stat = files.text(of + "/memory.stat");
    out.memory_used = files.limit(of + "/memory.current");
    out.memory_cached = add(find_number(stat, "active_file"), find_number(stat, "inactive_file"));
  }
}

void find_old_cpu(const Files& files, std::string_view path, std::int64_t cpus, GroupLimits& out) {
  for (const char* mount : {"/cpu", "/cpu,cpuacct"}) {
    std::string of;
    walk_up(std::string(root) + mount, path, [&](const std::string& group) {
      tighten(parse_cpu_limit(files.text(group + "/cpu.cfs_quota_us"),
                              files.text(group + "/cpu.cfs_period_us")),
              group, out.cpu_limit, of, cpus * 1000);
    });
    if (out.cpu_limit) {
      auto used = files.limit(of + "/cpuacct.usage");
      if (!used) {  // mounted apart
        used = files.limit(std::string(root) + "/cpuacct" +
                           of.substr(std::string(root).size() + std::string(mount).size()) +
                           "/cpuacct.usage");
      }
      out.cpu_ms = divide(used, 1'000'000);
      out.throttled_ms = divide(files.number(of + "/cpu.stat", "throttled_time"), 1'000'000);
      return;
    }
  }
}

void find_old_memory(const Files& files, std::string_view path, std::int64_t memory,
                     GroupLimits& out) {
  std::string of;
  walk_up(std::string(root) + "/memory", path, [&](const std::string& group) {
    tighten(files.limit(group + "/memory.limit_in_bytes"), group, out.memory_limit, of, memory);
  });
  if (out.memory_limit) {
    const std::string stat = files.text(of + "/memory.stat");
    out.memory_used = files.limit(of + "/memory.usage_in_bytes");
    out.memory_cached =
        add(find_number(stat, "total_active_file"), find_number(stat, "total_inactive_file"));
  }
}

}  // namespace

GroupLimits find_limits(const ReadFile& read, std::int64_t cpus, std::int64_t memory) {
  const Files files(read);
  GroupLimits limits;
  const std::string own = files.text("/proc/self/cgroup");
  const ControlGroups groups = parse_control_groups(own);
  limits.known = !groups.unified.empty() || !groups.cpu.empty() || !groups.memory.empty();
  if (!groups.cpu.empty()) {
    find_old_cpu(files, groups.cpu, cpus, limits);
  } else if (!groups.unified.empty()) {
    find_unified_cpu(files, groups.unified, cpus, limits);
  }
  if (!groups.memory.empty()) {
    find_old_memory(files, groups.memory, memory, limits);
  } else if (!groups.unified.empty()) {
    find_unified_memory(files, groups.unified, memory, limits);
  }
  return limits;
}

}  // namespace almanac::core
