#include "store/fdw_estimate.hpp"

#include "pg/compat.hpp"

namespace almanac::store {
namespace {

// What a page holds, as measured with statements: a sample takes 8 to 12 bytes.
constexpr double kSamplesPerPage = 750;

// Partitions whose size nobody has noted yet are opened to see, but no more than so many.
constexpr int kMostOpened = 4;

Oid relation_of(const Stream& stream, const char* suffix) {
  return get_relname_relid(psprintf("%s%s", stream.name, suffix),
                           get_namespace_oid("almanac", false));
}

// Pages by pg_class; -1 if never vacuumed.
double noted_pages(Oid relation) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple)) {
    return 0;
  }
  const auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
  const double pages = form->reltuples < 0 ? -1 : form->relpages;
  ReleaseSysCache(tuple);
  return pages;
}

double actual_pages(Oid relation) {
  Relation opened = try_relation_open(relation, AccessShareLock);
  if (opened == nullptr) {
    return 0;
  }
  const double pages = RelationGetNumberOfBlocks(opened);
  relation_close(opened, AccessShareLock);
  return pages;
}

// Share of a partition that lies in the range. Today's has no more than the day has passed.
double share(const Partition& partition, std::int64_t from, std::int64_t to) {
  const std::int64_t end = Max(Min(partition.to, GetCurrentTimestamp()), partition.from + 1);
  const double overlap =
      static_cast<double>(Min(to, end)) - static_cast<double>(Max(from, partition.from));
  const double whole = static_cast<double>(end) - static_cast<double>(partition.from);
  return Min(Max(overlap / whole, 0.0), 1.0);
}

void estimate_range(const Stream& stream, const TierRange& range, Extent* extent) {
  const Oid root = find_archive_root(stream, range.tier);
  const std::int64_t from = range.from;
  const std::int64_t to = range.to;
  int count = 0;
  const Partition* partitions =
      root == InvalidOid ? nullptr : partitions_between(root, from, to, &count);
  double known = 0;
  double known_pages = 0;
  double unknown_share = 0;
  int opened = 0;
  // Newest first: those are the ones that nobody has vacuumed.
  for (int i = count - 1; i >= 0; --i) {
    double pages = noted_pages(partitions[i].relation);
    if (pages < 0 && opened < kMostOpened) {
      pages = actual_pages(partitions[i].relation);
      ++opened;
    }
    const double part = share(partitions[i], from, to);
    if (pages < 0) {
      unknown_share += part;
    } else {
      known += 1;
      known_pages += pages;
      extent->archive_pages += pages;
      extent->archive_samples += pages * part * kSamplesPerPage;
    }
  }
  if (unknown_share > 0 && known > 0) {
    extent->archive_pages += known_pages / known * unknown_share;
    extent->archive_samples += known_pages / known * unknown_share * kSamplesPerPage;
  }
  extent->partitions += count;
}

// Journal rows of all streams lie together; most bytes are in its TOAST table.
void estimate_journal(Extent* extent) {
  Relation journal = table_open(get_relname_relid("journal", get_namespace_oid("almanac", false)),
                                AccessShareLock);
  const Oid toast = journal->rd_rel->reltoastrelid;
  const double pages = RelationGetNumberOfBlocks(journal);
  table_close(journal, AccessShareLock);
  extent->journal_pages = pages;
  extent->journal_samples = (pages + (toast == InvalidOid ? 0 : actual_pages(toast))) *
                            kSamplesPerPage / static_cast<double>(streams().size());
}

double estimate_series(const Stream& stream) {
  const Oid keys = relation_of(stream, "_keys");
  Relation relation = keys == InvalidOid ? nullptr : try_table_open(keys, AccessShareLock);
  if (relation == nullptr) {
    return 1;
  }
  BlockNumber pages = 0;
  double tuples = 0;
  double visible = 0;
  estimate_rel_size(relation, nullptr, &pages, &tuples, &visible);
  table_close(relation, AccessShareLock);
  return Max(tuples, 1.0);
}

}  // namespace

Extent estimate_extent(const Stream& stream, Tier grain, std::int64_t from, std::int64_t to) {
  Extent extent{};
  extent.series = estimate_series(stream);
  if (from <= to) {
    TierRange ranges[kMostRanges];
    const int count = serving_ranges(tier_state(stream), grain, from, to, ranges);
    for (int i = 0; i < count; ++i) {
      estimate_range(stream, ranges[i], &extent);
    }
    estimate_journal(&extent);
  }
  return extent;
}

}  // namespace almanac::store
