// The time axis of a chart.
//
// Zone: C++.
#pragma once

#include "core/chart.hpp"
#include "pg/boundary.hpp"

namespace almanac::api {

// Round times of the session's time zone between two times, in microseconds since 2000-01-01 UTC:
// from seconds to years, about one for each dozen of `width` characters.
core::Vector<core::ChartTick> time_ticks(std::int64_t from, std::int64_t to, int width,
                                         core::Resource* resource);

// A time of the session's time zone, "2026-11-22 14:29", with seconds if asked for.
core::String time_text(std::int64_t at, bool seconds, core::Resource* resource);

}  // namespace almanac::api
