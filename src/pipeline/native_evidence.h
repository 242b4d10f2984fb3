// The native sampler as evidence of a diagnosis: read at each snapshot where a process has it; with --inject
// loaded at the first and switched off at the end.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base/log.h"
#include "capture/capture.h"
#include "capture/round.h"
#include "pipeline/outside.h"

namespace seep::pipeline {

class NativeEvidence {
 public:
  NativeEvidence(bool inject, OutsideOptions options) : inject_(inject), options_(std::move(options)) {}

  // Adds "native" to the round, a profile that every pprof reads, where anything was sampled.
  void Take(const capture::InsideRequest& request, capture::Round& round);
  // Switches off what Take() switched on.
  void End(const Log& log);

 private:
  bool inject_;
  OutsideOptions options_;
  std::set<uint64_t> asked_;  // processes, whatever came of it
  std::vector<uint64_t> on_;
};

}  // namespace seep::pipeline
