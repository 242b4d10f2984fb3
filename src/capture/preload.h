// Runs a program with the native sampler loaded (LD_PRELOAD, ld.so(8)): the library and what it leaves behind
// lie in a private folder that goes with the run.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace seep::capture {

struct PreloadOptions {
  uint64_t rate = 512 << 10;  // mean distance of samples, bytes
  bool children = false;      // sample the programs it starts, too
};

struct SamplesFile {
  uint64_t pid = 0;
  Bytes bytes;
};

class PreloadedProgram {
 public:
  static Result<PreloadedProgram> Start(const std::vector<std::string>& command, std::string_view library,
                                        const PreloadOptions& options);
  PreloadedProgram(PreloadedProgram&& other) noexcept;
  PreloadedProgram& operator=(PreloadedProgram&&) = delete;
  ~PreloadedProgram();  // removes the folder; a program that still runs is left alone

  uint64_t pid() const { return static_cast<uint64_t>(pid_); }

  // Waits for the program's end; meanwhile hands on to it the signals that ask seep to end. Nothing: the time
  // is up.
  struct Ending {
    int status = 0;            // of waitpid(2)
    std::string Text() const;  // "exit status 3", "killed by signal 9"; empty: it ended well
  };
  std::optional<Ending> Wait(std::optional<std::chrono::milliseconds> at_most);

  // What was sampled up to now, of the last program of each process: the program's own first.
  Result<std::vector<SamplesFile>> Samples() const;

 private:
  PreloadedProgram() = default;
  Status MakeFolder(std::string_view library);

  std::string folder_;
  pid_t pid_ = -1;
};

}  // namespace seep::capture
