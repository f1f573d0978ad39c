#include "worker/source.hpp"

#include <time.h>

#include "store/dictionary.hpp"

namespace almanac::worker {
namespace {

using collect::Observed;
using core::Flag;
using core::Kind;
using core::kNull;
using core::Mode;

// Words of a source's epoch that are the same for all: identity of the server and its start.
constexpr std::size_t common_words = 3;

bool has(const store::Stream& stream, Kind kind) {
  return std::any_of(stream.columns.begin(), stream.columns.end(),
                     [kind](const store::ValueColumn& c) { return c.kind == kind; });
}

// Of the words of the labels of one entry: to notice that a name changed. 0 stands for not known.
std::uint64_t label_hash(std::span<const std::uint64_t> words) {
  std::uint64_t hash = 0;
  for (const std::uint64_t word : words) {
    hash = hash * 0x9E3779B97F4A7C15u + word;
  }
  return hash | 1;
}

std::uint64_t label_hash(const Observed& observed, std::uint32_t row) {
  boost::container::small_vector<std::uint64_t, 4> words;
  const auto& labels = observed.stream->labels;
  for (unsigned l = 0; l < labels.size(); ++l) {
    words.push_back(
        labels[l].type == store::KeyType::text
            ? static_cast<std::uint64_t>(collect::text_word(observed.label_text(row, l)))
            : observed.label_oid(row, l));
  }
  return label_hash({words.data(), words.size()});
}

}  // namespace

Moment Moment::now() {
  timespec monotonic;
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  return {GetCurrentTimestamp(),
          monotonic.tv_sec * std::int64_t{1'000'000} + monotonic.tv_nsec / 1000};
}

Source::Source(store::SourceId id, MemoryContext parent)
    : id_(id),
      context_(parent, "pg_almanac source"),
      tracker_(store::tracker_columns(*id.stream), collect::key_words(*id.stream),
               context_.resource()),
      look_(*id.stream, context_.resource()) {}

Observed& Source::blank() {
  look_.clear();
  return look_;
}

bool Source::load(pg::Spi& spi, core::Resource* scratch) {
  if (loaded_ || tried_) {
    return loaded_;
  }
  tried_ = true;
  last_ = store::last_look(spi, id_);
  last_monotonic_ = 0;
  label_hashes_.clear();
  loaded_ = last_.has_value() && store::load_state(spi, id_, tracker_, scratch);
  if (loaded_) {
    load_label_hashes(spi);
  }
  return loaded_;
}

// The names that the entries went by at the last look.
void Source::load_label_hashes(pg::Spi& spi) {
  if (id_.stream->labels.empty()) {
    return;
  }
  std::vector<std::int32_t> series;
  for (std::uint32_t row = 0; row < tracker_.rows(); ++row) {
    series.push_back(tracker_.series(row));
  }
  label_hashes_.assign(series.size(), 0);
  store::load_labels(spi, *id_.stream, series,
                     [&](std::size_t row, std::span<const std::uint64_t> words) {
                       label_hashes_[row] = label_hash(words);
                     });
}

Mode Source::judge(const Circumstances& around, const LookAt& at) {
  if (!loaded_) {
    tracker_.clear();
    if (at.from_start && !last_) {
      return Mode::difference;
    }
    flags_ |= Flag::baseline | (last_ ? Flag::gap : 0u);
    return Mode::baseline;
  }
  const std::vector<std::int64_t>& before = last_->epoch;
  if (before.size() < common_words || before[0] != around.system_identifier ||
      before[1] != around.timeline) {
    flags_ |= Flag::baseline | Flag::failover;
    tracker_.clear();
    loaded_ = false;
    return Mode::baseline;
  }
  if (before[2] != around.boot) {
    flags_ |= Flag::restart;
    if (around.stats_lost) {
      flags_ |= Flag::crash;
      return Mode::from_zero;
    }
  }
  const std::span<const std::int64_t> own = std::span(before).subspan(common_words);
  if (at.began_anew != nullptr && own.size() == at.epoch.size() && at.began_anew(own, at.epoch)) {
    flags_ |= Flag::reset;
    return Mode::from_zero;
  }
  return Mode::difference;
}

// Length of the interval by the monotonic clock where both ends were seen by this process, by the
// wall clock otherwise.
void Source::set_tick(const Circumstances& around, const LookAt& at) {
  tick_ = {at.moment.wall, kNull};
  next_ = {
      around.snapshot_id, at.moment.wall, {around.system_identifier, around.timeline, around.boot}};
  next_.epoch.insert(next_.epoch.end(), at.epoch.begin(), at.epoch.end());
  next_monotonic_ = at.moment.monotonic;
  if (!last_) {
    return;
  }
  const std::int64_t by_wall = at.moment.wall - last_->time;
  std::int64_t elapsed = by_wall;
  if (last_monotonic_ != 0) {
    elapsed = at.moment.monotonic - last_monotonic_;
    const std::int64_t difference = by_wall - elapsed;
    if (difference > 1'000'000 + elapsed / 1000 || difference < -1'000'000 - elapsed / 1000) {
      flags_ |= Flag::clock_jump;
    }
  } else if (by_wall < 0) {
    flags_ |= Flag::clock_jump;
  }
  if (elapsed >= 0) {
    tick_.duration = elapsed;
    if (around.interval > 0 && elapsed > around.interval * 2 + around.interval / 2 + 1'000'000) {
      flags_ |= Flag::gap;
    }
  }
}

// Where recording begins there is no increase to tell, but levels are worth a sample: what does not
// change from then on would never get another.
void Source::baseline_samples(core::Resource* scratch) {
  changes_.emplace(scratch);
  core::Changes& changes = *changes_;
  for (std::uint32_t row = 0; row < pending_->rows(); ++row) {
    changes.unseen.push_back(row);
  }
  if (!has(*id_.stream, Kind::gauge)) {
    return;
  }
  const auto& columns = id_.stream->columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    changes.columns.emplace_back();
  }
  for (std::uint32_t row = 0; row < pending_->rows(); ++row) {
    changes.rows.push_back({row, -1, 0});
    const auto cells = pending_->look.cells(row);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      std::int64_t cell = kNull;
      if (columns[c].kind == Kind::gauge || columns[c].kind == Kind::instant) {
        cell = cells[c];
      } else if ((columns[c].kind == Kind::counter || columns[c].kind == Kind::loose) &&
                 cells[c] != kNull) {
        cell = 0;
      } else if (columns[c].kind == Kind::duration && !std::isnan(core::ms_of(cells[c]))) {
        cell = 0;
      }
      changes.columns[c].push_back(cell);
    }
  }
}

const core::Changes& Source::examine(pg::Spi& spi, Observed& look, const Circumstances& around,
                                     const LookAt& at, core::Resource* scratch) {
  flags_ = 0;
  tombstones_ = at.tombstones;
  early_ = false;
  load(spi, scratch);
  tried_ = false;
  mode_ = judge(around, at);
  set_tick(around, at);
  pending_ = &look;
  corrected_ = at.correct != nullptr && mode_ == Mode::difference;
  if (corrected_) {
    at.correct(tracker_);
  }
  if (at.complete && mode_ == Mode::difference) {
    at.complete(tracker_, look);
  }
  if (mode_ == Mode::baseline) {
    baseline_samples(scratch);
  } else {
    changes_.emplace(tracker_.compare(look.look, mode_, scratch));
    if (at.extend) {
      at.extend(tracker_, *changes_);
    }
  }
  attach_ = mode_ == Mode::baseline ? nullptr : at.attach;
  hash_labels();
  heirs_.clear();
  if (at.heirs_by >= 0 && mode_ == Mode::difference) {
    heirs_ = collect::find_heirs(tracker_, label_hashes_, look.look, next_hashes_,
                                 static_cast<std::size_t>(at.heirs_by));
    collect::inherit(heirs_, tracker_, look.look, *changes_);
  }
  return *changes_;
}

// Series of the rows that the tracker does not know, and of those that changed; accept() knows the
// others. A series that existed before belongs to an entry that was gone and is back.
void Source::assign(pg::Spi& spi, core::Resource* scratch) {
  core::Changes& changes = *changes_;
  const store::Assigned assigned =
      store::assign_series(spi, *pending_, {changes.unseen.data(), changes.unseen.size()}, scratch);
  series_by_row_.assign(pending_->rows(), -1);
  new_series_.clear();
  new_keys_.clear();
  std::vector<std::uint8_t> existed(pending_->rows(), 0);
  for (std::size_t i = 0; i < changes.unseen.size(); ++i) {
    const std::uint32_t row = changes.unseen[i];
    series_by_row_[row] = assigned.series[i];
    existed[row] = assigned.existed[i];
    new_series_.push_back(assigned.series[i]);
    const auto key = pending_->look.key(row);
    new_keys_.insert(new_keys_.end(), key.begin(), key.end());
  }
  for (core::Change& change : changes.rows) {
    if (change.series >= 0) {
      series_by_row_[change.row] = change.series;
      continue;
    }
    change.series = series_by_row_[change.row];
    if (existed[change.row] != 0 && (change.flags & Flag::first) != 0) {
      change.flags = (change.flags & ~std::uint32_t{Flag::first}) | Flag::returned;
    }
  }
}

void Source::hash_labels() {
  next_hashes_.clear();
  for (std::uint32_t row = 0; row < pending_->rows() && !id_.stream->labels.empty(); ++row) {
    next_hashes_.push_back(label_hash(*pending_, row));
  }
}

std::vector<std::uint32_t> Source::renamed() const {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < next_hashes_.size() && !label_hashes_.empty(); ++row) {
    const auto known = tracker_.find(pending_->look.key(row));
    const std::uint64_t before = known && *known < label_hashes_.size() ? label_hashes_[*known] : 0;
    if (before != 0 && before != next_hashes_[row]) {
      rows.push_back(row);
    }
  }
  return rows;
}

void Source::check_labels(pg::Spi& spi, core::Resource* scratch) {
  if (id_.stream->labels.empty()) {
    return;
  }
  std::vector<std::uint32_t> rows;
  std::vector<std::int32_t> series;
  for (std::uint32_t row = 0; row < pending_->rows(); ++row) {
    const auto known = tracker_.find(pending_->look.key(row));
    const std::uint64_t before = known && *known < label_hashes_.size() ? label_hashes_[*known] : 0;
    const std::int32_t given = series_by_row_[row];
    const std::int32_t id = given < 0 && known ? tracker_.series(*known) : given;
    if (before != next_hashes_[row] && id >= 0) {
      rows.push_back(row);
      series.push_back(id);
    }
  }
  store::update_labels(spi, *pending_, rows, series, scratch);
}

Outcome Source::write(pg::Spi& spi, core::Resource* scratch) {
  assign(spi, scratch);
  check_labels(spi, scratch);
  Outcome outcome;
  outcome.entries = pending_->rows();
  outcome.new_series = new_series_.size();
  outcome.resets = changes_->resets;
  outcome.vanished = mode_ == Mode::difference ? changes_->vanished_rows : 0;
  outcome.flags = flags_;
  outcome.interval_us = tick_.duration;
  const std::uint32_t on_samples = flags_ & (Flag::restart | Flag::crash | Flag::failover |
                                             Flag::gap | Flag::clock_jump | Flag::baseline);
  core::Batch batch = changes_->batch(tick_, on_samples, tombstones_, scratch);
  if (attach_) {
    attach_(*changes_, batch);
    attach_ = nullptr;
  }
  if (batch.samples() > 0) {
    outcome.bytes = store::append_journal(spi, id_, next_.snapshot_id, batch, scratch);
    outcome.samples = changes_->rows.size();
  }
  store::note_look(spi, id_, next_);
  // Nothing that the journal could be replayed upon, or that it leads to: it does not tell where
  // sums over parts went on after a reset.
  const bool unclear = changes_->resets > 0 && has(*id_.stream, Kind::loose);
  if (!loaded_ || !heirs_.empty() || corrected_ || unclear) {
    take_over();
    early_ = true;
    store::save_reference(spi, id_, *last_, tracker_, scratch);
  }
  return outcome;
}

void Source::take_over() {
  tracker_.accept(std::move(pending_->look), series_by_row_);
  pending_->clear();
  label_hashes_.swap(next_hashes_);
  last_ = next_;
  last_monotonic_ = next_monotonic_;
  loaded_ = true;
}

void Source::accept() {
  if (pending_ != nullptr && !early_) {
    take_over();
  }
  pending_ = nullptr;
  early_ = false;
  changes_.reset();
}

void Source::discard() {
  const bool forget = pending_ != nullptr && (early_ || corrected_);
  pending_ = nullptr;
  early_ = false;
  changes_.reset();
  if (forget || !loaded_) {
    invalidate();
  }
}

void Source::invalidate() {
  loaded_ = tried_ = false;
  last_.reset();
  last_monotonic_ = 0;
  tracker_.clear();
  label_hashes_.clear();
}

void Source::save_reference(pg::Spi& spi, core::Resource* scratch) {
  if (load(spi, scratch)) {
    store::save_reference(spi, id_, *last_, tracker_, scratch);
  }
}

}  // namespace almanac::worker
