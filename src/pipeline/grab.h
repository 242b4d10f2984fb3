// Profiles from where the command line of `seep pprof` says they are: files and URLs, many at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "pipeline/profiles.h"

namespace seep::pipeline {

struct Grabbed {
  Result<profile::Profile> profile;
  std::string url;  // where it came from over the network; empty: a file
};

// One a source, in their order, whatever answers first. Each is whole by itself: it has a main binary, named
// as the request says. URLs are all asked at once, files are read by as many threads as there are
// processors. Says on `log` what is asked, before it is.
std::vector<Grabbed> GrabProfiles(std::span<const std::string> sources, const ProfileRequest& request,
                                  const Log& log);

// 90 -> "1m30s", as Go prints a time.Duration.
std::string GoDuration(int64_t seconds);

}  // namespace seep::pipeline
