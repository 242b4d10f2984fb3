// Any bytes as the output of the capture script: no crash, and never more evidence than bytes.
#include <cstdint>
#include <cstdlib>

#include "capture/script_output.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seep;
  capture::CaptureOptions options;
  options.max_files = 1000;
  const Bytes bytes(std::string(reinterpret_cast<const char*>(data), size));
  const auto read = capture::ReadScriptOutput(bytes, options, "fuzz");
  if (!read.has_value()) return 0;
  size_t total = 0;
  for (const model::Artifact& a : read->artifacts) total += a.bytes.size();
  if (total > size) abort();
  return 0;
}
