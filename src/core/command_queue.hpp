// Zone: core. Allocates nothing, throws nothing, never waits: hooks may call all of it.
//
// Commands that changed something, on their way from the sessions that ran them to the one process
// that writes them down: a ring of cells in memory that they share, without a lock, after Vyukov's
// bounded queue.
//
//   a cell's turn   = its position p: free for whoever puts the p-th command
//                   = p + 1: holds the p-th command
//                   = p + cells: the reader is done with it, free for the next round
//
// Whoever puts takes a position by compare-exchange, fills the cell, then sets its turn. If the
// ring is full the command is counted as lost: nobody waits for the reader. The reader reads from
// the oldest on, as often as it likes, until it has written down what it read: then it releases
// that. A process that dies between taking a position and setting the turn would stop the reader;
// nothing in between can fail but the machine, and when a process is killed the server starts
// anew with empty memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace almanac::core {

inline constexpr size_t name_bytes = 64;  // of a name, with the zero at its end

// What a command did to one object. Strings end in zero.
struct CommandEvent {
  int64_t time = 0;   // when it was committed, in microseconds
  int64_t begun = 0;  // when the command began
  uint32_t database = 0;
  uint32_t role = 0;        // who ran it
  uint32_t object = 0;      // OID of what it did it to; 0: has none, or is not known
  uint32_t table = 0;       // of an index: its table
  uint32_t more = 0;        // other objects that the same command did the same to
  uint8_t kind = 0;         // a core::CommandKind
  bool prepared = false;    // in a transaction that was prepared: it may yet be rolled back
  bool concurrent = false;  // CONCURRENTLY
  uint8_t unnamed = 0;      // what `object` is, until its names can be looked up; 0: they are here
  char command[32] = {};    // as in "CREATE INDEX"
  char rolname[name_bytes] = {};
  char schema[name_bytes] = {};
  char name[name_bytes] = {};
  char table_schema[name_bytes] = {};
  char table_name[name_bytes] = {};
  char old_value[name_bytes] = {};
  char detail[160] = {};  // what was altered, the new version, the new value
};
static_assert(std::is_trivially_copyable_v<CommandEvent> &&
              std::is_standard_layout_v<CommandEvent>);

class CommandQueue {
 public:
  CommandQueue() = default;
  // The ring in `memory`, which begins on a line of the cache and has bytes(cells); all zero if it
  // is to be initialised. `cells` is a power of two.
  CommandQueue(std::byte* memory, uint32_t cells, bool initialise);
  static size_t bytes(uint32_t cells);

  bool exists() const { return head_ != nullptr; }
  uint32_t cells() const { return cells_; }

  // Any process. False if there was no room: then it is counted as lost.
  bool put(const CommandEvent& event);
  // How many there are, about.
  uint32_t size() const;

  // The reader alone. The n-th command since the last release, from 0; false: there is none yet.
  bool read(uint32_t n, CommandEvent& out) const;
  // Gives back the first n.
  void release(uint32_t n);
  // How many were lost so far, and that so many of them have been told.
  uint64_t lost() const;
  void told(uint64_t lost);
  // Lost and not told.
  uint64_t untold() const;

 private:
  struct Head {
    std::atomic<uint64_t> lost;
    std::atomic<uint64_t> told;
    alignas(64) std::atomic<uint64_t> put;       // the next position to take
    alignas(64) std::atomic<uint64_t> released;  // the oldest position in use
  };
  struct Cell {
    std::atomic<uint64_t> turn;
    CommandEvent event;
  };
  static_assert(std::atomic<uint64_t>::is_always_lock_free);

  Head* head_ = nullptr;
  Cell* ring_ = nullptr;
  uint32_t cells_ = 0;
};

}  // namespace almanac::core
