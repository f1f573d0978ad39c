// Keys find their rows.
#include "core/key_index.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <stdexcept>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

TEST(KeyIndex, AgreesWithAMap) {
  CountingResource memory;
  Random random(1);
  for (unsigned words = 1; words <= 5; ++words) {
    KeyIndex index(words, &memory);
    std::map<std::vector<int64_t>, uint32_t> model;
    for (int i = 0; i < 6000; ++i) {
      std::vector<int64_t> key(words);
      for (auto& word : key) word = random.between(-3, words == 1 ? 4000 : 6);
      const auto [row, added] = index.insert(key);
      const auto [entry, expected] = model.emplace(key, static_cast<uint32_t>(model.size()));
      ASSERT_EQ(added, expected);
      ASSERT_EQ(row, entry->second);
    }
    ASSERT_EQ(index.size(), model.size());
    for (const auto& [key, row] : model) {
      ASSERT_EQ(index.find(key), row);
      ASSERT_TRUE(index.is_at(row, key));
      ASSERT_EQ(std::vector<int64_t>(index.key(row).begin(), index.key(row).end()), key);
      std::vector<int64_t> other = key;
      other.back() = 100'000;
      ASSERT_FALSE(index.find(other));
      ASSERT_FALSE(index.is_at(row, other));
    }
  }
  EXPECT_EQ(memory.used(), 0U);
}

TEST(KeyIndex, RefusesKeysOfAnotherWidth) {
  CountingResource memory;
  EXPECT_THROW(KeyIndex(0, &memory), std::invalid_argument);
  KeyIndex index(2, &memory);
  const std::array<int64_t, 3> wide = {1, 2, 3};
  EXPECT_THROW(index.insert(wide), std::invalid_argument);
  EXPECT_FALSE(index.find(wide));
  index.insert(std::span(wide).first(2));
  EXPECT_FALSE(index.find(wide));
  EXPECT_FALSE(index.is_at(0, wide));
  EXPECT_FALSE(index.is_at(1, std::span(wide).first(2)));
}

TEST(KeyIndex, NeedsNoMemoryWhenFilledAgain) {
  CountingResource memory;
  KeyIndex index(1, &memory);
  const auto fill = [&] {
    for (int64_t i = 0; i < 1000; ++i) index.insert(std::array{i * 17});
  };
  fill();
  const size_t allocations = memory.allocations();
  for (int i = 0; i < 5; ++i) {
    index.clear();
    EXPECT_EQ(index.size(), 0U);
    EXPECT_FALSE(index.find(std::array<int64_t, 1>{17}));
    fill();
  }
  EXPECT_EQ(memory.allocations(), allocations);
}

TEST(KeyIndex, SwapsAndCopies) {
  CountingResource memory;
  CountingResource other_memory;
  KeyIndex a(1, &memory);
  KeyIndex b(1, &memory);
  a.insert(std::array<int64_t, 1>{5});
  a.swap(b);
  EXPECT_EQ(a.size(), 0U);
  EXPECT_EQ(b.find(std::array<int64_t, 1>{5}), 0U);
  KeyIndex c(b, &other_memory);
  c.insert(std::array<int64_t, 1>{6});
  c.swap(a);
  EXPECT_EQ(a.find(std::array<int64_t, 1>{6}), 1U);
  EXPECT_EQ(a.resource(), &memory);
  EXPECT_EQ(c.size(), 0U);
}

TEST(KeyIndex, IsAsBeforeWhenMemoryRunsOut) {
  CountingResource memory;
  KeyIndex index(3, &memory);
  int64_t next = 0;
  for (int i = 0; i < 300; ++i) {
    memory.set_limit(memory.used() + (i % 7 == 0 ? 100'000 : 0));
    try {
      index.insert(std::array{next, next, next});
      ++next;
    } catch (const std::bad_alloc&) {
    }
    ASSERT_EQ(index.size(), next);
    ASSERT_EQ(index.keys().size(), static_cast<size_t>(next) * 3);
  }
  for (int64_t i = 0; i < next; ++i) ASSERT_EQ(index.find(std::array{i, i, i}), i);
}

}  // namespace
}  // namespace almanac::core::test
