// Zone: core.
//
// Distributions of durations that can be added and subtracted without loss.
//
// A histogram is how many calls fell into each bucket of buckets.hpp. It exists in three forms:
//
//   counters  uint32_t[bucket_count], as shared memory holds them: an increment each call. They
//             only grow, and wrap; the difference of two copies is what was called in between, as
//             long as no bucket gets 2^32 calls. pack_difference() makes that the packed form.
//   packed    bytes, as tables hold them: histogram_codec.hpp.
//   Histogram the range of buckets in use, with 64-bit counts: to merge, subtract and ask.
//
// Merging and subtracting are exact, so the quantiles of an hour, of a year, of all statements of a
// user are as good as those of a minute: at most 3.03 % (bucket_error) off the value at their rank.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/buckets.hpp"
#include "core/histogram_codec.hpp"
#include "core/memory.hpp"

namespace almanac::core {

// A copy of a statement's counters, taken bucket by bucket, with relaxed loads.
using Counters = std::span<const uint32_t, bucket_count>;

// Appends the packed histogram of the calls between two copies of the same counters to `out` and
// returns their number; none: appends nothing. Modulo 2^32. About 200 ns and 9 ns a used bucket.
uint64_t pack_difference(Counters before, Counters now, Vector<std::byte>& out);

// A range of values in milliseconds, both ends included.
struct Range {
  double lower = 0;
  double upper = 0;  // may be infinite
};

// Milliseconds everywhere. Uses 8 bytes for each bucket from the first used to the last, at most
// 4 kB. Functions that throw leave it as it was, unless they say otherwise; all may throw
// std::bad_alloc.
class Histogram {
 public:
  explicit Histogram(Resource* resource) : counts_(resource) {}
  ~Histogram() = default;
  // A copy takes its memory from where the original does.
  Histogram(const Histogram& other)
      : first_(other.first_),
        counts_(other.counts_, other.counts_.get_allocator()),
        calls_(other.calls_) {}
  Histogram& operator=(const Histogram& other) = delete;

  // The histogram that the bytes hold. Throws CorruptChunk.
  static Histogram unpack(std::span<const std::byte> packed, Resource* resource);

  // Appends the packed form to `out`: never empty, at most max_packed_bytes, equal for equal
  // histograms.
  void pack(Vector<std::byte>& out) const;

  // Merge. Throws std::overflow_error beyond max_calls.
  void add(unsigned bucket, uint64_t calls = 1);
  void add(const Histogram& other);
  // The same for packed bytes. Throws CorruptChunk too, and then holds a part of them.
  void add(std::span<const std::byte> packed);

  // Takes away what was added before. Throws std::range_error if a bucket has fewer calls than are
  // to be taken.
  void subtract(unsigned bucket, uint64_t calls = 1);
  void subtract(const Histogram& other);

  uint64_t calls() const { return calls_; }
  bool empty() const { return calls_ == 0; }

  // The used buckets in ascending order: f(const Used&).
  template <class F>
  void each(F f) const {
    for (size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > 0) f(Used{first_ + static_cast<unsigned>(i), counts_[i]});
    }
  }

  // What the bucket stands for that holds the value of rank ceil(q * calls), the one that
  // percentile_disc(q) would return; nothing if there are no calls. 0 <= q <= 1.
  std::optional<double> quantile(double q) const;

  // Where the quantile of the distribution lies with a probability of at least 95 %, if these calls
  // are an independent sample of it; whole buckets. From 0 if there are too few calls to say more,
  // and to infinity.
  std::optional<Range> quantile_range(double q) const;

  // The share of calls that took at least `ms`: 0 to 1. The calls of the bucket that `ms` lies in
  // are taken to be spread evenly; of those longer than 73 min nothing is known, they count for any
  // `ms`. Nothing if there are no calls. Throws as bucket_of_ms().
  std::optional<double> share_above(double ms) const;

  // What that share is at least and at most.
  std::optional<Range> share_above_range(double ms) const;

  // The sum of all durations, at most 3.03 % off if all lie between 1.024 us and 73 min.
  double total() const;

 private:
  uint64_t& at(unsigned bucket);
  uint64_t calls_in(unsigned bucket) const;
  void check_room(uint64_t calls) const;
  unsigned bucket_of_rank(uint64_t rank) const;
  uint64_t calls_from(unsigned bucket) const;

  unsigned first_ = 0;       // the bucket of counts_[0]
  Vector<uint64_t> counts_;  // empty, or from the first bucket ever used to the last
  uint64_t calls_ = 0;       // their sum
};

}  // namespace almanac::core
