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
// A relation that nothing is said to have happened to is measured at every so many looks.
constexpr std::uint32_t looks_between = 6;
constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

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

// What a relation's file is called after; number is 0 for all other files.
struct FileName {
  Oid number = InvalidOid;
  std::uint8_t fork = 0;
  std::uint32_t segment = 0;
};

FileName parse_name(std::string_view name) {
  FileName parsed;
  const Oid number = take_number(name);
  const std::string_view suffix = name.substr(0, name.find('.'));
  const auto* const fork = std::ranges::find(forks, suffix);
  if (number == InvalidOid || fork == std::end(forks)) {
    return parsed;
  }
  parsed.fork = static_cast<std::uint8_t>(fork - std::begin(forks));
  name.remove_prefix(suffix.size());
  if (!name.empty()) {
    name.remove_prefix(1);
    parsed.segment = take_number(name);
    if (parsed.segment == 0 || !name.empty()) {
      return parsed;
    }
  }
  parsed.number = number;
  return parsed;
}

// The way back. `number` is written by to_chars, since this is done for thousands of files.
void make_name(const FileName& file, std::array<char, 64>& out) {
  char* at = std::to_chars(out.data(), out.data() + 16, file.number).ptr;
  at = std::ranges::copy(forks[file.fork], at).out;
  if (file.segment != 0) {
    *at++ = '.';
    at = std::to_chars(at, at + 16, file.segment).ptr;
  }
  *at = '\0';
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

FileSizes::FileSizes(core::Resource* resource)
    : index_(1, resource),
      rows_(resource),
      files_(resource),
      expected_(resource),
      directories_(resource) {}

void FileSizes::list(Oid database, bool shared, std::size_t relations_expected) {
  index_.clear();
  rows_.clear();
  files_.clear();
  expected_.clear();
  directories_.clear();
  index_.reserve(static_cast<std::uint32_t>(relations_expected));
  rows_.reserve(relations_expected);
  other_bytes_ = 0;
  database_ = database;
  if (database != InvalidOid) {
    for_each_directory(database,
                       [&](Oid tablespace, const Path&) { list_directory(tablespace, database); });
  }
  if (shared) {
    list_directory(GLOBALTABLESPACE_OID, database);
  }
}

void FileSizes::list_directory(Oid tablespace, Oid database) {
  const Path path = directory_of(database, tablespace);
  const bool shared = tablespace == GLOBALTABLESPACE_OID;
  const auto at = static_cast<std::uint16_t>(directories_.size());
  directories_.push_back(tablespace);
  Directory directory(path);
  while (const char* entry = directory.next()) {
    const FileName name = parse_name(entry);
    if (name.number == InvalidOid) {
      if (!shared && !is_dots(entry)) {
        other_bytes_ += directory.size(entry).value_or(0);
      }
      continue;
    }
    const std::int64_t key = key_of(tablespace, name.number);
    const auto [row, is_new] = index_.insert({&key, 1});
    if (is_new) {
      rows_.emplace_back().shared = shared;
    }
    ++rows_[row].files;
    files_.push_back({row, name.segment, at, name.fork});
  }
}

void FileSizes::expect(Oid tablespace, Oid file_number, std::int64_t activity) {
  const std::int64_t key = key_of(tablespace, file_number);
  const auto row = file_number == InvalidOid ? std::nullopt : index_.find({&key, 1});
  expected_.push_back(row.value_or(nowhere));
  if (row) {
    rows_[*row].activity = activity;
  }
}

void FileSizes::measure(const KnownSizes& known) {
  compare(known);
  measure_files();
}

// Directories list their files in the same order as long as hardly any come and go, so that the
// relation after the one found last is tried first.
void FileSizes::compare(const KnownSizes& known) {
  core::KeyIndex by_key(1, index_.resource());
  std::size_t next = 0;
  const auto key_at = [&](std::size_t i) {
    return key_of(known.relations[i].tablespace, known.relations[i].file_number);
  };
  const auto find = [&](std::int64_t key) -> const KnownSize* {
    if (next >= known.relations.size() || key_at(next) != key) {
      for (std::size_t i = by_key.size(); i < known.relations.size(); ++i) {
        const std::int64_t other = key_at(i);
        by_key.insert({&other, 1});
      }
      const auto found = by_key.find({&key, 1});
      if (!found) {
        return nullptr;
      }
      next = *found;
    }
    return &known.relations[next++];
  };
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    Row& row = rows_[i];
    const KnownSize* before = known.relations.empty() ? nullptr : find(index_.key(i)[0]);
    if (before == nullptr) {
      row.moving = true;
      continue;
    }
    row.bytes = before->bytes;
    row.wanted = row.activity == unknown_activity || row.activity != before->activity ||
                 row.files != before->files || before->moving != 0 ||
                 before->file_number % looks_between == known.looks % looks_between;
  }
}

void FileSizes::measure_files() {
  core::Vector<std::int64_t> before(index_.resource());
  before.reserve(rows_.size());
  for (Row& row : rows_) {
    before.push_back(row.bytes);
    row.bytes = row.wanted ? 0 : row.bytes;
  }
  std::array<char, 64> name;
  for (std::size_t i = 0; i < files_.size();) {
    const std::uint16_t at = files_[i].directory;
    const Path path = directory_of(database_, directories_[at]);
    Directory directory(path);
    for (; i < files_.size() && files_[i].directory == at; ++i) {
      const File& file = files_[i];
      Row& row = rows_[file.row];
      if (!row.wanted) {
        continue;
      }
      make_name({static_cast<Oid>(index_.key(file.row)[0]), file.fork, file.segment}, name);
      const auto size = directory.size(name.data());
      row.bytes += size.value_or(0);
      row.doubtful |= !size || (*size == 0 && file.fork == 0 && file.segment == 0);
      if (i % files_between_interrupts == 0) {
        pg::check_interrupts();
      }
    }
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    Row& row = rows_[i];
    if (row.wanted) {
      row.moving = row.moving || row.bytes != before[i];
      row.doubtful = row.doubtful && row.moving;
    }
  }
}

std::optional<FileSizes::Found> FileSizes::find(std::uint32_t expected) const {
  const std::uint32_t row = expected_[expected];
  return row != nowhere ? std::optional(Found{rows_[row].bytes, rows_[row].doubtful})
                        : std::nullopt;
}

void FileSizes::remember(KnownSizes& known, std::int64_t epoch) const {
  known.relations.clear();
  known.relations.reserve(rows_.size());
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const auto key = static_cast<std::uint64_t>(index_.key(i)[0]);
    known.relations.push_back({static_cast<Oid>(key >> 32), static_cast<Oid>(key), row.files,
                               row.moving || row.doubtful ? 1U : 0U, row.bytes, row.activity});
  }
  known.epoch = epoch;
  ++known.looks;
}

std::int64_t FileSizes::total() const {
  std::int64_t total = other_bytes_;
  for (const Row& row : rows_) {
    total += row.shared ? 0 : row.bytes;
  }
  return total;
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
