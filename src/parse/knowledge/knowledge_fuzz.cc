// Any bytes as a --knowledge file: an error with a place, or values that pass their own checks.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "parse/knowledge/knowledge.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  seep::model::Knowledge knowledge;
  const seep::Status status =
      seep::parse::AddKnowledge({reinterpret_cast<const char*>(data), size}, "fuzz.yaml", knowledge);
  if (!status.has_value() && (status.error().what.empty() || status.error().where.empty())) std::abort();
  if (!status.has_value() && (!knowledge.patterns.empty() || !knowledge.findings.empty())) std::abort();
  for (const seep::model::Pattern& pattern : knowledge.patterns)
    if (pattern.id.empty() || pattern.any_of.empty()) std::abort();
  (void)seep::parse::CheckKnowledge(knowledge);
  return 0;
}
