// Zone: core.
//
// The one exception of everything that reads packed bytes.
#pragma once

#include <stdexcept>

namespace almanac::core {

// The bytes are not what the encoder wrote: damaged, cut off, or of a later version.
class CorruptChunk : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace almanac::core
