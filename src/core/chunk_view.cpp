#include <algorithm>
#include <cstring>

#include "core/bytes.hpp"
#include "core/checksum.hpp"
#include "core/chunk.hpp"
#include "core/chunk_format.hpp"
#include "core/column_codec.hpp"

namespace almanac::core {

namespace {

void require(bool condition, const char* what) {
  if (!condition) throw CorruptChunk(what);
}

}  // namespace

ChunkView ChunkView::parse(std::span<const std::byte> bytes) {
  static_assert(index_sections == format::index_sections);
  require(bytes.size() > format::body_at && bytes.size() <= UINT32_MAX, "length of a chunk");
  const auto version = std::to_integer<unsigned>(bytes[0]);
  require(version >= format::oldest_version && version <= format::version,
          "unknown version of a chunk");
  uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + format::checksum_at, sizeof sum);
  require(sum == checksum(bytes.subspan(format::body_at), version),
          "checksum of a chunk does not match");

  ChunkView view;
  view.bytes_ = bytes;
  view.version_ = version;
  ByteReader in(bytes.subspan(format::body_at));
  const auto count = [&](uint64_t limit, const char* what) {
    return static_cast<uint32_t>(in.bounded(limit, what));
  };
  view.samples_ = count(max_samples, "too many samples in a chunk");
  view.series_ = count(view.samples_, "more series than samples in a chunk");
  view.ticks_ = count(max_ticks, "too many ticks in a chunk");
  view.columns_ = count(max_columns, "too many columns in a chunk");
  view.options_ = in.bounded(format::all_options, "unknown option of a chunk");
  require(view.samples_ <= uint64_t{view.series_} * view.ticks_,
          "more samples than series and ticks allow in a chunk");
  view.parse_sections(bytes.size() - in.left());
  return view;
}

void ChunkView::parse_sections(size_t at) {
  ByteReader in(bytes_.subspan(at));
  const size_t sections = index_sections + columns_;
  size_t cells = 0;
  for (size_t i = 0; i < sections;) {
    const unsigned tag = in.u8();
    const unsigned kind = tag & format::kind_mask;
    Section section;
    section.tag = static_cast<uint8_t>(tag);
    size_t run = 1;
    if (kind == format::all_null || kind == format::all_zero) {
      run += tag >> format::kind_bits;
      require(run <= sections - i, "sections of a chunk run beyond its columns");
    } else if (kind == format::one_value) {
      require(tag == kind, "unknown section in a chunk");
      section.offset = static_cast<uint32_t>(bytes_.size() - in.left());
      in.varint();
      section.length = static_cast<uint32_t>(bytes_.size() - in.left()) - section.offset;
    } else {
      require(
          kind == format::values || (kind == format::scaled && version_ >= format::scaled_since),
          "unknown section in a chunk");
      require(tag >> format::codec_shift != format::golomb || version_ >= format::golomb_since,
              "unknown coding of a column");
      const uint64_t length = in.bounded(in.left(), "section of a chunk is longer than the chunk");
      section.offset = static_cast<uint32_t>(bytes_.size() - in.left());
      section.length = static_cast<uint32_t>(length);
      in.take(length);
    }
    if (kind != format::all_null) cells += run * samples_;
    while (run-- > 0) sections_[i++] = section;
  }
  require(in.left() == 0, "chunk is longer than its sections");
  require(cells <= max_cells + index_sections * max_samples, "too many cells in a chunk");
}

bool ChunkView::all_null(unsigned ordinal) const {
  return ordinal >= columns_ || (column(ordinal).tag & format::kind_mask) == format::all_null;
}

bool ChunkView::all_zero(unsigned ordinal) const {
  return ordinal < columns_ && (column(ordinal).tag & format::kind_mask) == format::all_zero;
}

size_t ChunkView::column_bytes(unsigned ordinal) const {
  return ordinal < columns_ ? column(ordinal).length : 0;
}

void ChunkView::read_section(const Section& section, std::span<int64_t> out,
                             std::span<const uint32_t> groups, SeriesRange range,
                             Resource* scratch) const {
  const auto payload = bytes_.subspan(section.offset, section.length);
  switch (section.tag & format::kind_mask) {
    case format::all_null: std::fill(out.begin(), out.end(), kNull); break;
    case format::all_zero: std::fill(out.begin(), out.end(), 0); break;
    case format::one_value:
      std::fill(out.begin(), out.end(), ByteReader(payload).signed_varint());
      break;
    default: read_values(payload, section.tag, out, groups, range, scratch); break;
  }
}

void ChunkView::read_ticks(Vector<Tick>& out) const {
  Resource* const scratch = out.get_allocator().resource();
  Vector<int64_t> cells(ticks_, boost::container::default_init, scratch);
  const std::span<int64_t> room{cells.data(), cells.size()};
  out.clear();
  out.resize(ticks_);
  read_section(sections_[format::times], room, {}, {}, scratch);
  int64_t time = 0;
  for (size_t i = 0; i < ticks_; ++i) {
    // |time| < 2^62: the sum cannot overflow within the limits that are checked here.
    require(room[i] > -max_time && (i == 0 || room[i] >= 0), "times of a chunk");
    if (i == 0) {
      require(room[i] < max_time, "times of a chunk");
      time = room[i];
    } else {
      require(room[i] < max_time - time, "times of a chunk");
      time += room[i];
    }
    out[i].time = time;
  }
  read_section(sections_[format::durations], room, {}, {}, scratch);
  const bool plain = (options_ & format::plain_durations) != 0;
  for (size_t i = 0; i < ticks_; ++i) {
    int64_t duration = room[i];
    if (duration != kNull) {
      if (!plain && i > 0) {
        const int64_t difference = out[i].time - out[i - 1].time;
        require(
            duration >= -difference && duration <= std::numeric_limits<int64_t>::max() - difference,
            "durations of a chunk");
        duration += difference;
      }
      require(duration >= 0, "durations of a chunk");
    }
    out[i].duration = duration;
  }
}

void ChunkView::read_series(Vector<int32_t>& out) const {
  Resource* const scratch = out.get_allocator().resource();
  Vector<int64_t> cells(series_, boost::container::default_init, scratch);
  const std::span<int64_t> room{cells.data(), cells.size()};
  read_section(sections_[format::series], room, {}, {}, scratch);
  out.clear();
  out.resize(series_);
  constexpr int64_t lowest = std::numeric_limits<int32_t>::min();
  constexpr int64_t highest = std::numeric_limits<int32_t>::max();
  int64_t id = 0;
  for (size_t s = 0; s < series_; ++s) {
    require(room[s] >= (s == 0 ? lowest : 0) && room[s] <= highest - lowest, "series of a chunk");
    id = s == 0 ? room[s] : id + 1 + room[s];
    require(id <= highest, "series of a chunk");
    out[s] = static_cast<int32_t>(id);
  }
}

void ChunkView::read_first(Vector<uint32_t>& out) const {
  Resource* const scratch = out.get_allocator().resource();
  Vector<int64_t> cells(series_, boost::container::default_init, scratch);
  const std::span<int64_t> room{cells.data(), cells.size()};
  read_section(sections_[format::counts], room, {}, {}, scratch);
  out.clear();
  out.resize(size_t{series_} + 1);
  uint64_t samples = 0;
  for (size_t s = 0; s < series_; ++s) {
    require(room[s] >= 0 && room[s] < int64_t{samples_}, "sample counts of a chunk");
    samples += static_cast<uint64_t>(room[s]) + 1;
    require(samples <= samples_, "sample counts of a chunk");
    out[s + 1] = static_cast<uint32_t>(samples);
  }
  require(samples == samples_, "sample counts of a chunk");
}

void ChunkView::read_tick_indexes(Batch& out, SeriesRange range) const {
  Vector<uint32_t>& tick = out.tick;
  tick.resize(samples_, boost::container::default_init);
  const size_t end = std::min<size_t>(range.end, series_);
  const Section& section = sections_[format::gaps];
  if ((section.tag & format::kind_mask) == format::all_zero) {
    for (size_t s = range.begin; s < end; ++s) {
      require(out.first[s + 1] - out.first[s] <= ticks_, "ticks of samples in a chunk");
      uint32_t next = 0;
      for (uint32_t i = out.first[s]; i < out.first[s + 1]; ++i) tick[i] = next++;
    }
    return;
  }
  Resource* const scratch = out.resource();
  Vector<int64_t> cells(samples_, boost::container::default_init, scratch);
  const std::span<int64_t> gaps{cells.data(), cells.size()};
  read_section(section, gaps, {out.first.data(), out.first.size()}, range, scratch);
  for (size_t s = range.begin; s < end; ++s) {
    int64_t last = -1;
    for (uint32_t i = out.first[s]; i < out.first[s + 1]; ++i) {
      require(gaps[i] >= 0 && gaps[i] < int64_t{ticks_} - 1 - last, "ticks of samples in a chunk");
      last += gaps[i] + 1;
      tick[i] = static_cast<uint32_t>(last);
    }
  }
}

void ChunkView::read_groups(Batch& out) const {
  read_series(out.series);
  read_first(out.first);
}

void ChunkView::read_times(Batch& out, SeriesRange range) const {
  read_ticks(out.ticks);
  read_tick_indexes(out, range);
}

void ChunkView::read_index(Batch& out) const {
  read_groups(out);
  read_times(out);
}

void ChunkView::read_column(unsigned ordinal, Vector<int64_t>& out, std::span<const uint32_t> first,
                            SeriesRange range) const {
  if (all_null(ordinal)) {
    out.clear();
    return;
  }
  Resource* const scratch = out.get_allocator().resource();
  const Section& section = column(ordinal);
  Vector<uint32_t> own_first(scratch);
  const bool coded = format::is_coded(section.tag);
  if (first.empty() && coded && needs_groups(section.tag)) {
    read_first(own_first);
    first = {own_first.data(), own_first.size()};
  }
  if (!first.empty() && (first.size() != size_t{series_} + 1 || first.back() != samples_)) {
    throw std::invalid_argument("offsets of another batch");
  }
  if (out.size() != samples_) {
    out.clear();  // nothing worth copying when it grows
    out.resize(samples_, boost::container::default_init);
  }
  read_section(section, {out.data(), out.size()}, first, range, scratch);
}

Batch ChunkView::decode(Resource* resource) const {
  Batch batch(resource);
  read_index(batch);
  batch.columns.resize(columns_);
  for (unsigned i = 0; i < columns_; ++i) {
    read_column(i, batch.columns[i], {batch.first.data(), batch.first.size()});
  }
  return batch;
}

}  // namespace almanac::core
