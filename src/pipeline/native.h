// `seep native`: a program runs with the sampler loaded, and what its C code allocated is put together as a
// profile that every pprof reads and as a report by the ways through its Go code.
#pragma once

#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "model/native.h"
#include "profile/profile.h"

namespace seep::pipeline {

struct NativeResult {
  profile::Profile
      profile;  // alloc_objects, alloc_space, inuse_objects, inuse_space, as a Go heap profile has them
  model::NativeReport report;
};

// Of all samples files of a run, the program's own first. kNoEvidence: nothing was sampled, and why that may
// be.
Result<NativeResult> ReadNative(const std::vector<model::NativeSamples>& processes, const Log& log);

// The sampler, as it lies in seep.
std::string_view NativeLibrary();

}  // namespace seep::pipeline
