// Where a profile's binaries may lie on this machine: the places that `go tool pprof` looks at (google/pprof
// internal/driver/fetch.go, locateBinaries, 2025-11), in its order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seep::capture {

// Places for the binary of one mapping below one folder of PPROF_BINARY_PATH; most of them are not there.
// `file`, `build_id`: as the profile has them, either may be empty.
std::vector<std::string> BinaryPlaces(const std::string& folder, const std::string& file,
                                      const std::string& build_id);

}  // namespace seep::capture
