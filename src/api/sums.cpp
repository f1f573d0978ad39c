// almanac.sums(stream, from, to, series), almanac.step_sums(stream, from, to, step, series, groups)
// and almanac.totals(stream): the caller names the result's columns, and with them what is to be
// summed.

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
  step_start,
  group_id,
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

constexpr MetaColumn kOfSeries[] = {
    {"series_id", Meta::series_id, INT4OID},
    {"samples", Meta::samples, INT8OID},
    {"first_time", Meta::first_time, TIMESTAMPTZOID},
    {"last_time", Meta::last_time, TIMESTAMPTZOID},
    {"duration", Meta::duration, INTERVALOID},
};

constexpr MetaColumn kOfSteps[] = {
    {"step_start", Meta::step_start, TIMESTAMPTZOID},
    {"group_id", Meta::group_id, INT4OID},
    {"samples", Meta::samples, INT8OID},
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
  Result(FunctionCallInfo fcinfo, const store::Stream& stream)
      : Result(fcinfo, stream, kOfSeries) {}

  // Steps are of all series together: columns must add up over them.
  Result(FunctionCallInfo fcinfo, const store::Stream& stream, const store::StepGrid& grid,
         std::int64_t start)
      : Result(fcinfo, stream, kOfSteps) {
    grid_ = grid;
    start_ = start;
    wants_times_ = false;
    for (const Output& output : outputs_) {
      if (output.meta == Meta::value && store::is_state(output.kind)) {
        throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                          std::string("column \"") +
                              stream.columns[ordinals_[output.position]].name +
                              "\" does not add up over series");
      }
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
  Result(FunctionCallInfo fcinfo, const store::Stream& stream, std::span<const MetaColumn> meta)
      : meta_(meta) {
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

  void add(const store::Stream& stream, const char* name, Oid type) {
    Output output{Meta::value, Kind::counter, 0};
    Oid wanted = InvalidOid;
    for (const MetaColumn& meta : meta_) {
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
            .hint("almanac.stream_columns() lists them; beside those there are " + names() + ".");
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

  std::string names() const {
    std::string names;
    for (const MetaColumn& meta : meta_) {
      names += (names.empty()            ? ""
                : &meta == &meta_.back() ? " and "
                                         : ", ") +
               std::string(meta.name);
    }
    return names;
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

  pg::Arg value(const Output& output, const Sums& sums, std::int32_t series,
                std::uint32_t row) const {
    switch (output.meta) {
      case Meta::series_id: return series;
      case Meta::step_start: return pg::Timestamp{start_ + series % grid_.count * grid_.length};
      case Meta::group_id: return series / grid_.count;
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

  std::span<const MetaColumn> meta_;
  store::StepGrid grid_;
  std::int64_t start_ = 0;  // of the first step
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

// Series and the groups they are in, from arguments `at` and the one after it, by series.
std::vector<std::pair<std::int32_t, std::int32_t>> grouped(const pg::Arguments& arguments, int at,
                                                           core::Resource* resource) {
  const auto series = arguments.array<std::int32_t>(at, resource);
  const auto groups = arguments.array<std::int32_t>(at + 1, resource);
  if (series.size() != groups.size()) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "there must be as many groups as series");
  }
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  pairs.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (groups[i] < 0) {
      throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "groups must not be negative");
    }
    pairs.emplace_back(series[i], groups[i]);
  }
  std::sort(pairs.begin(), pairs.end());
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (std::adjacent_find(pairs.begin(), pairs.end(), same) != pairs.end()) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "a series can be in one group only");
  }
  return pairs;
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

ALMANAC_FUNCTION(almanac_step_sums) {
  // Cells that there may be, so that their memory is bounded.
  constexpr std::int64_t most = 1'000'000;
  const pg::Arguments arguments(fcinfo);
  const store::Stream& stream = stream_named(arguments.get<std::string_view>(0));
  const std::int64_t from = arguments.get<pg::Timestamp>(1).us;
  const std::int64_t to = arguments.get<pg::Timestamp>(2).us;
  const pg::Interval step = arguments.get<pg::Interval>(3);
  if (from == PG_INT64_MIN || to == PG_INT64_MAX || from >= to) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                      "a window of steps must be finite and begin before it ends");
  }
  if (step.us <= 0) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE, "steps must be longer than nothing")
        .hint("Use a positive interval without months or years, such as 10 minutes.");
  }
  pg::OwnedContext context(CurrentMemoryContext, "almanac sums");
  store::Window window;
  window.from = from + 1;
  window.to = to;
  std::vector<std::int32_t> series;
  std::vector<std::int32_t> groups;
  std::int64_t last_group = 0;
  if (!arguments.null(4)) {
    window.all_series = false;
    if (arguments.null(5)) {
      series = series_of(arguments, 4, context.resource());
    } else {
      std::vector<std::pair<std::int32_t, std::int32_t>> pairs =
          grouped(arguments, 4, context.resource());
      for (const auto& [one, group] : pairs) {
        series.push_back(one);
        groups.push_back(group);
        last_group = std::max<std::int64_t>(last_group, group);
      }
    }
    window.series = series;
  }
  const std::int64_t count = (to - from - 1) / step.us + 1;
  if (count > most / (last_group + 1)) {
    throw pg::Failure(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "too many steps")
        .detail("There may be " + std::to_string(most) + ", of all groups together.");
  }
  const store::StepGrid grid{.length = step.us, .count = static_cast<std::int32_t>(count)};
  const Result result(fcinfo, stream, grid, from);
  pg::RowWriter rows(fcinfo);
  const pg::ContextSwitch inside(context.get());
  Sums sums(stream, result.ordinals(), result.wants_times(), context.resource());
  if (result.wants_histograms()) {
    sums.want_histograms();
  }
  store::sum_steps(stream, window, grid, groups, GetActiveSnapshot(), sums);
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
