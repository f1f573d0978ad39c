// One source of samples over its life: what it looked like last time, what a new look means, and
// what is written about it. A look goes through three steps:
//
//   examine()  loads the state if need be, decides how the look compares with the last one,
//   computes the changes write()    gives new series their ids, appends the journal row, remembers
//   the look accept()   after the commit: the look becomes the state    or    discard(): after a
//   rollback, nothing has happened
//
// Zone: C++.
#pragma once

#include <functional>

#include "collect/observed.hpp"
#include "collect/succession.hpp"
#include "pg/memory.hpp"
#include "store/source_state.hpp"

namespace almanac::worker {

// The two clocks, in microseconds.
struct Moment {
  std::int64_t wall = 0;       // since 2000-01-01 UTC
  std::int64_t monotonic = 0;  // since some moment of this boot of the machine
  static Moment now();
};

// What the server is like while looking.
struct Circumstances {
  std::int64_t snapshot_id = 0;
  std::int64_t system_identifier = 0;
  std::int64_t timeline = 0;
  std::int64_t boot = 0;      // start of the server, or of its last crash restart
  bool stats_lost = false;    // it began with empty statistics
  std::int64_t interval = 0;  // us, what lies between two looks if all is well
};

// What is particular about one look at one source.
struct LookAt {
  Moment moment;
  std::vector<std::int64_t> epoch;  // numbers of the source that tell resets
  bool (*began_anew)(std::span<const std::int64_t> before,
                     std::span<const std::int64_t> now) = nullptr;
  bool from_start =
      false;  // the source did not exist before: if it was never looked at, everything in it is new
  bool tombstones = false;  // write down what vanished
  int heirs_by = -1;  // entries may take over name and counters of others: column that counts uses
  // Completes the look from the state; only if they are compared.
  std::function<void(const core::Tracker&, collect::Observed&)> complete;
  // Adds to what was found to have changed.
  std::function<void(const core::Tracker&, core::Changes&)> extend;
  // Fills in the samples that were made of the changes.
  std::function<void(const core::Changes&, core::Batch&)> attach;
  // Corrects the state before a look is compared with it; only if it is compared at all.
  std::function<void(core::Tracker&)> correct;
};

// Figures for the ledger.
struct Outcome {
  std::uint32_t flags = 0;
  std::int64_t interval_us = core::kNull;  // since the look before
  std::uint64_t entries = 0, samples = 0, new_series = 0, resets = 0, vanished = 0, bytes = 0;
};

class Source {
 public:
  Source(store::SourceId id, MemoryContext parent);

  [[nodiscard]] store::SourceId id() const { return id_; }
  // To be filled by a collector and given to examine().
  [[nodiscard]] collect::Observed& blank();
  // The last look that was committed, as far as known; empty: none, or not asked yet.
  [[nodiscard]] const std::optional<store::LastLook>& last() const { return last_; }
  [[nodiscard]] const core::Tracker& tracker() const { return tracker_; }
  // Entries of the pending look that took over the counters of others.
  [[nodiscard]] std::span<const collect::Heir> heirs() const { return heirs_; }
  // Rows of the pending look whose entries went by other names at the last one; after examine().
  [[nodiscard]] std::vector<std::uint32_t> renamed() const;
  // How the look that is pending is compared.
  [[nodiscard]] core::Mode mode() const { return mode_; }

  // Loads the state unless it is in memory. False if there was no look yet, or the state is lost.
  bool load(pg::Spi& spi, core::Resource* scratch);

  // Compares `look`, which must have been made on resource(), with the state.
  const core::Changes& examine(pg::Spi& spi, collect::Observed& look, const Circumstances& around,
                               const LookAt& at, core::Resource* scratch);
  // Writes what examine() found.
  Outcome write(pg::Spi& spi, core::Resource* scratch);

  // Series of the pending look that are new to the tracker, and their key words one after the
  // other, after write().
  [[nodiscard]] std::span<const std::int32_t> new_series() const {
    return {new_series_.data(), new_series_.size()};
  }
  [[nodiscard]] std::span<const std::int64_t> new_keys() const {
    return {new_keys_.data(), new_keys_.size()};
  }

  void accept();
  void discard();
  // Forgets the state in memory; it will be loaded again.
  void invalidate();

  void save_reference(pg::Spi& spi, core::Resource* scratch);
  [[nodiscard]] core::Resource* resource() { return context_.resource(); }

 private:
  core::Mode judge(const Circumstances& around, const LookAt& at);
  void take_over();
  void set_tick(const Circumstances& around, const LookAt& at);
  void baseline_samples(core::Resource* scratch);
  void assign(pg::Spi& spi, core::Resource* scratch);
  void hash_labels();
  void load_label_hashes(pg::Spi& spi);
  void check_labels(pg::Spi& spi, core::Resource* scratch);

  store::SourceId id_;
  pg::OwnedContext context_;
  core::Tracker tracker_;
  collect::Observed look_;
  bool loaded_ = false;
  bool tried_ = false;  // to load, for the look that is about to be examined
  std::optional<store::LastLook> last_;
  std::int64_t last_monotonic_ = 0;          // 0: looked at by an earlier process
  std::vector<std::uint64_t> label_hashes_;  // by row of the tracker; empty: not known

  // The pending look, between examine() and accept() or discard().
  collect::Observed* pending_ = nullptr;
  core::Mode mode_ = core::Mode::difference;
  core::Tick tick_;
  std::uint32_t flags_ = 0;
  bool tombstones_ = false;
  std::optional<core::Changes> changes_;
  std::function<void(const core::Changes&, core::Batch&)> attach_;
  store::LastLook next_;
  std::int64_t next_monotonic_ = 0;
  std::vector<std::int32_t> series_by_row_;
  std::vector<std::uint64_t> next_hashes_;
  std::vector<collect::Heir> heirs_;
  bool corrected_ =
      false;            // the state was corrected for the pending look: discard() must forget it
  bool early_ = false;  // the pending look is the state already: discard() must forget it
  std::vector<std::int32_t> new_series_;
  std::vector<std::int64_t> new_keys_;
};

}  // namespace almanac::worker
