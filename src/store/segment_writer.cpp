#include "store/segment_writer.hpp"

namespace almanac::store {
namespace {

bytea* bytes_of(std::span<const std::byte> bytes) {
  auto* copy = static_cast<bytea*>(palloc(VARHDRSZ + bytes.size()));
  SET_VARSIZE(copy, VARHDRSZ + bytes.size());
  std::memcpy(VARDATA(copy), bytes.data(), bytes.size());
  return copy;
}

}  // namespace

void SegmentWriter::open(std::int64_t day) {
  close();
  // Between finding a partition and locking it, its history may expire.
  for (int attempt = 0; partition_ == nullptr; ++attempt) {
    const Oid oid = ensure_partition(stream_, tier_, day);
    partition_ = pg::call([=] {
      return attempt < 3 ? try_table_open(oid, RowExclusiveLock)
                         : table_open(oid, RowExclusiveLock);
    });
  }
  pg::call([this] {
    state_ = CreateExecutorState();
    target_ = makeNode(ResultRelInfo);
    InitResultRelInfo(target_, partition_, 1, nullptr, 0);
    ExecOpenIndices(target_, false);
    slot_ = table_slot_create(partition_, nullptr);
  });
}

void SegmentWriter::insert(const RawSegment& segment) {
  pg::call([&] {
    bytea* const data = bytes_of({segment.data, segment.size});
    bytea* const histograms = segment.histograms.empty() ? nullptr : bytes_of(segment.histograms);
    ExecClearTuple(slot_);
    Datum* values = slot_->tts_values;
    values[kRawFirstTime - 1] = TimestampTzGetDatum(segment.first_time);
    values[kRawLastTime - 1] = TimestampTzGetDatum(segment.last_time);
    values[kRawGroup - 1] = Int32GetDatum(segment.group);
    values[kRawSamples - 1] = Int32GetDatum(segment.samples);
    values[kRawMembers - 1] = Int64GetDatum(static_cast<int64>(segment.members));
    values[kRawData - 1] = PointerGetDatum(data);
    std::fill_n(slot_->tts_isnull, slot_->tts_tupleDescriptor->natts, true);
    std::fill_n(slot_->tts_isnull, static_cast<int>(kRawData), false);
    values[kRawHistograms - 1] = PointerGetDatum(histograms);
    slot_->tts_isnull[kRawHistograms - 1] = histograms == nullptr;
    ExecStoreVirtualTuple(slot_);
    ExecSimpleRelationInsert(target_, state_, slot_);
    ResetPerTupleExprContext(state_);
    pfree(data);
    if (histograms != nullptr) {
      pfree(histograms);
    }
  });
}

void SegmentWriter::close() {
  if (partition_ == nullptr) {
    return;
  }
  pg::call([this] {
    ExecDropSingleTupleTableSlot(slot_);
    ExecCloseIndices(target_);
    FreeExecutorState(state_);
    table_close(partition_, NoLock);
  });
  partition_ = nullptr;
}

}  // namespace almanac::store
