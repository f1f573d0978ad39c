// Zone: core.
//
// Histograms as text: {lower bound in ms:calls, ...}, as in {0:1,0.98304:12,4.980736:3}. Bounds are
// written in full, so that reading gives the same histogram again. What is read may name any
// duration, in any order, more than once: {5:100, 20:3, 5:1} is 101 calls of 5 ms and 3 of 20 ms.
#pragma once

#include <string_view>

#include "core/histogram.hpp"
#include "core/memory.hpp"

namespace almanac::core {

// At most 18 kB.
String to_text(const Histogram& histogram, Resource* resource);

// Throws std::invalid_argument, saying what is expected and where, if the text has another form;
// std::out_of_range if a duration is infinite, too large for a double or negative, or a count
// exceeds max_calls; std::overflow_error if the counts together do. O(length).
Histogram from_text(std::string_view text, Resource* resource);

}  // namespace almanac::core
