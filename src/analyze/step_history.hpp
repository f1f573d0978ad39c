// The history of a group of series in steps of one length: for each series and step what its
// samples add up to. Memory is that of one group (64 series), however many there are.
//
// Zone: C++.
#pragma once

#include "analyze/metrics.hpp"
#include "core/shifts.hpp"
#include "store/cells.hpp"
#include "store/histogram_sums.hpp"
#include "store/reader.hpp"

namespace almanac::analyze {

// Steps of equal length: step i has the times begin(i) < t <= begin(i + 1).
struct Steps {
  std::int64_t first = 0;   // microseconds since 2000-01-01 UTC, a multiple of length
  std::int64_t length = 0;  // microseconds
  std::uint32_t count = 0;

  // The step of a time that is in one of them.
  [[nodiscard]] std::uint32_t of(std::int64_t time) const {
    return static_cast<std::uint32_t>((time - 1 - first) / length);
  }
  [[nodiscard]] std::int64_t begin(std::uint32_t step) const { return first + step * length; }
  [[nodiscard]] std::int64_t end() const { return begin(count); }
  [[nodiscard]] double hours() const { return static_cast<double>(length) / 3.6e9; }
};

// What a metric was, step by step, where it had a value.
struct Values {
  explicit Values(core::Resource* resource)
      : values(resource), positions(resource), calls(resource) {}

  core::Vector<double> values;
  core::Vector<std::uint32_t> positions;  // steps
  core::Vector<double> calls;             // empty if the metric has none

  [[nodiscard]] core::Observations observations() const {
    return {.values = core::view(values),
            .positions = core::view(positions),
            .calls = core::view(calls),
            .deviations = {}};
  }
};

class StepHistory {
 public:
  // For some metrics of a stream, which values() may then be asked for. Memory comes from
  // `context`, which must outlive the object: at most some 64 * 150 bytes a step.
  StepHistory(const store::Stream& stream, const Steps& steps, std::span<const Metric> metrics,
              pg::OwnedContext& context);

  // Reads some members of a group, a bit each, as the active snapshot sees it, in place of the
  // group before. Throws Failure (XX001) if history is damaged, unless
  // pg_almanac.skip_corrupt_chunks is on; Error.
  void load(std::int32_t group, std::uint64_t members = ~std::uint64_t{0});

  // Number of steps in which a series of the group has samples.
  [[nodiscard]] std::uint32_t active(unsigned member) const { return active_[member]; }

  // What a metric of a series was; `out` is cleared first.
  void values(unsigned member, const Metric& metric, Values& out) const;

  // What columns of a series add up to in the steps from <= i < to.
  [[nodiscard]] double sum(unsigned member, Names names, std::uint32_t from,
                           std::uint32_t to) const;

  [[nodiscard]] const Steps& steps() const { return steps_; }
  [[nodiscard]] const store::Stream& stream() const { return stream_; }

 private:
  struct Column {
    std::string_view name;
    unsigned chunk_column;
    store::CellType type;
    core::Vector<double> sums;  // by member and step
  };

  [[nodiscard]] std::size_t cell(unsigned member, std::uint32_t step) const {
    return member * std::size_t{steps_.count} + step;
  }
  void want(Names names);
  void clear();
  void read(store::Reader& reader, std::uint32_t from, std::uint32_t to);
  void add(const store::Reader& reader, const store::Run& run);
  [[nodiscard]] double sum(std::size_t cell, Names names) const;

  const store::Stream& stream_;
  Steps steps_;
  pg::OwnedContext& context_;
  core::Vector<Column> columns_;
  core::Vector<std::uint16_t> chunk_columns_;
  core::Vector<std::uint32_t> samples_;  // by member and step
  core::Vector<float> p95_;              // by member and step; negative: unknown
  std::uint32_t active_[store::kSeriesPerSegment] = {};
};

}  // namespace almanac::analyze
