// Zone: core.
//
// Which events get a row of their own, so that a storm of them fills no table.
//
// Of events of one kind about one object there are 4 rows in an hour, of one kind in one database
// 40, and of all together 1,000 in a UTC day. Those beyond a limit are counted in one row: for the
// same object, for the same kind and database, at last for the day.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace almanac::core {

inline constexpr int most_of_object = 4;  // in an hour
inline constexpr int most_of_kind = 40;   // in an hour, in one database
inline constexpr int most_of_day = 1000;

class EventLimits {
 public:
  // Where an event goes.
  enum class Place : uint8_t {
    own,     // a row of its own
    object,  // counted in the latest row of the hour of the same kind and object
    kind,    // counted in the row of the hour for the kind in that database
    day,     // counted in the row of the day for the kind
  };

  // Takes note of rows that are there already. `time` is in microseconds since 2000-01-01 UTC;
  // `object` 0: none.
  void count(int64_t time, std::string_view kind, uint32_t database, uint32_t object, int rows);
  // Where the next event goes; a row of its own counts from then on.
  Place admit(int64_t time, std::string_view kind, uint32_t database, uint32_t object);

  static int64_t hour_of(int64_t time);
  static int64_t day_of(int64_t time);

 private:
  using Key = std::tuple<int64_t, std::string, uint32_t>;
  std::map<std::pair<Key, uint32_t>, int> objects_;
  std::map<Key, int> kinds_;
  std::map<int64_t, int> days_;
};

}  // namespace almanac::core
