// A target as written on the command line, and what kind of thing it was recognised to be.
#pragma once

#include <string>

namespace seep::model {

struct TargetSpec {
  enum class Kind {
    kUrl,   // a pprof base URL, or a single evidence URL
    kUnix,  // unix:/path/to/socket[:/base/path]
    kPid,
    kCore,  // a core file: the memory of a process
    kFile,  // any other evidence file
    kFolder,
    kBundle,  // .seep
  };
  Kind kind = Kind::kFile;
  std::string text;  // as written, for messages
};

}  // namespace seep::model
