// What one process, the repository worker, does with the table of plans and with the mailbox of
// their texts: as capture/keeper.hpp for statements. A text stays in the mailbox until it is
// acknowledged.
//
// Zone: C++.
#pragma once

#include "capture/plans.hpp"
#include "core/memory.hpp"

namespace almanac::capture {

class PlanKeeper {
 public:
  // Does nothing at all where no plans are counted.
  explicit PlanKeeper(core::Resource* resource) : read_(resource), texts_(resource) {}

  // Calls take(copy, increase) for each plan that has any, and before that text(key, text) for each
  // text. What text() returns true for is taken away by acknowledge(). Throws what they throw, and
  // std::bad_alloc.
  template <class Take, class Text>
  void read(Take take, Text text) {
    forget();
    if (!plan_table().exists()) return;
    // Texts first: whoever sends one has counted before.
    for (std::uint32_t cell = 0; cell < core::plan_cells; ++cell) {
      if (plan_mailbox().ready(cell) && text(plan_mailbox().key(cell), plan_mailbox().text(cell))) {
        texts_.push_back(cell);
      }
    }
    plan_table().begin_round();
    core::PlanCopy copy;
    core::PlanCounts increase;
    for (std::uint32_t slot = 1; slot <= plan_table().readable(); ++slot) {
      if (!plan_table().copy(slot, copy) || !core::subtract(copy, increase)) continue;
      take(static_cast<const core::PlanCopy&>(copy),
           static_cast<const core::PlanCounts&>(increase));
      read_.push_back(copy);
    }
  }

  // All that read() gave is recorded; frees slots when few are left. Cannot fail.
  void acknowledge() noexcept;
  // It is not: the next read() gives it again.
  void forget() noexcept;

 private:
  core::Vector<core::PlanCopy> read_;
  core::Vector<std::uint32_t> texts_;
};

}  // namespace almanac::capture
