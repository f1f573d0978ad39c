#include "api/analysis.hpp"

namespace almanac::api {
namespace {

struct Elements {
  int dimensions;
  int count;
  const bits8* present;  // a bit for each element that is not NULL; nullptr if all are
  const double* values;  // those that are not NULL
};

Elements elements_of(Datum array) {
  return pg::call([array] {
    ArrayType* const a = DatumGetArrayTypeP(array);
    return Elements{.dimensions = ARR_NDIM(a),
                    .count = ArrayGetNItems(ARR_NDIM(a), ARR_DIMS(a)),
                    .present = ARR_NULLBITMAP(a),
                    .values = reinterpret_cast<const double*>(ARR_DATA_PTR(a))};
  });
}

using Series = core::Vector<std::optional<double>>;

void refuse_calls(std::size_t i) {
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "weights must not be negative")
      .detail("Element " + std::to_string(i + 1) + " is.")
      .hint("Weights are numbers of calls.");
}

void refuse_negative(std::size_t i) {
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "series must not be negative")
      .detail("Element " + std::to_string(i + 1) + " is; logarithms are compared.")
      .hint("changepoints() takes series that may be negative with log => false.");
}

void add(Present& present, const Series& series, const Series* weights, bool log) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (weights != nullptr && (*weights)[i].value_or(0) < 0) refuse_calls(i);
    if (log && series[i].value_or(0) < 0) refuse_negative(i);
    if (!series[i] || (weights != nullptr && (*weights)[i].value_or(0) == 0)) continue;
    present.values.push_back(*series[i]);
    present.positions.push_back(static_cast<std::uint32_t>(i));
    if (weights != nullptr) present.calls.push_back(*(*weights)[i]);
  }
}

}  // namespace

core::Vector<std::optional<double>> series_argument(FunctionCallInfo fcinfo, int i,
                                                    const char* name, core::Resource* resource) {
  const Elements elements = elements_of(fcinfo->args[i].value);
  if (elements.dimensions > 1) {
    throw pg::Failure(ERRCODE_ARRAY_SUBSCRIPT_ERROR, "array must have one dimension");
  }
  if (elements.count > kMaxSeriesLength) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, std::string(name) + " is too long")
        .detail("It has " + std::to_string(elements.count) + " elements, at most " +
                std::to_string(kMaxSeriesLength) + " are allowed.")
        .hint("Pass means over longer intervals, or a shorter stretch of time.");
  }
  core::Vector<std::optional<double>> series(resource);
  series.reserve(static_cast<std::size_t>(elements.count));
  const double* value = elements.values;
  for (int k = 0; k < elements.count; ++k) {
    if (elements.present != nullptr && (elements.present[k / 8] & (1 << (k % 8))) == 0) {
      series.push_back(std::nullopt);
      continue;
    }
    if (!std::isfinite(*value)) {
      throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                        std::string(name) + " must not contain NaN or infinity")
          .detail("Element " + std::to_string(k + 1) + " is not a finite number.")
          .hint("Pass NULL for elements that are not known.");
    }
    series.push_back(*value++);
  }
  return series;
}

Present present_argument(FunctionCallInfo fcinfo, int i, bool log, core::Resource* resource) {
  Present present(resource);
  const Series series = series_argument(fcinfo, i, "series", resource);
  if (fcinfo->args[i + 1].isnull) {
    add(present, series, nullptr, log);
    return present;
  }
  const Series weights = series_argument(fcinfo, i + 1, "weights", resource);
  if (weights.size() != series.size()) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "series and weights differ in length")
        .detail("They have " + std::to_string(series.size()) + " and " +
                std::to_string(weights.size()) + " elements.");
  }
  add(present, series, &weights, log);
  return present;
}

}  // namespace almanac::api
