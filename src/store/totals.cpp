#include "store/totals.hpp"

#include "core/batch_series.hpp"
#include "pg/spi.hpp"
#include "settings.hpp"
#include "store/owner.hpp"

namespace almanac::store {
namespace {

constexpr std::int32_t kGroupsPerBlock = kTotalsSeries / kSeriesPerSegment;

pg::Failure damaged(const Stream& stream, std::int32_t block, const core::CorruptChunk& error) {
  const std::int64_t first = std::int64_t{block} * kTotalsSeries;
  return std::move(pg::Failure(ERRCODE_DATA_CORRUPTED,
                               std::string("corrupt totals of stream \"") + stream.name + "\"")
                       .detail("Series " + std::to_string(first) + " to " +
                               std::to_string(first + kTotalsSeries - 1) + ": " + error.what() +
                               ".")
                       .hint("Delete the row with stream = " + std::to_string(stream.id) +
                             " and series_block = " + std::to_string(block) +
                             " from almanac.totals: totals of these series begin anew."));
}

// A row: series_block, payload, histograms. Throws CorruptChunk.
core::Batch unpack(const pg::Row& row, core::Resource* resource) {
  const std::int32_t block = row.get<std::int32_t>(0);
  core::Batch totals =
      core::ChunkView::parse(row.get<std::span<const std::byte>>(1)).decode(resource);
  if (const auto packed = row.maybe<std::span<const std::byte>>(2)) {
    core::decode_blobs(*packed, totals.samples(), totals.histograms);
  }
  for (const std::int32_t series : totals.series) {
    if (totals_block(series) != block) {
      throw core::CorruptChunk("series outside of the row's block");
    }
  }
  return totals;
}

void merge(const Stream& stream, const pg::Row& row, Sums& sums, core::Resource* scratch) {
  try {
    sums.add_totals(unpack(row, scratch));
  } catch (const core::CorruptChunk& error) {
    throw damaged(stream, row.get<std::int32_t>(0), error);
  }
}

// Blocks of these series (ascending) as almanac.totals has them.
void read_blocks(pg::Spi& spi, const Stream& stream, const std::vector<std::int32_t>& blocks,
                 pg::RowCallback each) {
  static pg::Plan read(
      "SELECT series_block, payload, histograms FROM almanac.totals"
      " WHERE stream OPERATOR(pg_catalog.=) $1 AND series_block OPERATOR(pg_catalog.=) ANY ($2)");
  spi.query(read, {stream.id, blocks}, each);
}

void write_block(pg::Spi& spi, const Stream& stream, std::int32_t block, const core::Batch& totals,
                 core::Resource* scratch) {
  static pg::Plan write(
      "INSERT INTO almanac.totals (stream, series_block, payload, histograms)"
      " VALUES ($1, $2, $3, $4) ON CONFLICT (stream, series_block)"
      " DO UPDATE SET payload = excluded.payload, histograms = excluded.histograms");
  static pg::Plan remove(
      "DELETE FROM almanac.totals WHERE stream OPERATOR(pg_catalog.=) $1"
      " AND series_block OPERATOR(pg_catalog.=) $2");
  if (totals.samples() == 0) {
    spi.execute(remove, {stream.id, block});
    return;
  }
  std::optional<core::Vector<std::byte>> histograms;
  if (!totals.histograms.empty()) {
    histograms = core::encode_blobs(totals.histograms, scratch);
  }
  spi.execute(write, {stream.id, block, core::encode(totals, scratch),
                      histograms ? pg::Arg(*histograms) : pg::Arg::null(BYTEAOID)});
}

}  // namespace

void lock_archive(pg::Spi& spi, const Stream& stream) {
  static pg::Plan create("INSERT INTO almanac.sealing (stream) VALUES ($1) ON CONFLICT DO NOTHING");
  static pg::Plan lock(
      "SELECT FROM almanac.sealing WHERE stream OPERATOR(pg_catalog.=) $1 FOR UPDATE");
  if (spi.execute(lock, {stream.id}) == 0) {
    spi.execute(create, {stream.id});
    spi.execute(lock, {stream.id});
  }
}

TotalsUpdate::TotalsUpdate(const Stream& stream, core::Resource* resource)
    : stream_(stream), sums_(stream, stream.ordinals(), true, resource) {
  if (stream.histogram != nullptr) {
    sums_.want_histograms();
  }
}

void TotalsUpdate::write() {
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  const AsOwner as_owner;
  pg::Spi spi;
  lock_archive(spi, stream_);
  std::vector<std::int32_t> blocks;
  sums_.each_group([&](std::int32_t group) {
    const std::int32_t block = totals_block(group * kSeriesPerSegment);
    if (blocks.empty() || blocks.back() != block) {
      blocks.push_back(block);
    }
  });
  read_blocks(spi, stream_, blocks,
              [&](const pg::Row& row) { merge(stream_, row, sums_, context.resource()); });
  for (const std::int32_t block : blocks) {
    const core::Batch batch =
        sums_.to_totals(block * kGroupsPerBlock, (block + 1) * kGroupsPerBlock, context.resource());
    if (batch.samples() > 0) {
      write_block(spi, stream_, block, batch, context.resource());
    }
  }
}

void add_totals(const Stream& stream, const core::Batch& batch) {
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  TotalsUpdate update(stream, context.resource());
  update.add(batch);
  update.write();
}

void forget_totals(pg::Spi& spi, const Stream& stream, std::span<const std::int32_t> series) {
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  lock_archive(spi, stream);
  std::vector<std::int32_t> blocks;
  for (const std::int32_t one : series) {
    if (blocks.empty() || blocks.back() != totals_block(one)) {
      blocks.push_back(totals_block(one));
    }
  }
  read_blocks(spi, stream, blocks, [&](const pg::Row& row) {
    try {
      core::Batch totals = unpack(row, context.resource());
      if (core::remove_series(totals, series) > 0) {
        write_block(spi, stream, row.get<std::int32_t>(0), totals, context.resource());
      }
    } catch (const core::CorruptChunk&) {
      // Stays as it is: reading them says so.
    }
  });
}

void read_totals(const Stream& stream, Sums& sums) {
  static pg::Plan read(
      "SELECT series_block, payload, CASE WHEN $2 THEN histograms END FROM almanac.totals"
      " WHERE stream OPERATOR(pg_catalog.=) $1 ORDER BY series_block");
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  const AsOwner as_owner;
  pg::Spi spi(pg::Spi::Mode::read_only);
  spi.query(read, {stream.id, sums.wants_histograms()}, [&](const pg::Row& row) {
    try {
      merge(stream, row, sums, context.resource());
    } catch (const pg::Failure& error) {
      if (!settings::skip_corrupt_chunks || error.sqlstate() != ERRCODE_DATA_CORRUPTED) {
        throw;
      }
      pg::report(WARNING, error);
    }
  });
}

}  // namespace almanac::store
