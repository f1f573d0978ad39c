// Samples on their way from INSERT or COPY into the archive.
//
// Rows are kept column by column until there are many or the statement ends; then they are sorted,
// packed and appended as sealing does with the journal, with the flag `imported`. Nothing of it is
// visible, in the archive or in the totals, unless the statement ends well.
//
// Zone: C++.
#pragma once

#include "core/chunk.hpp"
#include "store/server_ids.hpp"
#include "store/totals.hpp"

namespace almanac::store {

// Cells of a row: one for each of the stream's columns by ordinal, then two for each, of which only
// those of gauges are used: its least and greatest value, NULL if that is the value.
[[nodiscard]] constexpr std::size_t import_cells(std::size_t columns) { return 3 * columns; }
[[nodiscard]] constexpr std::size_t extreme_cell(std::size_t columns, std::size_t ordinal,
                                                 bool greatest) {
  return columns + 2 * ordinal + (greatest ? 1 : 0);
}

// The rest of a row.
struct ImportRow {
  std::int32_t series = 0;
  std::int64_t time = 0;
  std::int64_t duration = core::kNull;
  std::int64_t flags = 0;
};

class Import {
 public:
  // All memory comes from `resource`, a context of the statement.
  Import(const Stream& stream, core::Resource* resource);

  // Adds a row with import_cells() cells and a packed histogram, empty for none. Throws Failure
  // (22008) if its time cannot be stored. Flushes if much has been gathered: then, and only then,
  // throws as finish().
  void add(const ImportRow& row, std::span<const std::int64_t> cells,
           std::span<const std::byte> histogram);

  // Writes what is left and the totals. Call it once. Throws Failure: 23503 if a series is not in
  // the dictionary, 22008 if a time cannot be stored; Error.
  void finish();

 private:
  void flush();
  void check_series() const;
  void order();
  core::Batch batch() const;
  std::size_t bytes() const;

  const Stream& stream_;
  core::Resource* resource_;
  core::Vector<ImportRow> rows_;
  core::Vector<core::Vector<std::int64_t>>
      columns_;                        // by cell, each empty (all NULL) or as long as rows_
  core::Vector<std::uint32_t> order_;  // of the rows: by series and tick
  core::Vector<std::uint32_t> ticks_;  // by row
  core::Vector<core::Tick> tick_list_;
  core::Blobs histograms_;  // empty, or of each of rows_
  TotalsUpdate totals_;
  std::int64_t since_;  // history of before has been dropped from all tiers
  bool any_ = false;
};

}  // namespace almanac::store
