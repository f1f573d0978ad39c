#include "core/column_codec.hpp"

#include <algorithm>
#include <array>

#include "core/chunk_format.hpp"
#include "core/divisor.hpp"
#include "core/golomb.hpp"
#include "core/mask.hpp"
#include "core/pack.hpp"

namespace almanac::core {

namespace {

using Cells = std::span<const int64_t>;
using Groups = std::span<const uint32_t>;

int64_t minus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

int64_t plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// How to store values that have no NULL, and in how many bytes.
struct Coding {
  unsigned codec = format::packed;
  unsigned layout = 0;  // of packed values; of codes their order
  size_t bytes = 0;
};

Coding choose(Cells values, Groups groups, Packing packing) {
  int64_t low = std::numeric_limits<int64_t>::max();
  int64_t high = std::numeric_limits<int64_t>::min();
  size_t varint_bytes = 0;
  size_t zigzag_bytes = 0;
  PackPlanner planner;
  for (size_t g = 0; g + 1 < groups.size(); ++g) {
    for (size_t i = groups[g]; i < groups[g + 1]; ++i) {
      const int64_t value = values[i];
      low = std::min(low, value);
      high = std::max(high, value);
      varint_bytes += varint_size(static_cast<uint64_t>(value));
      zigzag_bytes += varint_size(zigzag(value));
      planner.add(value);
    }
    planner.end_group();
  }
  // Packed wins among equals: it is the fastest to read.
  const PackChoice packed = planner.finish();
  Coding best{format::packed, packed.layout, packed.bytes};
  if (low >= 0 && varint_bytes < best.bytes) best = {format::varints, 0, varint_bytes};
  if (zigzag_bytes < best.bytes) best = {format::zigzags, 0, zigzag_bytes};
  if (packing == Packing::writing && !values.empty()) {
    const GolombChoice golomb = plan_golomb(values, low, high);
    // Slow to read: not for a few bytes.
    if (golomb.bytes < best.bytes - best.bytes / 16) {
      best = {format::golomb, golomb.order, golomb.bytes};
    }
  }
  return best;
}

void write_coded(ByteWriter& out, Cells values, Groups groups, const Coding& coding) {
  switch (coding.codec) {
    case format::varints:
      for (const int64_t value : values) out.varint(static_cast<uint64_t>(value));
      break;
    case format::zigzags:
      for (const int64_t value : values) out.signed_varint(value);
      break;
    case format::golomb: write_golomb(out, values, coding.layout); break;
    default: write_packed(out, values, groups, coding.layout); break;
  }
}

// Reads the values with begin <= position < end of those that `out` has room for.
void read_coded(ByteReader& in, unsigned codec, std::span<int64_t> out, Groups groups, size_t begin,
                size_t end) {
  if (codec == format::packed) return read_packed(in, out, groups, begin, end);
  if (codec == format::golomb) return read_golomb(in, out.first(end));
  for (size_t i = 0; i < begin; ++i) in.varint();
  if (codec == format::varints) {
    for (size_t i = begin; i < end; ++i) out[i] = static_cast<int64_t>(in.varint());
  } else {
    for (size_t i = begin; i < end; ++i) out[i] = in.signed_varint();
  }
}

// Some of the values of a column, with the groups they come in.
struct Part {
  explicit Part(Resource* resource) : values(resource), groups(resource) {}
  Vector<int64_t> values;
  Vector<uint32_t> groups;
};

Part kept_part(Cells values, Groups groups, const Mask& mask, Resource* resource) {
  Part part(resource);
  part.values.reserve(mask.count());
  for (size_t i = 0; i < values.size(); ++i) {
    if (mask.keeps(i)) part.values.push_back(values[i]);
  }
  part.groups = mask.kept_groups(groups, resource);
  return part;
}

// Values coded with or without a mask of the non-zeros, whatever is smaller.
class MaskedPlan {
 public:
  MaskedPlan(Cells values, Groups groups, Packing packing, Resource* scratch);

  size_t bytes() const { return coding_.bytes + mask_bytes_; }
  // Bits of the tag.
  unsigned tag() const {
    return (mask_bytes_ > 0 ? format::has_zeros : 0U) | coding_.codec << format::codec_shift;
  }
  void write(ByteWriter& out) const;

 private:
  Cells values_;
  Groups groups_;
  Mask mask_;
  Part sparse_;
  Coding coding_;
  size_t mask_bytes_ = 0;  // 0: no mask
};

MaskedPlan::MaskedPlan(Cells values, Groups groups, Packing packing, Resource* scratch)
    : values_(values),
      groups_(groups),
      mask_(0, scratch),
      sparse_(scratch),
      coding_(choose(values, groups, packing)) {
  const auto zeros = static_cast<size_t>(std::count(values.begin(), values.end(), 0));
  // Leaving out few zeros cannot pay for the mask.
  if (zeros == 0 || zeros < values.size() / 64) return;
  mask_ = Mask(values.size(), scratch);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0) mask_.keep(i);
  }
  const size_t mask_bytes = mask_.bytes();
  if (mask_bytes >= coding_.bytes) return;
  sparse_ = kept_part(values, groups, mask_, scratch);
  const Coding sparse_coding = choose(view(sparse_.values), view(sparse_.groups), packing);
  if (mask_bytes + sparse_coding.bytes >= coding_.bytes) return;
  coding_ = sparse_coding;
  mask_bytes_ = mask_bytes;
  values_ = view(sparse_.values);
  groups_ = view(sparse_.groups);
}

void MaskedPlan::write(ByteWriter& out) const {
  if (mask_bytes_ > 0) mask_.write(out);
  write_coded(out, values_, groups_, coding_);
}

// The first values of the groups and, apart, the differences within the groups.
struct Differences {
  Differences(Cells values, Groups groups, Resource* scratch);

  Vector<int64_t> firsts;  // each minus the one before
  size_t first_bytes = 0;
  Part rest;
};

Differences::Differences(Cells values, Groups groups, Resource* scratch)
    : firsts(scratch), rest(scratch) {
  rest.values.reserve(values.size());
  rest.groups.reserve(groups.size());
  rest.groups.push_back(0);
  int64_t last_first = 0;
  for (size_t g = 0; g + 1 < groups.size(); ++g) {
    if (groups[g] < groups[g + 1]) {
      firsts.push_back(minus(values[groups[g]], last_first));
      first_bytes += varint_size(zigzag(firsts.back()));
      last_first = values[groups[g]];
    }
    for (size_t i = size_t{groups[g]} + 1; i < groups[g + 1]; ++i) {
      rest.values.push_back(minus(values[i], values[i - 1]));
    }
    rest.groups.push_back(static_cast<uint32_t>(rest.values.size()));
  }
}

// Groups without the first value of each.
Vector<uint32_t> rest_groups(Groups groups, Resource* scratch) {
  Vector<uint32_t> rest(groups.size(), boost::container::default_init, scratch);
  uint32_t firsts = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    if (g > 0 && groups[g - 1] < groups[g]) ++firsts;
    rest[g] = groups[g] - firsts;
  }
  return rest;
}

}  // namespace

SectionWriter::SectionWriter(Vector<std::byte>& out, Resource* scratch, Packing packing)
    : out_(out), scratch_(scratch), packing_(packing) {}

void SectionWriter::repeat(unsigned kind) {
  if (last_tag_ != SIZE_MAX) {
    const auto tag = std::to_integer<unsigned>(out_[last_tag_]);
    if ((tag & format::kind_mask) == kind && (tag >> format::kind_bits) + 1 < format::max_run) {
      out_[last_tag_] = static_cast<std::byte>(tag + (1U << format::kind_bits));
      return;
    }
  }
  last_tag_ = out_.size();
  ByteWriter(out_).u8(kind);
}

void SectionWriter::write(Cells values, Groups groups) {
  size_t same = 0;
  while (same < values.size() && values[same] == values[0]) ++same;
  if (same == values.size()) {
    if (values.empty() || values[0] == 0) return repeat(format::all_zero);
    if (values[0] == kNull) return repeat(format::all_null);
    last_tag_ = SIZE_MAX;
    ByteWriter out(out_);
    out.u8(format::one_value);
    out.signed_varint(values[0]);
    return;
  }
  last_tag_ = SIZE_MAX;
  const std::array<uint32_t, 2> all = {0, static_cast<uint32_t>(values.size())};
  write_values(values, groups.empty() ? Groups(all) : groups);
}

void SectionWriter::write_values(Cells values, Groups groups) {
  unsigned tag = format::values;
  size_t bytes = 0;
  Mask present(0, scratch_);
  Part present_part(scratch_);
  if (std::find(values.begin(), values.end(), kNull) != values.end()) {
    present = Mask(values.size(), scratch_);
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i] != kNull) present.keep(i);
    }
    present_part = kept_part(values, groups, present, scratch_);
    values = view(present_part.values);
    groups = view(present_part.groups);
    tag |= format::has_nulls;
    bytes += present.bytes();
  }

  Vector<int64_t> quotients(scratch_);
  const uint64_t divisor = common_divisor(values);
  if (divisor > 1) {
    quotients.assign(values.begin(), values.end());
    for (int64_t& value : quotients) value /= static_cast<int64_t>(divisor);
    values = view(quotients);
    tag += format::scaled - format::values;
    bytes += varint_size(divisor);
  }

  const MaskedPlan plain(values, groups, packing_, scratch_);
  const Differences differences(values, groups, scratch_);
  const MaskedPlan apart(view(differences.rest.values), view(differences.rest.groups), packing_,
                         scratch_);
  const bool use_differences = differences.first_bytes + apart.bytes() < plain.bytes();
  const MaskedPlan& plan = use_differences ? apart : plain;
  tag |= plan.tag();
  bytes += plan.bytes();
  if (use_differences) {
    tag |= format::has_differences;
    bytes += differences.first_bytes;
  }

  ByteWriter out(out_);
  out.u8(tag);
  out.varint(bytes);
  if (divisor > 1) out.varint(divisor);
  if ((tag & format::has_nulls) != 0) present.write(out);
  if (use_differences) {
    for (const int64_t first : differences.firsts) out.signed_varint(first);
  }
  plan.write(out);
}

bool needs_groups(unsigned tag) {
  return (tag & format::has_differences) != 0 || tag >> format::codec_shift == format::packed;
}

namespace {

// Reads a section from the outside in: each mask leaves fewer values to be read; they are read into
// the end of the room that is left, and on the way back out spread over it.
class ValueReader {
 public:
  ValueReader(std::span<const std::byte> payload, unsigned tag, SeriesRange range,
              Resource* scratch)
      : in_(payload), tag_(tag), range_(range), scratch_(scratch) {}

  void read(std::span<int64_t> out, Groups groups) {
    range_.end = std::min(range_.end, groups.size() - 1);
    range_.begin = std::min(range_.begin, range_.end);
    const bool scaled = (tag_ & format::kind_mask) == format::scaled;
    const uint64_t divisor = scaled ? in_.varint() : 1;
    if (scaled && divisor < 2) throw CorruptChunk("divisor of scaled values");
    if ((tag_ & format::has_nulls) != 0) {
      const Mask mask = Mask::read(in_, out.size(), scratch_);
      const Vector<uint32_t> kept = mask.kept_groups(groups, scratch_);
      read_present(out.last(mask.count()), view(kept));
      mask.spread(out, kNull, begin(groups), end(groups));
    } else {
      read_present(out, groups);
    }
    if (scaled) {
      for (int64_t& value : out.subspan(begin(groups), end(groups) - begin(groups))) {
        if (value != kNull) value = static_cast<int64_t>(static_cast<uint64_t>(value) * divisor);
      }
    }
    const bool whole = range_.begin == 0 && range_.end + 1 == groups.size();
    if (whole && in_.left() != 0) throw CorruptChunk("column is longer than its values");
  }

 private:
  // Positions of the range among values that come in these groups.
  size_t begin(Groups groups) const { return groups[range_.begin]; }
  size_t end(Groups groups) const { return groups[range_.end]; }

  void read_present(std::span<int64_t> out, Groups groups) {
    if ((tag_ & format::has_differences) == 0) return read_masked(out, groups);
    const Vector<uint32_t> rest = rest_groups(groups, scratch_);
    Vector<int64_t> firsts(out.size() - rest.back(), boost::container::default_init, scratch_);
    int64_t first = 0;
    for (int64_t& value : firsts) {
      first = plus(first, in_.signed_varint());
      value = first;
    }
    // The differences lie at the end and are read ahead of where the sums are written.
    read_masked(out.subspan(firsts.size()), view(rest));
    size_t from = firsts.size() + rest[range_.begin];
    size_t filled = groups[range_.begin] - rest[range_.begin];
    for (size_t g = range_.begin; g < range_.end; ++g) {
      if (groups[g] == groups[g + 1]) continue;
      int64_t value = firsts[filled++];
      out[groups[g]] = value;
      for (size_t i = size_t{groups[g]} + 1; i < groups[g + 1]; ++i) {
        value = plus(value, out[from++]);
        out[i] = value;
      }
    }
  }

  void read_masked(std::span<int64_t> out, Groups groups) {
    const unsigned codec = tag_ >> format::codec_shift;
    if ((tag_ & format::has_zeros) == 0) {
      return read_coded(in_, codec, out, groups, begin(groups), end(groups));
    }
    const Mask mask = Mask::read(in_, out.size(), scratch_);
    const size_t before = mask.kept_between(0, begin(groups));
    const size_t within = mask.kept_between(begin(groups), end(groups));
    Vector<uint32_t> kept(scratch_);
    if (codec == format::packed && packed_by_group(in_)) kept = mask.kept_groups(groups, scratch_);
    read_coded(in_, codec, out.last(mask.count()), view(kept), before, before + within);
    mask.spread(out, 0, begin(groups), end(groups));
  }

  ByteReader in_;
  unsigned tag_;
  SeriesRange range_;
  Resource* scratch_;
};

}  // namespace

void read_values(std::span<const std::byte> payload, unsigned tag, std::span<int64_t> out,
                 Groups groups, SeriesRange range, Resource* scratch) {
  const std::array<uint32_t, 2> all = {0, static_cast<uint32_t>(out.size())};
  if (groups.empty()) {
    groups = all;
    range = {};
  }
  ValueReader(payload, tag, range, scratch).read(out, groups);
}

}  // namespace almanac::core
