#include "tracker_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace almanac::core::test {

std::vector<Column> ModelSource::columns() const {
  std::vector<Column> columns = {
      {Kind::counter, -1, -1}, {Kind::duration, -1, -1}, {Kind::counter, -1, -1},
      {Kind::gauge, -1, -1},   {Kind::deviation, 0, 1},  {Kind::low, 0, 1},
      {Kind::high, 0, 1},
  };
  if (with_epoch_) columns.push_back({Kind::epoch, -1, -1});
  return columns;
}

void ModelSource::execute(int64_t key, Entry& entry) {
  const double ms = std::exp(random_.normal()) * (1 + static_cast<double>(key % 7));
  ++entry.calls;
  entry.total += ms;
  entry.rows += random_.between(0, 3);
  const double before = entry.mean;
  entry.mean += (ms - before) / static_cast<double>(entry.calls);
  entry.sum_var += (ms - before) * (ms - entry.mean);
  entry.low = entry.calls == 1 ? ms : std::min(entry.low, ms);
  entry.high = std::max(entry.high, ms);
  ++executed_[key];
}

void ModelSource::wipe(Entry& entry) {
  const int64_t size = entry.size;
  entry = {};
  entry.size = size;
  entry.born = ++clock_;
}

// Without epoch a new life shows only by lower counters: it must not overtake the old one before
// the next look.
bool ModelSource::may_execute(int64_t key, const Entry& entry) {
  return with_epoch_ || entry.seen_calls > 0 || last_calls_[key] == 0 ||
         entry.calls + 1 < last_calls_[key];
}

void ModelSource::live() {
  ++clock_;
  for (uint64_t i = random_.below(12); i > 0; --i) {
    const int64_t key = random_.between(0, 24);
    const auto [at, is_new] = entries_.try_emplace(key);
    Entry& entry = at->second;
    if (is_new) entry.born = ++clock_;
    const bool reset = !is_new && random_.chance(0.1);
    if (reset) wipe(entry);
    for (uint64_t k = random_.below(40); k > 0 && may_execute(key, entry); --k) execute(key, entry);
    if (random_.chance(0.3)) entry.size += random_.between(-8192, 8192);
  }
  while (random_.chance(0.15) && !entries_.empty()) {
    auto at = entries_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_.below(entries_.size())));
    entries_.erase(at);
  }
}

void ModelSource::crash() {
  for (auto at = entries_.begin(); at != entries_.end();) {
    wipe(at->second);
    at = random_.chance(0.5) ? entries_.erase(at) : std::next(at);
  }
}

void ModelSource::look(Look& look) const {
  for (const auto& [key, entry] : entries_) {
    const double stddev =
        entry.calls > 1 ? std::sqrt(entry.sum_var / static_cast<double>(entry.calls)) : 0;
    std::vector<int64_t> raw = {entry.calls,    raw_ms(entry.total), entry.rows,        entry.size,
                                raw_ms(stddev), raw_ms(entry.low),   raw_ms(entry.high)};
    if (with_epoch_) raw.push_back(entry.born);
    look.add(std::array<int64_t, 2>{key, -key}, raw);
  }
}

std::map<int64_t, std::vector<int64_t>> ModelSource::expected_increases() const {
  std::map<int64_t, std::vector<int64_t>> increases;
  for (const auto& [key, entry] : entries_) {
    increases[key] = {entry.calls - entry.seen_calls, us_of(entry.total) - entry.seen_total_us,
                      entry.rows - entry.seen_rows};
  }
  return increases;
}

void ModelSource::looked() {
  last_calls_.clear();
  for (auto& [key, entry] : entries_) {
    entry.seen_calls = entry.calls;
    last_calls_[key] = entry.calls;
    entry.seen_total_us = us_of(entry.total);
    entry.seen_rows = entry.rows;
  }
}

int64_t ModelSource::executed(int64_t key) const {
  const auto at = executed_.find(key);
  return at == executed_.end() ? 0 : at->second;
}

}  // namespace almanac::core::test
