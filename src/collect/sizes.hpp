// Sizes on disk without a lock: one walk through the directories of a database.
//
// pg_relation_size() opens the relation and so waits behind whoever holds it in ACCESS EXCLUSIVE
// mode; a file's size can be read at any time. The price is that a relation that is rewritten at
// the same moment may be missed; the caller sees that as an unknown size.
//
// Zone: C++.
#pragma once

#include "core/key_index.hpp"
#include "core/memory.hpp"
#include "pg/postgres.hpp"

namespace almanac::collect {

// Size in bytes of each relation of one database: all segments of all forks, by tablespace and file
// number.
class FileSizes {
 public:
  explicit FileSizes(core::Resource* resource);

  // Replaces the contents by what is on disk now. `database` may be InvalidOid for
  // none; `shared`: with the directory of the shared catalogs. Files that vanish meanwhile count as
  // nothing. Throws pg::Error (a directory cannot be read; cancelled), std::bad_alloc. O(files),
  // one fstatat() each.
  void walk(Oid database, bool shared);

  // The sum over a relation's files; empty if there was none. `tablespace` is that of the files,
  // never 0.
  [[nodiscard]] std::optional<std::int64_t> find(Oid tablespace, Oid file_number) const;

  // Everything in the database's directories, temporary relations and other files too: as
  // pg_database_size() says.
  [[nodiscard]] std::int64_t total() const noexcept { return total_; }
  [[nodiscard]] std::uint32_t relations() const noexcept { return index_.size(); }

 private:
  core::KeyIndex index_;
  core::Vector<std::int64_t> bytes_;
  std::int64_t total_ = 0;
};

// Size of any database in bytes, as pg_database_size() says, whether or not it can be connected to;
// 0 if there is none. Needs no transaction, takes no lock. Throws pg::Error.
[[nodiscard]] std::int64_t database_size(Oid database);

// Size of one relation of a database in bytes, by looking for each of its files; empty if there are
// none. Throws pg::Error.
[[nodiscard]] std::optional<std::int64_t> relation_size(Oid database, Oid tablespace,
                                                        Oid file_number);

}  // namespace almanac::collect
