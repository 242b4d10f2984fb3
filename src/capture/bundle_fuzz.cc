// Any bytes as a bundle: no crash, bounded memory, and what was read can be written and read again.
#include <cstdint>
#include <cstdlib>

#include "capture/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seep;
  capture::CaptureOptions options;
  options.max_file = 1 << 20;
  options.max_files = 100;
  const Bytes bytes(std::string(reinterpret_cast<const char*>(data), size));
  const auto first = capture::ReadBundle(bytes, options, "fuzz");
  if (!first.has_value()) return 0;
  size_t unpacked = 0;
  for (const model::Artifact& a : first->artifacts) unpacked += a.bytes.size();
  if (unpacked > size + options.max_file) abort();
  options.max_files = 1000;  // gaps count too
  const auto second = capture::ReadBundle(Bytes(capture::WriteBundle(*first)), options, "fuzz");
  if (!second.has_value() || second->artifacts.size() != first->artifacts.size()) abort();
  for (size_t i = 0; i < first->artifacts.size(); ++i) {
    if (first->artifacts[i].bytes.view() != second->artifacts[i].bytes.view() && !second->artifacts[i].error)
      abort();
  }
  return 0;
}
