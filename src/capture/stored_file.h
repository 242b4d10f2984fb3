// Files on disk that are read in places: core files, and the executables they need.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "model/stored_file.h"

namespace seep::capture {

// Only regular files: nothing else has places. One that is cut while it is read only lacks what was cut off.
Result<std::shared_ptr<const model::StoredFile>> OpenStoredFile(const std::string& path);

// Whether the file begins as a core file does.
bool IsCoreFile(const std::string& path);

}  // namespace seep::capture
