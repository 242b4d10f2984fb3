// Names for addresses from the process that a profile was fetched from, which knows its own (google/pprof
// internal/symbolz/symbolz.go, 2025-11): "0x4a1b2c+0x4a1b30" is sent to the URL beside the profile's that
// gives out names, parse/symbolz reads the answer.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "capture/capture.h"
#include "profile/profile.h"

namespace seep::pipeline {

// Whom to ask for the names of a mapping: its build id, else its file, is `key`.
struct MappingSource {
  std::string key, url;
  uint64_t start = 0;  // as that profile has it; merging may move it
};

struct RemoteNames {
  std::span<const MappingSource> sources;
  capture::HttpOptions http;
};

// Asks only for mappings without functions, unless `force`, and there for locations without lines. An Error,
// worded as pprof words it, where who is to be asked does not answer.
Status SymbolizeRemotely(profile::Profile& profile, bool force, const RemoteNames& names);

}  // namespace seep::pipeline
