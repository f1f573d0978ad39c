#include "worker/captured.hpp"

#include "core/histogram.hpp"
#include "store/cells.hpp"

namespace almanac::worker {
namespace {

using core::kNull;

const store::Stream& statements() { return *store::find_stream(store::kStatement); }

unsigned column_of(const char* name) {
  return store::chunk_column(static_cast<unsigned>(statements().ordinal(name)));
}

// What stands for "nothing yet" in a look.
std::int64_t zero(core::Kind kind) {
  switch (store::cell_type(kind)) {
    case store::CellType::milliseconds:
    case store::CellType::deviation: return core::raw_ms(0);
    default: return 0;
  }
}

}  // namespace

Captured::Captured(bool keeps, core::Resource* resource) : keeps_(keeps), keeper_(resource) {}

void Captured::read(std::span<const Oid> excluded, core::Resource* scratch) {
  found_.reset();
  if (!keeps_ || !capture::table().exists()) {
    return;
  }
  found_.emplace(scratch);
  static constexpr std::uint32_t nothing[core::bucket_count] = {};
  core::Vector<std::byte> packed(scratch);
  keeper_.read([&](const core::StatementCopy& copy, const core::StatementCounts& increase) {
    if (std::find(excluded.begin(), excluded.end(), copy.key.dbid) != excluded.end()) {
      return true;
    }
    const Key key = {collect::oid_word(copy.key.dbid), collect::oid_word(copy.key.userid),
                     static_cast<std::int64_t>(copy.key.queryid),
                     collect::boolean_word(copy.key.toplevel != 0)};
    const auto [at, added] = found_->counts.try_emplace(key);
    if (!added) {
      return false;  // it has another slot for a moment: next time
    }
    Counts& counts = at->second;
    counts.calls = static_cast<std::int64_t>(increase.calls());
    counts.errors = static_cast<std::int64_t>(increase.all_errors());
    counts.cancels = increase.cancels;
    counts.timeouts = increase.timeouts;
    packed.clear();
    core::pack_difference(nothing, increase.buckets, packed);
    if (!packed.empty()) {
      counts.histogram = static_cast<std::uint32_t>(found_->histograms.ends.size());
      found_->histograms.add(core::view(packed));
    }
    return true;
  });
}

void Captured::complete(collect::Observed& look) const {
  if (!found_) {
    return;
  }
  std::vector<std::int64_t> raw;
  for (const store::ValueColumn& column : statements().columns) {
    raw.push_back(zero(column.kind));
  }
  for (const auto& [key, counts] : found_->counts) {
    if (!look.look.find(key)) {
      look.look.add(key, raw);
    }
  }
}

void Captured::extend(const collect::Observed& look, const core::Tracker& tracker,
                      core::Changes& changes) const {
  if (!found_) {
    return;
  }
  std::vector<bool> changed(look.rows(), false);
  for (const core::Change& change : changes.rows) {
    changed[change.row] = true;
  }
  for (const auto& [key, counts] : found_->counts) {
    const auto row = look.look.find(key);
    if (!row || changed[*row]) {
      continue;
    }
    const auto known = tracker.find(key);
    changes.rows.push_back({*row, known ? tracker.series(*known) : -1, 0});
    for (std::size_t c = 0; c < changes.columns.size(); ++c) {
      const core::Kind kind = statements().columns[c].kind;
      const bool extreme = kind == core::Kind::low || kind == core::Kind::high;
      changes.columns[c].push_back(extreme ? kNull : 0);
    }
  }
}

// Calls of a sample that have no latency, and will not have one with the next look; those of the
// last look too that were to come with this one, and did not because the slot was taken away.
std::int64_t Captured::missing(const Key& key, std::int64_t calls, const Counts& counts) {
  const auto known = late_.find(key);
  const std::int64_t late = known != late_.end() ? known->second : 0;
  const std::int64_t lacking = calls - (counts.calls - late);
  if (lacking <= 0) {
    return 0;
  }
  const core::StatementKey statement{static_cast<std::uint64_t>(key[2]), static_cast<Oid>(key[0]),
                                     static_cast<Oid>(key[1]), static_cast<std::uint64_t>(key[3])};
  const std::int64_t pending =
      static_cast<std::int64_t>(capture::Keeper::pending_calls(statement)) - counts.calls;
  const std::int64_t coming = std::clamp<std::int64_t>(pending, 0, lacking);
  if (coming > 0) {
    next_late_[key] = coming;
  }
  return lacking - coming;
}

Coverage Captured::attach(const collect::Observed& look, const core::Changes& changes,
                          core::Batch& batch) {
  next_late_.clear();
  if (!found_) {
    return {};
  }
  Coverage coverage{0, 0};
  if (batch.samples() == 0) {
    return coverage;
  }
  static const auto calls = static_cast<std::size_t>(statements().ordinal("calls"));
  static const unsigned errors = column_of("errors");
  static const unsigned cancels = column_of("cancels");
  static const unsigned timeouts = column_of("timeouts");
  for (const unsigned column : {errors, cancels, timeouts}) {
    batch.columns[column].assign(batch.samples(), 0);
  }
  std::vector<std::uint32_t> histograms(batch.samples(), UINT32_MAX);
  for (std::size_t i = 0; i < changes.rows.size(); ++i) {
    const core::Change& change = changes.rows[i];
    const auto words = look.look.key(change.row);
    const Key key = {words[0], words[1], words[2], words[3]};
    const auto found = found_->counts.find(key);
    const Counts counts = found != found_->counts.end() ? found->second : Counts();
    const auto at = std::lower_bound(batch.series.begin(), batch.series.end(), change.series);
    const auto sample = static_cast<std::size_t>(at - batch.series.begin());
    batch.columns[errors][sample] = counts.errors;
    batch.columns[cancels][sample] = counts.cancels;
    batch.columns[timeouts][sample] = counts.timeouts;
    histograms[sample] = counts.histogram;
    const std::int64_t counted = std::max<std::int64_t>(changes.columns[calls][i], 0);
    const std::int64_t lacking = missing(key, counted, counts);
    if (lacking > 0) {
      batch.columns[0][sample] |= core::Flag::latency_partial;
    }
    coverage.calls += counted;
    if (key[2] != 0) {
      coverage.with_latency += counts.calls;
    }
  }
  const auto has = [](std::uint32_t histogram) { return histogram != UINT32_MAX; };
  if (std::none_of(histograms.begin(), histograms.end(), has)) {
    return coverage;
  }
  for (const std::uint32_t histogram : histograms) {
    batch.histograms.add(histogram == UINT32_MAX ? std::span<const std::byte>()
                                                 : found_->histograms.of(histogram));
  }
  return coverage;
}

}  // namespace almanac::worker
