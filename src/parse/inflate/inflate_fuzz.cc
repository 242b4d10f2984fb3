#include <cstdint>
#include <string>

#include "parse/inflate/inflate.h"

// Small limits, so that the fuzzer can reach them.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  seep::parse::ParseLimits limits;
  limits.inflated_bytes = 8 << 20;
  const std::string input(reinterpret_cast<const char*>(data), size);
  auto result = seep::parse::Inflate(seep::Bytes(input), limits);
  if (result && result->bytes.size() > limits.inflated_bytes && result->bytes.size() != size)
    __builtin_trap();
  return 0;
}
