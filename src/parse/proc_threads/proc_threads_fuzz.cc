#include <cstdint>

#include "parse/format.h"

namespace seep::parse {
extern const Format format_proc_threads;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes = "# seep threads 1\n" + std::string(reinterpret_cast<const char*>(data), size);
  seep::model::StackTable stacks;
  seep::parse::Context context{stacks, {}};
  seep::model::Artifact artifact;
  auto result = seep::parse::format_proc_threads.parse(artifact, bytes, context);
  if (!result || result->size() != 1 || !result->front().threads) __builtin_trap();
  return 0;
}
