// Sizes on disk without a lock, from the directories of a database.
//
// pg_relation_size() opens the relation and so waits behind whoever holds it in ACCESS EXCLUSIVE
// mode; a file's size can be read at any time.
//
// To list a directory costs little, to ask for the size of each file takes most of the time of a
// look. So what is not expected to have changed is remembered from look to look (KnownSizes): a
// relation is measured again if
//
//   * it, or one of its files, was not there at the last look: a new relation, segment or fork, a
//     rewrite
//   * the statistics have counted rows written or vacuums of it since, of an index any access
//   * its size was another when it was measured last: it grows while nothing is counted yet, in a
//     transaction that goes on
//   * its turn has come: at every sixth look, whatever the statistics say
//
// Zone: C++.
#pragma once

#include "core/key_index.hpp"
#include "core/memory.hpp"
#include "pg/postgres.hpp"

namespace almanac::collect {

// What a look found out about the files of one relation.
struct KnownSize {
  Oid tablespace = InvalidOid;
  Oid file_number = InvalidOid;
  std::uint32_t files = 0;   // segments of all forks
  std::uint32_t moving = 0;  // 1: the size was another than the one remembered
  std::int64_t bytes = 0;
  std::int64_t activity = 0;  // of the relation before it was measured; unknown_activity: measure
};
static_assert(std::is_trivially_copyable_v<KnownSize>);

inline constexpr std::int64_t unknown_activity = -1;

// What one look leaves to the next; nothing at first, and whenever it might be wrong.
struct KnownSizes {
  explicit KnownSizes(core::Resource* resource) : relations(resource) {}

  core::Vector<KnownSize> relations;  // in the order in which the directories list them
  std::uint32_t looks = 0;            // counts on, tells whose turn it is
  std::int64_t epoch = 0;             // of the counters: if it is another, they tell nothing

  void clear() {
    relations.clear();
    looks = 0;
    epoch = 0;
  }
};

// Size in bytes of each relation of one database: all segments of all forks, by tablespace and file
// number. To be used in this order: list(), expect() for each relation, measure(), find().
class FileSizes {
 public:
  explicit FileSizes(core::Resource* resource);

  // Finds what files there are. `database` may be InvalidOid for none; `shared`: with the directory
  // of the shared catalogs. Throws pg::Error (a directory cannot be read; cancelled),
  // std::bad_alloc. O(files).
  void list(Oid database, bool shared, std::size_t relations_expected);

  // Tells of the next relation, whose files are those of `file_number` (0: none), how much was done
  // with it so far: any number that grows with each change. To be read after list(). `tablespace`
  // is that of the files, never 0.
  void expect(Oid tablespace, Oid file_number, std::int64_t activity);

  // Measures all relations but those of `known` that are expected to be as they were. The counters
  // that expect() was told must be older than this: what happens meanwhile is then found next time.
  // Throws pg::Error, std::bad_alloc. O(relations + files), an fstatat() for each file measured.
  void measure(const KnownSizes& known);

  // `doubtful`: there is nothing in it that was there before, or part of it vanished meanwhile, so
  // that it may be the remainder of a relation that was just rewritten or dropped.
  struct Found {
    std::int64_t bytes;
    bool doubtful;
  };
  // The sum over the files of a relation, by number of the call of expect(), from 0; empty if
  // list() saw none.
  [[nodiscard]] std::optional<Found> find(std::uint32_t expected) const;

  // Replaces `known` by what the next look may rely on.
  void remember(KnownSizes& known, std::int64_t epoch) const;

  // Everything in the database's directories, temporary relations and other files too.
  [[nodiscard]] std::int64_t total() const;
  [[nodiscard]] std::uint32_t relations() const noexcept { return index_.size(); }

 private:
  struct Row {
    std::uint32_t files = 0;
    bool shared = false;
    bool wanted = true;  // is to be measured
    bool moving = false;
    bool doubtful = false;
    std::int64_t bytes = 0;
    std::int64_t activity = unknown_activity;
  };
  struct File {
    std::uint32_t row;
    std::uint32_t segment;
    std::uint16_t directory;
    std::uint8_t fork;
  };

  void list_directory(Oid tablespace, Oid database);
  void compare(const KnownSizes& known);
  void measure_files();

  core::KeyIndex index_;
  core::Vector<Row> rows_;  // beside index_
  core::Vector<File> files_;
  core::Vector<std::uint32_t> expected_;  // rows, as expect() was called
  core::Vector<Oid> directories_;         // tablespaces
  Oid database_ = InvalidOid;
  std::int64_t other_bytes_ = 0;  // of files that are of no relation
};

// Size of any database in bytes, as pg_database_size() says, whether or not it can be connected to;
// 0 if there is none. Needs no transaction, takes no lock. Throws pg::Error.
[[nodiscard]] std::int64_t database_size(Oid database);

// Size of one relation of a database in bytes, by looking for each of its files; empty if there are
// none. Throws pg::Error.
[[nodiscard]] std::optional<std::int64_t> relation_size(Oid database, Oid tablespace,
                                                        Oid file_number);

}  // namespace almanac::collect
