// The shared table of plans: found again, exact whatever is taken away meanwhile, by any number of
// threads.
#include "core/plan_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>
#include <vector>

namespace almanac::core::test {
namespace {

class Memory {
 public:
  explicit Memory(uint32_t plans)
      : memory_(std::aligned_alloc(64, PlanTable::bytes(plans))), table(memory_, plans) {
    std::fill_n(static_cast<std::byte*>(memory_), PlanTable::bytes(plans), std::byte{0});
  }
  ~Memory() { std::free(memory_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

 private:
  void* memory_;

 public:
  PlanTable table;
};

PlanKey key_of(uint64_t queryid, uint64_t plan_id = 1) { return {queryid, 5, 10, plan_id, 1}; }

// False if there was no room.
bool count(PlanTable& table, const PlanKey& key, uint64_t weight, uint64_t ns, int64_t now) {
  const PlanReference found = table.find(key, now);
  if (found.slot == 0) return false;
  table.count(found, weight, ns, now);
  table.unpin(found);
  return true;
}

std::map<uint64_t, PlanCounts> counts_of(const PlanTable& table) {
  std::map<uint64_t, PlanCounts> sums;
  PlanCopy copy;
  for (uint32_t slot = 1; slot <= table.readable(); ++slot) {
    if (!table.copy(slot, copy)) continue;
    PlanCounts& sum = sums[copy.key.queryid];
    sum.calls += copy.counts.calls;
    sum.total_ns += copy.counts.total_ns;
    sum.measured += copy.counts.measured;
  }
  return sums;
}

void acknowledge_all(PlanTable& table) {
  PlanCopy copy;
  for (uint32_t slot = 1; slot <= table.readable(); ++slot) {
    if (table.copy(slot, copy)) table.acknowledge(copy);
  }
}

TEST(PlanTable, FindsAPlanAgain) {
  Memory memory(100);
  PlanTable& table = memory.table;
  const PlanReference a = table.find(key_of(1), 7);
  ASSERT_NE(a.slot, 0U);
  table.unpin(a);
  const PlanReference again = table.find(key_of(1), 8);
  EXPECT_EQ(again.slot, a.slot);
  EXPECT_EQ(again.steps, a.steps);
  table.unpin(again);
  EXPECT_TRUE(table.pin(a));
  table.unpin(a);
  const PlanKey others[] = {
      {2, 5, 10, 1, 1}, {1, 6, 10, 1, 1}, {1, 5, 11, 1, 1}, {1, 5, 10, 2, 1}, {1, 5, 10, 1, 0}};
  for (const PlanKey& other : others) {
    const PlanReference found = table.find(other, 7);
    EXPECT_NE(found.slot, a.slot);
    table.unpin(found);
  }
  EXPECT_EQ(table.used(), 6U);
}

TEST(PlanTable, CountsByWeight) {
  Memory memory(100);
  PlanTable& table = memory.table;
  EXPECT_TRUE(count(table, key_of(1), 1, 500, 3));
  EXPECT_TRUE(count(table, key_of(1), 16, 700, 4));
  const PlanCounts counts = counts_of(table).at(1);
  EXPECT_EQ(counts.calls, 17U);
  EXPECT_EQ(counts.total_ns, 500U + 16 * 700);
  EXPECT_EQ(counts.measured, 2U);
}

TEST(PlanTable, SaysHowOftenThereWasNoRoom) {
  Memory memory(20);
  PlanTable& table = memory.table;
  uint32_t placed = 0;
  for (uint64_t queryid = 1; queryid <= 50; ++queryid) {
    placed += count(table, key_of(queryid), 1, 10, 1) ? 1 : 0;
  }
  EXPECT_EQ(placed, 20U);
  EXPECT_EQ(table.used(), 20U);
  EXPECT_EQ(table.unplaced(), 30U);
  EXPECT_EQ(counts_of(table).size(), 20U);
}

TEST(PlanTable, HasRoomForAsManyPlansAsPromised) {
  for (const uint32_t plans : {1U, 7U, 100U, 5000U}) {
    Memory memory(plans);
    uint32_t placed = 0;
    for (uint64_t queryid = 1; queryid <= plans; ++queryid) {
      placed += count(memory.table, key_of(queryid * 7919), 1, 10, 1) ? 1 : 0;
    }
    EXPECT_GE(placed, plans - plans / 500) << plans;
  }
}

TEST(PlanTable, TakesAwayWhatWasNotUsedForLongest) {
  Memory memory(50);
  PlanTable& table = memory.table;
  for (uint64_t queryid = 1; queryid <= 50; ++queryid) {
    ASSERT_TRUE(count(table, key_of(queryid), 1, 10, static_cast<int64_t>(queryid * 37 % 50)));
  }
  EXPECT_EQ(table.make_room(40), 0U) << "nothing is recorded";
  acknowledge_all(table);
  const PlanReference oldest = table.find(key_of(50), 0);
  table.unpin(oldest);
  EXPECT_EQ(table.make_room(40), 10U);
  EXPECT_EQ(table.used(), 40U);
  EXPECT_EQ(table.reclaimed(), 10U);
  EXPECT_FALSE(table.pin(oldest));
  const auto counts = counts_of(table);
  for (uint64_t queryid = 1; queryid <= 50; ++queryid) {
    EXPECT_EQ(counts.contains(queryid), queryid * 37 % 50 >= 10) << queryid;
  }
  EXPECT_TRUE(count(table, key_of(50), 1, 10, 100));
  EXPECT_EQ(counts_of(table).at(50).calls, 1U) << "begins anew";
}

TEST(PlanTable, KeepsWhatIsPinnedOrNotRecorded) {
  Memory memory(10);
  PlanTable& table = memory.table;
  ASSERT_TRUE(count(table, key_of(1), 1, 10, 1));
  ASSERT_TRUE(count(table, key_of(2), 1, 10, 1));
  acknowledge_all(table);
  ASSERT_TRUE(count(table, key_of(2), 1, 10, 1));
  const PlanReference pinned = table.find(key_of(1), 1);
  EXPECT_EQ(table.make_room(0), 0U);
  table.unpin(pinned);
  EXPECT_EQ(table.make_room(0), 1U);
  EXPECT_FALSE(counts_of(table).contains(1));
  EXPECT_EQ(counts_of(table).at(2).calls, 2U);
}

TEST(PlanTable, GivesIncreases) {
  Memory memory(10);
  PlanTable& table = memory.table;
  ASSERT_TRUE(count(table, key_of(1), 4, 10, 1));
  PlanCopy copy;
  PlanCounts increase;
  uint32_t slot = 1;
  while (!table.copy(slot, copy)) ++slot;
  ASSERT_TRUE(subtract(copy, increase));
  EXPECT_EQ(increase.calls, 4U);
  ASSERT_TRUE(count(table, key_of(1), 1, 7, 1));
  table.acknowledge(copy);
  ASSERT_TRUE(table.copy(slot, copy));
  ASSERT_TRUE(subtract(copy, increase));
  EXPECT_EQ(increase.calls, 1U);
  EXPECT_EQ(increase.total_ns, 7U);
  table.acknowledge(copy);
  ASSERT_TRUE(table.copy(slot, copy));
  EXPECT_FALSE(subtract(copy, increase));
}

TEST(PlanTable, WantsATextOfEachPlanOnce) {
  Memory memory(10);
  PlanTable& table = memory.table;
  const PlanReference plan = table.find(key_of(1), 1);
  EXPECT_TRUE(table.take_text(plan));
  EXPECT_FALSE(table.take_text(plan));
  table.leave_text(plan);
  EXPECT_TRUE(table.take_text(plan));
  table.want_texts();
  EXPECT_TRUE(table.take_text(plan));
  table.unpin(plan);
  acknowledge_all(table);
  ASSERT_EQ(table.make_room(0), 1U);
  const PlanReference anew = table.find(key_of(1), 1);
  EXPECT_TRUE(table.take_text(anew)) << "whose plan it was is gone";
}

// Threads count more statements than there is room for, while a keeper records and takes away. Each
// call that found room is recorded once.
TEST(PlanTable, IsExactUnderThreads) {
  constexpr uint32_t plans = 64;
  constexpr uint64_t statements = 200;
  constexpr int threads = 4;
  constexpr uint64_t calls = 100'000;
  Memory memory(plans);
  PlanTable& table = memory.table;
  std::vector<std::vector<uint64_t>> placed(threads, std::vector<uint64_t>(statements));
  std::atomic<int> running = threads;
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      uint64_t state = static_cast<uint64_t>(t) + 1;
      std::vector<PlanReference> remembered(statements);
      for (uint64_t i = 0; i < calls; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const uint64_t queryid = (state >> 40) % statements;
        PlanReference& place = remembered[queryid];
        if (place.slot == 0 || !table.pin(place)) {
          place = table.find(key_of(queryid + 1), static_cast<int64_t>(i));
        }
        if (place.slot == 0) continue;
        table.count(place, 3, queryid, static_cast<int64_t>(i));
        table.unpin(place);
        ++placed[static_cast<size_t>(t)][queryid];
      }
      --running;
    });
  }
  std::map<uint64_t, PlanCounts> recorded;
  const auto record = [&] {
    PlanCopy copy;
    PlanCounts increase;
    for (uint32_t slot = 1; slot <= table.readable(); ++slot) {
      if (!table.copy(slot, copy) || !subtract(copy, increase)) continue;
      PlanCounts& sum = recorded[copy.key.queryid];
      sum.calls += increase.calls;
      sum.total_ns += increase.total_ns;
      sum.measured += increase.measured;
      table.acknowledge(copy);
    }
  };
  while (running > 0) {
    record();
    table.make_room(plans / 2);
  }
  for (std::thread& worker : workers) worker.join();
  record();
  EXPECT_GT(table.reclaimed(), 0U);
  for (uint64_t queryid = 0; queryid < statements; ++queryid) {
    uint64_t wanted = 0;
    for (const auto& of_thread : placed) wanted += of_thread[queryid];
    const PlanCounts& counts = recorded[queryid + 1];
    EXPECT_EQ(counts.measured, wanted) << queryid;
    EXPECT_EQ(counts.calls, 3 * wanted) << queryid;
    EXPECT_EQ(counts.total_ns, 3 * wanted * queryid) << queryid;
  }
}

}  // namespace
}  // namespace almanac::core::test
