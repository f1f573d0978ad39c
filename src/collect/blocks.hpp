// Blocks that a piece of work accessed.
//
// Zone: PG.
#pragma once

#include "pg/postgres.hpp"

namespace almanac::collect {

// Found in the buffer cache, read, written; the last two with temporary files.
struct Blocks {
  std::int64_t hit = 0, read = 0, written = 0;

  // Of this process so far.
  static Blocks now() {
    const BufferUsage& used = pgBufferUsage;
    return {used.shared_blks_hit + used.local_blks_hit,
            used.shared_blks_read + used.local_blks_read + used.temp_blks_read,
            used.shared_blks_written + used.local_blks_written + used.temp_blks_written};
  }
  Blocks& operator+=(const Blocks& other) {
    hit += other.hit;
    read += other.read;
    written += other.written;
    return *this;
  }
  Blocks operator-(const Blocks& before) const {
    return {hit - before.hit, read - before.read, written - before.written};
  }
};

}  // namespace almanac::collect
