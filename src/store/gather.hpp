// The parts that rolling up is made of: when buckets begin and end, and samples of a group of
// series gathered by series and bucket.
//
// Zone: C++.
#pragma once

#include "core/tracker.hpp"
#include "store/cells.hpp"
#include "store/histogram_sums.hpp"
#include "store/sums.hpp"
#include "store/tiers.hpp"

namespace almanac::store {

// Bucket of a time, counted from 2000-01-01 UTC: buckets divide days.
constexpr std::int64_t bucket_of(std::int64_t time, std::int64_t length) {
  return time / length - (time % length < 0 ? 1 : 0);
}

// When buckets begin and end, from the samples in them.
class BucketTicks {
 public:
  BucketTicks(Tier tier, core::Resource* resource)
      : length_(spec(tier).bucket), ticks_(resource), begins_(resource) {}

  // Ticks may come in any order.
  void add(const core::Tick& tick) {
    const std::int64_t bucket = bucket_of(tick.time, length_);
    if (ticks_.empty()) {
      base_ = bucket;
    } else if (bucket < base_) {
      const auto before = static_cast<std::size_t>(base_ - bucket);
      ticks_.insert(ticks_.begin(), before, core::Tick{core::kNull, core::kNull});
      begins_.insert(begins_.begin(), before, PG_INT64_MAX);
      base_ = bucket;
    }
    const auto at = static_cast<std::size_t>(bucket - base_);
    if (at >= ticks_.size()) {
      ticks_.resize(at + 1, core::Tick{core::kNull, core::kNull});
      begins_.resize(at + 1, PG_INT64_MAX);
    }
    ticks_[at].time = std::max(ticks_[at].time, tick.time);
    begins_[at] =
        std::min(begins_[at], tick.time - (tick.duration == core::kNull ? 0 : tick.duration));
    // Nothing to tell the length of a single moment from.
    const std::int64_t length = ticks_[at].time - begins_[at];
    ticks_[at].duration = length == 0 && tick.duration == core::kNull ? core::kNull : length;
  }

  std::int64_t length() const { return length_; }
  bool has(std::int64_t bucket) const {
    const std::int64_t at = bucket - base_;
    return at >= 0 && at < static_cast<std::int64_t>(ticks_.size()) &&
           of(bucket).time != core::kNull;
  }
  const core::Tick& of(std::int64_t bucket) const {
    return ticks_[static_cast<std::size_t>(bucket - base_)];
  }

  BucketTicks coarser(Tier tier, core::Resource* resource) const {
    BucketTicks out(tier, resource);
    for (const core::Tick& tick : ticks_) {
      if (tick.time != core::kNull) {
        out.add(tick);
      }
    }
    return out;
  }

 private:
  std::int64_t length_;
  std::int64_t base_ = 0;
  core::Vector<core::Tick> ticks_;
  core::Vector<std::int64_t> begins_;
};

// A batch with what Gather needs of a Reader.
struct BatchSource {
  const core::Batch& batch;
  const core::Tick& tick(std::uint32_t sample) const { return batch.ticks[batch.tick[sample]]; }
  bool all_null(unsigned column) const {
    return column >= batch.columns.size() || batch.columns[column].empty();
  }
  std::int64_t cell(unsigned column, std::uint32_t sample) const {
    return all_null(column) ? core::kNull : batch.columns[column][sample];
  }
  std::span<const std::byte> histogram(std::uint32_t sample) const {
    return batch.histograms.of(sample);
  }
};

inline const Reader& summable(const Reader& source) { return source; }
inline const core::Batch& summable(const BatchSource& source) { return source.batch; }
// All that can be in a chunk of the stream.
core::Vector<std::uint16_t> all_chunk_columns(const Stream& stream, core::Resource* resource);

// Samples of one group of series, gathered by series and bucket. Inside, a pair of both is a series
// of Sums: bucket * kSeriesPerSegment + position in the group.
class Gather {
 public:
  Gather(const Stream& stream, std::int32_t group, const BucketTicks& ticks,
         core::Resource* resource)
      : stream_(stream),
        group_(group),
        ticks_(ticks),
        resource_(resource),
        sums_(stream, stream.ordinals(), false, resource),
        pieces_(resource),
        base_(PG_INT64_MAX),
        flags_(resource),
        histograms_(resource),
        extremes_(resource) {
    for (unsigned i = 0; i < stream.columns.size(); ++i) {
      if (has_extremes(stream.columns[i].kind)) {
        extremes_.emplace_back(i, resource);
      }
    }
  }

  // Adds samples that belong to the group.
  template <class Source>
  void add(const Source& source, std::span<const Run> runs) {
    split(source, runs);
    sums_.add(summable(source), core::view(pieces_));
    for (const Run& piece : pieces_) {
      const std::size_t row = row_of(piece.series);
      for (std::uint32_t i = piece.from; i < piece.to; ++i) {
        const std::int64_t flags = source.cell(0, i);
        flags_[row] |= flags == core::kNull ? 0 : flags;
        histograms_.add(row, source.histogram(i));
      }
    }
    for (Extremes& extremes : extremes_) {
      add_extremes(source, extremes);
    }
  }

  [[nodiscard]] bool empty() const { return flags_.empty(); }

  // What has been gathered, as samples.
  core::Batch result() const;

 private:
  struct Extremes {
    Extremes(unsigned column, core::Resource* resource)
        : ordinal(column), least(resource), greatest(resource) {}
    unsigned ordinal;
    core::Vector<std::int64_t> least;  // by row
    core::Vector<std::int64_t> greatest;
  };

  // Cuts runs at the borders of buckets.
  template <class Source>
  void split(const Source& source, std::span<const Run> runs) {
    pieces_.clear();
    for (const Run& run : runs) {
      const std::int32_t member = run.series & (kSeriesPerSegment - 1);
      for (std::uint32_t i = run.from; i < run.to;) {
        const std::int64_t bucket = bucket_of(source.tick(i).time, ticks_.length());
        const std::int64_t end = (bucket + 1) * ticks_.length();
        std::uint32_t to = i + 1;
        while (to < run.to && source.tick(to).time < end) {
          ++to;
        }
        if (base_ == PG_INT64_MAX) {
          base_ = day_of(source.tick(i).time) * (kDay / ticks_.length());
        }
        pieces_.push_back({virtual_series(bucket, member), i, to});
        i = to;
      }
    }
  }

  // Buckets count from the day of the first sample; those of other days may be negative.
  std::int32_t virtual_series(std::int64_t bucket, std::int32_t member) const {
    return static_cast<std::int32_t>((bucket - base_) * kSeriesPerSegment) + member;
  }

  std::size_t row_of(std::int32_t series) {
    const std::int32_t block = group_of(series);
    const auto [at, added] = blocks_.try_emplace(block, static_cast<std::uint32_t>(blocks_.size()));
    if (added) {
      const std::size_t size = blocks_.size() * kSeriesPerSegment;
      flags_.resize(size);
      for (Extremes& extremes : extremes_) {
        extremes.least.resize(size, core::kNull);
        extremes.greatest.resize(size, core::kNull);
      }
    }
    return at->second * std::size_t{kSeriesPerSegment} +
           static_cast<std::size_t>(series & (kSeriesPerSegment - 1));
  }

  template <class Source>
  void add_extremes(const Source& source, Extremes& extremes) {
    const unsigned value = chunk_column(extremes.ordinal);
    const unsigned low = extreme_column(extremes.ordinal, false);
    const unsigned high = extreme_column(extremes.ordinal, true);
    if (source.all_null(value)) {
      return;
    }
    for (const Run& piece : pieces_) {
      const std::size_t row = row_of(piece.series);
      std::int64_t& least = extremes.least[row];
      std::int64_t& greatest = extremes.greatest[row];
      for (std::uint32_t i = piece.from; i < piece.to; ++i) {
        const std::int64_t cell = source.cell(value, i);
        if (cell == core::kNull) {
          continue;
        }
        const std::int64_t below = source.all_null(low) ? core::kNull : source.cell(low, i);
        const std::int64_t above = source.all_null(high) ? core::kNull : source.cell(high, i);
        const std::int64_t from = below == core::kNull ? cell : below;
        least = least == core::kNull ? from : std::min(least, from);
        greatest = std::max(greatest, above == core::kNull ? cell : above);
      }
    }
  }

  struct Place {
    std::int32_t series;
    std::int64_t bucket;
    std::int32_t virtual_series;
    std::uint32_t row;  // of sums_
  };
  void fill(core::Batch& out, std::span<const Place> places) const;

  const Stream& stream_;
  std::int32_t group_;
  const BucketTicks& ticks_;
  core::Resource* resource_;
  Sums sums_;
  core::Vector<Run> pieces_;
  std::int64_t base_;
  boost::container::flat_map<std::int32_t, std::uint32_t> blocks_;
  core::Vector<std::int64_t> flags_;  // by row
  HistogramSums histograms_;          // by row
  core::Vector<Extremes> extremes_;
};

}  // namespace almanac::store
