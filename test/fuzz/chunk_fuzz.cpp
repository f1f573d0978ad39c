// Any bytes as a chunk: once as they are with the checksum put right, once as edits of a good
// chunk. Either they are read, within the limits of memory, or CorruptChunk is thrown; nothing
// else.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/chunk.hpp"
#include "core/chunk_format.hpp"
#include "support.hpp"
#include "workload.hpp"

namespace {

using namespace almanac::core;

// What may be in use at once: the index and its scratch space, one column with masks and groups.
constexpr size_t memory_limit = max_samples * 48;

void read(std::vector<std::byte> bytes) {
  test::fix_checksum(bytes);
  test::CountingResource memory(memory_limit);
  try {
    test::read_all(bytes, &memory);
  } catch (const CorruptChunk&) {
  }
  if (memory.used() != 0) std::abort();
}

// A chunk in which all codings occur, made once.
const std::vector<std::byte>& good_chunk() {
  static const std::vector<std::byte> chunk = [] {
    test::CountingResource memory;
    test::Random random(77);
    Batch batch = test::random_batch(random, 12, 12, 0, &memory);
    while (batch.samples() < 40) batch = test::random_batch(random, 12, 12, 0, &memory);
    batch.columns.resize(24);
    for (auto& column : batch.columns) test::fill_column(column, batch.samples(), random);
    const Vector<std::byte> bytes = encode(batch, &memory);
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  }();
  return chunk;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::byte> bytes(format::body_at);
  for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(data[i]));
  read(bytes);

  std::vector<std::byte> edited = good_chunk();
  for (size_t i = 0; i + 3 <= size && i < 30; i += 3) {
    const size_t at = (data[i] | static_cast<size_t>(data[i + 1]) << 8) % edited.size();
    edited[at] = static_cast<std::byte>(data[i + 2]);
  }
  if (size % 3 == 2) edited.resize(data[size - 1] % edited.size() + 1);
  read(edited);
  return 0;
}
