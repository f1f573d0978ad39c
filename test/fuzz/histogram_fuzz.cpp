// Any bytes as a packed histogram, as edits of a good one, and as text. Either they are read, or
// the exceptions of the interface are thrown; nothing else.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/histogram.hpp"
#include "core/histogram_text.hpp"
#include "support.hpp"

namespace {

using namespace almanac::core;

constexpr size_t memory_limit = 100'000;

void require(bool holds) {
  if (!holds) std::abort();
}

void ask(const Histogram& histogram) {
  if (histogram.empty()) return;
  const Range range = histogram.quantile_range(0.9).value();
  require(range.lower <= histogram.quantile(0.9).value());
  require(range.upper >= histogram.quantile(0.9).value());
  require(histogram.share_above(1).value() <= 1);
  require(histogram.total() >= 0);
}

void read(std::span<const std::byte> bytes) {
  test::CountingResource memory(memory_limit);
  try {
    const Histogram histogram = Histogram::unpack(bytes, &memory);
    ask(histogram);
    Vector<std::byte> packed(&memory);
    histogram.pack(packed);
    require(packed.size() <= max_packed_bytes);
    check_packed(view(packed), &memory);
    Histogram twice = histogram;
    twice.add(view(packed));
    twice.subtract(histogram);
    require(twice.calls() == histogram.calls());
  } catch (const CorruptChunk&) {
  } catch (const std::overflow_error&) {
  }
  if (memory.used() != 0) std::abort();
}

void read_text(std::string_view text) {
  test::CountingResource memory(memory_limit);
  try {
    const Histogram histogram = from_text(text, &memory);
    ask(histogram);
    const String shown = to_text(histogram, &memory);
    require(to_text(from_text(shown, &memory), &memory) == shown);
  } catch (const std::invalid_argument&) {
  } catch (const std::out_of_range&) {
  } catch (const std::overflow_error&) {
  }
  if (memory.used() != 0) std::abort();
}

const std::vector<std::byte>& good_histogram() {
  static const std::vector<std::byte> bytes = [] {
    test::CountingResource memory;
    const Histogram histogram =
        from_text("{0:3,0.5:1,0.6:70,1:1000,1.1:1200,1.2:4,90:1,1e6:99999999999,1e9:1}", &memory);
    Vector<std::byte> packed(&memory);
    histogram.pack(packed);
    return std::vector<std::byte>(packed.begin(), packed.end());
  }();
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::byte> bytes{std::byte{0x10}};
  for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(data[i]));
  if (size > 0) bytes[0] |= bytes[1] & std::byte{0x0f};
  read(bytes);

  std::vector<std::byte> edited = good_histogram();
  for (size_t i = 0; i + 2 <= size && i < 20; i += 2) {
    edited[data[i] % edited.size()] = static_cast<std::byte>(data[i + 1]);
  }
  if (size % 2 == 1) edited.resize(data[size - 1] % edited.size() + 1);
  read(edited);

  read_text({reinterpret_cast<const char*>(data), size});
  constexpr std::string_view letters = "{}:,0123456789.e- ";
  std::string text = "{";
  for (size_t i = 0; i < size; ++i) text += letters[data[i] % letters.size()];
  read_text(text);
  return 0;
}
