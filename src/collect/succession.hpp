// Entries that take over name and counters of another entry.
//
// REINDEX CONCURRENTLY builds a new index beside the old one, then exchanges their names, copies
// the counters of the old one to the new one, and drops the old one. To a recorder that knows
// relations by oid the new index seems to have done in one interval all that the old one did in its
// life. It is told by its labels: the same as another entry had at the last look, while that one is
// gone or goes by another name now, and by counters none of which is below that entry's.
//
// An index that is dropped and created again under its name looks the same only if it was used more
// in the interval than the old one ever was; what is recorded is then too little by what the old
// one had counted, never too much. Two indexes that exchange their names are told apart from that
// by having been used before: an index that is being built is not.
//
// Zone: C++ (no PostgreSQL call).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/tracker.hpp"

namespace almanac::collect {

struct Heir {
  std::uint32_t row;          // in the look
  std::uint32_t predecessor;  // in the tracker
  std::optional<std::uint32_t>
      before;  // what the entry itself was in the tracker, if it was there: an index being built
  bool predecessor_is_gone;  // else it is still in the look, under another name
};

// Finds the heirs in a look. `labels_before` and `labels_now` are hashes of the labels of the
// tracker's and the look's rows; 0, or too short a list: not known. `uses`: column that counts what
// an entry that is being built cannot have. O(rows).
[[nodiscard]] std::vector<Heir> find_heirs(const core::Tracker& tracker,
                                           std::span<const std::uint64_t> labels_before,
                                           const core::Look& look,
                                           std::span<const std::uint64_t> labels_now,
                                           std::size_t uses);

// Counts the heirs' increases from their predecessors on, in the changes that the tracker found for
// the look. What the journal then says does not lead to the look's state any more: a reference must
// be saved along with it.
void inherit(std::span<const Heir> heirs, const core::Tracker& tracker, const core::Look& look,
             core::Changes& changes);

}  // namespace almanac::collect
