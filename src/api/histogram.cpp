// Type almanac.histogram: input and output, conversion, operators.

#include "api/histogram.hpp"

#include "core/checksum.hpp"
#include "core/histogram_text.hpp"

namespace almanac::api {
namespace {

using Bytes = std::span<const std::byte>;

Datum checked(Bytes packed) {
  pg::ContextResource memory(CurrentMemoryContext);
  try {
    core::check_packed(packed, &memory);
  } catch (const core::CorruptChunk& error) {
    throw pg::Failure(ERRCODE_INVALID_BINARY_REPRESENTATION, "invalid binary form of a histogram")
        .detail("The " + std::string(error.what()) + ".")
        .hint("Send what histogram_send() returned.");
  }
  return pg::result(packed);
}

bool equal(const pg::Arguments& arguments) {
  return std::ranges::equal(arguments.get<Bytes>(0), arguments.get<Bytes>(1));
}

}  // namespace

ALMANAC_FUNCTION(almanac_histogram_in) {
  const std::string_view text = DatumGetCString(fcinfo->args[0].value);
  pg::ContextResource memory(CurrentMemoryContext);
  const core::Histogram histogram = change_histogram([&] {
    try {
      return core::from_text(text, &memory);
    } catch (const std::invalid_argument& error) {
      throw pg::Failure(ERRCODE_INVALID_TEXT_REPRESENTATION,
                        "invalid input syntax for type histogram: \"" + std::string(text) + "\"")
          .detail(std::string("Parser ") + error.what() + ".")
          .hint("Write durations in milliseconds and numbers of calls: {5:100, 20:3}.");
    } catch (const std::out_of_range& error) {
      throw pg::Failure(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, error.what())
          .hint("Durations are finite and not negative; there are at most " +
                std::to_string(core::max_calls) + " calls.");
    }
  });
  return histogram_result(histogram, &memory);
}

ALMANAC_FUNCTION(almanac_histogram_out) {
  pg::ContextResource memory(CurrentMemoryContext);
  const core::Histogram histogram = histogram_argument(pg::Arguments(fcinfo), 0, &memory);
  const core::String text = core::to_text(histogram, &memory);
  return pg::call([&text] { return CStringGetDatum(pnstrdup(text.data(), text.size())); });
}

ALMANAC_FUNCTION(almanac_histogram_recv) {
  auto* message = reinterpret_cast<StringInfo>(DatumGetPointer(fcinfo->args[0].value));
  const Bytes packed(reinterpret_cast<const std::byte*>(message->data + message->cursor),
                     static_cast<std::size_t>(message->len - message->cursor));
  message->cursor = message->len;
  return checked(packed);
}

// Also the cast to bytea.
ALMANAC_FUNCTION(almanac_histogram_send) { return pg::result(pg::Arguments(fcinfo).get<Bytes>(0)); }

ALMANAC_FUNCTION(almanac_histogram_from_bytea) {
  return checked(pg::Arguments(fcinfo).get<Bytes>(0));
}

ALMANAC_FUNCTION(almanac_histogram_add) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  core::Histogram sum = histogram_argument(arguments, 0, &memory);
  change_histogram([&] { sum.add(arguments.get<Bytes>(1)); });
  return histogram_result(sum, &memory);
}

ALMANAC_FUNCTION(almanac_histogram_subtract) {
  const pg::Arguments arguments(fcinfo);
  pg::ContextResource memory(CurrentMemoryContext);
  core::Histogram difference = histogram_argument(arguments, 0, &memory);
  change_histogram([&] { difference.subtract(histogram_argument(arguments, 1, &memory)); });
  return histogram_result(difference, &memory);
}

// Equal histograms have equal bytes.
ALMANAC_FUNCTION(almanac_histogram_eq) { return BoolGetDatum(equal(pg::Arguments(fcinfo))); }

ALMANAC_FUNCTION(almanac_histogram_ne) { return BoolGetDatum(!equal(pg::Arguments(fcinfo))); }

ALMANAC_FUNCTION(almanac_histogram_hash) {
  return UInt32GetDatum(core::checksum(pg::Arguments(fcinfo).get<Bytes>(0), 0));
}

}  // namespace almanac::api
