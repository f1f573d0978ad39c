// With which plans statements ran, on its way into samples: what the hooks have counted since the
// last snapshot becomes a row of the journal, and texts of new plans go into almanac.plan_texts.
//
// There is no look that is compared with the one before: what is read are increases already.
//
// Zone: C++.
#pragma once

#include <map>

#include "capture/plan_keeper.hpp"
#include "core/chunk.hpp"
#include "pg/spi.hpp"

namespace almanac::worker {

class Plans {
 public:
  // `keeps`: this is the process that the table of plans is read by. Memory comes from `resource`.
  Plans(bool keeps, core::Resource* resource);

  // Whether plans are counted at all.
  [[nodiscard]] bool active() const { return keeps_ && capture::plan_table().exists(); }

  struct Written {
    std::uint64_t entries = 0;  // plans in the table
    std::uint64_t samples = 0;
    std::uint64_t new_series = 0;
    std::uint64_t bytes = 0;
  };
  // Writes what has been counted since what was last acknowledged, leaving out databases. Needs a
  // transaction.
  Written write(pg::Spi& spi, std::int64_t snapshot_id, core::Tick tick, std::uint32_t flags,
                std::span<const Oid> excluded, core::Resource* scratch);

  // After the commit. Cannot fail.
  void acknowledge() noexcept { keeper_.acknowledge(); }
  // After a rollback: the next write() writes the same again.
  void forget() noexcept;
  // The dictionary has changed, or is another: series and texts are looked for anew.
  void invalidate() noexcept;

 private:
  using Key = std::array<std::int64_t, 5>;  // as the dictionary has it
  struct Text {
    std::int32_t series;
    std::string plan;
    std::vector<std::string> relations;
    std::vector<std::string> indexes;
  };
  std::uint64_t assign(pg::Spi& spi, std::span<const Key> keys, core::Resource* scratch);
  static void store(pg::Spi& spi, std::span<const Text> texts);

  bool keeps_;
  capture::PlanKeeper keeper_;
  std::map<Key, std::int32_t> series_;  // of plans that were met
};

}  // namespace almanac::worker
