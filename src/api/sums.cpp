// almanac.sums(stream, from, to, series) and almanac.totals(stream): the caller names the result's
// columns, and with them what is to be summed.

#include "pg/function.hpp"
#include "store/cells.hpp"
#include "store/fdw_table.hpp"
#include "store/totals.hpp"

namespace almanac::api {
namespace {

using core::Kind;
using core::kNull;
using store::Sums;

// Result columns that are not columns of a stream.
enum class Meta : std::uint8_t {
  value,
  series_id,
  samples,
  first_time,
  last_time,
  duration,
  histogram
};

struct MetaColumn {
  const char* name;
  Meta meta;
  Oid type;
};

constexpr MetaColumn kMeta[] = {
    {"series_id", Meta::series_id, INT4OID},
    {"samples", Meta::samples, INT8OID},
    {"first_time", Meta::first_time, TIMESTAMPTZOID},
    {"last_time", Meta::last_time, TIMESTAMPTZOID},
    {"duration", Meta::duration, INTERVALOID},
};

struct Output {
  Meta meta;
  Kind kind;
  std::size_t position;  // among the summed columns
};

const store::Stream& stream_named(std::string_view name) {
  if (const store::Stream* stream = store::find_stream(name)) {
    return *stream;
  }
  std::string known;
  for (const store::Stream& stream : store::streams()) {
    known += (known.empty() ? "" : ", ") + std::string(stream.name);
  }
  throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                    "stream \"" + std::string(name) + "\" does not exist")
      .hint("Streams are " + known + ".");
}

// What the caller wants, from the names and types of the result's columns.
class Result {
 public:
  Result(FunctionCallInfo fcinfo, const store::Stream& stream) {
    const auto* info = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
    if (info == nullptr || !IsA(info, ReturnSetInfo) || info->expectedDesc == nullptr) {
      throw pg::Failure(ERRCODE_FEATURE_NOT_SUPPORTED, "columns of the result are not known")
          .hint("Name them in FROM: ... AS t(series_id integer, calls bigint).");
    }
    const TupleDesc descriptor = info->expectedDesc;
    for (int i = 0; i < descriptor->natts; ++i) {
      const Form_pg_attribute attribute = TupleDescAttr(descriptor, i);
      add(stream, NameStr(attribute->attname), attribute->atttypid);
    }
  }

  bool wants_times() const { return wants_times_; }
  bool wants_histograms() const { return histogram_type_ != InvalidOid; }
  std::span<const std::uint16_t> ordinals() const { return {ordinals_.data(), ordinals_.size()}; }

  void write(pg::RowWriter& writer, const Sums& sums) const {
    std::vector<pg::Arg> row;
    row.reserve(outputs_.size());
    pg::OwnedContext context(CurrentMemoryContext, "almanac histogram");
    core::Vector<std::byte> packed(context.resource());
    sums.each([&](std::int32_t series, std::uint32_t at) {
      row.clear();
      for (const Output& output : outputs_) {
        row.push_back(output.meta == Meta::histogram ? histogram(sums.histogram(at), packed)
                                                     : value(output, sums, series, at));
      }
      writer.add(row);
    });
  }

 private:
  void add(const store::Stream& stream, const char* name, Oid type) {
    Output output{Meta::value, Kind::counter, 0};
    Oid wanted = InvalidOid;
    for (const MetaColumn& meta : kMeta) {
      if (std::string_view(meta.name) == name) {
        output.meta = meta.meta;
        wanted = meta.type;
        wants_times_ = wants_times_ || meta.type == TIMESTAMPTZOID || meta.type == INTERVALOID;
      }
    }
    if (stream.histogram != nullptr && std::string_view(name) == stream.histogram) {
      output.meta = Meta::histogram;
      wanted = histogram_type_ = pg::call([] { return store::histogram_type(); });
    }
    if (wanted == InvalidOid) {
      const int ordinal = stream.ordinal(name);
      if (ordinal < 0) {
        throw pg::Failure(ERRCODE_UNDEFINED_COLUMN, std::string("stream \"") + stream.name +
                                                        "\" has no column \"" + name + "\"")
            .hint(
                "almanac.stream_columns() lists them; beside those there are series_id, samples, "
                "first_time, "
                "last_time and duration.");
      }
      output.kind = stream.columns[static_cast<std::size_t>(ordinal)].kind;
      output.position = ordinals_.size();
      ordinals_.push_back(static_cast<std::uint16_t>(ordinal));
      wanted = store::sql_type_oid(output.kind);
    }
    if (type != wanted) {
      const char* text = pg::call([wanted] { return format_type_be(wanted); });
      throw pg::Failure(ERRCODE_DATATYPE_MISMATCH,
                        std::string("column \"") + name + "\" must be of type " + text);
    }
    outputs_.push_back(output);
  }

  // The bytes go to `packed`.
  pg::Arg histogram(const core::Histogram* sum, core::Vector<std::byte>& packed) const {
    if (sum == nullptr) {
      return pg::Arg::null(histogram_type_);
    }
    packed.clear();
    sum->pack(packed);
    return pg::Arg::bytes(histogram_type_, core::view(packed));
  }

  static pg::Arg value(const Output& output, const Sums& sums, std::int32_t series,
                       std::uint32_t row) {
    switch (output.meta) {
      case Meta::series_id: return series;
      case Meta::samples: return sums.samples(row);
      case Meta::first_time: return pg::Timestamp{sums.first_time(row)};
      case Meta::last_time: return pg::Timestamp{sums.last_time(row)};
      case Meta::duration:
        return sums.duration(row) == kNull ? pg::Arg(nullptr)
                                           : pg::Arg(pg::Interval{sums.duration(row)});
      case Meta::histogram:
      case Meta::value: break;
    }
    if (output.kind == Kind::deviation) {
      const double stddev = sums.stddev_ms(output.position, row);
      return std::isnan(stddev) ? pg::Arg(nullptr) : pg::Arg(stddev);
    }
    const std::int64_t cell = sums.value(output.position, row);
    if (cell == kNull) {
      return nullptr;
    }
    switch (store::sql_type_oid(output.kind)) {
      case INT8OID: return cell;
      case TIMESTAMPTZOID: return pg::Timestamp{cell};
      default: return store::number_of(store::cell_type(output.kind), cell);
    }
  }

  std::vector<Output> outputs_;
  std::vector<std::uint16_t> ordinals_;
  bool wants_times_ = false;
  Oid histogram_type_ = InvalidOid;  // of the column that shows histograms; none without
};

// The series of an array as a Request wants them. NULLs stand for none.
std::vector<std::int32_t> series_of(const pg::Arguments& arguments, int at,
                                    core::Resource* resource) {
  std::vector<std::int32_t> series;
  for (const auto& element : arguments.array<std::optional<std::int32_t>>(at, resource)) {
    if (element) {
      series.push_back(*element);
    }
  }
  std::sort(series.begin(), series.end());
  series.erase(std::unique(series.begin(), series.end()), series.end());
  return series;
}

}  // namespace

ALMANAC_FUNCTION(almanac_sums) {
  const pg::Arguments arguments(fcinfo);
  const store::Stream& stream = stream_named(arguments.get<std::string_view>(0));
  const auto after = arguments.maybe<pg::Timestamp>(1);
  const auto until = arguments.maybe<pg::Timestamp>(2);
  const Result result(fcinfo, stream);
  pg::RowWriter rows(fcinfo);
  pg::OwnedContext context(CurrentMemoryContext, "almanac sums");
  const pg::ContextSwitch inside(context.get());
  Sums sums(stream, result.ordinals(), result.wants_times(), context.resource());
  if (result.wants_histograms()) {
    sums.want_histograms();
  }
  store::Window window;
  std::vector<std::int32_t> series;
  if (!arguments.null(3)) {
    series = series_of(arguments, 3, context.resource());
    window.all_series = false;
    window.series = series;
  }
  // Excluding its lower bound, a range that starts at the end of time is empty.
  if (!after || after->us != PG_INT64_MAX) {
    window.from = after ? after->us + 1 : PG_INT64_MIN;
    window.to = until ? until->us : PG_INT64_MAX;
    store::sum_window(stream, window, GetActiveSnapshot(), sums);
  }
  result.write(rows, sums);
  return rows.done();
}

ALMANAC_FUNCTION(almanac_totals) {
  const pg::Arguments arguments(fcinfo);
  const store::Stream& stream = stream_named(arguments.get<std::string_view>(0));
  const Result result(fcinfo, stream);
  pg::RowWriter rows(fcinfo);
  pg::OwnedContext context(CurrentMemoryContext, "almanac sums");
  const pg::ContextSwitch inside(context.get());
  Sums sums(stream, result.ordinals(), result.wants_times(), context.resource());
  if (result.wants_histograms()) {
    sums.want_histograms();
  }
  store::read_totals(stream, sums);
  store::sum_journal(stream, GetActiveSnapshot(), sums);
  result.write(rows, sums);
  return rows.done();
}

}  // namespace almanac::api
