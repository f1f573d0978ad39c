// The floor of free disk space: below it nothing is recorded, so that a volume that runs full is
// not filled by what watches it. pg_almanac.min_free_space.
//
// Zone: C++.
#pragma once

#include <cstdint>
#include <string>

namespace almanac::worker {

struct Room {
  std::string path;              // of the volume that has least, relative to the data directory
  std::int64_t free_bytes = -1;  // that an unprivileged process may use there; -1: not known
  std::int64_t floor_bytes = 0;  // pg_almanac.min_free_space

  [[nodiscard]] bool enough() const { return free_bytes < 0 || free_bytes >= floor_bytes; }
  // Enough again after it was not: with some room to spare, so that the answer does not change
  // with every WAL file.
  [[nodiscard]] bool ample() const {
    return free_bytes < 0 || free_bytes >= floor_bytes + floor_bytes / 16;
  }
  // What is wrong, in words.
  [[nodiscard]] std::string complaint() const;
};

// What to do about it.
inline constexpr const char* kSpaceHint =
    "Free space on that volume, or lower pg_almanac.min_free_space.";

// Looks at the volumes of the data directory, of the WAL, and of the tables of the extension.
// Needs a transaction.
Room find_room();

// Throws Failure (53100) with a hint unless there is enough. Needs a transaction.
void check_room();

}  // namespace almanac::worker
