#include "worker/space.hpp"

#include <sys/statvfs.h>

#include "pg/boundary.hpp"
#include "settings.hpp"
#include "store/owner.hpp"
#include "store/partitions.hpp"

namespace almanac::worker {
namespace {

// Tables that grow, beside those of the archive.
constexpr const char* kTables[] = {"journal", "reference", "totals", "query_texts"};

std::string directory_of(Oid tablespace) {
  switch (tablespace) {
    case DEFAULTTABLESPACE_OID: return "base";
    case GLOBALTABLESPACE_OID: return "global";
    default: return "pg_tblspc/" + std::to_string(tablespace);
  }
}

std::set<Oid> tablespaces() {
  std::set<Oid> found;
  const auto add = [&](Oid relation) {
    const Oid own = relation == InvalidOid
                        ? InvalidOid
                        : pg::call([relation] { return get_rel_tablespace(relation); });
    found.insert(own == InvalidOid ? MyDatabaseTableSpace : own);
  };
  for (const char* table : kTables) {
    add(store::find_relation(table));
  }
  for (const store::Stream& stream : store::streams()) {
    for (std::size_t tier = 0; tier < store::kTiers; ++tier) {
      add(pg::call(
          [&] { return store::find_archive_root(stream, static_cast<store::Tier>(tier)); }));
    }
  }
  return found;
}

// A volume that cannot be asked does not count.
void look_at(const std::string& path, Room& room) {
  struct statvfs volume;
  if (statvfs(path.c_str(), &volume) != 0) {
    return;
  }
  const auto free = static_cast<std::int64_t>(volume.f_bavail * volume.f_frsize);
  if (room.free_bytes < 0 || free < room.free_bytes) {
    room.free_bytes = free;
    room.path = path;
  }
}

}  // namespace

std::string Room::complaint() const {
  return "only " + std::to_string(free_bytes >> 20) + " MB are free on the volume of \"" + path +
         "\", pg_almanac.min_free_space is " + std::to_string(floor_bytes >> 20) + " MB";
}

Room find_room() {
  Room room;
  room.floor_bytes = std::int64_t{settings::min_free_space_mb} << 20;
  look_at(".", room);
  look_at("pg_wal", room);
  for (const Oid tablespace : tablespaces()) {
    look_at(directory_of(tablespace), room);
  }
  return room;
}

void check_room() {
  const Room room = find_room();
  if (!room.enough()) {
    throw pg::Failure(ERRCODE_DISK_FULL, room.complaint()).hint(kSpaceHint);
  }
}

}  // namespace almanac::worker
