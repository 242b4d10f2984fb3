// A Go process read from outside: a running one by its pid, one that has ended by its core file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/process_image.h"
#include "model/snapshot.h"
#include "pipeline/pipeline.h"
#include "runtime/go_process.h"

namespace seep::pipeline {

struct OutsideOptions {
  std::string proc_root = "/proc";
  std::string binary;  // the executable of a core file; empty: where it was when it ran
};
OutsideOptions HowToOpen(const Options& options);

struct Outside {
  std::unique_ptr<model::ProcessImage> image;
  runtime::GoProcess go;         // reads `image`
  std::optional<uint64_t> pid;   // of a running process
  std::string name;              // for people: "orders"
  std::optional<uint64_t> now;   // nanotime of the process; a core file does not say
  std::vector<model::Gap> gaps;  // of a core file that was cut off
};

// `target`: a pid, or the path of a core file. The error names what is missing and how to get it.
Result<Outside> OpenOutside(const std::string& target, const OutsideOptions& options);

}  // namespace seep::pipeline
