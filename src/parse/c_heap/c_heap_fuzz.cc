#include <cstdint>

#include "parse/format.h"

namespace seep::parse {
extern const Format format_c_heap;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes = "# seep c heap 1\n" + std::string(reinterpret_cast<const char*>(data), size);
  seep::model::StackTable stacks;
  seep::parse::Context context{stacks, {}};
  seep::model::Artifact artifact;
  if (!seep::parse::format_c_heap.sniff({"runtime/c_heap", bytes})) __builtin_trap();
  auto result = seep::parse::format_c_heap.parse(artifact, bytes, context);
  if (!result || result->size() != 1 || !result->front().c_heap) __builtin_trap();
  return 0;
}
