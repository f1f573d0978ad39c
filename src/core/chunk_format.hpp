// Zone: core.
//
// The bytes of a chunk, version 2. Version 1 is the same without sections of scaled values and
// without the codec golomb; it is read as well.
//
//   u8      version
//   u32     checksum: low half of XXH3 (64 bits, seed = version) of all that follows, little-endian
//   varint  samples, series, ticks, columns, options
//   section times, durations, series, counts, gaps, then one per column
//
// Integers of the index, one section each:
//   times      first differences of the ticks' times, the first against 0
//   durations  minus the difference of times (zero when intervals follow each other), or as they
//              are if option 1 is set; NULL where not known
//   series     differences minus 1, the first as it is
//   counts     samples of each series minus 1
//   gaps       per sample: its tick minus the tick before it in its series minus 1, the first of a
//              series counted from -1; all zero if every series is in every tick
//
// A section starts with a tag byte. Its low three bits say what it is:
//   0  NULLs only      the high five bits + 1 say for how many sections in a row this holds
//   1  zeros only      the same
//   2  one value       a zigzag varint
//   3  values          varint length, then so many bytes:
//                        mask of the non-NULLs, if bit 3 of the tag is set;
//                        if bit 5 is set: the first value of each series, as zigzag varints of
//                        its difference to the first of the series before; what follows then are
//                        the differences within the series, else the values;
//                        mask of the non-zeros among those, if bit 4 is set;
//                        what the masks left over, by the codec in bits 6 and 7
//   4  scaled values   the same, but the bytes begin with a divisor (varint, 2 at least), and what
//                      follows are the values divided by it
//
// A mask over n positions is u8 0 and a bitmap, lowest bit first, or u8 1 and varint run lengths,
// in turn left out and kept, starting with left out, that add up to n.
//
// Codecs:
//   0  varints (no value is negative)
//   1  zigzag varints
//   2  packed: u8 layout, then blocks. Layout 0: a block per series, cut every 256 values; layout k
//      in 4..20: 2^k values a block. A block is a byte: low seven bits the width w in bits (0..56
//      or 64), high bit: a base follows as zigzag varint, else it is 0; then w bits a value, value
//      minus base, lowest bit first, filled up to a whole byte.
//   3  golomb: u8 order k (0..56), zigzag varint base, then a code per value, lowest bit first,
//      filled up to a whole byte. With s = value - base + 2^k, which has k + z + 1 bits: z zeros, a
//      one, and the k + z low bits of s. A code has 57 bits at most.
//
// Additions, subtractions and multiplications wrap around, so that any int64 survives.
#pragma once

#include <cstddef>
#include <cstdint>

namespace almanac::core::format {

inline constexpr unsigned version = 2;         // that is written
inline constexpr unsigned oldest_version = 1;  // that is read
inline constexpr unsigned golomb_since = 2;
inline constexpr unsigned scaled_since = 2;
inline constexpr size_t checksum_at = 1;
inline constexpr size_t body_at = 5;

inline constexpr uint64_t plain_durations = 1;  // option
inline constexpr uint64_t all_options = 1;

enum IndexSection : size_t { times, durations, series, counts, gaps, index_sections };

enum SectionKind : unsigned { all_null = 0, all_zero = 1, one_value = 2, values = 3, scaled = 4 };
inline constexpr unsigned kind_bits = 3;
inline constexpr unsigned kind_mask = 7;
inline constexpr unsigned max_run = 32;
inline constexpr unsigned has_nulls = 1U << 3;
inline constexpr unsigned has_zeros = 1U << 4;
inline constexpr unsigned has_differences = 1U << 5;
inline constexpr unsigned codec_shift = 6;

enum Mask : unsigned { bitmap = 0, runs = 1 };

enum Codec : unsigned { varints = 0, zigzags = 1, packed = 2, golomb = 3 };

inline constexpr unsigned layout_series = 0;
inline constexpr unsigned layout_min = 4;
inline constexpr unsigned layout_max = 20;
inline constexpr size_t series_block = 256;
inline constexpr unsigned has_base = 0x80;
inline constexpr unsigned longest_code = 57;

// Whether a section of this tag has masks and a codec.
constexpr bool is_coded(unsigned tag) {
  return (tag & kind_mask) == values || (tag & kind_mask) == scaled;
}

}  // namespace almanac::core::format
