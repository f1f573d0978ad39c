// Zone: core.
//
// A source that lives: entries are executed, reset, evicted and come back, the server crashes. And
// what a perfect observer would have recorded of it.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/tracker.hpp"
#include "support.hpp"

namespace almanac::core::test {

// Columns of the model: calls, total time, rows, size (gauge), stddev, min, max, and perhaps an
// epoch.
enum ModelColumn : size_t { calls, total, rows, size, deviation, low, high, epoch };

class ModelSource {
 public:
  ModelSource(bool with_epoch, uint64_t seed) : random_(seed), with_epoch_(with_epoch) {}

  std::vector<Column> columns() const;

  // Some time goes by; anything may happen.
  void live();
  // Every entry once: key and raw cells.
  void look(Look& look) const;
  // What a look now should record for a key and column (calls, total, rows) in us or counts; and
  // that the look was taken.
  std::map<int64_t, std::vector<int64_t>> expected_increases() const;
  void looked();
  // All counters are lost.
  void crash();
  // True increases ever, whether somebody saw them or not: calls of a key.
  int64_t executed(int64_t key) const;

 private:
  struct Entry {
    int64_t calls = 0;
    double total = 0;
    int64_t rows = 0;
    int64_t size = 0;
    double mean = 0;
    double sum_var = 0;
    double low = 0;
    double high = 0;
    int64_t born = 0;
    // As of the last look, of this life of the entry; zero if it was born since.
    int64_t seen_calls = 0;
    int64_t seen_total_us = 0;
    int64_t seen_rows = 0;
  };

  void execute(int64_t key, Entry& entry);
  void wipe(Entry& entry);
  bool may_execute(int64_t key, const Entry& entry);

  Random random_;
  bool with_epoch_;
  int64_t clock_ = 1;
  std::map<int64_t, Entry> entries_;
  std::map<int64_t, int64_t> executed_;
  std::map<int64_t, int64_t> last_calls_;  // as of the last look
};

}  // namespace almanac::core::test
