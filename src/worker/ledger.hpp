// The ledger: one sample per source and snapshot in the stream `snapshot`, which tells what the
// look cost and how far it can be trusted.
//
// Zone: C++.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collect/blocks.hpp"
#include "pg/spi.hpp"
#include "worker/captured.hpp"
#include "worker/source.hpp"

namespace almanac::worker {

// What a piece of work cost this process so far: take one before and one after.
struct Cost {
  std::int64_t elapsed_us = 0;
  std::int64_t cpu_us = 0;
  std::int64_t wal_bytes = 0;
  collect::Blocks blocks;
  static Cost now();
  // What it has become since, and adding up.
  Cost& operator+=(const Cost& other);
  Cost operator-(const Cost& before) const;
};

struct Entry {
  std::int16_t stream = 0;
  Oid database = InvalidOid;
  Outcome outcome;
  Cost cost;
  bool failed = false;
  std::int64_t evicted = 0;
  std::int64_t coverage_ppm = core::kNull;
  Coverage latencies;
};

class Ledger {
 public:
  void clear() { entries_.clear(); }
  void add(const Entry& entry) { entries_.push_back(entry); }
  [[nodiscard]] Entry* find(std::int16_t stream, Oid database);
  [[nodiscard]] std::span<const Entry> entries() const {
    return {entries_.data(), entries_.size()};
  }

  // Writes the entries as one journal row. Needs a transaction.
  void write(pg::Spi& spi, std::int64_t snapshot_id, core::Tick tick, core::Resource* scratch);
  // The dictionary may have been rolled back.
  void forget() { series_.clear(); }

 private:
  std::int32_t series_of(pg::Spi& spi, const Entry& entry, core::Resource* scratch);

  std::vector<Entry> entries_;
  std::map<std::pair<std::int16_t, Oid>, std::int32_t> series_;
};

}  // namespace almanac::worker
