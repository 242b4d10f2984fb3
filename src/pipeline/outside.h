// A Go process read from outside: a running one by its pid.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/process_image.h"
#include "runtime/go_process.h"

namespace seep::pipeline {

struct OutsideOptions {
  std::string proc_root = "/proc";
};

struct Outside {
  std::unique_ptr<model::ProcessImage> image;
  runtime::GoProcess go;  // reads `image`
  std::optional<uint64_t> pid;
  std::string name;             // for people: "orders"
  std::optional<uint64_t> now;  // nanotime of the process
};

// `target`: a pid. The error names what is missing and how to get it.
Result<Outside> OpenOutside(const std::string& target, const OutsideOptions& options);

}  // namespace seep::pipeline
