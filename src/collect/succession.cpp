#include "collect/succession.hpp"

#include <algorithm>
#include <unordered_map>

namespace almanac::collect {
namespace {

using core::Kind;
using core::kNull;

std::uint64_t label_at(std::span<const std::uint64_t> labels, std::uint32_t row) {
  return row < labels.size() ? labels[row] : 0;
}

// Something was counted before, and nothing is less now.
bool could_be_copied(std::span<const core::Column> columns, std::span<const std::int64_t> before,
                     std::span<const std::int64_t> now) {
  bool counted = false;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].kind == Kind::counter && before[c] != kNull) {
      counted = counted || before[c] != 0;
      if (now[c] == kNull || now[c] < before[c]) {
        return false;
      }
    }
  }
  return counted;
}

}  // namespace

std::vector<Heir> find_heirs(const core::Tracker& tracker,
                             std::span<const std::uint64_t> labels_before, const core::Look& look,
                             std::span<const std::uint64_t> labels_now, std::size_t uses) {
  struct Candidate {
    std::uint32_t row;
    std::optional<std::uint32_t> before;
  };
  std::unordered_map<std::uint64_t, Candidate>
      candidates;  // by label: new entries, and those that were renamed
  for (std::uint32_t row = 0; row < look.rows(); ++row) {
    const std::uint64_t label = label_at(labels_now, row);
    const auto before = tracker.find(look.key(row));
    const bool renamed =
        before && label_at(labels_before, *before) != label &&
        (tracker.cells(*before)[uses] == kNull || tracker.cells(*before)[uses] == 0);
    if (label != 0 && (!before || renamed)) {
      candidates.insert({label, {row, before}});
    }
  }
  std::vector<Heir> heirs;
  if (candidates.empty()) {
    return heirs;
  }
  for (std::uint32_t old = 0; old < tracker.rows(); ++old) {
    const auto found = candidates.find(label_at(labels_before, old));
    if (found == candidates.end() || found->second.before == old) {
      continue;
    }
    const auto now = look.find(tracker.key(old));
    const bool gave_up_name = !now || label_at(labels_now, *now) != found->first;
    if (gave_up_name &&
        could_be_copied(tracker.columns(), tracker.cells(old), look.cells(found->second.row))) {
      heirs.push_back({found->second.row, old, found->second.before, !now});
    }
  }
  return heirs;
}

void inherit(std::span<const Heir> heirs, const core::Tracker& tracker, const core::Look& look,
             core::Changes& changes) {
  for (const Heir& heir : heirs) {
    const auto change = std::ranges::find(changes.rows, heir.row, &core::Change::row);
    if (change == changes.rows.end()) {
      continue;
    }
    const auto at = static_cast<std::size_t>(change - changes.rows.begin());
    const auto before = tracker.cells(heir.predecessor);
    const auto now = look.cells(heir.row);
    for (std::size_t c = 0; c < tracker.columns().size(); ++c) {
      if (tracker.columns()[c].kind == Kind::counter && before[c] != kNull &&
          !changes.columns[c].empty()) {
        changes.columns[c][at] = now[c] - before[c];
      }
    }
  }
}

}  // namespace almanac::collect
