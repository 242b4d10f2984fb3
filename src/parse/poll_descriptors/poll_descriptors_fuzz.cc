#include <cstdint>

#include "parse/format.h"

namespace seep::parse {
extern const Format format_poll_descriptors;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  seep::model::StackTable stacks;
  seep::parse::Context context{stacks, {}};
  seep::model::Artifact artifact;
  artifact.name = "poll_descriptors";
  seep::parse::format_poll_descriptors.sniff({artifact.name, bytes.substr(0, 4096)});
  auto result = seep::parse::format_poll_descriptors.parse(artifact, bytes, context);
  if (result && result->empty()) __builtin_trap();
  return 0;
}
