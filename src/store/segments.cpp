#include "store/segments.hpp"

namespace almanac::store {
namespace {

// Reading a page costs about as much as going down an index.
bool index_pays(int groups, BlockNumber pages) {
  return static_cast<BlockNumber>(groups) * 4 < pages;
}

void check_columns(Relation relation, int count, int data) {
  const TupleDesc descriptor = RelationGetDescr(relation);
  if (descriptor->natts < count || TupleDescAttr(descriptor, data - 1)->atttypid != BYTEAOID) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("relation \"%s\" does not have the columns of pg_almanac's history",
                           RelationGetRelationName(relation))));
  }
}

}  // namespace

void SegmentScan::begin(const SegmentFilter& filter, MemoryContext scan, MemoryContext row) {
  filter_ = filter;
  scan_ = scan;
  row_ = row;
  piece_count_ = 0;
  MemoryContext previous = MemoryContextSwitchTo(scan_);
  if (filter_.from <= filter_.to && (filter_.all_series || filter_.group_count > 0)) {
    if (filter_.archive) {
      plan_pieces();
    }
    stage_ = Stage::archive;
  } else {
    stage_ = Stage::idle;
  }
  MemoryContextSwitchTo(previous);
}

// Pieces are taken from the end, so that ranges are added latest first and partitions likewise.
void SegmentScan::plan_pieces() {
  if (filter_.only_grain) {
    add_pieces({filter_.grain, filter_.from, filter_.to}, filter_.snapshot);
    return;
  }
  plan(filter_.grain, filter_.from, filter_.to, Tier::raw);
}

// Plans what tiers not finer than `finest` have. While the roots are locked no partition is
// dropped: those that there are are those that the state tells of.
void SegmentScan::plan(Tier grain, std::int64_t from, std::int64_t to, Tier finest) {
  Oid roots[kTiers];
  for (std::size_t i = 0; i < kTiers; ++i) {
    roots[i] = find_archive_root(*filter_.stream, static_cast<Tier>(i));
    if (roots[i] != InvalidOid) {
      LockRelationOid(roots[i], AccessShareLock);
    }
  }
  Snapshot latest = RegisterSnapshot(latest_snapshot());
  TierRange ranges[kMostRanges];
  const int count = serving_ranges(tier_state(*filter_.stream, latest), grain, from, to, ranges);
  if (count > 0 && ranges[0].tier == Tier::raw && finest == Tier::raw) {
    add_pieces(ranges[0], filter_.snapshot);
  }
  add_rolled(ranges, count, Max(finest, Tier::ten_minutes), latest);
  for (const Oid root : roots) {
    if (root != InvalidOid) {
      UnlockRelationOid(root, AccessShareLock);
    }
  }
}

// Takes over the registered snapshot.
void SegmentScan::add_rolled(const TierRange* ranges, int count, Tier finest, Snapshot latest) {
  std::int64_t from = PG_INT64_MAX;
  std::int64_t to = PG_INT64_MIN;
  for (int i = 0; i < count; ++i) {
    if (ranges[i].tier >= finest) {
      add_pieces(ranges[i], latest);
      from = Min(from, ranges[i].from);
      to = Max(to, ranges[i].to);
    }
  }
  if (from > to) {
    UnregisterSnapshot(latest);
    return;
  }
  const Size size = sizeof(Rolled) * static_cast<Size>(rolled_count_ + 1);
  rolled_ = static_cast<Rolled*>(rolled_ == nullptr ? palloc(size) : repalloc(rolled_, size));
  rolled_[rolled_count_++] = {from, to, latest,
                              filter_.with_journal ? read_sealing(latest) : Progress{}};
}

const SegmentScan::Rolled* SegmentScan::rolled_at(std::int64_t time) const {
  for (int i = rolled_count_ - 1; i >= 0; --i) {
    if (time >= rolled_[i].from && time <= rolled_[i].to) {
      return &rolled_[i];
    }
  }
  return nullptr;
}

void SegmentScan::add_pieces(const TierRange& range, Snapshot snapshot) {
  const Oid root = find_archive_root(*filter_.stream, range.tier);
  if (root == InvalidOid) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation \"almanac.%s_%s\" does not exist", filter_.stream->name,
                           spec(range.tier).name)));
  }
  int count = 0;
  Partition* partitions = partitions_between(root, range.from, range.to, &count);
  if (piece_count_ + count > piece_room_) {
    piece_room_ = piece_count_ + count + 16;
    const Size size = sizeof(Piece) * static_cast<Size>(piece_room_);
    pieces_ = static_cast<Piece*>(pieces_ == nullptr ? palloc(size) : repalloc(pieces_, size));
  }
  for (int i = count - 1; i >= 0; --i) {
    pieces_[piece_count_++] = {partitions[i].relation, Max(range.from, partitions[i].from),
                               Min(range.to, partitions[i].to - 1), range.tier, snapshot};
  }
  if (partitions != nullptr) {
    pfree(partitions);
  }
}

// A partition was dropped since the scan began: coarser tiers have what it held, if it was not the
// last one.
void SegmentScan::replace_piece(const Piece& gone) {
  if (filter_.only_grain || gone.tier == Tier::day) {
    return;
  }
  const auto coarser = static_cast<Tier>(static_cast<int>(gone.tier) + 1);
  plan(coarser, gone.from, gone.to, coarser);
}

bool SegmentScan::next(RawSegment& out) {
  MemoryContextReset(row_);
  MemoryContext previous = MemoryContextSwitchTo(scan_);
  bool found = false;
  while (!found && stage_ != Stage::idle) {
    if (relation_ == nullptr && !open_partition()) {
      stage_ = Stage::idle;
    } else if (!fetch()) {
      close_relation();
    } else {
      CHECK_FOR_INTERRUPTS();
      found = stage_ == Stage::archive ? accept_archive(out) : accept_journal(out);
    }
  }
  MemoryContextSwitchTo(previous);
  return found;
}

void SegmentScan::end() {
  if (relation_ != nullptr) {
    close_relation();
  }
  if (pieces_ != nullptr) {
    pfree(pieces_);
    pieces_ = nullptr;
    piece_room_ = 0;
  }
  while (rolled_count_ > 0) {
    UnregisterSnapshot(rolled_[--rolled_count_].snapshot);
  }
  if (rolled_ != nullptr) {
    pfree(rolled_);
    rolled_ = nullptr;
  }
  stage_ = Stage::idle;
}

// Opens the next table that there is, the journal at last.
bool SegmentScan::open_partition() {
  while (stage_ == Stage::archive && piece_count_ > 0) {
    const Piece piece = pieces_[--piece_count_];
    Relation relation = try_table_open(piece.relation, AccessShareLock);
    if (relation == nullptr) {
      replace_piece(piece);
      continue;
    }
    check_columns(relation, kRawColumns, kRawData);
    from_ = piece.from;
    to_ = piece.to;
    tiers_ |= 1U << static_cast<unsigned>(piece.tier);
    open_relation(relation, piece.snapshot,
                  !filter_.all_series &&
                      index_pays(filter_.group_count, RelationGetNumberOfBlocks(relation)));
    return true;
  }
  if (stage_ == Stage::journal || !filter_.with_journal) {
    return false;
  }
  stage_ = Stage::journal;
  sealing_ = read_sealing(filter_.snapshot);
  Relation journal = table_open(filter_.journal, AccessShareLock);
  check_columns(journal, kJournalHistograms, kJournalPayload);
  open_relation(journal, filter_.snapshot, false);
  return true;
}

// A few rows on one page.
SegmentScan::Progress SegmentScan::read_sealing(Snapshot snapshot) const {
  Progress progress;
  Relation sealing = table_open(filter_.sealing, AccessShareLock);
  TupleTableSlot* slot = table_slot_create(sealing, nullptr);
  TableScanDesc scan = table_beginscan(sealing, snapshot, 0, nullptr);
  while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
    slot_getallattrs(slot);
    const Datum* values = slot->tts_values;
    if (DatumGetInt16(values[kSealingStream - 1]) == filter_.stream->id &&
        !slot->tts_isnull[kSealingSnapshot - 1] && !slot->tts_isnull[kSealingSeries - 1]) {
      progress = {DatumGetInt64(values[kSealingSnapshot - 1]),
                  DatumGetInt32(values[kSealingSeries - 1])};
    }
  }
  table_endscan(scan);
  ExecDropSingleTupleTableSlot(slot);
  table_close(sealing, AccessShareLock);
  return progress;
}

void SegmentScan::open_relation(Relation relation, Snapshot snapshot, bool by_index) {
  relation_ = relation;
  slot_ = table_slot_create(relation, nullptr);
  index_ = by_index ? usable_index(relation) : nullptr;
  if (index_ != nullptr) {
    index_scan_ = pg::compat::begin_index_scan(relation, index_, snapshot, 2);
    group_ = 0;
    start_group();
  } else {
    table_scan_ = table_beginscan(relation, snapshot, 0, nullptr);
  }
}

// Locks are given back at once: a transaction that has read years of history and lingers holds none
// of thousands, and does not keep expired partitions from being dropped.
void SegmentScan::close_relation() {
  ExecDropSingleTupleTableSlot(slot_);
  slot_ = nullptr;
  if (index_scan_ != nullptr) {
    index_endscan(index_scan_);
    index_close(index_, AccessShareLock);
  } else {
    table_endscan(table_scan_);
  }
  table_close(relation_, AccessShareLock);
  index_scan_ = nullptr;
  table_scan_ = nullptr;
  index_ = nullptr;
  relation_ = nullptr;
}

// The index on (series_group, last_time), opened; nullptr if somebody has dropped it.
Relation SegmentScan::usable_index(Relation relation) const {
  List* indexes = RelationGetIndexList(relation);
  Relation found = nullptr;
  for (int i = 0; i < list_length(indexes) && found == nullptr; ++i) {
    Relation index = index_open(list_nth_oid(indexes, i), AccessShareLock);
    const Form_pg_index form = index->rd_index;
    if (index->rd_rel->relam == BTREE_AM_OID && form->indisvalid && !form->indcheckxmin &&
        form->indnkeyatts >= 2 && form->indkey.values[0] == kRawGroup &&
        form->indkey.values[1] == kRawLastTime && RelationGetIndexPredicate(index) == NIL) {
      found = index;
    } else {
      index_close(index, AccessShareLock);
    }
  }
  list_free(indexes);
  return found;
}

// Positions the index scan on the next group; false if there is none.
bool SegmentScan::start_group() {
  if (group_ >= filter_.group_count) {
    return false;
  }
  ScanKeyData keys[2];
  ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_INT4EQ,
              Int32GetDatum(filter_.groups[group_++].group));
  ScanKeyInit(&keys[1], 2, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE,
              TimestampTzGetDatum(from_));
  index_rescan(index_scan_, keys, 2, nullptr, 0);
  return true;
}

bool SegmentScan::fetch() {
  if (index_scan_ == nullptr) {
    return table_scan_getnextslot(table_scan_, ForwardScanDirection, slot_);
  }
  while (!index_getnext_slot(index_scan_, ForwardScanDirection, slot_)) {
    if (!start_group()) {
      return false;
    }
  }
  return true;
}

bool SegmentScan::accept_archive(RawSegment& out) {
  slot_getallattrs(slot_);
  const Datum* values = slot_->tts_values;
  out.journal = false;
  out.first_time = DatumGetTimestampTz(values[kRawFirstTime - 1]);
  out.last_time = DatumGetTimestampTz(values[kRawLastTime - 1]);
  out.group = DatumGetInt32(values[kRawGroup - 1]);
  out.samples = DatumGetInt32(values[kRawSamples - 1]);
  out.members = static_cast<std::uint64_t>(DatumGetInt64(values[kRawMembers - 1]));
  bool wanted = out.first_time <= to_ && out.last_time >= from_;
  if (wanted && !filter_.all_series) {
    const GroupMembers* end = filter_.groups + filter_.group_count;
    const GroupMembers* at =
        std::lower_bound(filter_.groups, end, out.group,
                         [](const GroupMembers& g, std::int32_t group) { return g.group < group; });
    wanted = at != end && at->group == out.group && (at->members & out.members) != 0;
  }
  if (!wanted) {
    ++skipped_;
    return false;
  }
  const std::span<const std::byte> data = take_bytes(kRawData);
  out.data = data.data();
  out.size = data.size();
  out.histograms = take_histograms(kRawHistograms);
  return true;
}

bool SegmentScan::accept_journal(RawSegment& out) {
  slot_getallattrs(slot_);
  const Datum* values = slot_->tts_values;
  const std::int64_t time = DatumGetTimestampTz(values[kJournalTime - 1]);
  if (DatumGetInt16(values[kJournalStream - 1]) != filter_.stream->id || time < filter_.from ||
      time > filter_.to) {
    return false;
  }
  const Rolled* rolled = rolled_at(time);
  if (rolled != nullptr && !table_tuple_satisfies_snapshot(relation_, slot_, rolled->snapshot)) {
    return false;
  }
  out = {};
  out.journal = true;
  out.first_time = out.last_time = time;
  out.samples = DatumGetInt32(values[kJournalSamples - 1]);
  const std::int64_t snapshot_id = DatumGetInt64(values[kJournalSnapshot - 1]);
  if (snapshot_id <= sealing_.snapshot_id) {
    out.sealed_below = sealing_.series;
  }
  if (rolled != nullptr && snapshot_id <= rolled->sealing.snapshot_id) {
    out.sealed_below = Max(out.sealed_below, rolled->sealing.series);
  }
  const std::span<const std::byte> data = take_bytes(kJournalPayload);
  out.data = data.data();
  out.size = data.size();
  out.histograms = take_histograms(kJournalHistograms);
  return true;
}

// Bytes stored in the row are read where they lie: the slot holds a pin on the page.
std::span<const std::byte> SegmentScan::take_bytes(int column) {
  auto* bytes = reinterpret_cast<varlena*>(DatumGetPointer(slot_->tts_values[column - 1]));
  if (VARATT_IS_EXTERNAL(bytes) || VARATT_IS_COMPRESSED(bytes)) {
    MemoryContext previous = MemoryContextSwitchTo(row_);
    bytes = detoast_attr(bytes);
    MemoryContextSwitchTo(previous);
  }
  return {reinterpret_cast<const std::byte*>(VARDATA_ANY(bytes)), VARSIZE_ANY_EXHDR(bytes)};
}

std::span<const std::byte> SegmentScan::take_histograms(int column) {
  if (!filter_.histograms || slot_->tts_isnull[column - 1]) {
    return {};
  }
  return take_bytes(column);
}

}  // namespace almanac::store
