#include "store/owner.hpp"

namespace almanac::store {
namespace {

constexpr const char* kSchema = "almanac";

#ifndef ALMANAC_VERSION
#error "ALMANAC_VERSION is the default_version of control/pg_almanac.control"
#endif
constexpr const char* kVersion = ALMANAC_VERSION;

// Less, equal or greater than 0 as version numbers like 1.10 are.
int compare_versions(const char* a, const char* b) {
  while (*a != '\0' || *b != '\0') {
    char* a_end = nullptr;
    char* b_end = nullptr;
    const long x = strtol(a, &a_end, 10);
    const long y = strtol(b, &b_end, 10);
    if (x != y) {
      return x < y ? -1 : 1;
    }
    if ((a_end == a && b_end == b) || (*a_end != '.' && *b_end != '.')) {
      return strcmp(a_end, b_end);
    }
    a = *a_end == '.' ? a_end + 1 : a_end;
    b = *b_end == '.' ? b_end + 1 : b_end;
  }
  return 0;
}

// PG zone.
Installed find_installed() {
  Installed found;
  Relation catalog = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
              CStringGetDatum("pg_almanac"));
  SysScanDesc scan = systable_beginscan(catalog, ExtensionNameIndexId, true, nullptr, 1, &key);
  HeapTuple tuple = systable_getnext(scan);
  if (HeapTupleIsValid(tuple)) {
    const auto* row = reinterpret_cast<Form_pg_extension>(GETSTRUCT(tuple));
    found.oid = row->oid;
    found.owner = row->extowner;
    bool null = false;
    const Datum version =
        heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(catalog), &null);
    char* text = null ? pstrdup("") : TextDatumGetCString(version);
    strlcpy(found.version, text, sizeof(found.version));
    pfree(text);
    const int order = compare_versions(found.version, kVersion);
    found.fit = order == 0 ? Fit::fits : order < 0 ? Fit::older : Fit::newer;
  }
  systable_endscan(scan);
  table_close(catalog, AccessShareLock);
  return found;
}

Installed fitting() {
  const Installed found = installed();
  if (found.fit != Fit::fits) {
    const Misfit misfit = describe(found);
    throw pg::Failure(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, misfit.message).hint(misfit.hint);
  }
  return found;
}

}  // namespace

const char* library_version() { return kVersion; }

Installed installed() {
  return pg::call([] { return find_installed(); });
}

Misfit describe(const Installed& found) {
  const std::string versions = "extension \"pg_almanac\" has version " +
                               std::string(found.version) + " in this database, the library " +
                               kVersion;
  switch (found.fit) {
    case Fit::missing:
      return {"extension \"pg_almanac\" does not exist in this database",
              "Create it with CREATE EXTENSION pg_almanac."};
    case Fit::older: return {versions, "Run ALTER EXTENSION pg_almanac UPDATE."};
    case Fit::newer:
      return {versions, "Install version " + std::string(found.version) +
                            " of pg_almanac again and restart the server."};
    case Fit::fits: break;
  }
  return {};
}

Oid extension() { return fitting().oid; }

Oid hold_extension() {
  const Oid oid = extension();
  pg::call([oid] { LockDatabaseObject(ExtensionRelationId, oid, 0, AccessShareLock); });
  return extension();
}

Oid schema() {
  return pg::call([] { return get_namespace_oid(kSchema, false); });
}

Oid find_relation(const char* name) {
  return pg::call([name] { return get_relname_relid(name, get_namespace_oid(kSchema, false)); });
}

Oid relation(const char* name) {
  const Oid oid = find_relation(name);
  if (oid == InvalidOid) {
    fitting();  // says better why
    throw pg::Failure(ERRCODE_UNDEFINED_TABLE,
                      std::string("relation \"") + kSchema + "." + name + "\" does not exist");
  }
  return oid;
}

AsOwner::AsOwner() {
  const Oid owner = fitting().owner;
  GetUserIdAndSecContext(&user_, &security_);
  SetUserIdAndSecContext(owner, security_ | SECURITY_LOCAL_USERID_CHANGE);
}

AsOwner::~AsOwner() { SetUserIdAndSecContext(user_, security_); }

}  // namespace almanac::store
