// Texts of plans on their way: none is mixed up, none comes twice, what finds no cell is counted.
#include "core/plan_mailbox.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace almanac::core::test {
namespace {

class Memory {
 public:
  Memory() : memory_(std::aligned_alloc(64, PlanMailbox::bytes())), mailbox(memory_) {
    std::memset(memory_, 0, PlanMailbox::bytes());
  }
  ~Memory() { std::free(memory_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

 private:
  void* memory_;

 public:
  PlanMailbox mailbox;
};

TEST(PlanMailbox, HandsTextsOver) {
  Memory memory;
  PlanMailbox& mailbox = memory.mailbox;
  const PlanKey key{1, 2, 3, 4, 1};
  const std::string names("public.a\0public.b", 17);
  ASSERT_TRUE(mailbox.put(key, {"Seq Scan on a", names, ""}));
  uint32_t found = 0;
  for (uint32_t cell = 0; cell < plan_cells; ++cell) {
    if (!mailbox.ready(cell)) continue;
    ++found;
    EXPECT_EQ(mailbox.key(cell), key);
    EXPECT_EQ(mailbox.text(cell).plan, "Seq Scan on a");
    EXPECT_EQ(mailbox.text(cell).relations, names);
    EXPECT_EQ(mailbox.text(cell).indexes, "");
    mailbox.clear(cell);
    EXPECT_FALSE(mailbox.ready(cell));
  }
  EXPECT_EQ(found, 1U);
  EXPECT_EQ(mailbox.passed(), 1U);
}

TEST(PlanMailbox, DropsWhatFindsNoCell) {
  Memory memory;
  PlanMailbox& mailbox = memory.mailbox;
  for (uint32_t i = 0; i < plan_cells; ++i) {
    EXPECT_TRUE(mailbox.admits(i));
    EXPECT_TRUE(mailbox.put({i + 1, 0, 0, 0, 0}, {"x", "", ""}));
  }
  EXPECT_FALSE(mailbox.put({99, 0, 0, 0, 0}, {"x", "", ""}));
  EXPECT_FALSE(mailbox.admits(1000)) << "it need not be made at all";
  EXPECT_EQ(mailbox.dropped(), 2U);
  mailbox.clear(7);
  EXPECT_TRUE(mailbox.admits(1000));
  EXPECT_TRUE(mailbox.put({99, 0, 0, 0, 0}, {"y", "", ""}));
  EXPECT_EQ(mailbox.text(7).plan, "y");
}

TEST(PlanMailbox, TakesNoMoreThanItHolds) {
  Memory memory;
  const std::string longest(PlanMailbox::room, 'x');
  EXPECT_FALSE(memory.mailbox.put({1, 0, 0, 0, 0}, {longest, "y", ""}));
  EXPECT_TRUE(memory.mailbox.put({1, 0, 0, 0, 0}, {longest, "", ""}));
}

TEST(PlanMailbox, AdmitsSoManyInASecond) {
  Memory memory;
  for (const int64_t second : {100, 101, 50}) {
    uint32_t admitted = 0;
    for (int i = 0; i < 300; ++i) admitted += memory.mailbox.admits(second) ? 1 : 0;
    EXPECT_EQ(admitted, PlanMailbox::per_second) << second;
  }
  EXPECT_EQ(memory.mailbox.deferred(), 3 * (300 - PlanMailbox::per_second));
}

TEST(PlanMailbox, MixesNothingUpUnderThreads) {
  Memory memory;
  PlanMailbox& mailbox = memory.mailbox;
  constexpr int threads = 3;
  constexpr uint64_t each = 20'000;
  std::atomic<int> running = threads;
  std::atomic<uint64_t> put = 0;
  std::vector<std::thread> writers;
  for (int t = 0; t < threads; ++t) {
    writers.emplace_back([&, t] {
      for (uint64_t i = 0; i < each; ++i) {
        const uint64_t id = i * threads + static_cast<uint64_t>(t) + 1;
        const std::string text(id % 3000, static_cast<char>('a' + id % 26));
        put += mailbox.put({id, 0, 0, 0, 0}, {text, std::to_string(id), ""}) ? 1 : 0;
      }
      --running;
    });
  }
  std::set<uint64_t> seen;
  uint64_t wrong = 0;
  const auto read = [&] {
    for (uint32_t cell = 0; cell < plan_cells; ++cell) {
      if (!mailbox.ready(cell)) continue;
      const uint64_t id = mailbox.key(cell).queryid;
      const PlanText text = mailbox.text(cell);
      wrong += seen.insert(id).second ? 0 : 1;
      wrong += text.relations == std::to_string(id) ? 0 : 1;
      wrong += text.plan == std::string(id % 3000, static_cast<char>('a' + id % 26)) ? 0 : 1;
      mailbox.clear(cell);
    }
  };
  while (running > 0) read();
  for (std::thread& writer : writers) writer.join();
  read();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(seen.size(), put);
  EXPECT_EQ(mailbox.passed(), put);
  EXPECT_EQ(mailbox.passed() + mailbox.dropped(), threads * each);
}

}  // namespace
}  // namespace almanac::core::test
