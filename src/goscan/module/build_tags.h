// Which files of a folder are built for a system: by their names and their //go:build lines.
// https://pkg.go.dev/cmd/go#hdr-Build_constraints
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seep::goscan {

struct BuildTarget {
  std::string os = "linux";
  std::string arch = "amd64";
  bool cgo = true;
  int go_minor = 27;              // go1.1 .. go1.27 hold
  std::vector<std::string> tags;  // as of `go build -tags`
};

// `name` is the file's without its folder. A constraint that cannot be read holds, as a file scanned in vain
// is no harm.
bool IsBuilt(std::string_view name, std::string_view source, const BuildTarget& target);

}  // namespace seep::goscan
