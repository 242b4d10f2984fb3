// Named settings that the web page keeps: the file pprof/settings.json below the folder of the user's
// configuration, which `go tool pprof` and seep share (google/pprof internal/driver/settings.go, 2025-11):
//
//   {
//     "configs": [
//       {
//         "name": "hot",
//         "unit": "minimum",       a setting under its name; left out where it is false, 0 or empty
//         "nodecount": -1,
//         ...
//
// output, source_path, trim_path, divide_by and sample_index are not kept: they belong to one run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/settings.h"

namespace seep::pprof {

struct SavedConfig {
  std::string name;
  profile::Settings settings;
};

// `run` gives what is not kept. Unknown fields are ignored. Errors are worded as pprof words them.
Result<std::vector<SavedConfig>> ParseSavedConfigs(std::string_view json, const profile::Settings& run);
// The bytes pprof writes.
std::string EncodeSavedConfigs(const std::vector<SavedConfig>& configs);

// Puts one in, or in the place of the one of its name.
void SaveConfig(std::vector<SavedConfig>& configs, SavedConfig config);
// "config hot not found" where there is none.
Status RemoveConfig(std::vector<SavedConfig>& configs, std::string_view name);

}  // namespace seep::pprof
