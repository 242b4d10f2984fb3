// Evidence that is already in files: loose profiles under any name, folders of them, bundles, standard input.
#pragma once

#include <string>

#include "capture/capture.h"

namespace seep::capture {

// The whole of a file, or of standard input for "-". Regular files from 2 GiB on are mapped, the rest
// is read.
Result<Bytes> ReadFile(const std::string& path, uint64_t max_file);
// At most so many bytes of the beginning of a regular file; of a pipe nothing, for it is read once.
Result<std::string> ReadHead(const std::string& path, size_t bytes);
// When a regular file was written last.
std::optional<Time> FileTime(const std::string& path);

// Adds what `path` (a file, a folder, a bundle, "-") holds. What cannot be read becomes an artifact with its
// error; an Error comes back only when `path` itself cannot be used. Folders are walked in the order of their
// sorted names; names that begin with a dot and links to folders are left out.
Status TakePath(const std::string& path, const CaptureOptions& options, Captured& out);

}  // namespace seep::capture
