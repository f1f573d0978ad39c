#include "core/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/rank_interval.hpp"

namespace almanac::core {

namespace {

// Room for more buckets than the first and the ones below it need: most statements' durations
// spread over a few dozen.
constexpr unsigned room_above = 32;
constexpr unsigned room_below = 16;

}  // namespace

uint64_t pack_difference(Counters before, Counters now, Vector<std::byte>& out) {
  if (std::ranges::equal(before, now)) return 0;
  uint64_t calls = 0;
  HistogramWriter writer(out);
  for (unsigned bucket = 0; bucket < bucket_count; ++bucket) {
    const uint32_t more = now[bucket] - before[bucket];
    if (more == 0) continue;
    writer.add(bucket, more);
    calls += more;
  }
  writer.finish();
  return calls;
}

Histogram Histogram::unpack(std::span<const std::byte> packed, Resource* resource) {
  Histogram histogram(resource);
  histogram.add(packed);
  return histogram;
}

void Histogram::pack(Vector<std::byte>& out) const {
  HistogramWriter writer(out);
  each([&writer](const Used& used) { writer.add(used.bucket, used.calls); });
  writer.finish();
}

void Histogram::add(unsigned bucket, uint64_t calls) {
  check_room(calls);
  at(bucket) += calls;
  calls_ += calls;
}

void Histogram::add(const Histogram& other) {
  if (other.empty()) return;
  check_room(other.calls_);
  at(other.first_);
  at(other.first_ + static_cast<unsigned>(other.counts_.size()) - 1);
  const size_t offset = other.first_ - first_;
  for (size_t i = 0; i < other.counts_.size(); ++i) counts_[offset + i] += other.counts_[i];
  calls_ += other.calls_;
}

void Histogram::add(std::span<const std::byte> packed) {
  HistogramReader reader(packed);
  uint64_t* counts = counts_.data();
  size_t size = counts_.size();
  for (Used used; reader.next(used);) {
    check_room(used.calls);
    // A bucket below the first is far beyond the last here.
    const size_t i = static_cast<size_t>(used.bucket) - first_;
    if (i < size) [[likely]] {
      counts[i] += used.calls;
    } else {
      at(used.bucket) += used.calls;
      counts = counts_.data();
      size = counts_.size();
    }
    calls_ += used.calls;
  }
}

void Histogram::subtract(unsigned bucket, uint64_t calls) {
  if (calls_in(bucket) < calls) throw std::range_error("fewer calls than are to be subtracted");
  if (calls == 0) return;
  at(bucket) -= calls;
  calls_ -= calls;
}

void Histogram::subtract(const Histogram& other) {
  other.each([this](const Used& used) {
    if (calls_in(used.bucket) < used.calls)
      throw std::range_error("fewer calls than are to be subtracted");
  });
  other.each([this](const Used& used) { at(used.bucket) -= used.calls; });
  calls_ -= other.calls_;
}

std::optional<double> Histogram::quantile(double q) const {
  if (empty()) return std::nullopt;
  const double rank = std::ceil(q * static_cast<double>(calls_));
  const uint64_t most = rank < static_cast<double>(calls_) ? static_cast<uint64_t>(rank) : calls_;
  return bucket_value_ms(bucket_of_rank(std::max<uint64_t>(most, 1)));
}

std::optional<Range> Histogram::quantile_range(double q) const {
  if (empty()) return std::nullopt;
  const Ranks ranks = rank_interval(calls_, q);
  return Range{ranks.lower == 0 ? 0 : bucket_lower_ms(bucket_of_rank(ranks.lower)),
               ranks.upper > calls_ ? std::numeric_limits<double>::infinity()
                                    : bucket_upper_ms(bucket_of_rank(ranks.upper))};
}

std::optional<double> Histogram::share_above(double ms) const {
  const unsigned bucket = bucket_of_ms(ms);
  if (empty()) return std::nullopt;
  const double lower = bucket_lower_ms(bucket);
  const double upper = bucket_upper_ms(bucket);
  const double part = bucket == last_bucket ? 1 : (upper - ms) / (upper - lower);
  const double above =
      static_cast<double>(calls_from(bucket + 1)) + part * static_cast<double>(calls_in(bucket));
  return above / static_cast<double>(calls_);
}

std::optional<Range> Histogram::share_above_range(double ms) const {
  const unsigned bucket = bucket_of_ms(ms);
  if (empty()) return std::nullopt;
  const auto all = static_cast<double>(calls_);
  const double most = static_cast<double>(calls_from(bucket)) / all;
  if (ms <= bucket_lower_ms(bucket)) return Range{most, most};
  return Range{static_cast<double>(calls_from(bucket + 1)) / all, most};
}

double Histogram::total() const {
  double sum = 0;
  each([&sum](const Used& used) {
    sum += bucket_value_ms(used.bucket) * static_cast<double>(used.calls);
  });
  return sum;
}

// The count of a bucket, which is made to exist.
uint64_t& Histogram::at(unsigned bucket) {
  if (counts_.empty()) {
    counts_.reserve(room_above);
    counts_.resize(1);
    first_ = bucket;
  } else if (bucket < first_) {
    const unsigned to = bucket < room_below ? 0 : bucket - room_below;
    counts_.insert(counts_.begin(), first_ - to, 0);
    first_ = to;
  } else if (bucket - first_ >= counts_.size()) {
    counts_.resize(bucket - first_ + 1);
  }
  return counts_[bucket - first_];
}

uint64_t Histogram::calls_in(unsigned bucket) const {
  return bucket < first_ || bucket - first_ >= counts_.size() ? 0 : counts_[bucket - first_];
}

void Histogram::check_room(uint64_t calls) const {
  if (calls > max_calls - calls_) throw std::overflow_error("histogram has too many calls");
}

// The bucket that holds the value of a rank from 1 to calls().
unsigned Histogram::bucket_of_rank(uint64_t rank) const {
  size_t i = 0;
  for (uint64_t below = counts_[0]; below < rank; below += counts_[i]) ++i;
  return first_ + static_cast<unsigned>(i);
}

// Calls in this bucket and all above it.
uint64_t Histogram::calls_from(unsigned bucket) const {
  uint64_t calls = 0;
  for (size_t i = bucket < first_ ? 0 : bucket - first_; i < counts_.size(); ++i) {
    calls += counts_[i];
  }
  return calls;
}

}  // namespace almanac::core
