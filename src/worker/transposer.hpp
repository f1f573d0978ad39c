// Journal rows of many series at one moment each, turned into one batch by series and time.
//
// Rows stay packed: of each only the series asked for are decoded, column by column.
//
// Zone: C++.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "core/chunk.hpp"

namespace almanac::worker {

class Transposer {
 public:
  // Leaves out series below `from`.
  Transposer(std::int32_t from, core::Resource* resource);

  // Adds a row: its chunk and its packed histograms, if it has any. The first one added is row 0.
  // The bytes are copied. Throws CorruptChunk, and is then as before.
  void add(std::span<const std::byte> payload, std::span<const std::byte> histograms);

  // Where to end so that what lies before has about `most` samples, but at least one group of
  // series: the series after a group, after a row of almanac.totals if that comes near. Empty if
  // that is everything.
  [[nodiscard]] std::optional<std::int32_t> cut(std::size_t most) const;

  // The samples of series below `to`, of all if empty. Tombstones are for the recorder alone and
  // stay behind. Rows that turn out to be damaged are left out and told to `damaged`.
  [[nodiscard]] core::Batch result(std::optional<std::int32_t> to,
                                   const std::function<void(std::size_t, const char*)>& damaged);

 private:
  struct Row {
    Row(std::span<const std::byte> payload, std::span<const std::byte> packed,
        core::Resource* resource);
    core::Vector<std::byte> bytes;
    core::ChunkView view;
    core::Batch index;        // series, the tick, and the histograms
    core::SeriesRange range;  // series that are wanted
    // Of each wanted series: where its sample goes in the result, or kNowhere.
    core::Vector<std::uint32_t> place;
    bool good = true;
  };

  void choose(std::optional<std::int32_t> to);
  void drop_tombstones(Row& row);
  void lay_out(core::Batch& out);
  void add_column(unsigned column, core::Batch& out);
  void add_histograms(core::Batch& out) const;
  void add_cells(const Row& row, unsigned column, core::Vector<std::int64_t>& out);

  core::Resource* resource_;
  std::int32_t from_;
  std::deque<Row> rows_;
  std::size_t reading_ = 0;           // the row at hand
  core::Vector<std::int64_t> cells_;  // of one column of it
};

}  // namespace almanac::worker
