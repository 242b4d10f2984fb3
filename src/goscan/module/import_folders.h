// Where the source of an imported package lies: in vendor/, in a folder that a replace names, in the module
// cache.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "goscan/module/go_mod.h"

namespace seep::goscan {

struct LocalModule {
  std::string folder;  // absolute, without '/' at its end
  GoMod mod;           // of a go.mod or a go.work
};

// Below the module cache an upper-case letter is '!' and the lower-case one, as file systems may not tell
// them apart.
std::string EscapeModulePath(std::string_view path);

// A folder as go.mod and go.work write it ("./a", "../b", "/c"), seen from `from`.
std::string FolderBelow(std::string from, std::string_view path);

class ImportFolders {
 public:
  // `cache` is GOMODCACHE, absolute; empty: there is none.
  ImportFolders(std::vector<LocalModule> modules, std::string cache)
      : modules_(std::move(modules)), cache_(std::move(cache)) {}

  // Absolute folders that may hold the package, the best first; none is known to be there.
  std::vector<std::string> Of(std::string_view import_path) const;
  // Whether a local module, or one that replaces another by a folder, holds the package.
  bool IsOfLocalModule(std::string_view import_path) const;

 private:
  void AddReplaced(const LocalModule& module, std::string_view import_path,
                   std::vector<std::string>& folders) const;
  void AddRequired(const LocalModule& module, std::string_view import_path,
                   std::vector<std::string>& folders) const;

  std::vector<LocalModule> modules_;
  std::string cache_;
};

}  // namespace seep::goscan
