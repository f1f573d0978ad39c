#include "core/batch_series.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "support.hpp"

namespace almanac::core::test {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

// What a batch says, sample by sample.
using Contents =
    std::map<std::pair<int32_t, uint32_t>, std::pair<std::vector<int64_t>, std::string>>;

Contents contents(const Batch& batch) {
  Contents all;
  for (size_t s = 0; s < batch.series.size(); ++s) {
    for (uint32_t i = batch.first[s]; i < batch.first[s + 1]; ++i) {
      auto& [values, text] = all[{batch.series[s], batch.tick[i]}];
      for (const auto& column : batch.columns) {
        if (!column.empty()) values.push_back(column[i]);
      }
      const auto string = batch.histograms.of(i);
      text.assign(reinterpret_cast<const char*>(string.data()), string.size());
    }
  }
  return all;
}

Batch random_batch(std::mt19937& random, bool with_histograms, Resource* resource) {
  Batch batch(resource);
  const uint32_t ticks = 1 + random() % 5;
  for (uint32_t t = 0; t < ticks; ++t) batch.ticks.push_back({1000 + int64_t{t}, 1});
  batch.columns.resize(3, Vector<int64_t>(batch.resource()));
  batch.first.push_back(0);
  for (int32_t series = 1; series < 40; ++series) {
    const size_t before = batch.samples();
    for (uint32_t t = 0; t < ticks; ++t) {
      if (random() % 3 != 0) continue;
      batch.tick.push_back(t);
      batch.columns[0].push_back(random() % 4);
      batch.columns[2].push_back(random() % 1000);
      if (with_histograms) {
        const std::string text(random() % 4, static_cast<char>('a' + random() % 26));
        batch.histograms.add(bytes_of(text));
      }
    }
    if (batch.samples() == before) continue;
    batch.series.push_back(series);
    batch.first.push_back(static_cast<uint32_t>(batch.samples()));
  }
  return batch;
}

TEST(RemoveSeries, LeavesExactlyTheOthers) {
  CountingResource memory;
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    Batch batch = random_batch(random, round % 2 == 0, &memory);
    std::vector<int32_t> gone;
    for (int32_t series = 0; series < 50; ++series) {
      if (random() % (1 + round % 5) == 0) gone.push_back(series);
    }
    Contents expected = contents(batch);
    std::set<int32_t> removed;
    std::erase_if(expected, [&](const auto& sample) {
      const bool is_gone = std::ranges::binary_search(gone, sample.first.first);
      if (is_gone) removed.insert(sample.first.first);
      return is_gone;
    });
    EXPECT_EQ(remove_series(batch, gone), removed.size());
    EXPECT_NO_THROW(batch.check());
    EXPECT_EQ(contents(batch), expected);
  }
}

TEST(RemoveSeries, NothingAndAll) {
  CountingResource memory;
  std::mt19937 random(8);
  Batch batch = random_batch(random, true, &memory);
  const Contents before = contents(batch);
  EXPECT_EQ(remove_series(batch, {}), 0u);
  EXPECT_EQ(contents(batch), before);
  const std::vector<int32_t> all(batch.series.begin(), batch.series.end());
  EXPECT_EQ(remove_series(batch, all), all.size());
  EXPECT_EQ(batch.samples(), 0u);
  EXPECT_NO_THROW(batch.check());
}

}  // namespace
}  // namespace almanac::core::test
