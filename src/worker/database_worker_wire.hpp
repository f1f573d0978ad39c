// What lies between a database worker and the repository: a segment of shared memory with a
// request, a place for a failure, and a queue; and the messages that go through the queue.
//
//   message    u32 kind, u32 rows, then
//   rows       of tables, indexes or sequences: keys, cells, oid labels, text lengths (u32), texts;
//   column by column, none padded known      sizes for the next look summary    last: the rest of
//   RelationsObserved
//
// or, to a question: pieces of the answer, and an empty one last.
//
// Both sides are the same library in the same server, so numbers are in machine order; the receiver
// checks lengths all the same.
//
// Zone: C++.
#pragma once

#include "collect/relations.hpp"
#include "pg/postgres.hpp"

namespace almanac::worker::wire {

inline constexpr std::size_t queue_bytes = 256 * 1024;

// The head of the segment. The worker writes `failed` last and only then ends, so whoever sees the
// end of the queue sees the failure whole. What it cost is there when the worker has ended.
struct Segment {
  std::uint32_t magic;
  Oid database;
  Oid role;  // who asks; InvalidOid: the bootstrap superuser
  collect::RelationsOptions options;
  std::uint32_t known;  // sizes of the last look, behind the queue
  std::uint32_t known_looks;
  std::int64_t known_epoch;
  std::uint32_t question;  // bytes of a query, behind the known sizes; 0: a look is wanted
  pg_atomic_uint32 failed;
  std::int32_t sqlstate;
  char message[512];
  char hint[256];
  pg_atomic_uint64 cpu_us;  // of the worker's whole life
  pg_atomic_uint64 blks_hit, blks_read, blks_written;
};
static_assert(std::is_standard_layout_v<Segment> &&
              std::is_trivially_copyable_v<collect::RelationsOptions>);

inline constexpr std::uint32_t magic = 0x414C4D31;
inline constexpr std::size_t queue_offset = MAXALIGN(sizeof(Segment));
inline constexpr std::size_t known_offset = MAXALIGN(queue_offset + queue_bytes);
inline constexpr std::size_t segment_bytes(std::size_t known, std::size_t question) {
  return known_offset + known * sizeof(collect::KnownSize) + question;
}

inline void* queue_of(Segment* segment) { return reinterpret_cast<char*>(segment) + queue_offset; }

// Puts known sizes into a segment that was made for so many. Cannot fail.
void put_known(Segment* segment, const collect::KnownSizes& known) noexcept;
// Takes them out again. Throws std::bad_alloc.
void get_known(const Segment* segment, collect::KnownSizes& known);

// The same for a question; known sizes are put first.
void put_question(Segment* segment, std::string_view question) noexcept;
[[nodiscard]] std::string_view question_of(const Segment* segment) noexcept;

// Notes a failure in the segment. PG zone; cannot fail; later ones do not replace the first.
void note_failure(Segment* segment, int sqlstate, const char* message, const char* hint) noexcept;

// Notes what this process has cost so far. PG zone; cannot fail.
void note_cost(Segment* segment) noexcept;

// Packs a look into messages and hands each to `send`, which returns false to stop. Throws what
// `send` throws, std::bad_alloc.
class Packer {
 public:
  using Send = bool (*)(void* context, std::span<const std::byte> message);
  Packer(Send send, void* context) : send_(send), context_(context) {}
  // False if it was stopped.
  bool pack(const collect::RelationsObserved& look);

 private:
  bool pack_rows(std::uint32_t kind, const collect::Observed& rows);
  bool pack_known(const collect::KnownSizes& known);
  bool flush();
  template <class Value>
  void put(const Value* values, std::size_t count);

  Send send_;
  void* context_;
  std::vector<std::byte> buffer_;
};

// Adds a message to a look. Returns true when the look is whole. Throws std::runtime_error if the
// message is malformed, std::bad_alloc.
bool unpack(std::span<const std::byte> message, collect::RelationsObserved& look);

// Hands an answer to `send` in pieces. False if it was stopped. Throws what `send` throws,
// std::bad_alloc.
bool send_answer(Packer::Send send, void* context, std::string_view answer);

// Adds a piece to an answer. Returns true when it is whole. Throws std::runtime_error if the
// message is malformed, std::bad_alloc.
bool take_answer(std::span<const std::byte> message, std::string& answer);

}  // namespace almanac::worker::wire
