// `seep pprof -http=host:port`: the web view of a profile, until Ctrl-C.
#pragma once

#include <string>

#include "cli/pprof/console.h"
#include "pipeline/profiles.h"
#include "profile/settings.h"

namespace seep::cli {

struct WebRequest {
  std::string address;  // "host:port"; no host: localhost; no port: one that is free
  bool no_browser = false;
  // `fetched` has the samples of a base apart (as -diff_base has them).
  bool has_base = false;
  bool diff_base = false;  // and reports are to see them so
  profile::Settings settings;
};

// Returns only when it cannot serve. Says on stderr where the page is.
Status ServeWeb(pipeline::FetchedProfile fetched, WebRequest request, const Console& console);

}  // namespace seep::cli
