#include "worker/maintenance.hpp"

#include "core/schedule.hpp"
#include "pg/spi.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "store/retention.hpp"

namespace almanac::worker {
namespace {

using store::kDay;
using store::kTiers;
using store::Tier;

// The list of work: for each stream its partitions ahead, its roll-up, its expired partitions, its
// forgotten series; then expired events, the limit, projections, and capacity.
constexpr std::size_t kTasksPerStream = 2 * kTiers + 2;

std::size_t task_count() { return store::streams().size() * kTasksPerStream + 4; }

std::size_t what_after_streams(std::size_t task) {
  return task - store::streams().size() * kTasksPerStream;
}

bool has_series(const store::Stream& stream) {
  pg::Spi spi;
  return spi
      .value<bool>("SELECT EXISTS (SELECT FROM almanac." + std::string(stream.name) + "_keys)")
      .value_or(false);
}

}  // namespace

Maintenance::Maintenance(MemoryContext parent, Recorder& recorder)
    : parent_(parent),
      recorder_(recorder),
      forgot_(store::streams().size(), PG_INT64_MIN),
      roll_ups_(store::streams().size()) {}

void Maintenance::begin_now(std::int64_t now, std::int64_t elapsed) {
  begin(now);
  elapsed_ = elapsed;
  derives_ = true;
}

void Maintenance::begin(std::int64_t at) {
  now_ = at_ = at;
  elapsed_.reset();
  derives_ = false;
  task_ = 0;
  dropped_ = 0;
  active_ = true;
}

// Kept to the hour while all is well. If this fails, nothing is rolled up or dropped in this round.
void Maintenance::age() {
  static pg::Plan read("SELECT settled FROM almanac.age");
  static pg::Plan write("UPDATE almanac.age SET settled = $1");
  constexpr std::int64_t hour = kDay / 24;
  const std::int64_t elapsed = *elapsed_;
  elapsed_.reset();
  at_ = PG_INT64_MIN;
  pg::Spi spi;
  const auto before = spi.value<pg::Timestamp>(read);
  const std::int64_t aged = core::aged(before ? before->us : core::never, now_, elapsed);
  if (!before || aged != now_ || aged < before->us || aged - before->us >= hour) {
    spi.execute(write, {pg::Timestamp{aged}});
  }
  at_ = aged;
}

bool Maintenance::next() {
  store::hold_extension();
  if (elapsed_) {
    age();
  }
  while (task_ < task_count()) {
    if (do_task(task_)) {
      return true;
    }
    ++task_;
  }
  active_ = false;
  return false;
}

std::string Maintenance::piece() const {
  if (!active_) {
    return "nothing";
  }
  const std::size_t index = task_ / kTasksPerStream;
  if (index >= store::streams().size()) {
    constexpr const char* names[] = {"events", "limit of size", "projections", "capacity"};
    return names[what_after_streams(task_)];
  }
  const std::string stream = store::streams()[index].name;
  const std::size_t what = task_ % kTasksPerStream;
  const auto tier = [](std::size_t i) { return store::spec(static_cast<Tier>(i)).name; };
  if (what < kTiers) {
    return "partition ahead of " + stream + "_" + tier(what);
  }
  if (what == kTiers) {
    return "roll-up of " + stream;
  }
  if (what == 2 * kTiers + 1) {
    return "series of " + stream;
  }
  return "drop of " + stream + "_" + tier(what - kTiers - 1);
}

bool Maintenance::do_task(std::size_t task) {
  const std::size_t index = task / kTasksPerStream;
  if (index >= store::streams().size()) {
    switch (what_after_streams(task)) {
      case 0: return Events::expire(at_);
      case 1: return make_room();
      case 2: return room_ && derives_ && project();
      default: return room_ && derives_ && measure_capacity();
    }
  }
  const store::Stream& stream = store::streams()[index];
  const std::size_t what = task % kTasksPerStream;
  if (what <= kTiers && !room_) {
    return false;
  }
  if (what < kTiers) {
    return make_ahead(stream, static_cast<Tier>(what));
  }
  if (what == kTiers) {
    return roll_up(stream);
  }
  if (what == 2 * kTiers + 1) {
    return forget_series(stream);
  }
  const bool dropped = store::drop_expired(stream, static_cast<Tier>(what - kTiers - 1), at_);
  dropped_ += dropped ? 1 : 0;
  return dropped;
}

// Today's and tomorrow's, so that whoever writes need not make them.
bool Maintenance::make_ahead(const store::Stream& stream, Tier tier) {
  if (!store::storable(now_) || !store::storable(now_ + kDay) || !has_series(stream)) {
    return false;
  }
  const std::int64_t day = store::day_of(now_);
  const bool today = store::make_partition(stream, tier, day);
  return store::make_partition(stream, tier, day + 1) || today;
}

// Days of which nothing is in the journal any more.
bool Maintenance::roll_up(const store::Stream& stream) {
  static pg::Plan plan("SELECT pg_catalog.min(\"time\") FROM almanac.journal WHERE stream = $1");
  pg::Spi spi;
  const auto journal = spi.value<pg::Timestamp>(plan, {stream.id});
  const std::int64_t complete = store::day_of(std::min(at_, journal ? journal->us : at_)) * kDay;
  auto& roll_up = roll_ups_[static_cast<std::size_t>(&stream - store::streams().data())];
  if (roll_up == nullptr) {
    roll_up = std::make_unique<store::RollUp>(stream, parent_);
  }
  return roll_up->next(complete).more;
}

// Once a day: it reads all there is about the series.
bool Maintenance::forget_series(const store::Stream& stream) {
  const bool comes_and_goes = stream.id == store::kStatement || stream.id == store::kTable ||
                              stream.id == store::kIndex || stream.id == store::kWait ||
                              stream.id == store::kPlan || stream.id == store::kSequence;
  std::int64_t& forgot = forgot_[static_cast<std::size_t>(&stream - store::streams().data())];
  const std::int64_t day = store::day_of(at_);
  if (!comes_and_goes || forgot == day) {
    return false;
  }
  if (recorder_.forget_series(stream, at_)) {
    return true;
  }
  forgot = day;
  return false;
}

// Once a day, some series at a time. Not before the first day has been recorded, when there is
// nothing to say.
bool Maintenance::project() {
  static pg::Plan plan(
      "SELECT r.started < $1::timestamptz - interval '1 day' AND almanac.project_piece($1) FROM "
      "almanac.recorder r WHERE r.server_id = 0");
  pg::Spi spi;
  return spi.value<bool>(plan, {pg::Timestamp{at_}}).value_or(false);
}

bool Maintenance::measure_capacity() {
  static pg::Plan plan("SELECT almanac.measure_capacity($1)");
  constexpr std::int64_t hour = kDay / 24;
  if (at_ / hour != measured_ / hour) {
    pg::Spi spi;
    spi.execute(plan, {pg::Timestamp{at_}});
    measured_ = at_;
  }
  return false;
}

bool Maintenance::make_room() {
  stored_ = store::stored_bytes();
  const std::int64_t limit = std::int64_t{settings::max_size_mb} << 20;
  if (settings::max_size_mb < 0 || stored_ <= limit || !store::drop_for_room(at_)) {
    return false;
  }
  ++dropped_;
  if (said_ == PG_INT64_MIN || now_ - said_ >= kDay || now_ < said_) {
    said_ = now_;
    pg::report(LOG, ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
               "pg_almanac drops history to stay within pg_almanac.max_size",
               "It takes " + std::to_string(stored_ >> 20) + " MB, the limit is " +
                   std::to_string(settings::max_size_mb) + " MB.",
               "Raise pg_almanac.max_size, or keep less with almanac.set_retention(). What was"
               " dropped is in almanac.drops.");
  }
  return true;
}

}  // namespace almanac::worker
