// perf.data files, which perf_to_profile (github.com/google/perf_data_converter) makes profiles of: pprof
// asks that program, and so do we.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace seep::capture {

// Whether the file begins as `perf record` writes it ("PERFILE2").
bool IsPerfData(const std::string& path);

// The profile. An error names the program when it is not there.
Result<Bytes> ConvertPerfData(const std::string& path, uint64_t max_file);

}  // namespace seep::capture
