// go.mod and go.work: what a module is called, and where the modules are that it needs.
// https://go.dev/ref/mod#go-mod-file
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seep::goscan {

struct ModuleVersion {
  std::string path;
  std::string version;
};

struct Replacement {
  ModuleVersion from;  // without a version: all of them
  ModuleVersion to;    // without a version: `path` is a folder, relative to the file
};

struct GoMod {
  std::string path;
  std::string go_version;  // "1.22", "1.23.4"; empty: not said
  std::vector<ModuleVersion> requires_;
  std::vector<Replacement> replaces;
  std::vector<std::string> godebug;  // "asynctimerchan=1"
  std::vector<std::string> uses;     // of a go.work: folders, relative to it
};

// What cannot be read is left out: no line of it makes the source wrong.
GoMod ParseGoMod(std::string_view text);

}  // namespace seep::goscan
