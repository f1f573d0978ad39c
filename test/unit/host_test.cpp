// What Linux says of a machine is understood, and what it does not say is not made up.
#include "core/host.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr const char* stat =
    "cpu  1393280 32966 572056 13343292 6130 100 17875 23933 44 0\n"
    "cpu0 696640 16483 286028 6671646 3065 50 8937 11966 22 0\n"
    "cpu1 696640 16483 286028 6671646 3065 50 8938 11967 22 0\n"
    "intr 8688370 38 9 0 0\nctxt 2000\nbtime 1700000000\n";

constexpr const char* meminfo =
    "MemTotal:        8039812 kB\nMemFree:          285508 kB\nMemAvailable:    5120000 kB\n"
    "Buffers:          100000 kB\nCached:          4500000 kB\nSwapCached:         1234 kB\n"
    "SwapTotal:       2097148 kB\nSwapFree:        2000000 kB\nHugePages_Total:       0\n";

constexpr const char* diskstats =
    "   8       0 sda 100 5 2000 300 400 6 8000 700 0 950 1000 0 0 0 0\n"
    "   8       1 sda1 90 5 1600 250 390 6 7600 650 0 900 900 0 0 0 0 12 34\n"
    " 253       0 dm-0 7 0 56 8 9 0 72 10 2 11 18\n"
    "   7       0 loop0 1 2 3\n";

TEST(Host, CpuTimesAreThoseOfAllCpus) {
  const auto cpu = parse_cpu_times(stat, 100);
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->user, (1393280 + 32966) * 10);
  EXPECT_EQ(cpu->system, (572056 + 100 + 17875) * 10);
  EXPECT_EQ(cpu->iowait, 61300);
  EXPECT_EQ(cpu->idle, 133432920);
  EXPECT_EQ(cpu->steal, 239330);
  EXPECT_EQ(cpu->count, 2);
  EXPECT_EQ(parse_cpu_times("cpu 1 2 3 4\n", 1000)->idle, 4);  // as Linux 2.4 had it
  EXPECT_EQ(parse_cpu_times("cpu 1 2 3 4\n", 1000)->steal, 0);
  EXPECT_FALSE(parse_cpu_times("cpu 1 2 3\n", 100));
  EXPECT_FALSE(parse_cpu_times("cpu 1 -2 3 4\n", 100));
  EXPECT_FALSE(parse_cpu_times("cpu0 1 2 3 4\n", 100));
  EXPECT_FALSE(parse_cpu_times("intr 5\n", 100));
  EXPECT_FALSE(parse_cpu_times("", 100));
  EXPECT_FALSE(parse_cpu_times(stat, 0));
}

TEST(Host, MemoryIsInBytes) {
  const auto memory = parse_memory(meminfo);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total, 8039812LL * 1024);
  EXPECT_EQ(memory->available, 5120000LL * 1024);
  EXPECT_EQ(memory->cached, 4500000LL * 1024);
  EXPECT_EQ(memory->swap_total, 2097148LL * 1024);
  EXPECT_EQ(memory->swap_used, 97148LL * 1024);
  const auto old = parse_memory("MemTotal: 1000 kB\nMemFree: 100 kB\nCached: 200 kB\n");
  ASSERT_TRUE(old);
  EXPECT_EQ(old->available, 300 * 1024);
  EXPECT_EQ(old->swap_total, 0);
  EXPECT_EQ(old->swap_used, 0);
  EXPECT_FALSE(parse_memory("MemTotal: 1000 kB\nMemFree: 100 kB\n"));
  EXPECT_FALSE(parse_memory("MemTotal: 1000 MB\nMemFree: 1 kB\nCached: 1 kB\n"));
  EXPECT_FALSE(parse_memory("MemTotalX: 1000 kB\nMemFree: 1 kB\nCached: 1 kB\n"));
  EXPECT_FALSE(parse_memory("MemTotal:"));
}

TEST(Host, LoadIsInThousandths) {
  const auto load = parse_load("0.05 1.20 128.99 3/1234 99999\n");
  ASSERT_TRUE(load);
  EXPECT_EQ((*load)[0], 50);
  EXPECT_EQ((*load)[1], 1200);
  EXPECT_EQ((*load)[2], 128990);
  for (const char* bad : {"", "0.05 1.20", "0.5 1.20 1.30", "a.05 1.20 1.30", "1,00 1.20 1.30",
                          "-1.00 1.20 1.30", "1 2 3"}) {
    EXPECT_FALSE(parse_load(bad)) << bad;
  }
}

TEST(Host, DevicesAreFoundByNumber) {
  const auto partition = parse_device(diskstats, 8, 1);
  ASSERT_TRUE(partition);
  EXPECT_EQ(partition->reads, 90);
  EXPECT_EQ(partition->read_bytes, 1600 * 512);
  EXPECT_EQ(partition->read_ms, 250);
  EXPECT_EQ(partition->writes, 390);
  EXPECT_EQ(partition->write_bytes, 7600 * 512);
  EXPECT_EQ(partition->write_ms, 650);
  EXPECT_EQ(partition->busy_ms, 900);
  EXPECT_EQ(parse_device(diskstats, 253, 0)->writes, 9);
  EXPECT_FALSE(parse_device(diskstats, 8, 2));
  EXPECT_FALSE(parse_device(diskstats, 7, 0));  // cut off
  EXPECT_FALSE(parse_device("", 8, 0));
}

TEST(Host, ControlGroupsOfBothVersions) {
  EXPECT_EQ(parse_control_groups("0::/system.slice/postgresql@15:main.service\n").unified,
            "/system.slice/postgresql@15:main.service");
  const ControlGroups old = parse_control_groups(
      "12:memory:/docker/abc\n4:cpu,cpuacct:/docker/def\n1:name=systemd:/docker\n0::/\n");
  EXPECT_EQ(old.memory, "/docker/abc");
  EXPECT_EQ(old.cpu, "/docker/def");
  EXPECT_EQ(old.unified, "/");
  const ControlGroups none = parse_control_groups("4\n5:\nmemory:x\n7:memory:relative\n");
  EXPECT_TRUE(none.unified.empty());
  EXPECT_TRUE(none.memory.empty());
  EXPECT_TRUE(none.cpu.empty());
}

TEST(Host, LimitsMayBeNone) {
  EXPECT_EQ(parse_limit("max\n"), no_limit);
  EXPECT_EQ(parse_limit("1073741824\n"), 1073741824);
  EXPECT_FALSE(parse_limit(""));
  EXPECT_FALSE(parse_limit("12 34"));
  EXPECT_FALSE(parse_limit("99999999999999999999"));
  EXPECT_EQ(parse_cpu_limit("150000 100000\n"), 1500);
  EXPECT_EQ(parse_cpu_limit("max 100000\n"), no_limit);
  EXPECT_FALSE(parse_cpu_limit("100000\n"));
  EXPECT_FALSE(parse_cpu_limit("100000 0\n"));
  EXPECT_FALSE(parse_cpu_limit("max x\n"));
  EXPECT_EQ(parse_cpu_limit("50000\n", "100000\n"), 500);
  EXPECT_EQ(parse_cpu_limit("-1\n", "100000\n"), no_limit);
  EXPECT_FALSE(parse_cpu_limit("", "100000\n"));
  EXPECT_FALSE(parse_cpu_limit("50000\n", "0\n"));
}

TEST(Host, NumbersByName) {
  constexpr const char* file = "usage_usec 12345\nthrottled_usec 678\nbroken\nnegative -5\n";
  EXPECT_EQ(find_number(file, "usage_usec"), 12345);
  EXPECT_EQ(find_number(file, "throttled_usec"), 678);
  EXPECT_FALSE(find_number(file, "usage"));
  EXPECT_FALSE(find_number(file, "broken"));
  EXPECT_FALSE(find_number(file, "negative"));
}

// Whatever a file has instead: no number comes out that was not there, nothing overflows.
TEST(Host, GarbageIsNothing) {
  Random random(7);
  const std::string good = std::string(stat) + meminfo + diskstats + "1.00 2.00 3.00\n0::/a\n";
  for (int round = 0; round < 20000; ++round) {
    std::string text = good;
    const auto changes = random.between(1, 30);
    for (std::int64_t i = 0; i < changes; ++i) {
      text[static_cast<std::size_t>(
          random.between(0, static_cast<std::int64_t>(text.size()) - 1))] =
          random.between(0, 3) == 0 ? '9' : static_cast<char>(random.between(-128, 127));
    }
    text.resize(
        static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(text.size()))));
    if (const auto cpu = parse_cpu_times(text, 100)) {
      EXPECT_GE(std::min({cpu->user, cpu->system, cpu->idle, cpu->iowait, cpu->steal}), 0);
    }
    if (const auto memory = parse_memory(text)) {
      EXPECT_GE(std::min({memory->total, memory->available, memory->swap_used}), 0);
    }
    if (const auto device = parse_device(text, 8, 1)) {
      EXPECT_GE(std::min({device->reads, device->read_bytes, device->write_bytes}), 0);
    }
    parse_load(text);
    parse_control_groups(text);
    parse_limit(text);
    parse_cpu_limit(text);
    find_number(text, "btime");
  }
  constexpr const char* huge =
      "cpu 9223372036854775807 9223372036854775807 9223372036854775807 9223372036854775807\n";
  ASSERT_TRUE(parse_cpu_times(huge, 100));
  EXPECT_GE(parse_cpu_times(huge, 100)->user, 0);
}

}  // namespace
}  // namespace almanac::core::test
