#include "store/server_ids.hpp"

#include "store/owner.hpp"

namespace almanac::store {
namespace {

// Reads two integer columns of a table, row by row: the rights on dictionaries are not asked, only
// those on the foreign table. Never more than one column is NULL-checked: they are NOT NULL.
class PairScan {
 public:
  void begin(Oid table, const char* first, const char* second, Snapshot snapshot) {
    relation_ = table_open(table, AccessShareLock);
    first_ = get_attnum(table, first);
    second_ = get_attnum(table, second);
    if (first_ == InvalidAttrNumber || second_ == InvalidAttrNumber) {
      ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                      errmsg("relation \"%s\" lacks a column of pg_almanac",
                             RelationGetRelationName(relation_))));
    }
    slot_ = table_slot_create(relation_, nullptr);
    scan_ = table_beginscan(relation_, snapshot, 0, nullptr);
  }

  bool next(std::int32_t* first, std::int32_t* second) {
    if (!table_scan_getnextslot(scan_, ForwardScanDirection, slot_)) {
      return false;
    }
    bool is_null = false;
    *first = DatumGetInt32(slot_getattr(slot_, first_, &is_null));
    *second = DatumGetInt32(slot_getattr(slot_, second_, &is_null));
    return true;
  }

  void end() {
    table_endscan(scan_);
    ExecDropSingleTupleTableSlot(slot_);
    table_close(relation_, AccessShareLock);
  }

 private:
  Relation relation_ = nullptr;
  AttrNumber first_ = 0;
  AttrNumber second_ = 0;
  TupleTableSlot* slot_ = nullptr;
  TableScanDesc scan_ = nullptr;
};

}  // namespace

std::int32_t ServerIds::server_of(std::int32_t series) {
  if (!loaded_) {
    load();
    loaded_ = true;
  }
  if (others_.size() == 0) {
    return 0;
  }
  const std::int64_t key = series;
  const auto row = others_.find({&key, 1});
  return row ? servers_[*row] : 0;
}

void ServerIds::load() {
  PairScan scan;
  std::int32_t first = 0;
  std::int32_t server = 0;
  bool others = false;
  const Oid servers = relation("servers");
  pg::call([&] { scan.begin(servers, "server_id", "server_id", snapshot_); });
  while (pg::call([&] { return scan.next(&first, &server); })) {
    others = others || server != 0;
  }
  pg::call([&] { scan.end(); });
  if (!others) {
    return;
  }
  const Oid keys = relation((std::string(stream_.name) + "_keys").c_str());
  pg::call([&] { scan.begin(keys, "series_id", "server_id", snapshot_); });
  while (pg::call([&] { return scan.next(&first, &server); })) {
    const std::int64_t key = first;
    if (server != 0 && others_.insert({&key, 1}).second) {
      servers_.push_back(server);
    }
  }
  pg::call([&] { scan.end(); });
}

}  // namespace almanac::store
