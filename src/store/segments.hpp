// The rows that hold packed samples, as they lie in the tables: archive first, journal after.
// Nothing is unpacked here.
//
// Archive rows (segments) are found through the partitions that a time range touches, each stretch
// of time in the tier that answers for it (tiers.hpp), and within a partition through the index on
// (series_group, last_time) when few groups of series are wanted, else by reading it through. A
// partition is opened when its turn comes. Journal and raw tier are seen under one snapshot, so
// that samples that are moved from journal to archive meanwhile are seen once. A journal row may
// have moved in part: almanac.sealing, under the same snapshot, tells which.
//
// Partitions are dropped at once for everybody, also for those whose snapshot is from before their
// roll-up. So coarser tiers are read as they are now, and of the journal, where they answer, what
// is still there now.
//
// Zone: PG. No destructors: an error leaves relations and buffers to the resource owner, memory to
// the context.
#pragma once

#include "pg/compat.hpp"
#include "store/partitions.hpp"

namespace almanac::store {

// Positions of the columns of almanac.<stream>_raw and almanac.journal.
enum RawColumn : int {
  kRawFirstTime = 1,
  kRawLastTime,
  kRawGroup,
  kRawSamples,
  kRawMembers,
  kRawData,
  kRawHistograms,
  kRawColumns = kRawHistograms
};
enum JournalColumn : int {
  kJournalSnapshot = 1,
  kJournalTime = 2,
  kJournalSamples = 6,
  kJournalStream = 7,
  kJournalPayload = 8,
  kJournalHistograms = 9
};
// and of almanac.sealing.
enum SealingColumn : int { kSealingStream = 1, kSealingSnapshot, kSealingSeries };

// Series of one group, one bit each: bit i is series group * kSeriesPerSegment + i.
struct GroupMembers {
  std::int32_t group;
  std::uint64_t members;
};
static_assert(kSeriesPerSegment == 64, "one bit per series");
[[nodiscard]] constexpr std::int32_t group_of(std::int32_t series) { return series >> 6; }
[[nodiscard]] constexpr std::uint64_t member_bit(std::int32_t series) {
  return std::uint64_t{1} << (series & 63);
}

// What to look for.
struct SegmentFilter {
  const Stream* stream = nullptr;
  Oid journal = InvalidOid;
  std::int64_t from = PG_INT64_MIN;  // inclusive
  std::int64_t to = PG_INT64_MAX;    // inclusive
  Tier grain = Tier::raw;            // where history is rolled up, no tier finer than this
  bool only_grain = false;           // this tier alone, whether it is complete or not
  bool archive = true;               // false: only the journal
  bool histograms = false;           // are wanted
  bool with_journal = true;          // false: only the archive
  bool all_series = true;
  const GroupMembers* groups = nullptr;  // ascending; must outlive the scan
  int group_count = 0;
  Snapshot snapshot = nullptr;  // registered or active as long as the scan
  Oid sealing = InvalidOid;     // almanac.sealing
};

// One row. The bytes are valid until the next row is asked for.
struct RawSegment {
  const std::byte* data;
  std::size_t size;
  std::span<const std::byte> histograms;  // packed; empty if there are none, or not wanted
  std::int64_t first_time;
  std::int64_t last_time;
  std::int32_t group;
  std::int32_t samples;
  std::uint64_t members;
  bool journal;
  // Of a journal row: samples of series below this one are in the archive already, and only there.
  std::int32_t sealed_below = PG_INT32_MIN;
};

class SegmentScan {
 public:
  // Starts a scan. `filter` is copied. Memory is taken from `scan`, detoasted rows from `row`,
  // which is reset for each.
  void begin(const SegmentFilter& filter, MemoryContext scan, MemoryContext row);

  // The next row that overlaps the time range and, as far as the row tells, holds one of the
  // series. False at the end.
  bool next(RawSegment& out);

  // Closes what is open. May be called again, and is followed by begin() or nothing.
  void end();

  // Archive rows that were looked at and not returned.
  std::uint64_t skipped() const { return skipped_; }

  // Tiers that partitions have been read of, a bit each.
  unsigned tiers() const { return tiers_; }

 private:
  enum class Stage : std::uint8_t { idle, archive, journal };

  // A partition to be read, and the times that are wanted of it.
  struct Piece {
    Oid relation;
    std::int64_t from;
    std::int64_t to;
    Tier tier;
    Snapshot snapshot;
  };

  // Which part of the journal has moved to the archive, as of a snapshot.
  struct Progress {
    std::int64_t snapshot_id = PG_INT64_MIN;  // rows up to this one have moved in part:
    std::int32_t series = PG_INT32_MIN;       // series below this one
  };

  // Times that a coarser tier answers for, as of a snapshot of ours.
  struct Rolled {
    std::int64_t from;
    std::int64_t to;
    Snapshot snapshot;
    Progress sealing;
  };

  void plan_pieces();
  void plan(Tier grain, std::int64_t from, std::int64_t to, Tier finest);
  void add_pieces(const TierRange& range, Snapshot snapshot);
  void add_rolled(const TierRange* ranges, int count, Tier finest, Snapshot latest);
  const Rolled* rolled_at(std::int64_t time) const;
  void replace_piece(const Piece& gone);
  bool open_partition();
  void open_relation(Relation relation, Snapshot snapshot, bool by_index);
  Progress read_sealing(Snapshot snapshot) const;
  void close_relation();
  Relation usable_index(Relation relation) const;
  bool start_group();
  bool fetch();
  bool accept_archive(RawSegment& out);
  bool accept_journal(RawSegment& out);
  std::span<const std::byte> take_bytes(int column);
  std::span<const std::byte> take_histograms(int column);

  SegmentFilter filter_{};
  MemoryContext scan_ = nullptr;
  MemoryContext row_ = nullptr;
  Stage stage_ = Stage::idle;
  Piece* pieces_ = nullptr;  // to be read, the next one last
  int piece_count_ = 0;
  int piece_room_ = 0;
  Rolled* rolled_ = nullptr;  // a later one counts for more
  int rolled_count_ = 0;
  std::int64_t from_ = 0;  // of the piece that is open
  std::int64_t to_ = 0;
  int group_ = 0;
  Relation relation_ = nullptr;
  Relation index_ = nullptr;
  TableScanDesc table_scan_ = nullptr;
  IndexScanDesc index_scan_ = nullptr;
  TupleTableSlot* slot_ = nullptr;
  std::uint64_t skipped_ = 0;
  unsigned tiers_ = 0;
  Progress sealing_;
};

}  // namespace almanac::store
