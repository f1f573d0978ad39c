// almanac.stream_columns(): the declarations of all streams, one row per value column.

#include "pg/function.hpp"
#include "store/stream.hpp"

namespace almanac::api {
namespace {

using core::Kind;

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::counter:
    case Kind::loose: return "counter";
    case Kind::duration: return "duration";
    case Kind::gauge: return "gauge";
    case Kind::instant:
    case Kind::epoch: return "instant";
    case Kind::deviation: return "deviation";
    case Kind::low: return "low";
    case Kind::high: return "high";
    case Kind::real: return "real";
    case Kind::amount: return "amount";
  }
  return "unknown";
}

}  // namespace

ALMANAC_FUNCTION(almanac_stream_columns) {
  pg::RowWriter rows(fcinfo);
  for (const store::Stream& stream : store::streams()) {
    std::int32_t ordinal = 0;
    for (const store::ValueColumn& column : stream.columns) {
      rows.add(
          {stream.name, ++ordinal, column.name, kind_name(column.kind), column.comment, stream.id});
    }
  }
  return rows.done();
}

}  // namespace almanac::api
