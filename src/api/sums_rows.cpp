// almanac.sums_rows(internal): tells the planner how many rows almanac.sums() and almanac.totals()
// return, so that what is joined to the sums of a few series is looked up and not read through.

#include "pg/function.hpp"
#include "store/fdw_estimate.hpp"
#include "store/stream.hpp"

namespace almanac::api {
namespace {

// What PostgreSQL takes for the length of an array that is not known yet.
constexpr double kUnknownArray = 10;

// PG zone from here.

// Elements of an array expression; -1 if it is NULL, which stands for all series.
double elements_of(const Node* array) {
  if (IsA(array, ArrayExpr)) {
    return list_length(reinterpret_cast<const ArrayExpr*>(array)->elements);
  }
  if (!IsA(array, Const)) {
    return kUnknownArray;
  }
  const auto* value = reinterpret_cast<const Const*>(array);
  if (value->constisnull) {
    return -1;
  }
  ArrayType* elements = DatumGetArrayTypeP(value->constvalue);
  return ArrayGetNItems(ARR_NDIM(elements), ARR_DIMS(elements));
}

// Series of a stream; -1 if it is not known which.
double series_of(const Node* name) {
  if (!IsA(name, Const) || reinterpret_cast<const Const*>(name)->constisnull) {
    return -1;
  }
  const store::Stream* stream =
      store::find_stream(TextDatumGetCString(reinterpret_cast<const Const*>(name)->constvalue));
  return stream == nullptr ? -1 : store::estimate_extent(*stream, store::Tier::raw, 1, 0).series;
}

bool estimate(SupportRequestRows* request) {
  if (request->node == nullptr || !is_funcclause(request->node)) {
    return false;
  }
  const List* arguments = reinterpret_cast<const FuncExpr*>(request->node)->args;
  double rows = series_of(static_cast<const Node*>(linitial(arguments)));
  if (list_length(arguments) > 3) {
    const double wanted = elements_of(static_cast<const Node*>(lfourth(arguments)));
    rows = wanted < 0 ? rows : rows < 0 ? wanted : Min(rows, wanted);
  }
  request->rows = Max(rows, 1.0);
  return rows >= 0;
}

}  // namespace

ALMANAC_FUNCTION(almanac_sums_rows) {
  auto* request = reinterpret_cast<Node*>(DatumGetPointer(fcinfo->args[0].value));
  const bool known = IsA(request, SupportRequestRows) && pg::call([request] {
                       return estimate(reinterpret_cast<SupportRequestRows*>(request));
                     });
  return PointerGetDatum(known ? request : nullptr);
}

}  // namespace almanac::api
