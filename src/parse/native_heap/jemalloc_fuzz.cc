#include <cstdint>

#include "parse/format.h"
#include "parse/native_heap/jemalloc.h"
#include "profile/profile_text_for_test.h"

namespace seep::parse {
extern const Format format_jemalloc;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto profile = seep::parse::ReadJemallocHeap(bytes);
  if (profile && !seep::profile::Inconsistency(*profile).empty()) __builtin_trap();
  seep::model::StackTable stacks;
  seep::parse::Context context{stacks, {}};
  seep::model::Artifact artifact;
  artifact.name = "heap";
  seep::parse::format_jemalloc.sniff({artifact.name, bytes.substr(0, 4096)});
  const auto result = seep::parse::format_jemalloc.parse(artifact, bytes, context);
  if (result.has_value() != profile.has_value() || (result && result->empty())) __builtin_trap();
  return 0;
}
