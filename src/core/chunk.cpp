#include "core/chunk.hpp"

#include <algorithm>
#include <cstring>

#include "core/bytes.hpp"
#include "core/checksum.hpp"
#include "core/chunk_format.hpp"
#include "core/column_codec.hpp"

namespace almanac::core {

namespace {

void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

void check_ticks(std::span<const Tick> ticks) {
  require(ticks.size() <= max_ticks, "too many ticks in a batch");
  for (size_t i = 0; i < ticks.size(); ++i) {
    require(ticks[i].time > -max_time && ticks[i].time < max_time, "time of a tick out of range");
    require(ticks[i].duration >= 0 || ticks[i].duration == kNull, "negative duration of a tick");
    require(i == 0 || ticks[i - 1].time <= ticks[i].time, "ticks of a batch are not ascending");
  }
}

void check_index(const Batch& batch) {
  const size_t samples = batch.samples();
  require(samples <= max_samples, "too many samples in a batch");
  if (batch.series.empty()) {
    require(samples == 0, "samples without a series in a batch");
    require(batch.first.empty() || (batch.first.size() == 1 && batch.first[0] == 0),
            "offsets without a series in a batch");
    return;
  }
  require(batch.first.size() == batch.series.size() + 1, "number of offsets in a batch");
  require(batch.first.front() == 0 && batch.first.back() == samples, "offsets of a batch");
  for (size_t s = 0; s < batch.series.size(); ++s) {
    require(s == 0 || batch.series[s - 1] < batch.series[s], "series of a batch are not ascending");
    require(batch.first[s] < batch.first[s + 1], "series without a sample in a batch");
    require(batch.first[s + 1] <= samples, "offsets of a batch");
    for (uint32_t i = batch.first[s]; i < batch.first[s + 1]; ++i) {
      require(batch.tick[i] < batch.ticks.size(), "sample of a tick that the batch does not have");
      require(i == batch.first[s] || batch.tick[i - 1] < batch.tick[i],
              "samples of a series are not ascending");
    }
  }
}

void write_durations(const Batch& batch, SectionWriter& sections, bool plain,
                     std::span<int64_t> scratch) {
  for (size_t i = 0; i < batch.ticks.size(); ++i) {
    const Tick& tick = batch.ticks[i];
    const bool relative = !plain && i > 0 && tick.duration != kNull;
    scratch[i] = relative ? tick.duration - (tick.time - batch.ticks[i - 1].time) : tick.duration;
  }
  sections.write(scratch.first(batch.ticks.size()), {});
}

// Whether durations are smaller as they are, as when the ticks have gaps between them.
bool durations_are_plain(const Batch& batch, std::span<int64_t> scratch, Resource* resource) {
  if (batch.ticks.size() < 3) return false;
  size_t bytes[2] = {};
  for (const bool plain : {false, true}) {
    Vector<std::byte> trial(resource);
    SectionWriter sections(trial, resource);
    write_durations(batch, sections, plain, scratch);
    bytes[plain ? 1 : 0] = trial.size();
  }
  return bytes[1] < bytes[0];
}

void write_index(const Batch& batch, SectionWriter& sections, bool plain_durations,
                 std::span<int64_t> scratch) {
  int64_t before = 0;
  for (size_t i = 0; i < batch.ticks.size(); ++i) {
    scratch[i] = batch.ticks[i].time - before;
    before = batch.ticks[i].time;
  }
  sections.write(scratch.first(batch.ticks.size()), {});
  write_durations(batch, sections, plain_durations, scratch);

  const size_t series = batch.series.size();
  for (size_t s = 0; s < series; ++s) {
    scratch[s] = batch.series[s];
    if (s > 0) scratch[s] -= int64_t{batch.series[s - 1]} + 1;
  }
  sections.write(scratch.first(series), {});
  for (size_t s = 0; s < series; ++s) {
    scratch[s] = int64_t{batch.first[s + 1]} - batch.first[s] - 1;
  }
  sections.write(scratch.first(series), {});
  for (size_t s = 0; s < series; ++s) {
    int64_t last = -1;
    for (uint32_t i = batch.first[s]; i < batch.first[s + 1]; ++i) {
      scratch[i] = batch.tick[i] - last - 1;
      last = batch.tick[i];
    }
  }
  sections.write(scratch.first(batch.samples()), {batch.first.data(), batch.first.size()});
}

}  // namespace

Batch::Batch(Resource* resource)
    : ticks(resource),
      series(resource),
      first(resource),
      tick(resource),
      columns(resource),
      histograms(resource) {}

void Batch::check() const {
  check_ticks({ticks.data(), ticks.size()});
  check_index(*this);
  require(columns.size() <= max_columns, "too many columns in a batch");
  size_t cells = 0;
  for (const auto& column : columns) {
    require(column.empty() || column.size() == samples(), "length of a column in a batch");
    cells += column.size();
  }
  require(cells <= max_cells, "too many cells in a batch");
}

Vector<std::byte> encode(const Batch& batch, Resource* resource, Packing packing) {
  batch.check();
  Vector<int64_t> scratch(resource);
  scratch.resize(std::max({batch.ticks.size(), batch.series.size(), batch.samples()}));
  const std::span<int64_t> room{scratch.data(), scratch.size()};
  const bool plain = durations_are_plain(batch, room, resource);

  Vector<std::byte> bytes(resource);
  ByteWriter out(bytes);
  out.u8(format::version);
  out.zeros(format::body_at - format::checksum_at);
  out.varint(batch.samples());
  out.varint(batch.series.size());
  out.varint(batch.ticks.size());
  out.varint(batch.columns.size());
  out.varint(plain ? format::plain_durations : 0);

  SectionWriter sections(bytes, resource, packing);
  write_index(batch, sections, plain, room);
  for (const auto& column : batch.columns) {
    if (column.empty()) {
      sections.write_nulls();
    } else {
      sections.write({column.data(), column.size()}, {batch.first.data(), batch.first.size()});
    }
  }

  const uint32_t sum =
      checksum({bytes.data() + format::body_at, bytes.size() - format::body_at}, format::version);
  std::memcpy(bytes.data() + format::checksum_at, &sum, sizeof sum);
  return bytes;
}

}  // namespace almanac::core
