// Zone: core. Allocates nothing, throws nothing: hooks may call it.
//
// The classes of SQLSTATEs (their first two characters) that errors are counted by.
//
// Those of PostgreSQL have a number each; all others, which only users and extensions raise, share
// number 0. Classes 00, 01 and 02 are no errors.
#pragma once

#include <array>
#include <cstdint>

namespace almanac::core {

// Counters for errors have room for so many classes.
inline constexpr unsigned error_classes = 46;

// Which of them stands for which number, from 1; sorted. A new class of PostgreSQL's goes where it
// belongs: numbers are not stored anywhere that outlives the server.
inline constexpr std::array<const char*, 41> error_class_names = {
    "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23",
    "24", "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F",
    "40", "42", "44", "53", "54", "55", "57", "58", "72", "F0", "HV", "P0", "XX"};
static_assert(error_class_names.size() < error_classes);

// The number of the class that two characters name.
constexpr unsigned error_class_of(char first, char second) noexcept {
  unsigned low = 0;
  unsigned high = error_class_names.size();
  while (low < high) {
    const unsigned middle = (low + high) / 2;
    const char* name = error_class_names[middle];
    if (name[0] == first && name[1] == second) return middle + 1;
    if (name[0] < first || (name[0] == first && name[1] < second)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return 0;
}

// The number of the class of a SQLSTATE as PostgreSQL packs it: six bits a character, the first
// lowest, counted from '0'.
constexpr unsigned error_class_of(int sqlstate) noexcept {
  return error_class_of(static_cast<char>((sqlstate & 0x3F) + '0'),
                        static_cast<char>((sqlstate >> 6 & 0x3F) + '0'));
}

// Its two characters; "??" for number 0 and those that stand for nothing.
constexpr const char* error_class_name(unsigned number) noexcept {
  return number == 0 || number > error_class_names.size() ? "??" : error_class_names[number - 1];
}

}  // namespace almanac::core
