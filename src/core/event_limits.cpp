#include "core/event_limits.hpp"

namespace almanac::core {
namespace {

constexpr int64_t hour = int64_t{3600} * 1'000'000;

int64_t floor_of(int64_t time, int64_t unit) {
  const int64_t rest = time % unit;
  return time - rest - (rest < 0 ? unit : 0);
}

}  // namespace

int64_t EventLimits::hour_of(int64_t time) { return floor_of(time, hour); }
int64_t EventLimits::day_of(int64_t time) { return floor_of(time, 24 * hour); }

void EventLimits::count(int64_t time, std::string_view kind, uint32_t database, uint32_t object,
                        int rows) {
  const Key key{hour_of(time), std::string(kind), database};
  if (object != 0) objects_[{key, object}] += rows;
  kinds_[key] += rows;
  days_[day_of(time)] += rows;
}

EventLimits::Place EventLimits::admit(int64_t time, std::string_view kind, uint32_t database,
                                      uint32_t object) {
  const Key key{hour_of(time), std::string(kind), database};
  if (object != 0 && objects_[{key, object}] >= most_of_object) return Place::object;
  if (kinds_[key] >= most_of_kind) return Place::kind;
  if (days_[day_of(time)] >= most_of_day) return Place::day;
  count(time, kind, database, object, 1);
  return Place::own;
}

}  // namespace almanac::core
