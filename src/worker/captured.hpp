// What the hooks have counted of statements, on its way into the samples of a snapshot: latency
// histograms, errors, cancellations and timeouts.
//
// It is read before pg_stat_statements is, so that what it has counted is in there too. Where
// pg_stat_statements says nothing of a statement that has something here, because all its
// executions failed or it has been evicted, the look gets an entry of zeros, and what was found a
// sample.
//
// What was executed without a slot, or by a statement whose slot was taken away before it was read,
// is known of all such statements of a database together. They have a series with query identifier
// and role 0: its samples have errors and latencies, but no calls, because those are with the
// statements. So the errors and latencies of a database, and of the server, add up.
//
// What ends between the two readings is in pg_stat_statements in this look and here in the next
// one: such calls are *late*. Other calls that are missing here have no latency for ever, because
// the statement had no slot then or capture was off: their samples are flagged.
//
// Zone: C++.
#pragma once

#include <map>

#include "capture/keeper.hpp"
#include "collect/observed.hpp"

namespace almanac::worker {

// Calls of all samples of a look, and of the histograms of single statements, late ones of the look
// before included; kNull where nothing is captured.
struct Coverage {
  std::int64_t calls = core::kNull;
  std::int64_t with_latency = core::kNull;
};

class Captured {
 public:
  // `keeps`: this is the process that the table of statements is read by. Memory comes from
  // `resource`.
  Captured(bool keeps, core::Resource* resource);

  // Reads what has been counted since what was last acknowledged, leaving out databases. Throws
  // std::bad_alloc.
  void read(std::span<const Oid> excluded, core::Resource* scratch);
  // Adds entries of zeros for what the look lacks.
  void complete(collect::Observed& look) const;
  // Adds changes of nothing for entries that have something here and did not change else.
  void extend(const collect::Observed& look, const core::Tracker& tracker,
              core::Changes& changes) const;
  // Fills in the batch that was made of the changes, and flags samples.
  Coverage attach(const collect::Observed& look, const core::Changes& changes, core::Batch& batch);

  // After the commit. Cannot fail. One of these two must be called before the memory given to
  // read() is freed.
  void acknowledge() noexcept {
    keeper_.acknowledge();
    if (found_) {
      late_.swap(next_late_);
    }
    found_.reset();
  }
  // After a rollback: the next read() gives the same again.
  void forget() noexcept {
    keeper_.forget();
    found_.reset();
  }

 private:
  using Key = std::array<std::int64_t, 4>;  // as the look has it
  struct Counts {
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    std::int64_t cancels = 0;
    std::int64_t timeouts = 0;
    std::uint32_t histogram = UINT32_MAX;  // number in `histograms`
  };
  struct Found {
    explicit Found(core::Resource* resource) : histograms(resource) {}
    std::map<Key, Counts> counts;
    core::Blobs histograms;
  };

  std::int64_t missing(const Key& key, std::int64_t calls, const Counts& counts);

  bool keeps_;
  capture::Keeper keeper_;
  std::map<Key, std::int64_t> late_;  // calls of the last look that come with this one
  std::map<Key, std::int64_t> next_late_;
  std::optional<Found> found_;
};

}  // namespace almanac::worker
