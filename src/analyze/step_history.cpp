#include "analyze/step_history.hpp"

#include <boost/container/static_vector.hpp>

namespace almanac::analyze {
namespace {

// Steps whose histograms are in memory at once.
constexpr std::uint32_t slice = 48;

// No more of a tier's history than needed: the coarsest that tells steps apart.
store::Tier grain_of(std::int64_t length) {
  store::Tier grain = store::Tier::raw;
  for (const store::Tier tier : {store::Tier::ten_minutes, store::Tier::hour, store::Tier::day}) {
    const std::int64_t bucket = store::spec(tier).bucket;
    if (bucket <= length && length % bucket == 0) {
      grain = tier;
    }
  }
  return grain;
}

}  // namespace

StepHistory::StepHistory(const store::Stream& stream, const Steps& steps,
                         std::span<const Metric> metrics, pg::OwnedContext& context)
    : stream_(stream),
      steps_(steps),
      context_(context),
      columns_(context.resource()),
      chunk_columns_(context.resource()),
      samples_(context.resource()),
      p95_(context.resource()) {
  chunk_columns_.push_back(0);
  bool wants_p95 = false;
  for (const Metric& metric : metrics) {
    wants_p95 = wants_p95 || metric.shape == Shape::p95;
    want(metric.columns);
    want(metric.calls);
  }
  std::sort(chunk_columns_.begin(), chunk_columns_.end());
  const std::size_t cells = cell(store::kSeriesPerSegment, 0);
  samples_.resize(cells);
  if (wants_p95 && stream.histogram != nullptr) {
    p95_.resize(cells);
  }
  for (Column& column : columns_) {
    column.sums.resize(cells);
  }
}

void StepHistory::want(Names names) {
  for (const char* name : names) {
    const auto there = [name](const Column& column) { return column.name == name; };
    const int ordinal = stream_.ordinal(name);
    if (ordinal < 0 || std::any_of(columns_.begin(), columns_.end(), there)) {
      continue;
    }
    const core::Kind kind = stream_.columns[static_cast<std::size_t>(ordinal)].kind;
    const unsigned at = store::chunk_column(static_cast<unsigned>(ordinal));
    columns_.push_back(
        {name, at, store::cell_type(kind), core::Vector<double>(context_.resource())});
    chunk_columns_.push_back(static_cast<std::uint16_t>(at));
  }
}

void StepHistory::clear() {
  std::fill(samples_.begin(), samples_.end(), 0);
  std::fill(p95_.begin(), p95_.end(), -1.0F);
  std::fill(std::begin(active_), std::end(active_), 0);
  for (Column& column : columns_) {
    std::fill(column.sums.begin(), column.sums.end(), 0);
  }
}

void StepHistory::load(std::int32_t group, std::uint64_t members) {
  clear();
  pg::OwnedContext memory(context_.get(), "almanac step history");
  boost::container::static_vector<std::int32_t, store::kSeriesPerSegment> series;
  for (int member = 0; member < store::kSeriesPerSegment; ++member) {
    if ((members >> member & 1) != 0) {
      series.push_back(group * store::kSeriesPerSegment + member);
    }
  }
  store::Request request;
  request.stream = &stream_;
  request.grain = grain_of(steps_.length);
  request.all_series = false;
  request.series = {series.data(), series.size()};
  request.columns = core::view(chunk_columns_);
  request.histograms = !p95_.empty();
  request.snapshot = GetActiveSnapshot();
  request.from = steps_.first + 1;
  request.to = steps_.end();
  store::Reader reader(memory.get(), request);
  for (std::uint32_t from = 0; from < steps_.count; from += slice) {
    const std::uint32_t to = std::min(from + slice, steps_.count);
    if (from > 0 || to < steps_.count) {
      reader.restart(steps_.begin(from) + 1, steps_.begin(to), false, request.series);
    }
    read(reader, from, to);
  }
  reader.close();
  for (unsigned member = 0; member < store::kSeriesPerSegment; ++member) {
    for (std::uint32_t step = 0; step < steps_.count; ++step) {
      active_[member] += samples_[cell(member, step)] > 0 ? 1 : 0;
    }
  }
}

void StepHistory::read(store::Reader& reader, std::uint32_t from, std::uint32_t to) {
  pg::OwnedContext memory(context_.get(), "almanac histograms of steps");
  store::HistogramSums histograms(memory.resource());
  const auto number = [&](unsigned member, std::uint32_t step) {
    return member * std::size_t{slice} + (step - from);
  };
  while (reader.next()) {
    for (const store::Run& run : reader.runs()) {
      add(reader, run);
      const auto member = static_cast<unsigned>(run.series & (store::kSeriesPerSegment - 1));
      for (std::uint32_t i = run.from; i < run.to && !p95_.empty(); ++i) {
        histograms.add(number(member, steps_.of(reader.tick(i).time)), reader.histogram(i));
      }
    }
  }
  for (unsigned member = 0; member < store::kSeriesPerSegment && !p95_.empty(); ++member) {
    for (std::uint32_t step = from; step < to; ++step) {
      if (const core::Histogram* histogram = histograms.of(number(member, step))) {
        p95_[cell(member, step)] = static_cast<float>(histogram->quantile(0.95).value_or(-1));
      }
    }
  }
}

void StepHistory::add(const store::Reader& reader, const store::Run& run) {
  const auto member = static_cast<unsigned>(run.series & (store::kSeriesPerSegment - 1));
  // What was there when recording began was of an unknown time before.
  const auto counts = [&](std::uint32_t i) {
    const std::int64_t flags = reader.cell(0, i);
    return flags == core::kNull || (flags & core::Flag::baseline) == 0;
  };
  for (std::uint32_t i = run.from; i < run.to; ++i) {
    samples_[cell(member, steps_.of(reader.tick(i).time))] += counts(i) ? 1 : 0;
  }
  for (Column& column : columns_) {
    if (reader.all_null(column.chunk_column) || reader.all_zero(column.chunk_column)) {
      continue;
    }
    for (std::uint32_t i = run.from; i < run.to; ++i) {
      const std::int64_t value = reader.cell(column.chunk_column, i);
      if (value != core::kNull && counts(i)) {
        column.sums[cell(member, steps_.of(reader.tick(i).time))] +=
            store::number_of(column.type, value);
      }
    }
  }
}

double StepHistory::sum(std::size_t at, Names names) const {
  double sum = 0;
  for (const char* name : names) {
    for (const Column& column : columns_) {
      if (column.name == name) {
        sum += column.sums[at];
      }
    }
  }
  return sum;
}

double StepHistory::sum(unsigned member, Names names, std::uint32_t from, std::uint32_t to) const {
  double all = 0;
  for (std::uint32_t step = from; step < to; ++step) {
    all += sum(cell(member, step), names);
  }
  return all;
}

void StepHistory::values(unsigned member, const Metric& metric, Values& out) const {
  out.values.clear();
  out.positions.clear();
  out.calls.clear();
  const bool has_calls = !metric.calls.empty();
  for (std::uint32_t step = 0; step < steps_.count; ++step) {
    const std::size_t at = cell(member, step);
    const double calls = has_calls ? sum(at, metric.calls) : samples_[at];
    if (samples_[at] == 0 || !(calls > 0)) {
      continue;
    }
    double value = 0;
    switch (metric.shape) {
      case Shape::per_call: value = sum(at, metric.columns) / calls; break;
      case Shape::share: value = std::min(1.0, sum(at, metric.columns) / calls); break;
      case Shape::per_hour: value = sum(at, metric.columns) / steps_.hours(); break;
      case Shape::level: value = sum(at, metric.columns) / calls; break;
      case Shape::mean: {
        const double weight = sum(at, metric.columns.subspan(1));
        value = weight > 0 ? sum(at, metric.columns.first(1)) / weight : -1;
        break;
      }
      case Shape::p95: value = p95_[at]; break;
    }
    // Counters of the server that went backwards may leave less than nothing.
    if (!(value >= 0)) {
      continue;
    }
    out.values.push_back(value);
    out.positions.push_back(step);
    if (has_calls) {
      out.calls.push_back(calls);
    }
  }
}

}  // namespace almanac::analyze
