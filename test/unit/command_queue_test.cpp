// Commands reach the reader once each, in order, or are counted as lost.
#include "core/command_queue.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace almanac::core::test {
namespace {

struct Line {
  alignas(64) std::byte bytes[64];
};

class Ring {
 public:
  explicit Ring(uint32_t cells)
      : memory_(std::make_unique<Line[]>(CommandQueue::bytes(cells) / sizeof(Line) + 1)),
        queue(memory_[0].bytes, cells, true) {}

 private:
  std::unique_ptr<Line[]> memory_;

 public:
  CommandQueue queue;
};

CommandEvent event(uint32_t object, uint32_t role = 0) {
  CommandEvent e;
  e.object = object;
  e.role = role;
  std::snprintf(e.name, sizeof(e.name), "t%u", object);
  return e;
}

TEST(CommandQueue, ReadsAgainUntilReleased) {
  Ring ring(8);
  CommandQueue& queue = ring.queue;
  CommandEvent out;
  EXPECT_FALSE(queue.read(0, out));
  for (uint32_t i = 0; i < 3; ++i) EXPECT_TRUE(queue.put(event(i)));
  for (int again = 0; again < 2; ++again) {
    for (uint32_t i = 0; i < 3; ++i) {
      ASSERT_TRUE(queue.read(i, out));
      EXPECT_EQ(out.object, i);
    }
    EXPECT_FALSE(queue.read(3, out));
  }
  queue.release(2);
  ASSERT_TRUE(queue.read(0, out));
  EXPECT_STREQ(out.name, "t2");
  EXPECT_EQ(queue.size(), 1U);
}

TEST(CommandQueue, CountsWhatFindsNoRoom) {
  Ring ring(4);
  CommandQueue& queue = ring.queue;
  for (uint32_t i = 0; i < 4; ++i) EXPECT_TRUE(queue.put(event(i)));
  CommandEvent many = event(9);
  many.more = 10;
  EXPECT_FALSE(queue.put(many));
  EXPECT_FALSE(queue.put(event(10)));
  EXPECT_EQ(queue.untold(), 12U);
  queue.told(queue.lost());
  EXPECT_EQ(queue.untold(), 0U);
  CommandEvent out;
  for (uint32_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(queue.read(i, out));
    EXPECT_EQ(out.object, i);
  }
  EXPECT_FALSE(queue.read(4, out));
  queue.release(4);
  EXPECT_TRUE(queue.put(event(11)));
  ASSERT_TRUE(queue.read(0, out));
  EXPECT_EQ(out.object, 11U);
}

TEST(CommandQueue, ManyWritersLoseNothingUncounted) {
  constexpr uint32_t writers = 4;
  constexpr uint32_t each = 20000;
  Ring ring(64);
  CommandQueue& queue = ring.queue;
  std::vector<std::thread> threads;
  std::atomic<uint32_t> running = writers;
  for (uint32_t w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      for (uint32_t i = 0; i < each; ++i) {
        queue.put(event(i, w));
        if (i % 64 == 0) std::this_thread::yield();
      }
      --running;
    });
  }
  uint64_t read = 0;
  std::map<uint32_t, uint32_t> last;
  bool in_order = true;
  CommandEvent out;
  for (bool more = true; more;) {
    more = running > 0;
    uint32_t n = 0;
    for (; queue.read(n, out); ++n) {
      const auto at = last.find(out.role);
      in_order = in_order && (at == last.end() || at->second < out.object);
      last[out.role] = out.object;
      char name[name_bytes];
      std::snprintf(name, sizeof(name), "t%u", out.object);
      in_order = in_order && std::string(name) == out.name;
    }
    queue.release(n);
    read += n;
    more = more || n > 0;
  }
  for (std::thread& thread : threads) thread.join();
  uint32_t n = 0;
  for (; queue.read(n, out); ++n) {
  }
  EXPECT_TRUE(in_order);
  EXPECT_EQ(read + n + queue.lost(), uint64_t{writers} * each);
}

}  // namespace
}  // namespace almanac::core::test
