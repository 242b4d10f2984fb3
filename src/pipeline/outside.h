// A Go process read from outside: a running one by its pid, one that has ended by its core file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
  runtime::GoProcess go;                                    // reads `image`
  std::optional<uint64_t> pid;                              // of a running process
  std::string name;                                         // for people: "orders"
  std::vector<model::Gap> gaps;                             // what is not there although the process was read
  std::vector<std::pair<uint64_t, uint64_t>> core_threads;  // of a core file: {id, stack pointer}
  std::function<uint64_t()> clock;
  // Nanotime of the process, at this moment; nothing of a core file, which does not say.
  std::optional<uint64_t> Now() const { return clock ? std::optional(clock()) : std::nullopt; }
};

// `target`: a pid, or the path of a core file. The error names what is missing and how to get it.
Result<Outside> OpenOutside(const std::string& target, const OutsideOptions& options);

// The memory of a running process alone, whatever program it is.
Result<std::unique_ptr<model::ProcessImage>> OpenImage(const std::string& target,
                                                       const OutsideOptions& options);

// Whether the process is a Go program, of whatever version. An error with kPermission: that may not be looked
// at.
Result<bool> IsGoProcess(uint64_t pid, const OutsideOptions& options);

}  // namespace seep::pipeline
