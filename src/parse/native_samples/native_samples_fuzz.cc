#include <cmath>
#include <cstdint>

#include "parse/native_samples/native_samples.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto samples = seep::parse::ParseNativeSamples({reinterpret_cast<const char*>(data), size});
  if (!samples) return 0;
  size_t calls = 0;
  for (const seep::model::NativeStack& stack : samples->stacks) {
    calls += stack.calls.size();
    if (!std::isfinite(stack.live.bytes) || stack.live.bytes < 0) __builtin_trap();
  }
  if (calls * 8 > size) __builtin_trap();
  return 0;
}
