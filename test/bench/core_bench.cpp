// Speed and size of src/core on samples as a busy server makes them. Figures per cell, sample or
// entry are in the counters; times are CPU time.
//
//   cmake -S . -B build/bench && cmake --build build/bench --target core_bench &&
//   build/bench/core_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/changepoint.hpp"
#include "core/chunk.hpp"
#include "core/fingerprint.hpp"
#include "core/redact.hpp"
#include "core/tracker.hpp"
#include "series.hpp"
#include "support.hpp"
#include "workload.hpp"

namespace {

using namespace almanac::core;
using benchmark::Counter;

std::span<const std::byte> bytes_of(const Vector<std::byte>& chunk) {
  return {chunk.data(), chunk.size()};
}

// One journal row: 500 statements at one tick.
void encode_journal_row(benchmark::State& state) {
  test::CountingResource memory;
  const Batch batch = test::statement_batch(500, 1, 1, 1, &memory);
  size_t bytes = 0;
  for (auto _ : state) bytes = encode(batch, &memory).size();
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["bytes/sample"] = static_cast<double>(bytes) / 500;
}
BENCHMARK(encode_journal_row)->Unit(benchmark::kMicrosecond);

// An hour of 64 statements that are active in the given percentage of the minutes.
void encode_hour(benchmark::State& state) {
  test::CountingResource memory;
  const double activity = static_cast<double>(state.range(0)) / 100;
  const Batch batch = test::statement_batch(64, 60, activity, 1, &memory);
  size_t bytes = 0;
  for (auto _ : state) bytes = encode(batch, &memory).size();
  const auto samples = static_cast<double>(batch.samples());
  state.counters["bytes/sample"] = static_cast<double>(bytes) / samples;
  state.counters["samples/s"] = Counter(samples, Counter::kIsIterationInvariantRate);
}
BENCHMARK(encode_hour)->Arg(10)->Arg(25)->Arg(50)->Arg(100)->Unit(benchmark::kMicrosecond);

void decode_hour(benchmark::State& state) {
  test::CountingResource memory;
  const Batch batch = test::statement_batch(64, 60, 1, 1, &memory);
  const Vector<std::byte> chunk = encode(batch, &memory);
  for (auto _ : state) {
    const Batch decoded = ChunkView::parse(bytes_of(chunk)).decode(&memory);
    benchmark::DoNotOptimize(decoded.samples());
  }
  const auto cells = static_cast<double>(batch.samples() * batch.columns.size());
  state.counters["cells/s"] = Counter(cells, Counter::kIsIterationInvariantRate);
}
BENCHMARK(decode_hour)->Unit(benchmark::kMicrosecond);

// One column of 60,000 cells in one style.
void decode_column(benchmark::State& state) {
  test::CountingResource memory;
  test::Random random(3);
  Batch batch(&memory);
  constexpr size_t ticks = 60;
  constexpr size_t series = 1000;
  for (size_t t = 0; t < ticks; ++t)
    batch.ticks.push_back({static_cast<int64_t>(t) * 60'000'000, 0});
  batch.first.push_back(0);
  batch.columns.resize(1);
  int64_t walk = 0;
  for (size_t s = 0; s < series; ++s) {
    for (size_t t = 0; t < ticks; ++t) {
      batch.tick.push_back(static_cast<uint32_t>(t));
      int64_t cell = 0;
      switch (state.range(0)) {
        case 0: break;
        case 1: cell = random.between(1000, 2000); break;
        case 2: cell = random.chance(0.1) ? random.between(1, 200) : 0; break;
        case 3: cell = walk += random.between(0, 100); break;
        default: cell = static_cast<int64_t>(random.bits() >> random.below(60) >> 2); break;
      }
      batch.columns[0].push_back(cell);
    }
    batch.series.push_back(static_cast<int32_t>(s));
    batch.first.push_back(static_cast<uint32_t>(batch.samples()));
  }
  static const char* const styles[] = {"zeros", "packed", "sparse", "gauge", "wild"};
  const Vector<std::byte> chunk = encode(batch, &memory);
  const ChunkView view = ChunkView::parse(bytes_of(chunk));
  const std::span<const uint32_t> first{batch.first.data(), batch.first.size()};
  Vector<int64_t> column(&memory);
  for (auto _ : state) {
    view.read_column(0, column, first);
    benchmark::DoNotOptimize(column.data());
  }
  state.SetLabel(styles[state.range(0)]);
  const auto cells = static_cast<double>(batch.samples());
  state.counters["bytes/cell"] = static_cast<double>(view.column_bytes(0)) / cells;
  state.counters["cells/s"] = Counter(cells, Counter::kIsIterationInvariantRate);
}
BENCHMARK(decode_column)->DenseRange(0, 4)->Unit(benchmark::kMicrosecond);

// The top 20 of a day: 24 chunks of 30,000 samples, three columns of each summed by statement.
void top_of_a_day(benchmark::State& state) {
  test::CountingResource memory;
  std::vector<Vector<std::byte>> chunks;
  for (uint64_t hour = 0; hour < 24; ++hour) {
    const Batch batch = test::statement_batch(500, 60, 1, hour, &memory);
    chunks.push_back(encode(batch, &memory));
  }
  Batch index(&memory);
  Vector<int64_t> column(&memory);
  std::vector<std::array<int64_t, 3>> sums;
  double samples = 0;
  for (auto _ : state) {
    sums.assign(2000, {});
    samples = 0;
    for (const auto& chunk : chunks) {
      const ChunkView view = ChunkView::parse(bytes_of(chunk));
      view.read_index(index);
      samples += view.samples();
      for (unsigned c = 0; c < 3; ++c) {
        view.read_column(1 + c, column, {index.first.data(), index.first.size()});
        for (size_t s = 0; s < index.series.size(); ++s) {
          int64_t sum = 0;
          for (uint32_t i = index.first[s]; i < index.first[s + 1]; ++i) sum += column[i];
          sums[static_cast<size_t>(index.series[s])][c] += sum;
        }
      }
    }
    std::partial_sort(sums.begin(), sums.begin() + 20, sums.end(), std::greater<>());
  }
  state.counters["samples"] = samples;
}
BENCHMARK(top_of_a_day)->Unit(benchmark::kMillisecond);

// 5,000 entries of which 500 moved.
void compare_look(benchmark::State& state) {
  test::CountingResource memory;
  test::Random random(4);
  std::vector<Column> columns(test::statement_columns - 1);
  columns[1] = {Kind::duration, -1, -1};
  columns[2] = {Kind::deviation, 0, 1};
  constexpr uint32_t entries = 5000;
  Tracker tracker(columns, 4, &memory);
  std::vector<std::vector<int64_t>> rows(entries, std::vector<int64_t>(columns.size()));
  const auto fill = [&](Look& look) {
    for (uint32_t i = 0; i < entries; ++i) {
      const int64_t key[4] = {5, 10, int64_t{i} * 7919, 1};
      look.add(key, rows[i]);
    }
  };
  const auto bump = [&](uint32_t i) {
    rows[i][0] += 10;
    rows[i][1] = raw_ms(static_cast<double>(rows[i][0]) * 1.5);
    rows[i][2] = raw_ms(0.5);
    rows[i][5] += random.between(1, 50);
  };
  Look look(4, columns.size(), &memory);
  for (uint32_t i = 0; i < entries; ++i) bump(i);
  fill(look);
  tracker.accept(std::move(look), std::vector<int32_t>(entries, 1));
  for (uint32_t i = 0; i < entries; i += 10) bump(i);
  size_t changed = 0;
  for (auto _ : state) {
    look.clear();
    fill(look);
    changed = tracker.compare(look, Mode::difference, &memory).rows.size();
  }
  state.counters["changed"] = static_cast<double>(changed);
}
BENCHMARK(compare_look)->Unit(benchmark::kMicrosecond);

const std::string& statement_text() {
  static const std::string text = [] {
    std::string sql =
        "SELECT a.id, b.name -- comment\n FROM orders a JOIN customers b ON a.c = b.id WHERE ";
    for (int i = 0; i < 40; ++i) sql += "a.x" + std::to_string(i) + " IN ($1, $2, $3) AND ";
    return sql + "a.note = $4 ORDER BY 1";
  }();
  return text;
}

void fingerprint_text(benchmark::State& state) {
  test::CountingResource memory;
  for (auto _ : state) benchmark::DoNotOptimize(fingerprint(statement_text(), &memory));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(statement_text().size()));
}
BENCHMARK(fingerprint_text);

void redact_text(benchmark::State& state) {
  test::CountingResource memory;
  for (auto _ : state) benchmark::DoNotOptimize(redact(statement_text(), &memory).verdict);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(statement_text().size()));
}
BENCHMARK(redact_text);

// 90 days of hours of one statement: noise by the number of calls, a daily cycle, and in every
// fourth series a step.
struct Quarter {
  explicit Quarter(uint64_t seed) : values(test::noise(2160, 0.1, seed)) {
    test::Random random(seed);
    test::add_sine(values, 0.25, 24);
    if (seed % 4 == 0) test::add_step(values, 700 + random.below(700), 0.3);
    for (double& value : values) {
      calls.push_back(static_cast<double>(random.between(1, 200)));
      value = std::exp(value + 0.3 * random.normal() / std::sqrt(calls.back()));
    }
  }
  std::vector<double> values;
  std::vector<double> calls;
};

// Argument: the period; 0 to look for it.
void changepoints_of_90_days(benchmark::State& state) {
  test::CountingResource memory;
  std::vector<Quarter> series;
  for (uint64_t seed = 0; seed < 64; ++seed) series.emplace_back(seed);
  const ChangepointOptions options{.period = static_cast<size_t>(state.range(0))};
  size_t i = 0;
  for (auto _ : state) {
    const Quarter& quarter = series[i++ % series.size()];
    benchmark::DoNotOptimize(
        find_changepoints({quarter.values, {}, quarter.calls, {}}, options, &memory).size());
  }
  state.counters["peak bytes"] = static_cast<double>(memory.peak());
  state.counters["series/s"] = Counter(1, Counter::kIsIterationInvariantRate);
}
BENCHMARK(changepoints_of_90_days)->Arg(24)->Arg(1)->Arg(0)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
