// The tightest limit of all control groups above a process is found, whatever their version.
#include "core/host_limits.hpp"

#include <gtest/gtest.h>

#include <map>

namespace almanac::core::test {
namespace {

constexpr int64_t gb = INT64_C(1) << 30;

using Tree = std::map<std::string, std::string>;

GroupLimits limits_of(const Tree& tree, int64_t cpus = 8, int64_t memory = 16 * gb) {
  return find_limits(
      [&](const std::string& path) -> std::optional<std::string> {
        const auto at = tree.find(path);
        return at == tree.end() ? std::nullopt : std::optional(at->second);
      },
      cpus, memory);
}

TEST(HostLimits, TheTightestOnTheWayUpBinds) {
  const Tree tree = {
      {"/proc/self/cgroup", "0::/a/b/c\n"},
      {"/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n"},
      {"/sys/fs/cgroup/a/b/c/memory.max", "8589934592\n"},
      {"/sys/fs/cgroup/a/b/c/memory.current", "1\n"},
      {"/sys/fs/cgroup/a/b/cpu.max", "200000 100000\n"},
      {"/sys/fs/cgroup/a/b/cpu.stat", "usage_usec 5000\nthrottled_usec 7999\n"},
      {"/sys/fs/cgroup/a/b/memory.max", "max\n"},
      {"/sys/fs/cgroup/a/cpu.max", "300000 100000\n"},
      {"/sys/fs/cgroup/a/memory.max", "1073741824\n"},
      {"/sys/fs/cgroup/a/memory.current", "1000\n"},
      {"/sys/fs/cgroup/a/memory.stat", "anon 5\nfile 900\ninactive_file 300\nactive_file 200\n"},
  };
  const GroupLimits limits = limits_of(tree);
  EXPECT_TRUE(limits.known);
  EXPECT_EQ(limits.cpu_limit, 2000);
  EXPECT_EQ(limits.cpu_ms, 5);
  EXPECT_EQ(limits.throttled_ms, 7);
  EXPECT_EQ(limits.memory_limit, gb);
  EXPECT_EQ(limits.memory_used, 1000);
  EXPECT_EQ(limits.memory_cached, 500);
}

TEST(HostLimits, WhatTheMachineDoesNotHaveDoesNotBind) {
  const Tree tree = {{"/proc/self/cgroup", "0::/\n"},
                     {"/sys/fs/cgroup/cpu.max", "200000 100000\n"},
                     {"/sys/fs/cgroup/memory.max", "1073741824\n"}};
  EXPECT_EQ(limits_of(tree).cpu_limit, 2000);
  EXPECT_FALSE(limits_of(tree, 2, gb).cpu_limit);
  EXPECT_FALSE(limits_of(tree, 2, gb).memory_limit);
  EXPECT_FALSE(limits_of(tree).memory_used);  // not told
}

TEST(HostLimits, VersionOneOfAContainer) {
  const Tree tree = {
      {"/proc/self/cgroup",
       "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/x\n0::/y\n"},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n"},
      {"/sys/fs/cgroup/memory/memory.usage_in_bytes", "12345\n"},
      {"/sys/fs/cgroup/memory/memory.stat", "total_active_file 1\ntotal_inactive_file 2\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "9000000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/cpu.stat", "nr_periods 3\nthrottled_time 4000000\n"},
      {"/sys/fs/cgroup/y/memory.max", "1\n"},
  };
  const GroupLimits limits = limits_of(tree);
  EXPECT_EQ(limits.memory_limit, 2 * gb);
  EXPECT_EQ(limits.memory_used, 12345);
  EXPECT_EQ(limits.memory_cached, 3);
  EXPECT_EQ(limits.cpu_limit, 500);
  EXPECT_EQ(limits.cpu_ms, 9);
  EXPECT_EQ(limits.throttled_ms, 4);
}

TEST(HostLimits, VersionOneWithControllersApart) {
  const GroupLimits limits = limits_of({{"/proc/self/cgroup", "2:cpuacct:/a\n1:cpu:/a\n"},
                                        {"/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "150000\n"},
                                        {"/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"},
                                        {"/sys/fs/cgroup/cpuacct/a/cpuacct.usage", "3000000\n"}});
  EXPECT_EQ(limits.cpu_limit, 1500);
  EXPECT_EQ(limits.cpu_ms, 3);
}

TEST(HostLimits, WithoutLimitNothingIsTold) {
  EXPECT_FALSE(limits_of({}).known);
  const GroupLimits old =
      limits_of({{"/proc/self/cgroup", "5:memory:/\n4:cpu:/\n"},
                 {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
                 {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
                 {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}});
  EXPECT_TRUE(old.known);
  EXPECT_FALSE(old.memory_limit);
  EXPECT_FALSE(old.cpu_limit);
  // Nothing outside of the mount is read, whatever the path says.
  EXPECT_FALSE(limits_of({{"/proc/self/cgroup", "0::/../../etc\n"},
                          {"/sys/fs/cgroup/../../etc/memory.max", "1\n"}})
                   .memory_limit);
}

}  // namespace
}  // namespace almanac::core::test
