#include "store/totals.hpp"

#include "pg/spi.hpp"
#include "settings.hpp"
#include "store/owner.hpp"

namespace almanac::store {
namespace {

std::vector<std::uint16_t> all_ordinals(const Stream& stream) {
  std::vector<std::uint16_t> ordinals;
  for (std::size_t i = 0; i < stream.columns.size(); ++i) {
    ordinals.push_back(static_cast<std::uint16_t>(i));
  }
  return ordinals;
}

pg::Failure damaged(const Stream& stream, const core::CorruptChunk& error) {
  return std::move(pg::Failure(ERRCODE_DATA_CORRUPTED,
                               std::string("corrupt totals of stream \"") + stream.name + "\"")
                       .detail(std::string("Totals: ") + error.what() + ".")
                       .hint("Delete the row with stream = " + std::to_string(stream.id) +
                             " from almanac.totals: totals begin anew."));
}

// An empty payload stands for nothing.
void merge(std::span<const std::byte> payload, Sums& sums, core::Resource* scratch) {
  if (!payload.empty()) {
    sums.add_totals(core::ChunkView::parse(payload).decode(scratch));
  }
}

}  // namespace

TotalsUpdate::TotalsUpdate(const Stream& stream, core::Resource* resource)
    : stream_(stream), sums_(stream, all_ordinals(stream), true, resource) {}

void TotalsUpdate::write() {
  static pg::Plan create(
      "INSERT INTO almanac.totals (stream, payload) VALUES ($1, '') ON CONFLICT DO NOTHING");
  static pg::Plan read(
      "SELECT payload FROM almanac.totals WHERE stream OPERATOR(pg_catalog.=) $1 FOR UPDATE");
  static pg::Plan update(
      "UPDATE almanac.totals SET payload = $2 WHERE stream OPERATOR(pg_catalog.=) $1");
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  const AsOwner as_owner;
  pg::Spi spi;
  spi.execute(create, {stream_.id});
  spi.query(read, {stream_.id}, [&](const pg::Row& row) {
    try {
      merge(row.get<std::span<const std::byte>>(0), sums_, context.resource());
    } catch (const core::CorruptChunk& error) {
      throw damaged(stream_, error);
    }
  });
  const core::Batch batch = sums_.to_totals(context.resource());
  const core::Vector<std::byte> payload = core::encode(batch, context.resource());
  spi.execute(update, {stream_.id, payload});
}

void add_totals(const Stream& stream, const core::Batch& batch) {
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  TotalsUpdate update(stream, context.resource());
  update.add(batch);
  update.write();
}

void read_totals(const Stream& stream, Sums& sums) {
  static pg::Plan read("SELECT payload FROM almanac.totals WHERE stream OPERATOR(pg_catalog.=) $1");
  pg::OwnedContext context(CurrentMemoryContext, "almanac totals");
  const AsOwner as_owner;
  pg::Spi spi(pg::Spi::Mode::read_only);
  spi.query(read, {stream.id}, [&](const pg::Row& row) {
    try {
      merge(row.get<std::span<const std::byte>>(0), sums, context.resource());
    } catch (const core::CorruptChunk& error) {
      if (!settings::skip_corrupt_chunks) {
        throw damaged(stream, error);
      }
      pg::report(WARNING, damaged(stream, error));
    }
  });
}

}  // namespace almanac::store
