#include "store/owner.hpp"

namespace almanac::store {
namespace {

constexpr const char* kSchema = "almanac";

Oid owner_of(Oid extension) {
  Relation catalog = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(extension));
  SysScanDesc scan = systable_beginscan(catalog, ExtensionOidIndexId, true, nullptr, 1, &key);
  HeapTuple tuple = systable_getnext(scan);
  Oid owner = InvalidOid;
  if (HeapTupleIsValid(tuple)) {
    owner = reinterpret_cast<Form_pg_extension>(GETSTRUCT(tuple))->extowner;
  }
  systable_endscan(scan);
  table_close(catalog, AccessShareLock);
  return owner;
}

}  // namespace

Oid extension() {
  const Oid oid = pg::call([] { return get_extension_oid("pg_almanac", true); });
  if (oid == InvalidOid) {
    throw pg::Failure(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                      "extension \"pg_almanac\" does not exist in this database")
        .hint("Create it with CREATE EXTENSION pg_almanac.");
  }
  return oid;
}

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
    throw pg::Failure(ERRCODE_UNDEFINED_TABLE,
                      std::string("relation \"") + kSchema + "." + name + "\" does not exist");
  }
  return oid;
}

AsOwner::AsOwner() {
  const Oid oid = extension();
  const Oid owner = pg::call([oid] { return owner_of(oid); });
  GetUserIdAndSecContext(&user_, &security_);
  SetUserIdAndSecContext(owner, security_ | SECURITY_LOCAL_USERID_CHANGE);
}

AsOwner::~AsOwner() { SetUserIdAndSecContext(user_, security_); }

}  // namespace almanac::store
