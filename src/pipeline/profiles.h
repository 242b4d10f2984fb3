// From the sources on the command line of `seep pprof` to the one profile that is reported: read or fetched,
// merged, the base subtracted. The stages and their order are those of google/pprof's fetchProfiles
// (internal/driver/fetch.go, 2025-11).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "capture/capture.h"
#include "parse/format.h"
#include "pprof/report.h"
#include "profile/profile.h"

namespace seep::pipeline {

struct ProfileRequest {
  std::vector<std::string> sources, bases;
  bool diff_base = false;  // percentages are of the base
  bool normalize = false;
  // Of the report that is wanted: sources are then kept apart by pprof::kMomentLabel instead of being added
  // up or subtracted.
  pprof::Report::OverTime over_time = pprof::Report::OverTime::kNo;
  std::string executable;                   // of the main binary, instead of what the profile says
  std::string build_id;                     // of the main binary, where the profile does not say
  std::vector<std::string> binary_folders;  // PPROF_BINARY_PATH: where binaries are looked for
  std::string symbolize;                    // -symbolize: "none", "local:force", ...
  std::string comment;
  int64_t seconds = -1, timeout = -1;
  capture::HttpOptions http;
  parse::ParseLimits limits;
  uint64_t max_file = uint64_t{16} << 30;
};

struct FetchedProfile {
  profile::Profile profile;
  std::vector<int64_t> moments;  // for pprof::Query::moments
  bool remote = false;           // some of it came over the network: worth saving
};

// A source that cannot be had is a warning while others can. Warnings go to `log` as they come up.
Result<FetchedProfile> FetchProfiles(const ProfileRequest& request, const Log& log);

}  // namespace seep::pipeline
