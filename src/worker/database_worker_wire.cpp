#include "worker/database_worker_wire.hpp"

namespace almanac::worker::wire {
namespace {

using collect::Observed;
using collect::RelationsObserved;

// Rows of a message: some 60 kB of tables, a quarter of the queue, so that both sides work at the
// same time.
constexpr std::uint32_t rows_per_message = 128;

constexpr std::uint32_t sizes_per_message = 2048;

constexpr std::size_t bytes_per_piece = 32768;

enum Kind : std::uint32_t {
  tables = 1,
  indexes = 2,
  summary = 3,
  sizes = 4,
  sequences = 5,
  piece = 6
};

struct Head {
  std::uint32_t kind;
  std::uint32_t rows;  // of the message; in the summary, of the whole look
};

struct Summary {
  std::uint32_t tables, indexes, sequences, sizes, known_looks;
  std::int64_t known_epoch;
  TimestampTz time;
  std::int64_t elapsed_us, size_bytes;
  std::uint32_t unsized;
  Oid database;
  collect::Epoch epoch;
};
static_assert(std::is_trivially_copyable_v<Summary>);

class Reader {
 public:
  explicit Reader(std::span<const std::byte> message) : rest_(message) {}

  template <class Value>
  void get(Value* values, std::size_t count) {
    if (count > rest_.size() / sizeof(Value)) {
      throw std::runtime_error("message of a database worker is too short");
    }
    if (count > 0) {
      std::memcpy(values, rest_.data(), count * sizeof(Value));
    }
    rest_ = rest_.subspan(count * sizeof(Value));
  }
  std::string_view text(std::size_t bytes) {
    if (bytes > rest_.size()) {
      throw std::runtime_error("message of a database worker is too short");
    }
    const std::string_view text(reinterpret_cast<const char*>(rest_.data()), bytes);
    rest_ = rest_.subspan(bytes);
    return text;
  }
  void end() const {
    if (!rest_.empty()) {
      throw std::runtime_error("message of a database worker is too long");
    }
  }

 private:
  std::span<const std::byte> rest_;
};

void unpack_rows(Reader& in, std::uint32_t rows, Observed& to) {
  if (rows > rows_per_message) {
    throw std::runtime_error("message of a database worker has too many rows");
  }
  const std::size_t words = to.look.key_words();
  const std::size_t columns = to.look.columns();
  std::vector<std::int64_t> keys(rows * words);
  std::vector<std::int64_t> cells(rows * columns);
  std::vector<std::uint32_t> oids(std::size_t{rows} * to.oids_per_row);
  std::vector<std::uint32_t> lengths(std::size_t{rows} * to.texts_per_row);
  in.get(keys.data(), keys.size());
  in.get(cells.data(), cells.size());
  in.get(oids.data(), oids.size());
  in.get(lengths.data(), lengths.size());
  for (std::uint32_t row = 0; row < rows; ++row) {
    to.look.add({keys.data() + row * words, words}, {cells.data() + row * columns, columns});
  }
  to.oids.insert(to.oids.end(), oids.begin(), oids.end());
  for (const std::uint32_t length : lengths) {
    to.texts.add(in.text(length));
  }
}

void unpack_known(Reader& in, std::uint32_t rows, collect::KnownSizes& to) {
  if (rows > sizes_per_message) {
    throw std::runtime_error("message of a database worker has too many rows");
  }
  const std::size_t before = to.relations.size();
  to.relations.resize(before + rows);
  in.get(to.relations.data() + before, rows);
}

}  // namespace

void put_known(Segment* segment, const collect::KnownSizes& known) noexcept {
  segment->known = static_cast<std::uint32_t>(known.relations.size());
  segment->known_looks = known.looks;
  segment->known_epoch = known.epoch;
  if (!known.relations.empty()) {
    std::memcpy(reinterpret_cast<char*>(segment) + known_offset, known.relations.data(),
                known.relations.size() * sizeof(collect::KnownSize));
  }
}

void get_known(const Segment* segment, collect::KnownSizes& known) {
  known.looks = segment->known_looks;
  known.epoch = segment->known_epoch;
  known.relations.resize(segment->known);
  if (segment->known > 0) {
    std::memcpy(known.relations.data(), reinterpret_cast<const char*>(segment) + known_offset,
                segment->known * sizeof(collect::KnownSize));
  }
}

void put_question(Segment* segment, std::string_view question) noexcept {
  segment->question = static_cast<std::uint32_t>(question.size());
  std::memcpy(reinterpret_cast<char*>(segment) + segment_bytes(segment->known, 0), question.data(),
              question.size());
}

std::string_view question_of(const Segment* segment) noexcept {
  return {reinterpret_cast<const char*>(segment) + segment_bytes(segment->known, 0),
          segment->question};
}

void note_failure(Segment* segment, int sqlstate, const char* message, const char* hint) noexcept {
  if (pg_atomic_read_u32(&segment->failed) != 0) {
    return;
  }
  segment->sqlstate = sqlstate;
  strlcpy(segment->message, message != nullptr ? message : "unknown error",
          sizeof(segment->message));
  strlcpy(segment->hint, hint != nullptr ? hint : "", sizeof(segment->hint));
  pg_write_barrier();
  pg_atomic_write_u32(&segment->failed, 1);
}

void note_cost(Segment* segment) noexcept {
  timespec cpu;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  const collect::Blocks blocks = collect::Blocks::now();
  const auto n = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  pg_atomic_write_u64(&segment->cpu_us,
                      n(cpu.tv_sec * std::int64_t{1'000'000} + cpu.tv_nsec / 1000));
  pg_atomic_write_u64(&segment->blks_hit, n(blocks.hit));
  pg_atomic_write_u64(&segment->blks_read, n(blocks.read));
  pg_atomic_write_u64(&segment->blks_written, n(blocks.written));
}

template <class Value>
void Packer::put(const Value* values, std::size_t count) {
  const auto* bytes = reinterpret_cast<const std::byte*>(values);
  buffer_.insert(buffer_.end(), bytes, bytes + count * sizeof(Value));
}

bool Packer::flush() {
  const bool more = send_(context_, buffer_);
  buffer_.clear();
  return more;
}

bool Packer::pack_rows(std::uint32_t kind, const Observed& rows) {
  for (std::uint32_t begin = 0; begin < rows.rows(); begin += rows_per_message) {
    const std::uint32_t count = std::min(rows_per_message, rows.rows() - begin);
    const Head head{kind, count};
    put(&head, 1);
    put(rows.look.key(begin).data(), std::size_t{count} * rows.look.key_words());
    put(rows.look.cells(begin).data(), std::size_t{count} * rows.look.columns());
    put(rows.oids.data() + std::size_t{begin} * rows.oids_per_row,
        std::size_t{count} * rows.oids_per_row);
    const std::size_t first = std::size_t{begin} * rows.texts_per_row;
    const std::size_t last = first + std::size_t{count} * rows.texts_per_row;
    for (std::size_t i = first; i < last; ++i) {
      const auto length = static_cast<std::uint32_t>(rows.texts.at(i).size());
      put(&length, 1);
    }
    for (std::size_t i = first; i < last; ++i) {
      put(rows.texts.at(i).data(), rows.texts.at(i).size());
    }
    if (!flush()) {
      return false;
    }
  }
  return true;
}

bool Packer::pack_known(const collect::KnownSizes& known) {
  const auto total = static_cast<std::uint32_t>(known.relations.size());
  for (std::uint32_t begin = 0; begin < total; begin += sizes_per_message) {
    const Head head{sizes, std::min(sizes_per_message, total - begin)};
    put(&head, 1);
    put(known.relations.data() + begin, head.rows);
    if (!flush()) {
      return false;
    }
  }
  return true;
}

bool Packer::pack(const RelationsObserved& look) {
  if (!pack_rows(tables, look.tables) || !pack_rows(indexes, look.indexes) ||
      !pack_rows(sequences, look.sequences) || !pack_known(look.known)) {
    return false;
  }
  const Head head{summary, 0};
  Summary rest{};
  rest.tables = look.tables.rows();
  rest.indexes = look.indexes.rows();
  rest.sequences = look.sequences.rows();
  rest.sizes = static_cast<std::uint32_t>(look.known.relations.size());
  rest.known_looks = look.known.looks;
  rest.known_epoch = look.known.epoch;
  rest.time = look.time;
  rest.elapsed_us = look.elapsed_us;
  rest.size_bytes = look.size_bytes;
  rest.unsized = look.unsized;
  rest.database = look.database;
  rest.epoch = look.epoch;
  put(&head, 1);
  put(&rest, 1);
  return flush();
}

bool unpack(std::span<const std::byte> message, RelationsObserved& look) {
  Reader in(message);
  Head head;
  in.get(&head, 1);
  switch (head.kind) {
    case tables: unpack_rows(in, head.rows, look.tables); break;
    case indexes: unpack_rows(in, head.rows, look.indexes); break;
    case sequences: unpack_rows(in, head.rows, look.sequences); break;
    case sizes: unpack_known(in, head.rows, look.known); break;
    case summary: {
      Summary rest;
      in.get(&rest, 1);
      if (rest.tables != look.tables.rows() || rest.indexes != look.indexes.rows() ||
          rest.sequences != look.sequences.rows() || rest.sizes != look.known.relations.size()) {
        throw std::runtime_error("messages of a database worker are missing");
      }
      look.known.looks = rest.known_looks;
      look.known.epoch = rest.known_epoch;
      look.time = rest.time;
      look.elapsed_us = rest.elapsed_us;
      look.size_bytes = rest.size_bytes;
      look.unsized = rest.unsized;
      look.database = rest.database;
      look.epoch = rest.epoch;
      break;
    }
    default: throw std::runtime_error("message of a database worker is of unknown kind");
  }
  in.end();
  return head.kind == summary;
}

bool send_answer(Packer::Send send, void* context, std::string_view answer) {
  std::vector<std::byte> message;
  for (;;) {
    const std::string_view text = answer.substr(0, bytes_per_piece);
    const Head head{piece, static_cast<std::uint32_t>(text.size())};
    message.resize(sizeof(head) + text.size());
    std::memcpy(message.data(), &head, sizeof(head));
    std::memcpy(message.data() + sizeof(head), text.data(), text.size());
    if (!send(context, message)) {
      return false;
    }
    if (text.empty()) {
      return true;
    }
    answer.remove_prefix(text.size());
  }
}

bool take_answer(std::span<const std::byte> message, std::string& answer) {
  Reader in(message);
  Head head;
  in.get(&head, 1);
  if (head.kind != piece) {
    throw std::runtime_error("message of a database worker is of unknown kind");
  }
  answer += in.text(head.rows);
  in.end();
  return head.rows == 0;
}

}  // namespace almanac::worker::wire
