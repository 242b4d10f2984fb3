// Files that are made new, under the first number that is free: "profile001.svg".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace seep::capture {

struct NewFile {
  std::string path;
  int fd = -1;  // the caller closes it
};

// folder/<prefix>NNN<ending>; an empty folder is the working folder. Errors as pprof words them.
Result<NewFile> MakeNewFile(const std::string& folder, std::string_view prefix, std::string_view ending);
// The same, written and closed; its path.
Result<std::string> WriteNewFile(const std::string& folder, std::string_view prefix, std::string_view ending,
                                 std::string_view bytes);

// Truncates what is there. "open /x: permission denied", as Go words it.
Status WriteWholeFile(const std::string& path, std::string_view bytes);

// Makes a folder and those above it, with this mode before the umask.
Status MakeFolders(const std::string& path, unsigned mode);

// Go's os.TempDir: $TMPDIR or /tmp.
std::string TemporaryFolder();

}  // namespace seep::capture
