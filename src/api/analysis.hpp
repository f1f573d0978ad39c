// Series as arguments of SQL functions.
//
// Zone: C++.
#pragma once

#include "core/changepoint.hpp"
#include "core/memory.hpp"
#include "pg/function.hpp"

namespace almanac::api {

// The most elements that an analysis takes.
inline constexpr int kMaxSeriesLength = 100'000;

// Argument i, a float8[] that is not NULL, as its elements in order; NULL elements are gaps. `name`
// is for messages. Throws Failure: 22023 if an element is NaN or infinite, or there are more than
// kMaxSeriesLength; 2202E if it has more than one dimension.
core::Vector<std::optional<double>> series_argument(FunctionCallInfo fcinfo, int i,
                                                    const char* name, core::Resource* resource);

// What is there of a series.
struct Present {
  explicit Present(core::Resource* resource)
      : values(resource), calls(resource), positions(resource) {}

  core::Vector<double> values;
  core::Vector<double> calls;  // empty: without weights
  core::Vector<std::uint32_t> positions;

  [[nodiscard]] core::Observations observations() const {
    return {.values = core::view(values),
            .positions = core::view(positions),
            .calls = core::view(calls),
            .deviations = {}};
  }
};

// Argument i, a series as above, with argument i + 1, its weights, or NULL for none: without its
// gaps. An element without weight is a gap like one without a value. Throws Failure (22023) also if
// their lengths differ, a weight is negative, or, if `log`, a value is.
Present present_argument(FunctionCallInfo fcinfo, int i, bool log, core::Resource* resource);

}  // namespace almanac::api
