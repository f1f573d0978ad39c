#include "store/sums.hpp"

#include "store/cells.hpp"

namespace almanac::store {
namespace {

using core::Kind;
using core::kNull;

// Columns of a totals batch before those of the stream.
enum TotalsColumn : unsigned { kSamples, kFirstTime, kLastTime, kDuration, kValues };

// Saturates: a sum that large is wrong anyway, but must not turn negative.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? PG_INT64_MAX : sum;
}

// Sum of which NULLs are no part, unless there is nothing else.
void accumulate(std::int64_t& sum, std::int64_t value) {
  if (value != kNull) {
    sum = sum == kNull ? value : plus(sum, value);
  }
}

// The same for many values. Small ones without a NULL, which is almost all there is, need no look
// at each.
std::int64_t add_run(std::int64_t sum, std::span<const std::int64_t> values) {
  std::uint64_t total = 0;
  std::uint64_t bits = 0;
  for (const std::int64_t value : values) {
    total += static_cast<std::uint64_t>(value);
    bits |= static_cast<std::uint64_t>(value);
  }
  if (bits >> 40 == 0 && values.size() <= core::max_samples) {
    return sum == kNull ? static_cast<std::int64_t>(total)
                        : plus(sum, static_cast<std::int64_t>(total));
  }
  for (const std::int64_t value : values) {
    accumulate(sum, value);
  }
  return sum;
}

// The same for amounts.
void accumulate_amount(std::int64_t& sum, std::int64_t value) {
  if (value != kNull) {
    sum = sum == kNull ? value : core::real_cell(core::real_of(sum) + core::real_of(value));
  }
}

// Takes the last value of a run that is not NULL, if it is later than the one there. Without cells
// all are zero.
template <class Block>
void add_state(const Block& block, const Run& run, const std::int64_t* cells, std::int64_t& value,
               std::int64_t& time) {
  std::uint32_t i = run.to;
  while (i > run.from && cells != nullptr && cells[i - 1] == kNull) {
    --i;
  }
  if (i > run.from && block.tick(i - 1).time >= time) {
    value = cells == nullptr ? 0 : cells[i - 1];
    time = block.tick(i - 1).time;
  }
}

// A batch with the interface of a Reader's block: every series is a run.
class BatchBlock {
 public:
  BatchBlock(const core::Batch& batch, core::Resource* resource) : batch_(batch), runs_(resource) {
    const std::int64_t* flags = cells(0);
    runs_.reserve(batch.series.size());
    for (std::size_t s = 0; s < batch.series.size(); ++s) {
      std::uint32_t from = batch.first[s];
      for (std::uint32_t i = from; i < batch.first[s + 1]; ++i) {
        if (flags != nullptr && flags[i] != kNull && (flags[i] & core::Flag::vanished) != 0) {
          add(batch.series[s], from, i);
          from = i + 1;
        }
      }
      add(batch.series[s], from, batch.first[s + 1]);
    }
  }
  std::span<const Run> runs() const { return {runs_.data(), runs_.size()}; }
  const core::Tick& tick(std::uint32_t sample) const { return batch_.ticks[batch_.tick[sample]]; }
  std::span<const std::byte> histogram(std::uint32_t sample) const {
    return batch_.histograms.of(sample);
  }
  bool all_null(unsigned column) const { return cells(column) == nullptr; }
  bool all_zero(unsigned column) const {
    const std::int64_t* values = cells(column);
    return values != nullptr && std::all_of(values, values + batch_.samples(),
                                            [](std::int64_t cell) { return cell == 0; });
  }
  std::int64_t cell(unsigned column, std::uint32_t sample) const {
    const std::int64_t* values = cells(column);
    return values == nullptr ? kNull : values[sample];
  }
  const std::int64_t* cells(unsigned column) const {
    return column < batch_.columns.size() && !batch_.columns[column].empty()
               ? batch_.columns[column].data()
               : nullptr;
  }

 private:
  void add(std::int32_t series, std::uint32_t from, std::uint32_t to) {
    if (from < to) {
      runs_.push_back({series, from, to});
    }
  }
  const core::Batch& batch_;
  core::Vector<Run> runs_;
};

}  // namespace

Sums::Sums(const Stream& stream, std::span<const std::uint16_t> ordinals, bool times,
           core::Resource* resource)
    : stream_(stream),
      times_(times),
      needs_times_(times),
      resource_(resource),
      chunk_columns_(resource),
      blocks_(resource),
      rows_(resource),
      histograms_(resource),
      columns_(resource),
      targets_(resource) {
  const auto need = [this](unsigned ordinal) {
    const auto column = static_cast<std::uint16_t>(chunk_column(ordinal));
    if (std::find(chunk_columns_.begin(), chunk_columns_.end(), column) == chunk_columns_.end()) {
      chunk_columns_.push_back(column);
    }
    return column;
  };
  for (const std::uint16_t ordinal : ordinals) {
    const ValueColumn& declared = stream.columns[ordinal];
    Column column(resource);
    column.ordinal = ordinal;
    column.kind = declared.kind;
    need(ordinal);
    needs_times_ = needs_times_ || is_state(declared.kind);
    if (declared.kind == Kind::deviation) {
      column.calls = need(static_cast<unsigned>(declared.calls));
      column.total = need(static_cast<unsigned>(declared.total));
    }
    columns_.push_back(std::move(column));
  }
}

std::uint32_t Sums::row_of(std::int32_t series) {
  const std::int32_t group = group_of(series);
  if (blocks_.empty() || group != group_) {
    const auto [at, added] = blocks_.try_emplace(group, static_cast<std::uint32_t>(blocks_.size()));
    group_ = group;
    block_ = at->second;
    if (added) {
      const std::size_t size = blocks_.size() * kSeriesPerSegment;
      rows_.resize(size);
      for (Column& column : columns_) {
        if (column.kind == Kind::deviation) {
          column.moments.resize(size);
        } else {
          column.values.resize(size, kNull);
        }
        if (is_state(column.kind)) {
          column.times.resize(size, PG_INT64_MIN);
        }
      }
    }
  }
  return block_ * kSeriesPerSegment + static_cast<std::uint32_t>(series & (kSeriesPerSegment - 1));
}

void Sums::add(const Reader& block) { add_block(block, block.runs()); }

void Sums::add(const core::Batch& batch) {
  const BatchBlock block(batch, resource_);
  add_block(block, block.runs());
}

void Sums::add(const Reader& block, std::span<const Run> runs) { add_block(block, runs); }

void Sums::add(const core::Batch& batch, std::span<const Run> runs) {
  add_block(BatchBlock(batch, resource_), runs);
}

template <class Block>
void Sums::add_block(const Block& block, std::span<const Run> runs) {
  targets_.resize(runs.size(), boost::container::default_init);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const Run& run = runs[r];
    const std::uint32_t target = row_of(run.series);
    targets_[r] = target;
    Row& row = rows_[target];
    row.samples += run.to - run.from;
    if (times_) {
      row.first_time = std::min(row.first_time, block.tick(run.from).time);
      row.last_time = std::max(row.last_time, block.tick(run.to - 1).time);
      for (std::uint32_t i = run.from; i < run.to; ++i) {
        accumulate(row.duration, block.tick(i).duration);
      }
    }
    for (std::uint32_t i = run.from; wants_histograms_ && i < run.to; ++i) {
      histograms_.add(target, block.histogram(i));
    }
  }
  for (Column& column : columns_) {
    if (column.kind == Kind::deviation) {
      add_moments(block, runs, column);
    } else {
      add_column(block, runs, column);
    }
  }
}

template <class Block>
void Sums::add_column(const Block& block, std::span<const Run> runs, Column& column) {
  const unsigned at = chunk_column(column.ordinal);
  if (block.all_null(at)) {
    return;
  }
  if (!block.all_zero(at)) {
    add_values(block, runs, column);
    return;
  }
  for (std::size_t r = 0; r < targets_.size(); ++r) {
    std::int64_t& value = column.values[targets_[r]];
    if (is_state(column.kind)) {
      add_state(block, runs[r], nullptr, value, column.times[targets_[r]]);
    } else {
      // A sum that is NULL becomes 0, others stay; so does the greatest. The least becomes 0.
      value = column.kind == Kind::low                        ? 0
              : column.kind == Kind::amount && value != kNull ? value
                                                              : std::max<std::int64_t>(value, 0);
    }
  }
}

template <class Block>
void Sums::add_values(const Block& block, std::span<const Run> runs, Column& column) {
  const std::int64_t* const cells = block.cells(chunk_column(column.ordinal));
  if (adds_up(column.kind)) {
    for (std::size_t r = 0; r < runs.size(); ++r) {
      std::int64_t& value = column.values[targets_[r]];
      value = add_run(value, {cells + runs[r].from, cells + runs[r].to});
    }
    return;
  }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const Run& run = runs[r];
    std::int64_t& value = column.values[targets_[r]];
    if (is_state(column.kind)) {
      add_state(block, run, cells, value, column.times[targets_[r]]);
    } else if (column.kind == Kind::amount) {
      for (std::uint32_t i = run.from; i < run.to; ++i) {
        accumulate_amount(value, cells[i]);
      }
    } else if (column.kind == Kind::low) {
      for (std::uint32_t i = run.from; i < run.to; ++i) {
        value = cells[i] != kNull && (value == kNull || cells[i] < value) ? cells[i] : value;
      }
    } else {
      for (std::uint32_t i = run.from; i < run.to; ++i) {
        value = std::max(value, cells[i]);
      }
    }
  }
}

template <class Block>
void Sums::add_moments(const Block& block, std::span<const Run> runs, Column& column) {
  const unsigned at = chunk_column(column.ordinal);
  if (block.all_null(column.calls) || block.all_zero(column.calls)) {
    return;
  }
  for (std::size_t r = 0; r < targets_.size(); ++r) {
    const Run& run = runs[r];
    core::Moments& sum = column.moments[targets_[r]];
    for (std::uint32_t i = run.from; i < run.to; ++i) {
      const std::int64_t calls = block.cell(column.calls, i);
      const std::int64_t total = block.cell(column.total, i);
      if (calls > 0) {
        sum = core::merge(sum, core::moments(calls, total == kNull ? 0 : total,
                                             total == kNull ? kNull : block.cell(at, i)));
      }
    }
  }
}

double Sums::stddev_ms(std::size_t i, std::uint32_t row) const {
  const core::Moments& moments = columns_[i].moments[row];
  if (!(moments.calls > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return std::sqrt(moments.m2_us2 / moments.calls) / 1000.0;
}

std::size_t Sums::position(unsigned ordinal) const {
  std::size_t i = 0;
  while (i < columns_.size() && columns_[i].ordinal != ordinal) {
    ++i;
  }
  return i;
}

core::Batch Sums::to_totals(std::int32_t first_group, std::int32_t end_group,
                            core::Resource* resource) const {
  core::Batch batch(resource);
  batch.columns.resize(kValues + stream_.columns.size());
  std::int64_t last = PG_INT64_MIN;
  bool any_histogram = false;
  core::Vector<std::byte> packed(resource);
  each(first_group, end_group, [&](std::int32_t series, std::uint32_t row) {
    batch.first.push_back(static_cast<std::uint32_t>(batch.series.size()));
    batch.series.push_back(series);
    batch.tick.push_back(0);
    batch.columns[kSamples].push_back(rows_[row].samples);
    batch.columns[kFirstTime].push_back(rows_[row].first_time);
    batch.columns[kLastTime].push_back(rows_[row].last_time);
    batch.columns[kDuration].push_back(rows_[row].duration);
    for (const Column& column : columns_) {
      std::int64_t cell = kNull;
      if (column.kind != Kind::deviation) {
        cell = column.values[row];
      } else if (!std::isnan(column.moments[row].m2_us2)) {
        cell = std::bit_cast<std::int64_t>(column.moments[row].m2_us2);
      }
      batch.columns[kValues + column.ordinal].push_back(cell);
    }
    packed.clear();
    if (const core::Histogram* sum = histograms_.of(row)) {
      sum->pack(packed);
      any_histogram = true;
    }
    batch.histograms.add(core::view(packed));
    last = std::max(last, rows_[row].last_time);
  });
  if (!any_histogram) {
    batch.histograms.clear();
  }
  if (!batch.series.empty()) {
    batch.first.push_back(static_cast<std::uint32_t>(batch.series.size()));
    batch.ticks.push_back({last, kNull});
  }
  return batch;
}

void Sums::add_totals(const core::Batch& totals) {
  const auto cell = [&](unsigned column, std::size_t i) {
    return column < totals.columns.size() && !totals.columns[column].empty()
               ? totals.columns[column][i]
               : kNull;
  };
  for (std::size_t i = 0; i < totals.series.size(); ++i) {
    const std::uint32_t target = row_of(totals.series[i]);
    Row& row = rows_[target];
    const std::int64_t last = cell(kLastTime, i);
    for (Column& column : columns_) {
      const std::int64_t value = cell(kValues + column.ordinal, i);
      if (column.kind == Kind::deviation) {
        const std::int64_t calls = cell(kValues + column.calls - chunk_column(0), i);
        const std::int64_t total = cell(kValues + column.total - chunk_column(0), i);
        if (calls > 0) {
          const double m2 = value == kNull || total == kNull
                                ? std::numeric_limits<double>::quiet_NaN()
                                : std::bit_cast<double>(value);
          column.moments[target] = core::merge(
              column.moments[target], {static_cast<double>(calls), static_cast<double>(total), m2});
        }
        continue;
      }
      std::int64_t& sum = column.values[target];
      if (value == kNull) {
        continue;
      }
      if (is_state(column.kind)) {
        if (last >= column.times[target]) {
          sum = value;
          column.times[target] = last;
        }
      } else if (column.kind == Kind::low) {
        sum = sum == kNull ? value : std::min(sum, value);
      } else if (column.kind == Kind::high) {
        sum = std::max(sum, value);
      } else if (column.kind == Kind::amount) {
        accumulate_amount(sum, value);
      } else {
        accumulate(sum, value);
      }
    }
    row.samples += std::max<std::int64_t>(cell(kSamples, i), 0);
    row.first_time = std::min(row.first_time, cell(kFirstTime, i));
    row.last_time = std::max(row.last_time, last);
    accumulate(row.duration, cell(kDuration, i));
    if (wants_histograms_) {
      histograms_.add(target, totals.histograms.of(i));
    }
  }
}

namespace {

Request request_of(const Stream& stream, Snapshot snapshot, const Sums& sums) {
  Request request;
  request.stream = &stream;
  request.columns = sums.chunk_columns();
  request.times = sums.needs_times();
  request.histograms = sums.wants_histograms();
  request.snapshot = snapshot;
  return request;
}

Request request_of(const Stream& stream, const Window& window, Snapshot snapshot,
                   const Sums& sums) {
  Request request = request_of(stream, snapshot, sums);
  request.grain = wanted_grain();
  request.from = window.from;
  request.to = window.to;
  request.all_series = window.all_series;
  request.series = window.series;
  return request;
}

void sum(const Request& request, Sums& sums) {
  Reader reader(CurrentMemoryContext, request);
  while (reader.next()) {
    sums.add(reader);
  }
  reader.close();
}

// Cuts runs where steps end.
class Cutter {
 public:
  Cutter(const Window& window, const StepGrid& grid, std::span<const std::int32_t> groups)
      : window_(window), grid_(grid), groups_(groups) {}

  std::span<const Run> cut(const Reader& reader) {
    runs_.clear();
    for (const Run& run : reader.runs()) {
      const std::int32_t first = group(run.series) * grid_.count;
      std::uint32_t from = run.from;
      std::int32_t step = this->step(reader.tick(from).time);
      for (std::uint32_t i = from + 1; i < run.to; ++i) {
        const std::int32_t next = this->step(reader.tick(i).time);
        if (next != step) {
          runs_.push_back({first + step, from, i});
          from = i;
          step = next;
        }
      }
      runs_.push_back({first + step, from, run.to});
    }
    return runs_;
  }

 private:
  std::int32_t step(std::int64_t time) const {
    return static_cast<std::int32_t>((time - window_.from) / grid_.length);
  }
  std::int32_t group(std::int32_t series) const {
    if (groups_.empty()) {
      return 0;
    }
    const auto at = std::lower_bound(window_.series.begin(), window_.series.end(), series);
    return groups_[static_cast<std::size_t>(at - window_.series.begin())];
  }

  const Window& window_;
  const StepGrid& grid_;
  std::span<const std::int32_t> groups_;
  std::vector<Run> runs_;
};

}  // namespace

void sum_window(const Stream& stream, const Window& window, Snapshot snapshot, Sums& sums) {
  sum(request_of(stream, window, snapshot, sums), sums);
}

void sum_steps(const Stream& stream, const Window& window, const StepGrid& grid,
               std::span<const std::int32_t> groups, Snapshot snapshot, Sums& sums) {
  Request request = request_of(stream, window, snapshot, sums);
  request.times = true;
  Reader reader(CurrentMemoryContext, request);
  Cutter cutter(window, grid, groups);
  while (reader.next()) {
    sums.add(reader, cutter.cut(reader));
  }
  reader.close();
}

void sum_journal(const Stream& stream, Snapshot snapshot, Sums& sums) {
  Request request = request_of(stream, snapshot, sums);
  request.archive = false;
  sum(request, sums);
}

}  // namespace almanac::store
