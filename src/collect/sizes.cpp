#include "collect/sizes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <charconv>

#include "pg/boundary.hpp"
#include "pg/compat_relations.hpp"

// Files are named <number>[_fork][.segment]; those of temporary relations t<backend>_<number>...,
// and there are a few others (PG_VERSION, pg_filenode.map, pg_internal.init). A relation's files
// may lie in any tablespace, so a database is one directory in each.

namespace almanac::collect {
namespace {

using Path = std::array<char, MAXPGPATH>;

constexpr std::string_view forks[] = {"", "_fsm", "_vm", "_init"};
constexpr unsigned files_between_interrupts = 256;

template <class... Arguments>
Path path(const char* format, Arguments... arguments) {
  Path out;
  if constexpr (sizeof...(arguments) == 0) {
    strlcpy(out.data(), format, out.size());
  } else {
    pg_snprintf(out.data(), out.size(), format, arguments...);
  }
  return out;
}

// A directory that may be gone: then there is nothing in it.
class Directory {
 public:
  explicit Directory(const Path& name) : name_(name) {
    directory_ = pg::call([&] {
      DIR* directory = AllocateDir(name_.data());
      if (directory == nullptr && errno != ENOENT) {
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not open directory \"%s\": %m", name_.data())));
      }
      return directory;
    });
  }
  ~Directory() {
    if (directory_ != nullptr) {
      FreeDir(directory_);
    }
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // The next entry's name, nullptr at the end. Valid until the next call.
  const char* next() {
    if (directory_ == nullptr) {
      return nullptr;
    }
    if (++read_ % files_between_interrupts == 0) {
      pg::check_interrupts();
    }
    errno = 0;
    const dirent* entry = readdir(directory_);
    if (entry == nullptr && errno != 0) {
      pg::call([&] {
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not read directory \"%s\": %m", name_.data())));
      });
    }
    return entry == nullptr ? nullptr : entry->d_name;
  }

  // Size of an entry; empty if it has vanished.
  std::optional<std::int64_t> size(const char* entry) {
    struct stat status;
    if (fstatat(dirfd(directory_), entry, &status, 0) == 0) {
      return status.st_size;
    }
    if (errno != ENOENT) {
      pg::call([&] {
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not stat file \"%s/%s\": %m", name_.data(), entry)));
      });
    }
    return std::nullopt;
  }

 private:
  const Path& name_;
  DIR* directory_ = nullptr;
  unsigned read_ = 0;
};

bool is_dots(const char* name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

// The number at the start of `name`, which it is cut off from; 0 if there is none.
Oid take_number(std::string_view& name) {
  Oid number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{}) {
    return InvalidOid;
  }
  name.remove_prefix(static_cast<std::size_t>(end - name.data()));
  return number;
}

// File number of a relation's file; 0 for all other files.
Oid file_number_of(std::string_view name) {
  const Oid number = take_number(name);
  const std::string_view fork = name.substr(0, name.find('.'));
  if (number == InvalidOid || std::ranges::find(forks, fork) == std::end(forks)) {
    return InvalidOid;
  }
  name.remove_prefix(fork.size());
  if (!name.empty()) {
    name.remove_prefix(1);
    if (take_number(name) == InvalidOid || !name.empty()) {
      return InvalidOid;
    }
  }
  return number;
}

Path directory_of(Oid database, Oid tablespace) {
  switch (tablespace) {
    case GLOBALTABLESPACE_OID: return path("global");
    case DEFAULTTABLESPACE_OID: return path("base/%u", database);
    default:
      return path("pg_tblspc/%u/%s/%u", tablespace, pg::compat::tablespace_version_directory(),
                  database);
  }
}

// Calls each(tablespace, directory) for the database's directory in every tablespace.
template <class Each>
void for_each_directory(Oid database, Each each) {
  each(Oid{DEFAULTTABLESPACE_OID}, directory_of(database, DEFAULTTABLESPACE_OID));
  const Path root = path("pg_tblspc");
  Directory links(root);
  while (const char* entry = links.next()) {
    std::string_view name(entry);
    const Oid tablespace = take_number(name);
    if (tablespace != InvalidOid && name.empty()) {
      each(tablespace, directory_of(database, tablespace));
    }
  }
}

// Calls each(name, size) for every file of a directory.
template <class Each>
void for_each_file(const Path& name, Each each) {
  Directory directory(name);
  while (const char* entry = directory.next()) {
    if (is_dots(entry)) {
      continue;
    }
    if (const auto size = directory.size(entry)) {
      each(entry, *size);
    }
  }
}

std::int64_t key_of(Oid tablespace, Oid file_number) {
  return static_cast<std::int64_t>((std::uint64_t{tablespace} << 32) | file_number);
}

}  // namespace

FileSizes::FileSizes(core::Resource* resource) : index_(1, resource), bytes_(resource) {}

void FileSizes::walk(Oid database, bool shared) {
  index_.clear();
  bytes_.clear();
  total_ = 0;
  const auto walk_directory = [&](Oid tablespace, const Path& directory) {
    std::int64_t sum = 0;
    for_each_file(directory, [&](const char* name, std::int64_t size) {
      sum += size;
      const Oid number = file_number_of(name);
      if (number == InvalidOid) {
        return;
      }
      const std::int64_t key = key_of(tablespace, number);
      const auto [row, is_new] = index_.insert({&key, 1});
      if (is_new) {
        bytes_.push_back(size);
      } else {
        bytes_[row] += size;
      }
    });
    return sum;
  };
  if (database != InvalidOid) {
    for_each_directory(database, [&](Oid tablespace, const Path& directory) {
      total_ += walk_directory(tablespace, directory);
    });
  }
  if (shared) {
    walk_directory(GLOBALTABLESPACE_OID, directory_of(database, GLOBALTABLESPACE_OID));
  }
}

std::optional<std::int64_t> FileSizes::find(Oid tablespace, Oid file_number) const {
  const std::int64_t key = key_of(tablespace, file_number);
  const auto row = index_.find({&key, 1});
  return row ? std::optional(bytes_[*row]) : std::nullopt;
}

std::int64_t database_size(Oid database) {
  std::int64_t total = 0;
  for_each_directory(database, [&](Oid, const Path& directory) {
    for_each_file(directory, [&](const char*, std::int64_t size) { total += size; });
  });
  return total;
}

std::optional<std::int64_t> relation_size(Oid database, Oid tablespace, Oid file_number) {
  const Path name = directory_of(database, tablespace);
  std::int64_t total = 0;
  bool found = false;
  for (const std::string_view fork : forks) {
    for (unsigned segment = 0;; ++segment) {
      const Path file = segment == 0
                            ? path("%s/%u%s", name.data(), file_number, fork.data())
                            : path("%s/%u%s.%u", name.data(), file_number, fork.data(), segment);
      struct stat status;
      if (stat(file.data(), &status) != 0) {
        break;
      }
      total += status.st_size;
      found = true;
      pg::check_interrupts();
    }
  }
  return found ? std::optional(total) : std::nullopt;
}

}  // namespace almanac::collect
