// Histograms as arguments and results of SQL functions.
//
// A value of type almanac.histogram is a varlena that holds the packed form
// (core/histogram_codec.hpp), laid out as a bytea.
//
// Zone: C++.
#pragma once

#include "core/histogram.hpp"
#include "pg/function.hpp"
#include "pg/memory.hpp"

namespace almanac::api {

// An argument of type histogram. Throws core::CorruptChunk.
inline core::Histogram histogram_argument(const pg::Arguments& arguments, int i,
                                          core::Resource* resource) {
  return core::Histogram::unpack(arguments.get<std::span<const std::byte>>(i), resource);
}

// A result of type histogram, in the current memory context.
inline Datum histogram_result(const core::Histogram& histogram, core::Resource* scratch) {
  core::Vector<std::byte> packed(scratch);
  histogram.pack(packed);
  return pg::result(packed);
}

// Runs `change`, which adds to histograms or subtracts from them: what does not fit is 22003.
template <class F>
auto change_histogram(F change) -> decltype(change()) {
  try {
    return change();
  } catch (const std::overflow_error&) {
    throw pg::Failure(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "histogram out of range")
        .detail("A histogram holds at most " + std::to_string(core::max_calls) + " calls.");
  } catch (const std::range_error&) {
    throw pg::Failure(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
                      "histogram to be subtracted is not part of the other")
        .detail("It has more calls in some bucket.")
        .hint("Subtract an earlier state from a later one, or a part from the whole.");
  }
}

// A duration that becomes part of a histogram: its bucket. Failure (22023) if it is NaN or
// infinite, (22003) if negative.
unsigned bucket_of_value(double ms);

}  // namespace almanac::api
