// What can be asked of a histogram: calls(), total_ms(), quantile(), quantiles(), quantile_range(),
// share_above(), share_above_range(), buckets().

#include <charconv>

#include "api/histogram.hpp"

namespace almanac::api {
namespace {

std::string shortest(double value) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

double checked_fraction(double q) {
  if (std::isnan(q)) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "quantile must not be NaN")
        .hint("The 95th percentile is quantile 0.95.");
  }
  if (q < 0 || q > 1) {
    throw pg::Failure(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
                      "quantile " + shortest(q) + " is not between 0 and 1")
        .hint("The 95th percentile is quantile 0.95.");
  }
  return q;
}

double checked_threshold(double ms) {
  if (!std::isfinite(ms)) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "threshold must be a finite number")
        .hint("It is a duration in milliseconds.");
  }
  if (ms < 0) {
    throw pg::Failure(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "threshold must not be negative")
        .hint("It is a duration in milliseconds.");
  }
  return ms;
}

// A result of two columns, both NULL if there is no range.
Datum range_result(FunctionCallInfo fcinfo, const std::optional<core::Range>& range) {
  return pg::call([&] {
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE) {
      elog(ERROR, "return type must be a row type");
    }
    Datum values[2] = {};
    bool nulls[2] = {!range, !range};
    if (range) {
      values[0] = Float8GetDatum(range->lower);
      values[1] = Float8GetDatum(range->upper);
    }
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
  });
}

// Buckets as wide as a power of two cut into `per_octave` parts instead of 16.
class Coarser {
 public:
  explicit Coarser(std::int32_t per_octave) {
    if (per_octave < 1 || per_octave > static_cast<std::int32_t>(core::sub_bucket_count) ||
        !std::has_single_bit(static_cast<std::uint32_t>(per_octave))) {
      throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                        "number of buckets per power of two must be 1, 2, 4, 8 or 16");
    }
    width_ = core::sub_bucket_count / static_cast<unsigned>(per_octave);
  }

  // First and last fine bucket of the coarse one that holds `bucket`.
  unsigned first(unsigned bucket) const {
    return bucket == 0 || bucket == core::last_bucket ? bucket : bucket - (bucket - 1) % width_;
  }
  unsigned last(unsigned bucket) const {
    return bucket == 0 || bucket == core::last_bucket ? bucket : first(bucket) + width_ - 1;
  }

 private:
  unsigned width_;
};

}  // namespace

ALMANAC_FUNCTION(almanac_histogram_calls) {
  core::HistogramReader reader(pg::Arguments(fcinfo).get<std::span<const std::byte>>(0));
  std::uint64_t calls = 0;
  for (core::Used used; reader.next(used);) {
    calls += used.calls;
  }
  return pg::result(static_cast<std::int64_t>(calls));
}

ALMANAC_FUNCTION(almanac_histogram_total_ms) {
  pg::ContextResource memory(CurrentMemoryContext);
  return pg::result(histogram_argument(pg::Arguments(fcinfo), 0, &memory).total());
}

ALMANAC_FUNCTION(almanac_histogram_quantile) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  const double q = checked_fraction(arguments.get<double>(1));
  return pg::result(fcinfo, histogram_argument(arguments, 0, &memory).quantile(q));
}

// A quantile each for the elements of an array, NULL for NULL.
ALMANAC_FUNCTION(almanac_histogram_quantiles) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  const core::Histogram histogram = histogram_argument(arguments, 0, &memory);
  const auto fractions = arguments.array<std::optional<double>>(1, &memory);
  core::Vector<std::optional<double>> values(&memory);
  for (const std::optional<double>& q : fractions) {
    values.push_back(q ? histogram.quantile(checked_fraction(*q)) : std::nullopt);
  }
  return pg::call([&values] {
    int count = static_cast<int>(values.size());
    int bound = 1;
    auto* elements = static_cast<Datum*>(palloc0(values.size() * sizeof(Datum)));
    auto* nulls = static_cast<bool*>(palloc0(values.size()));
    for (std::size_t i = 0; i < values.size(); ++i) {
      nulls[i] = !values[i];
      elements[i] = Float8GetDatum(values[i].value_or(0));
    }
    return PointerGetDatum(construct_md_array(elements, nulls, count > 0 ? 1 : 0, &count, &bound,
                                              FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL,
                                              TYPALIGN_DOUBLE));
  });
}

ALMANAC_FUNCTION(almanac_histogram_quantile_range) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  const double q = checked_fraction(arguments.get<double>(1));
  return range_result(fcinfo, histogram_argument(arguments, 0, &memory).quantile_range(q));
}

ALMANAC_FUNCTION(almanac_histogram_share_above) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  const double ms = checked_threshold(arguments.get<double>(1));
  return pg::result(fcinfo, histogram_argument(arguments, 0, &memory).share_above(ms));
}

ALMANAC_FUNCTION(almanac_histogram_share_above_range) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  const double ms = checked_threshold(arguments.get<double>(1));
  return range_result(fcinfo, histogram_argument(arguments, 0, &memory).share_above_range(ms));
}

// Rows (lower_ms, upper_ms, calls).
ALMANAC_FUNCTION(almanac_histogram_buckets) {
  const pg::Arguments arguments(fcinfo);
  const Coarser coarser(arguments.get<std::int32_t>(1));
  pg::RowWriter rows(fcinfo);
  core::HistogramReader reader(arguments.get<std::span<const std::byte>>(0));
  unsigned bucket = core::bucket_count;
  std::int64_t calls = 0;
  const auto write = [&] {
    if (calls > 0) {
      rows.add({core::bucket_lower_ms(coarser.first(bucket)),
                core::bucket_upper_ms(coarser.last(bucket)), calls});
    }
    calls = 0;
  };
  for (core::Used used; reader.next(used);) {
    if (coarser.first(used.bucket) != bucket) {
      write();
      bucket = coarser.first(used.bucket);
    }
    calls += static_cast<std::int64_t>(used.calls);
  }
  write();
  return rows.done();
}

}  // namespace almanac::api
