// The shared table of statements: found again, exact whatever is taken away meanwhile, by any
// number of threads.
#include "core/statement_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

// A table in memory of its own.
class Memory {
 public:
  Memory(uint32_t slots, uint32_t participants)
      : memory_(std::aligned_alloc(64, size(slots, participants))) {
    std::fill_n(static_cast<std::byte*>(memory_), size(slots, participants), std::byte{0});
    table = StatementTable(memory_, slots, participants, true);
  }
  ~Memory() { std::free(memory_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  StatementTable table;

 private:
  static size_t size(uint32_t slots, uint32_t participants) {
    return StatementTable::bytes(slots, participants);
  }
  void* memory_;
};

StatementKey key_of(uint64_t queryid, uint32_t dbid = 5) { return {queryid, dbid, 10, 1}; }

// What a backend does for a call of which it remembers nothing.
void count(StatementTable& table, Participant& me, const StatementKey& key, uint64_t ns,
           int64_t now) {
  bool claimed = false;
  me.enter();
  SlotReference found = table.find(key, now, claimed);
  if (found.slot == 0) found = table.other(key.dbid, key.toplevel != 0);
  table.count_call(found.slot, ns, now);
  me.leave();
}

struct Sums {
  uint64_t calls = 0;
  uint64_t ns = 0;
  uint64_t errors = 0;
  friend bool operator==(const Sums&, const Sums&) = default;
};

// By queryid; 0: the others.
std::map<uint64_t, Sums> sums_of(const StatementTable& table, Participant& me) {
  std::map<uint64_t, Sums> sums;
  auto copy = std::make_unique<StatementCopy>();
  for (uint32_t slot = 1; slot <= table.readable(); ++slot) {
    if (!table.copy(slot, me, *copy)) continue;
    Sums& sum = sums[copy->key.queryid];
    sum.calls += copy->counts.calls();
    sum.ns += copy->counts.total_ns;
    sum.errors += copy->counts.all_errors() + copy->counts.cancels + copy->counts.timeouts;
  }
  return sums;
}

TEST(StatementTable, FindsAStatementAgain) {
  Memory memory(100, 1);
  StatementTable& table = memory.table;
  Participant me = table.participant(0);
  bool claimed = false;
  me.enter();
  const SlotReference a = table.find(key_of(1), 7, claimed);
  EXPECT_TRUE(claimed);
  EXPECT_TRUE(table.is_current(a));
  const SlotReference again = table.find(key_of(1), 8, claimed);
  EXPECT_FALSE(claimed);
  EXPECT_EQ(again.slot, a.slot);
  EXPECT_EQ(again.version, a.version);
  StatementKey other = key_of(1);
  for (uint32_t StatementKey::*part : {&StatementKey::dbid, &StatementKey::userid}) {
    other = key_of(1);
    ++(other.*part);
    EXPECT_NE(table.find(other, 7, claimed).slot, a.slot);
  }
  other = key_of(1);
  other.toplevel = 0;
  EXPECT_NE(table.find(other, 7, claimed).slot, a.slot);
  me.leave();
  EXPECT_EQ(table.used(), 4U);
  EXPECT_EQ(me.value, table.participant(0).value) << "who has the number next goes on";
}

TEST(StatementTable, LooksUpWithoutClaiming) {
  Memory memory(4, 1);
  Participant me = memory.table.participant(0);
  me.enter();
  EXPECT_EQ(memory.table.look_up(key_of(1)).slot, 0U);
  me.leave();
  EXPECT_EQ(memory.table.used(), 0U);
  count(memory.table, me, key_of(1), 1000, 1);
  me.enter();
  const SlotReference found = memory.table.look_up(key_of(1));
  EXPECT_TRUE(found.slot != 0 && memory.table.is_current(found));
  EXPECT_EQ(memory.table.look_up(key_of(1, 6)).slot, 0U);
  me.leave();
  EXPECT_EQ(memory.table.used(), 1U);
}

TEST(StatementTable, CountsWhatFindsNoSlotForItsDatabase) {
  Memory memory(3, 1);
  StatementTable& table = memory.table;
  Participant me = table.participant(0);
  for (uint64_t queryid = 1; queryid <= 10; ++queryid) {
    count(table, me, key_of(queryid, queryid % 2 == 0 ? 5 : 6), 1000, 1);
  }
  EXPECT_EQ(table.used(), 3U);
  EXPECT_EQ(table.unplaced(), 7U);
  std::map<uint32_t, uint64_t> others;
  auto copy = std::make_unique<StatementCopy>();
  for (uint32_t slot = 4; slot <= table.readable(); ++slot) {
    if (table.copy(slot, me, *copy)) others[copy->key.dbid] += copy->counts.calls();
  }
  EXPECT_EQ(others, (std::map<uint32_t, uint64_t>{{5, 4}, {6, 3}}));
}

TEST(StatementTable, HasRoomForTheOthersOfAnyNumberOfDatabases) {
  Memory memory(1, 1);
  StatementTable& table = memory.table;
  Participant me = table.participant(0);
  for (uint32_t dbid = 1; dbid <= 500; ++dbid) {
    for (const uint64_t toplevel : {0, 1}) {
      count(table, me, {dbid, dbid, 10, toplevel}, 1000, 1);
    }
  }
  uint64_t calls = 0;
  uint64_t shared = 0;
  auto copy = std::make_unique<StatementCopy>();
  for (uint32_t slot = 1; slot <= table.readable(); ++slot) {
    if (!table.copy(slot, me, *copy)) continue;
    calls += copy->counts.calls();
    shared += copy->key.dbid == 0 ? copy->counts.calls() : 0;
  }
  EXPECT_EQ(calls, 1000U);
  EXPECT_EQ(shared, 1000 - 1 - (StatementTable::other_slots - 2));
}

TEST(StatementTable, TakesAwayWhatWasNotUsedForLongest) {
  Memory memory(50, 1);
  StatementTable& table = memory.table;
  Participant me = table.participant(0);
  for (uint64_t queryid = 1; queryid <= 50; ++queryid) {
    count(table, me, key_of(queryid), 2000, static_cast<int64_t>(queryid * 37 % 50));
  }
  bool claimed = false;
  me.enter();
  const SlotReference oldest = table.find(key_of(50), 0, claimed);
  me.leave();
  EXPECT_EQ(table.close_idle(10), 10U);
  EXPECT_FALSE(table.is_current(oldest));
  EXPECT_TRUE(table.free_closed());
  EXPECT_EQ(table.used(), 40U);
  EXPECT_EQ(table.reclaimed(), 10U);
  const auto sums = sums_of(table, me);
  EXPECT_EQ(sums.at(0), (Sums{10, 20000, 0})) << "nobody had recorded it";
  for (uint64_t queryid = 1; queryid <= 50; ++queryid) {
    EXPECT_EQ(sums.contains(queryid), queryid * 37 % 50 >= 10) << queryid;
  }
  count(table, me, key_of(50), 2000, 100);
  EXPECT_EQ(sums_of(table, me).at(50), (Sums{1, 2000, 0})) << "begins anew";
  EXPECT_FALSE(table.is_current(oldest));
}

TEST(StatementTable, WaitsForSectionsThatHadBegun) {
  Memory memory(4, 2);
  StatementTable& table = memory.table;
  Participant me = table.participant(0);
  Participant keeper = table.participant(1);
  bool claimed = false;
  me.enter();
  const SlotReference mine = table.find(key_of(1), 1, claimed);
  EXPECT_EQ(table.close_idle(1), 1U);
  EXPECT_FALSE(table.free_closed());
  EXPECT_EQ(table.close_idle(1), 0U) << "one round at a time";
  table.count_call(mine.slot, 5000, 2);
  EXPECT_EQ(sums_of(table, keeper).at(1), (Sums{1, 5000, 0})) << "closing is not lost";
  EXPECT_FALSE(table.free_closed());
  me.leave();
  me.enter();  // another section, which cannot have the slot
  EXPECT_TRUE(table.free_closed());
  me.leave();
  EXPECT_EQ(sums_of(table, keeper), (std::map<uint64_t, Sums>{{0, {1, 5000, 0}}}));
}

TEST(StatementTable, MovesOnlyWhatIsNotRecorded) {
  Memory memory(4, 1);
  StatementTable& table = memory.table;
  Participant me = table.participant(0);
  count(table, me, key_of(1), 5000, 1);
  count(table, me, key_of(1), 5000, 1);
  auto copy = std::make_unique<StatementCopy>();
  auto increase = std::make_unique<StatementCounts>();
  ASSERT_TRUE(table.copy(1, me, *copy));
  ASSERT_TRUE(subtract(*copy, *increase));
  EXPECT_EQ(increase->calls(), 2U);
  table.acknowledge(*copy);
  ASSERT_TRUE(table.copy(1, me, *copy));
  EXPECT_FALSE(subtract(*copy, *increase));
  EXPECT_EQ(copy->counts.calls(), 2U);
  count(table, me, key_of(1), 7000, 2);
  table.count_error(1, error_class_of('2', '2'), 2);
  table.count_failure(1, &StatementCounts::timeouts, 2);
  EXPECT_EQ(table.close_idle(4), 1U);
  EXPECT_TRUE(table.free_closed());
  EXPECT_EQ(sums_of(table, me), (std::map<uint64_t, Sums>{{0, {1, 7000, 2}}}));
  count(table, me, key_of(2), 1000, 3);  // has the same slot now
  table.acknowledge(*copy);
  ASSERT_TRUE(table.copy(1, me, *copy));
  EXPECT_TRUE(subtract(*copy, *increase)) << "what is acknowledged too late concerns nobody else";
  EXPECT_EQ(increase->calls(), 1U);
}

// Many threads count statements that do not all fit, remember slots as backends do, and a keeper
// takes them away as fast as it can and sums up what it reads.
TEST(StatementTable, LosesNothingAndCountsNothingTwice) {
  constexpr uint32_t threads = 4;
  constexpr uint32_t slots = 64;
  constexpr uint64_t statements = 200;
  constexpr int rounds = 200'000;
  Memory memory(slots, threads + 1);
  StatementTable& table = memory.table;
  std::vector<std::vector<uint64_t>> executed(threads, std::vector<uint64_t>(statements + 1));
  std::atomic<uint32_t> running = threads;
  const auto backend = [&](uint32_t number) {
    Random random(number);
    Participant me = table.participant(number);
    std::vector<SlotReference> remembered(statements + 1);
    for (int i = 0; i < rounds; ++i) {
      const uint64_t queryid =
          random.below(4) > 0 ? 1 + random.below(20) : 1 + random.below(statements);
      bool claimed = false;
      me.enter();
      SlotReference& r = remembered[queryid];
      if (r.slot == 0 || !table.is_current(r)) {
        r = table.find(key_of(queryid), i, claimed);
      }
      const uint32_t slot = r.slot != 0 ? r.slot : table.other(5, true).slot;
      table.count_call(slot, queryid << 12, i);
      me.leave();
      ++executed[number][queryid];
    }
    --running;
  };
  std::vector<std::thread> workers;
  for (uint32_t number = 0; number < threads; ++number) workers.emplace_back(backend, number);

  Participant keeper = table.participant(threads);
  std::map<uint64_t, Sums> recorded;
  auto copy = std::make_unique<StatementCopy>();
  auto increase = std::make_unique<StatementCounts>();
  const auto record = [&] {
    for (uint32_t slot = 1; slot <= table.readable(); ++slot) {
      if (!table.copy(slot, keeper, *copy) || !subtract(*copy, *increase)) continue;
      recorded[copy->key.queryid].calls += increase->calls();
      recorded[copy->key.queryid].ns += increase->total_ns;
      table.acknowledge(*copy);
    }
  };
  while (running > 0) {
    record();
    if (table.free_closed()) table.close_idle(16);
    std::this_thread::yield();
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_TRUE(table.free_closed());
  record();
  std::map<uint64_t, int> slots_of;
  for (uint32_t slot = 1; slot <= slots; ++slot) {
    if (table.copy(slot, keeper, *copy)) ++slots_of[copy->key.queryid];
  }
  for (const auto& [queryid, count] : slots_of) EXPECT_EQ(count, 1) << "of statement " << queryid;

  Sums all;
  for (const auto& [queryid, sums] : recorded) {
    all.calls += sums.calls;
    all.ns += sums.ns;
    if (queryid == 0) continue;
    uint64_t calls = 0;
    for (const auto& of_thread : executed) calls += of_thread[queryid];
    ASSERT_LE(sums.calls, calls) << queryid;
  }
  uint64_t ns = 0;
  for (const auto& of_thread : executed) {
    for (uint64_t queryid = 1; queryid <= statements; ++queryid) {
      ns += of_thread[queryid] * (queryid << 12);
    }
  }
  EXPECT_EQ(all.calls, uint64_t{threads} * rounds);
  EXPECT_EQ(all.ns, ns);
  EXPECT_GT(table.reclaimed(), 0U);
  EXPECT_LE(table.used(), slots);
  table.close_idle(slots);
  EXPECT_TRUE(table.free_closed());
  EXPECT_EQ(table.used(), 0U) << "no slot is lost";
}

TEST(Sqlstate, ClassesHaveNumbers) {
  EXPECT_TRUE(std::ranges::is_sorted(error_class_names, [](const char* a, const char* b) {
    return std::string_view(a) < std::string_view(b);
  }));
  for (const char* name : error_class_names) {
    EXPECT_STREQ(error_class_name(error_class_of(name[0], name[1])), name);
  }
  EXPECT_EQ(error_class_of('A', 'B'), 0U);
  EXPECT_EQ(error_class_of('Z', 'Z'), 0U);
  EXPECT_EQ(error_class_of('0', '0'), 0U);
  EXPECT_STREQ(error_class_name(0), "??");
  EXPECT_STREQ(error_class_name(error_classes), "??");
  // 22012, division by zero, as PostgreSQL packs it
  EXPECT_STREQ(error_class_name(error_class_of(2 | 2 << 6 | 0 << 12 | 1 << 18 | 2 << 24)), "22");
}

}  // namespace
}  // namespace almanac::core::test
