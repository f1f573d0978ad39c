#include "workload.hpp"

#include <algorithm>
#include <cmath>

#include "core/deviation.hpp"

namespace almanac::core::test {

namespace {

// Column ordinals; those not named stay zero.
enum : size_t {
  flags = 0,
  calls = 1,
  total_time = 2,
  deviation = 3,
  low_time = 4,
  high_time = 5,
  rows = 6,
  blocks_hit = 7,
  blocks_read = 8,
  blocks_dirtied = 9,
  blocks_written = 10,
  temp_read = 15,
  temp_written = 16,
  read_time = 17,
  plans = 19,
  plan_time = 20,
  plan_deviation = 21,
  plan_low = 22,
  plan_high = 23,
  wal_records = 24,
  wal_images = 25,
  wal_bytes = 26,
};

// What a statement is like.
struct Statement {
  double calls_a_minute;
  double mean_us;
  double spread;  // of single times, relative
  double rows_per_call;
  double blocks_per_call;
  bool reads;
  bool writes;
  bool spills;
};

Statement any_statement(Random& random) {
  Statement statement{};
  statement.calls_a_minute = std::exp(random.unit() * 8);
  statement.mean_us = std::exp(3 + random.unit() * 8);
  statement.spread = 0.1 + random.unit();
  statement.rows_per_call = random.chance(0.5) ? 1 : std::floor(std::exp(random.unit() * 4));
  statement.blocks_per_call = std::floor(2 + std::exp(random.unit() * 5));
  statement.reads = random.chance(0.2);
  statement.writes = random.chance(0.25);
  statement.spills = random.chance(0.03);
  return statement;
}

int64_t count_of(double value) { return std::max<int64_t>(0, std::llround(value)); }

}  // namespace

Batch statement_batch(size_t series, size_t ticks, double activity, uint64_t seed,
                      Resource* resource) {
  Random random(seed);
  Batch batch(resource);
  int64_t time = 800'000'000'000'000;
  for (size_t t = 0; t < ticks; ++t) {
    const int64_t step = 60'000'000 + random.between(-1500, 1500);
    time += step;
    batch.ticks.push_back({time, step + random.between(-20, 20)});
  }
  batch.columns.resize(statement_columns);
  batch.first.push_back(0);
  int32_t id = 100;
  for (size_t s = 0; s < series; ++s) {
    const Statement statement = any_statement(random);
    id += static_cast<int32_t>(random.between(1, activity < 1 ? 12 : 2));
    const size_t before = batch.samples();
    for (size_t t = 0; t < ticks; ++t) {
      const bool last_chance = t + 1 == ticks && batch.samples() == before;
      if (!last_chance && !random.chance(activity)) continue;
      batch.tick.push_back(static_cast<uint32_t>(t));
      for (size_t c = 0; c < statement_columns; ++c) {
        const bool extreme = c == low_time || c == high_time || c == plan_low || c == plan_high;
        batch.columns[c].push_back(extreme ? kNull : 0);
      }
      const auto set = [&](size_t column, int64_t value) { batch.columns[column].back() = value; };
      const double mean_calls = statement.calls_a_minute;
      const double n =
          std::max(1.0, std::round(mean_calls + random.normal() * std::sqrt(mean_calls)));
      const double mean = statement.mean_us * (1 + 0.05 * random.normal());
      const double noise = statement.spread / std::sqrt(n) * random.normal();
      const double total = std::max(1.0, n * mean * (1 + noise));
      set(calls, static_cast<int64_t>(n));
      set(total_time, count_of(total));
      const double m2 = n * std::pow(statement.spread * statement.mean_us, 2) *
                        std::max(0.1, 1 + random.normal() * std::sqrt(2 / n));
      set(deviation, n > 1 ? encode_m2(m2) : 0);
      if (random.chance(0.01)) set(low_time, count_of(mean / 3));
      if (random.chance(0.02)) set(high_time, count_of(mean * 5));
      set(rows, count_of(n * statement.rows_per_call));
      set(blocks_hit, count_of(n * statement.blocks_per_call * (1 + 0.01 * random.normal())));
      if (statement.reads) set(blocks_read, count_of(n * 0.05 * (1 + random.normal())));
      if (statement.writes) {
        set(blocks_dirtied, count_of(n * 0.3 * (1 + 0.2 * random.normal())));
        set(wal_records, count_of(n * 2.2 * (1 + 0.05 * random.normal())));
        set(wal_images, count_of(n * 0.02 * (1 + random.normal())));
        set(wal_bytes, count_of(n * 310 * (1 + 0.1 * random.normal())));
      }
      if (statement.spills) {
        set(temp_read, count_of(n * 40));
        set(temp_written, count_of(n * 40));
      }
    }
    batch.series.push_back(id);
    batch.first.push_back(static_cast<uint32_t>(batch.samples()));
  }
  return batch;
}

}  // namespace almanac::core::test
