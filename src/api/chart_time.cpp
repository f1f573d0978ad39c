#include "api/chart_time.hpp"

#include <cstdio>

namespace almanac::api {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86400 * second_us;

struct Local {
  pg_tm fields;
  std::int64_t offset;  // what is added to UTC, in microseconds
};

Local local_of(std::int64_t at) {
  return pg::call([at] {
    Local local{};
    fsec_t fraction;
    int west = 0;
    if (timestamp2tm(at, &west, &local.fields, &fraction, nullptr, nullptr) != 0) {
      ereport(ERROR,
              (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
    }
    local.offset = -west * second_us;
    return local;
  });
}

// Days since 2000-01-01.
int day_of(int year, int month, int day) {
  using namespace std::chrono;
  constexpr sys_days epoch = std::chrono::year{2000} / January / 1;
  const sys_days days = std::chrono::year{year} / month / day;
  return static_cast<int>((days - epoch).count());
}

int day_of(std::int64_t at) {
  const pg_tm t = local_of(at).fields;
  return day_of(t.tm_year, t.tm_mon, t.tm_mday);
}

// When a day begins. The first look says about how far from UTC that is, the second exactly.
std::int64_t midnight(int day) {
  const std::int64_t utc = day * day_us;
  return utc - local_of(utc - local_of(utc).offset).offset;
}

core::String text(core::Resource* resource, const char* format, int a, int b, int c) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, a, b, c);
  return core::String(buffer, resource);
}

class Axis {
 public:
  Axis(std::int64_t from, std::int64_t to, core::Resource* resource)
      : from_(from), to_(to), resource_(resource), ticks_(resource) {}

  void by_seconds(std::int64_t step) {
    const std::int64_t step_us = step * second_us;
    for (std::int64_t at = from_ - step_us; at <= to_ + step_us; at += step_us) {
      const std::int64_t offset = local_of(at).offset;
      // Round down, also before 2000.
      const std::int64_t local = at + offset;
      const std::int64_t round = local - ((local % step_us) + step_us) % step_us - offset;
      const Local shown = local_of(round);
      const pg_tm& t = shown.fields;
      add(round, t.tm_hour == 0 && t.tm_min == 0 && t.tm_sec == 0
                     ? text(resource_, "%02d-%02d", t.tm_mon, t.tm_mday, 0)
                     : text(resource_, step < 60 ? "%02d:%02d:%02d" : "%02d:%02d", t.tm_hour,
                            t.tm_min, t.tm_sec));
    }
  }

  void by_days(int step) {
    const int first = day_of(from_);
    for (int day = first - first % step; day <= day_of(to_) + 1; day += step) {
      const std::int64_t at = midnight(day);
      const pg_tm t = local_of(at + day_us / 2).fields;
      add(at, text(resource_, "%02d-%02d", t.tm_mon, t.tm_mday, 0));
    }
  }

  void by_months(int step) {
    const pg_tm first = local_of(from_).fields;
    const pg_tm last = local_of(to_).fields;
    int month = first.tm_year * 12 + first.tm_mon - 1;
    for (month -= month % step; month <= last.tm_year * 12 + last.tm_mon; month += step) {
      add(midnight(day_of(month / 12, month % 12 + 1, 1)),
          text(resource_, "%04d-%02d", month / 12, month % 12 + 1, 0));
    }
  }

  core::Vector<core::ChartTick> take() { return std::move(ticks_); }

 private:
  void add(std::int64_t at, core::String label) {
    if (at < from_ || at > to_ || at <= last_) return;
    last_ = at;
    ticks_.push_back(
        {static_cast<double>(at - from_) / static_cast<double>(to_ - from_), std::move(label)});
  }

  std::int64_t from_;
  std::int64_t to_;
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
  core::Resource* resource_;
  core::Vector<core::ChartTick> ticks_;
};

}  // namespace

core::Vector<core::ChartTick> time_ticks(std::int64_t from, std::int64_t to, int width,
                                         core::Resource* resource) {
  Axis axis(from, to, resource);
  const auto wanted = static_cast<double>(to - from) / second_us / std::max(width / 12, 1);
  for (const int step :
       {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200}) {
    if (step < wanted) continue;
    axis.by_seconds(step);
    return axis.take();
  }
  for (const int step : {1, 2, 3, 7, 14}) {
    if (step * 86400.0 < wanted) continue;
    axis.by_days(step);
    return axis.take();
  }
  for (const int step : {1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 12000, 120000}) {
    if (step * 30.4 * 86400.0 < wanted && step < 120000) continue;
    axis.by_months(step);
    break;
  }
  return axis.take();
}

core::String time_text(std::int64_t at, bool seconds, core::Resource* resource) {
  const pg_tm t = local_of(at).fields;
  core::String line = text(resource, "%04d-%02d-%02d ", t.tm_year, t.tm_mon, t.tm_mday);
  line += text(resource, seconds ? "%02d:%02d:%02d" : "%02d:%02d", t.tm_hour, t.tm_min, t.tm_sec);
  return line;
}

}  // namespace almanac::api
