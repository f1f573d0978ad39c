// A main() for fuzz targets without libFuzzer.
//
// usage: TARGET_replay FILE...          run these inputs
//        TARGET_replay --random COUNT   run so many random inputs, the same ones every time
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "support.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--random") == 0) {
    almanac::core::test::Random random(2026);
    const long count = std::strtol(argv[2], nullptr, 10);
    for (long i = 0; i < count; ++i) {
      std::vector<uint8_t> input(random.below(random.chance(0.1) ? 4000 : 200));
      for (auto& byte : input) {
        byte = static_cast<uint8_t>(random.chance(0.3) ? random.below(8) : random.bits());
      }
      LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%ld inputs\n", count);
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::vector<char> input{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
    std::printf("%s\n", argv[i]);
  }
  return 0;
}
