// The Go source below a folder, and files that are written back.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/snapshot.h"

namespace seep::capture {

struct SourceLimits {
  uint64_t max_file = uint64_t{8} << 20;
  uint64_t max_bytes = uint64_t{1} << 30;
  uint64_t max_files = 500'000;
  bool tests = false;     // _test.go too
  bool vendored = false;  // vendor/ too
};

struct SourceText {
  std::string path;  // below the folder, with '/'
  std::string text;
};

struct SourceTree {
  std::string folder;               // absolute
  std::vector<SourceText> files;    // *.go, by path
  std::vector<SourceText> modules;  // every go.mod, by path
  // The nearest go.mod above the folder, where it has none of its own: its path, absolute.
  SourceText outer_module;
  std::vector<model::Gap> gaps;
};

// What the go command looks at: not testdata, nor folders and files whose names begin with '.' or '_'. Links
// to folders are not followed, so that a loop is none. What is too large or cannot be read is a gap.
Result<SourceTree> ReadSourceTree(const std::string& folder, const SourceLimits& limits);

// The Go files of one folder without its tests, by name; none when it is not there or cannot be read. `wants`
// is asked for each by its name before it is read.
std::vector<SourceText> ReadPackageFolder(const std::string& folder, const SourceLimits& limits,
                                          const std::function<bool(std::string_view name)>& wants);

// One file; empty when it is not there, cannot be read or is too large.
std::string ReadSourceFile(const std::string& path, const SourceLimits& limits);

// The file of that name in the folder or the nearest one above it; its path is absolute, or empty when there
// is none.
SourceText NearestFile(const std::string& folder, const std::string& name, const SourceLimits& limits);

// Where the go command keeps the source of modules: GOMODCACHE, or as GOPATH and HOME have it. May not be
// there.
std::string GoModuleCache();

// Puts `bytes` in the place of a file, at once: another file is written beside it and renamed. Owner's mode
// stays. An error leaves the file as it was.
Status ReplaceFile(const std::string& path, std::string_view bytes);

}  // namespace seep::capture
