// Zone: core. Allocates nothing, throws nothing, never waits: hooks may call all of it.
//
// How texts of plans get from the processes that execute statements to the one that stores them:
// cells in memory that they share, each for one text. Whoever has a text takes a free cell by
// compare-exchange, or none: nobody waits, and what finds no cell is dropped and counted. The
// reader frees a cell only when its text is stored for good.
//
//   free -> writing -> ready -> free
//
// No more than so many texts are let through in a second, in all processes together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "core/plan_table.hpp"

namespace almanac::core {

inline constexpr uint32_t plan_cells = 32;
inline constexpr size_t plan_cell_bytes = 8192;

struct PlanCell {
  uint32_t state;
  uint32_t parts[3];  // lengths in bytes
  PlanKey key;
  char bytes[plan_cell_bytes - 48];
};
static_assert(std::is_trivially_copyable_v<PlanCell> && sizeof(PlanCell) == plan_cell_bytes);

// Names are separated by zero bytes.
struct PlanText {
  std::string_view plan;
  std::string_view relations;
  std::string_view indexes;
};

class PlanMailbox {
 public:
  // Bytes of a text, its names included.
  static constexpr size_t room = sizeof(PlanCell::bytes);
  static constexpr uint32_t per_second = 20;

  static size_t bytes() noexcept;

  PlanMailbox() = default;
  // Over memory of that size, aligned to 64 bytes and, at first, zero.
  explicit PlanMailbox(void* memory) noexcept;

  // Whether a text may be made in this second, and would find a cell; each time it may counts.
  // Seconds are anybody's.
  bool admits(int64_t second) noexcept;
  // False if there is no free cell, or the text is longer than `room`.
  bool put(const PlanKey& key, const PlanText& text) noexcept;

  // By the reader alone: at any time one process.
  bool ready(uint32_t cell) const noexcept;  // cell < plan_cells
  const PlanKey& key(uint32_t cell) const noexcept { return cells_[cell].key; }
  PlanText text(uint32_t cell) const noexcept;  // valid until clear()
  void clear(uint32_t cell) noexcept;

  uint64_t dropped() const noexcept;   // for want of a cell, or too long
  uint64_t deferred() const noexcept;  // for the limit per second
  uint64_t passed() const noexcept;    // put into a cell

 private:
  struct Header;
  Header* header_ = nullptr;
  PlanCell* cells_ = nullptr;
};

}  // namespace almanac::core
