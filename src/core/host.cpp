#include "core/host.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace almanac::core {
namespace {

constexpr std::int64_t sector = 512;  // the unit of diskstats, whatever the device has
constexpr std::string_view blank = " \t\r\n";

// Splits text at any of `separators`; what is empty is left out.
class Pieces {
 public:
  Pieces(std::string_view text, std::string_view separators)
      : rest_(text), separators_(separators) {}

  bool next(std::string_view& piece) {
    const std::size_t begin = rest_.find_first_not_of(separators_);
    if (begin == std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(begin);
    piece = rest_.substr(0, rest_.find_first_of(separators_));
    rest_.remove_prefix(piece.size());
    return true;
  }

 private:
  std::string_view rest_;
  std::string_view separators_;
};

// The whole piece is a number; negative ones only where they are expected.
std::optional<std::int64_t> number(std::string_view piece, bool negative = false) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(piece.data(), piece.data() + piece.size(), value);
  if (error != std::errc{} || end != piece.data() + piece.size() || (value < 0 && !negative)) {
    return std::nullopt;
  }
  return value;
}

// Fills numbers from words; how many there were before anything else.
template <std::size_t N>
std::size_t fill(Pieces& words, std::array<std::int64_t, N>& out) {
  std::size_t filled = 0;
  std::string_view word;
  while (filled < N && words.next(word)) {
    const auto value = number(word);
    if (!value) {
      break;
    }
    out[filled++] = *value;
  }
  return filled;
}

// Sum, or product with a factor, saturated: a number that large is garbage, but a defined one.
std::int64_t add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}
std::int64_t times(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::int64_t>::max()
                                                : product;
}

std::optional<std::int64_t> only_number(std::string_view file, bool negative = false) {
  Pieces words(file, blank);
  std::string_view word;
  std::string_view more;
  if (!words.next(word) || words.next(more)) {
    return std::nullopt;
  }
  return number(word, negative);
}

std::optional<std::int64_t> thousandths(std::int64_t quota, std::int64_t period) {
  if (period <= 0) {
    return std::nullopt;
  }
  return times(quota, 1000) / period;
}

}  // namespace

std::optional<CpuTimes> parse_cpu_times(std::string_view stat, std::int64_t ticks) {
  if (ticks <= 0) {
    return std::nullopt;
  }
  CpuTimes times_of;
  bool found = false;
  Pieces lines(stat, "\n");
  std::string_view line;
  while (lines.next(line) && line.starts_with("cpu")) {
    Pieces words(line, blank);
    std::string_view name;
    words.next(name);
    if (name != "cpu") {
      times_of.count += number(name.substr(3)) ? 1 : 0;
      continue;
    }
    // user nice system idle iowait irq softirq steal; guests are in user and nice.
    std::array<std::int64_t, 8> raw{};
    if (fill(words, raw) < 4) {
      return std::nullopt;
    }
    // Whole seconds apart, so that nothing overflows in centuries.
    const auto ms = [ticks](std::int64_t value) {
      return add(times(value / ticks, 1000), value % ticks * 1000 / ticks);
    };
    times_of.user = ms(add(raw[0], raw[1]));
    times_of.system = ms(add(raw[2], add(raw[5], raw[6])));
    times_of.idle = ms(raw[3]);
    times_of.iowait = ms(raw[4]);
    times_of.steal = ms(raw[7]);
    found = true;
  }
  if (!found) {
    return std::nullopt;
  }
  return times_of;
}

std::optional<MemoryUse> parse_memory(std::string_view meminfo) {
  const auto field = [meminfo](std::string_view name) -> std::optional<std::int64_t> {
    Pieces lines(meminfo, "\n");
    std::string_view line;
    while (lines.next(line)) {
      if (!line.starts_with(name) || line.substr(name.size()).substr(0, 1) != ":") {
        continue;
      }
      Pieces words(line.substr(name.size() + 1), blank);
      std::string_view word;
      std::string_view unit;
      const auto value = words.next(word) ? number(word) : std::nullopt;
      if (!value || !words.next(unit) || unit != "kB") {
        return std::nullopt;
      }
      return times(*value, 1024);
    }
    return std::nullopt;
  };
  const auto total = field("MemTotal");
  const auto free = field("MemFree");
  const auto cached = field("Cached");
  if (!total || !free || !cached) {
    return std::nullopt;
  }
  const std::int64_t swap_total = field("SwapTotal").value_or(0);
  const std::int64_t swap_free = field("SwapFree").value_or(swap_total);
  return MemoryUse{*total, std::min(*total, field("MemAvailable").value_or(add(*free, *cached))),
                   *cached, swap_total, std::max<std::int64_t>(0, swap_total - swap_free)};
}

std::optional<std::array<std::int64_t, 3>> parse_load(std::string_view loadavg) {
  std::array<std::int64_t, 3> load{};
  Pieces words(loadavg, blank);
  for (std::int64_t& one : load) {
    std::string_view word;
    if (!words.next(word)) {
      return std::nullopt;
    }
    // "12.34": two digits always, and never a sign.
    const std::size_t dot = word.find('.');
    const auto whole = number(word.substr(0, dot));
    const auto hundredths = dot != std::string_view::npos && word.size() == dot + 3
                                ? number(word.substr(dot + 1))
                                : std::nullopt;
    if (!whole || !hundredths) {
      return std::nullopt;
    }
    one = add(times(*whole, 1000), *hundredths * 10);
  }
  return load;
}

std::optional<DeviceUse> parse_device(std::string_view diskstats, unsigned major, unsigned minor) {
  Pieces lines(diskstats, "\n");
  std::string_view line;
  while (lines.next(line)) {
    Pieces words(line, blank);
    std::array<std::int64_t, 2> numbers{};
    std::string_view name;
    if (fill(words, numbers) < 2 || numbers[0] != major || numbers[1] != minor ||
        !words.next(name)) {
      continue;
    }
    // reads, merged, sectors, ms; the same of writes; in flight, ms busy.
    std::array<std::int64_t, 10> raw{};
    if (fill(words, raw) < raw.size()) {
      return std::nullopt;
    }
    return DeviceUse{raw[0], times(raw[2], sector), raw[3], raw[4], times(raw[6], sector), raw[7],
                     raw[9]};
  }
  return std::nullopt;
}

ControlGroups parse_control_groups(std::string_view cgroup) {
  ControlGroups groups;
  Pieces lines(cgroup, "\n");
  std::string_view line;
  while (lines.next(line)) {
    // "number:controller,controller:path"; a path may have colons.
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || line.substr(second + 1, 1) != "/") {
      continue;
    }
    const std::string_view path = line.substr(second + 1);
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    if (controllers.empty() && line.substr(0, first) == "0") {
      groups.unified = path;
    }
    Pieces names(controllers, ",");
    std::string_view name;
    while (names.next(name)) {
      if (name == "memory") {
        groups.memory = path;
      } else if (name == "cpu") {
        groups.cpu = path;
      }
    }
  }
  return groups;
}

std::optional<std::int64_t> parse_limit(std::string_view file) {
  Pieces words(file, blank);
  std::string_view word;
  std::string_view more;
  if (words.next(word) && word == "max" && !words.next(more)) {
    return no_limit;
  }
  return only_number(file);
}

std::optional<std::int64_t> parse_cpu_limit(std::string_view cpu_max) {
  Pieces words(cpu_max, blank);
  std::string_view quota;
  std::string_view period;
  if (!words.next(quota) || !words.next(period)) {
    return std::nullopt;
  }
  const auto length = number(period);
  if (quota == "max") {
    return length ? std::optional(no_limit) : std::nullopt;
  }
  const auto time = number(quota);
  return time && length ? thousandths(*time, *length) : std::nullopt;
}

std::optional<std::int64_t> parse_cpu_limit(std::string_view quota, std::string_view period) {
  const auto time = only_number(quota, true);
  const auto length = only_number(period);
  if (!time || !length) {
    return std::nullopt;
  }
  return *time < 0 ? std::optional(no_limit) : thousandths(*time, *length);
}

std::optional<std::int64_t> find_number(std::string_view file, std::string_view name) {
  Pieces lines(file, "\n");
  std::string_view line;
  while (lines.next(line)) {
    Pieces words(line, blank);
    std::string_view word;
    if (words.next(word) && word == name) {
      return words.next(word) ? number(word) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace almanac::core
