// Series as arguments of SQL functions.
//
// Zone: C++.
#pragma once

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

}  // namespace almanac::api
