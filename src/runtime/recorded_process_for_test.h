// The recorded process of tests/formats/go_process/ (tools/record_process), for tests and the fuzzer.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "parse/core/core_image.h"
#include "parse/inflate/inflate.h"

namespace seep::runtime {

// Null where it cannot be read.
inline std::unique_ptr<parse::core::CoreImage> RecordedProcess(const std::string& source_folder) {
  std::ifstream in(source_folder + "/tests/formats/go_process/go1.26.core.gz", std::ios::binary);
  auto inflated = parse::Inflate(Bytes(std::string(std::istreambuf_iterator<char>(in), {})), {});
  if (!inflated) return nullptr;
  auto file = std::make_shared<const model::StoredBytes>(inflated->bytes);
  auto core = parse::core::ReadCore(*file);
  if (!core) return nullptr;
  auto image = parse::core::CoreImage::Make(std::move(*core), file, nullptr);
  return image ? std::move(*image) : nullptr;
}

}  // namespace seep::runtime
