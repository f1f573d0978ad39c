// What one process, the repository worker, does with the table of statements: it reads what was
// counted since it last did, says so when that is recorded, and takes slots away from statements
// that are idle, so that new ones find room.
//
//   capture::Keeper keeper(resource);
//   keeper.read([&](const core::StatementCopy& now, const core::StatementCounts& increase) {...});
//   ... commit what was written ...
//   keeper.acknowledge();            // or not: the next read() gives the same again, and more
//   keeper.make_room();
//
// What a statement counts after it was read, and before its slot is taken away, is in the increase
// of the slot for others of its database: the sum of all increases is what was executed, exactly.
// Nothing is lost if the process ends at any point; the next keeper goes on. Between commit and
// acknowledge() nothing may happen that could end the process (check_interrupts() above all).
//
// Zone: C++.
#pragma once

#include "capture/memory.hpp"
#include "core/memory.hpp"

namespace almanac::capture {

class Keeper {
 public:
  // Does nothing at all where nothing is captured.
  explicit Keeper(core::Resource* resource) : read_(resource) {}

  // Calls f(copy, increase since what was acknowledged) for each slot that has any, those for
  // others too. Where f returns false, the increase is not taken: it comes again. Keeps the copies
  // until acknowledge() or the next read(): 4.5 kB each. Throws what f throws, and std::bad_alloc.
  template <class F>
  void read(F f) {
    read_.clear();
    if (!table().exists()) return;
    core::StatementCopy copy;
    core::StatementCounts increase;
    for (std::uint32_t slot = 1; slot <= table().readable(); ++slot) {
      if (!table().has_increase(slot) || !table().copy(slot, participant(), copy) ||
          !core::subtract(copy, increase))
        continue;
      if (f(static_cast<const core::StatementCopy&>(copy),
            static_cast<const core::StatementCounts&>(increase))) {
        read_.push_back(copy);
      }
    }
  }

  // Calls of a statement that are counted now and were not acknowledged.
  static std::uint64_t pending_calls(const core::StatementKey& key) noexcept;

  // All that read() gave is recorded. Cannot fail.
  void acknowledge() noexcept;
  // It is not: the next read() gives it again.
  void forget() noexcept { read_.clear(); }

 private:
  core::Vector<core::StatementCopy> read_;
};

// Frees slots, those longest not used, until an eighth of all is free, if less than half of that is
// left; what they had counted and nobody has acknowledged moves to others. Waits some milliseconds
// at most. Then asks to be woken by `latch` when slots become few again. Cannot fail. To be called
// by the process that has the Keeper, outside of read() to acknowledge().
void make_room(Latch* latch) noexcept;

}  // namespace almanac::capture
