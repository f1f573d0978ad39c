#include "store/partitions.hpp"

#include <cstdio>

#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "store/owner.hpp"

namespace almanac::store {
namespace {

// Segments are a few kilobytes. Kept in the row they are read without a detour through the TOAST
// table, which would cost more than decoding them.
constexpr const char* kTableOptions = "toast_tuple_target = 8160";

std::string root_name(const Stream& stream, Tier tier) {
  return std::string(stream.name) + "_" + spec(tier).name;
}

// First day of the partition that a day belongs to.
std::int64_t first_day(Tier tier, std::int64_t day) {
  const std::int64_t length = spec(tier).partition;
  const std::int64_t rest = day % length;
  return day - rest - (rest < 0 ? length : 0);
}

std::chrono::year_month_day date_of(std::int64_t day) {
  constexpr std::chrono::sys_days epoch = std::chrono::January / 1 / 2000;
  return epoch + std::chrono::days(day);
}

// A date by a format of three integers: year, month, day.
std::string format_date(const char* format, std::int64_t day) {
  const std::chrono::year_month_day date = date_of(day);
  char text[64];
  std::snprintf(text, sizeof text, format, static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string partition_name(const Stream& stream, Tier tier, std::int64_t first) {
  return root_name(stream, tier) + format_date("_p%04d%02u%02u", first);
}

std::string bound(std::int64_t day) { return format_date("'%04d-%02u-%02u 00:00:00+00'", day); }

// The partition if it is there. A table of that name that is not part of the archive would swallow
// samples unseen.
Oid find_partition(Oid root, const std::string& name) {
  const Oid found = find_relation(name.c_str());
  if (found == InvalidOid) {
    return InvalidOid;
  }
  const bool attached = pg::call(
      [=] { return get_rel_relispartition(found) && get_partition_parent(found, true) == root; });
  if (!attached) {
    throw pg::Failure(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                      "relation \"almanac." + name + "\" exists and is not part of the archive")
        .hint("Attach it to its parent again, or rename it.");
  }
  return found;
}

using SettingList = std::span<const char* const[2]>;

// Settings that would make the partition another table than its siblings.
constexpr const char* kWhileCreating[][2] = {{"default_tablespace", ""},
                                             {"search_path", "pg_catalog, pg_temp"}};
// Readers that come while it waits for a lock wait behind it.
constexpr const char* kWhileDropping[][2] = {{"lock_timeout", "200ms"},
                                             {"search_path", "pg_catalog, pg_temp"}};

// Makes settings for a while: until AtEOXact_GUC(true, level), or an error.
int begin_settings(SettingList values) {
  const int level = NewGUCNestLevel();
  for (const auto& [name, value] : values) {
    set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  }
  return level;
}

// Name of the tablespace of the root, quoted; empty if it is the database's.
std::string tablespace_clause(Oid root) {
  const char* name = pg::call([root]() -> const char* {
    const Oid tablespace = get_rel_tablespace(root);
    return tablespace == InvalidOid ? nullptr : get_tablespace_name(tablespace);
  });
  return name == nullptr ? std::string() : " TABLESPACE " + pg::quote_identifier(name);
}

// Calls `f` with the address of the table, and of the types that come with it.
template <class F>
void for_each_part(Oid table, F&& f) {
  ObjectAddress part;
  ObjectAddressSet(part, RelationRelationId, table);
  f(part);
  const Oid row_type = get_rel_type_id(table);
  for (const Oid type : {row_type, get_array_type(row_type)}) {
    if (OidIsValid(type)) {
      ObjectAddressSet(part, TypeRelationId, type);
      f(part);
    }
  }
}

// As for a table that a script of the extension makes: since PostgreSQL 17 its types are members,
// too.
void join_extension(Oid table) {
  const Oid owner = extension();
  pg::call([=] {
    if (creating_extension) {
      return;
    }
    ObjectAddress whole;
    ObjectAddressSet(whole, ExtensionRelationId, owner);
    for_each_part(table, [&whole](const ObjectAddress& part) {
      if (part.classId == RelationRelationId || PG_VERSION_NUM >= 170000) {
        recordDependencyOn(&part, &whole, DEPENDENCY_EXTENSION);
      }
    });
    CommandCounterIncrement();
  });
}

// A member of an extension cannot be dropped. ALTER EXTENSION DROP TABLE insists on the types being
// members in some versions, which depends on the version that the table was made in.
void leave_extension(Oid table) {
  pg::call([table] {
    for_each_part(table, [](const ObjectAddress& part) {
      deleteDependencyRecordsForClass(part.classId, part.objectId, ExtensionRelationId,
                                      DEPENDENCY_EXTENSION);
    });
    CommandCounterIncrement();
  });
}

Oid create_partition(const Stream& stream, Tier tier, Oid root, std::int64_t first,
                     const std::string& name) {
  const AsOwner as_owner;
  const std::string parent = "almanac." + root_name(stream, tier);
  const std::string child = "almanac." + name;
  const int level = pg::call([] { return begin_settings(kWhileCreating); });
  {
    pg::Spi spi;
    spi.execute("CREATE TABLE " + child + " (LIKE " + parent +
                " INCLUDING STORAGE) USING heap WITH (" + kTableOptions + ")" +
                tablespace_clause(root));
    spi.execute("ALTER TABLE " + parent + " ATTACH PARTITION " + child + " FOR VALUES FROM (" +
                bound(first) + ") TO (" + bound(first + spec(tier).partition) + ")");
  }
  pg::call([level] { AtEOXact_GUC(true, level); });
  const Oid created = relation(name.c_str());
  join_extension(created);
  return created;
}

std::int64_t range_bound(const PartitionBoundInfo info, int i) {
  switch (info->kind[i][0]) {
    case PARTITION_RANGE_DATUM_MINVALUE: return PG_INT64_MIN;
    case PARTITION_RANGE_DATUM_MAXVALUE: return PG_INT64_MAX;
    default: return DatumGetTimestampTz(info->datums[i][0]);
  }
}

// First bound that lies above `time`.
int first_above(const PartitionBoundInfo info, std::int64_t time) {
  int low = 0;
  int high = info->ndatums;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (range_bound(info, middle) > time) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

void check_storable(std::int64_t time) {
  if (!storable(time)) {
    throw pg::Failure(ERRCODE_DATETIME_FIELD_OVERFLOW, "time of a sample is out of range")
        .hint("History is kept for times from 1970-01-01 up to 2199-12-31 UTC.");
  }
}

Oid archive_root(const Stream& stream, Tier tier) {
  return relation(root_name(stream, tier).c_str());
}

Oid find_archive_root(const Stream& stream, Tier tier) {
  return get_relname_relid(psprintf("%s_%s", stream.name, spec(tier).name),
                           get_namespace_oid("almanac", false));
}

Partition* partitions_between(Oid root, std::int64_t from, std::int64_t to, int* count) {
  *count = 0;
  Relation relation = table_open(root, AccessShareLock);
  const PartitionDesc descriptor = RelationGetPartitionDesc(relation, true);
  const PartitionBoundInfo bounds = descriptor->boundinfo;
  Partition* found = nullptr;
  if (bounds != nullptr && bounds->strategy == PARTITION_STRATEGY_RANGE && from <= to) {
    // Entry i of `indexes` is the partition below bound i, or -1 where there is none.
    const int first = first_above(bounds, from);
    const int end = Min(first_above(bounds, to) + 1, bounds->ndatums);
    found =
        static_cast<Partition*>(palloc(sizeof(Partition) * static_cast<Size>(Max(end - first, 1))));
    for (int i = first; i < end; ++i) {
      if (bounds->indexes[i] >= 0) {
        found[(*count)++] = {descriptor->oids[bounds->indexes[i]],
                             i == 0 ? PG_INT64_MIN : range_bound(bounds, i - 1),
                             range_bound(bounds, i)};
      }
    }
  }
  table_close(relation, AccessShareLock);
  return found;
}

bool has_partition(const Stream& stream, Tier tier, std::int64_t day) {
  const std::string name = partition_name(stream, tier, first_day(tier, day));
  return find_partition(archive_root(stream, tier), name) != InvalidOid;
}

Oid ensure_partition(const Stream& stream, Tier tier, std::int64_t day) {
  check_storable(day < kFirstDay || day >= kEndDay ? PG_INT64_MIN : day * kDay);
  const std::int64_t first = first_day(tier, day);
  const std::string name = partition_name(stream, tier, first);
  const Oid root = archive_root(stream, tier);
  if (const Oid found = find_partition(root, name); found != InvalidOid) {
    return found;
  }
  pg::call([root] { LockRelationOid(root, ShareUpdateExclusiveLock); });
  if (const Oid found = find_partition(root, name); found != InvalidOid) {
    return found;
  }
  return create_partition(stream, tier, root, first, name);
}

bool make_partition(const Stream& stream, Tier tier, std::int64_t day) {
  if (has_partition(stream, tier, day)) {
    return false;
  }
  ensure_partition(stream, tier, day);
  return true;
}

void drop_partition(Oid partition) {
  const AsOwner as_owner;
  const char* found = pg::call([partition] { return get_rel_name(partition); });
  if (found == nullptr) {
    return;
  }
  const std::string name = "almanac." + pg::quote_identifier(found);
  const int level = pg::call([] { return begin_settings(kWhileDropping); });
  leave_extension(partition);
  pg::Spi().execute("DROP TABLE " + name);
  pg::call([level] { AtEOXact_GUC(true, level); });
}

}  // namespace almanac::store
