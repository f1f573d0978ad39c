// Which server a series belongs to. Series ids are unique over all servers, so a sample does not
// repeat it: the dictionary knows. As long as almanac.servers has no server but 0, the answer needs
// no look at the dictionary.
//
// Zone: C++.
#pragma once

#include "core/key_index.hpp"
#include "pg/memory.hpp"
#include "store/stream.hpp"

namespace almanac::store {

class ServerIds {
 public:
  // Reads nothing yet. Memory comes from `resource`; the snapshot must be registered or active at
  // the first look-up.
  ServerIds(const Stream& stream, Snapshot snapshot, core::Resource* resource)
      : stream_(stream), snapshot_(snapshot), others_(1, resource), servers_(resource) {}

  // The server of a series; 0 if the dictionary does not have it. Throws Error.
  std::int32_t server_of(std::int32_t series);

 private:
  void load();

  const Stream& stream_;
  Snapshot snapshot_;
  bool loaded_ = false;
  core::KeyIndex others_;               // series that do not belong to server 0
  core::Vector<std::int32_t> servers_;  // and where they belong
};

}  // namespace almanac::store
