// `seep capture --script`: a POSIX sh script for boxes on which seep is not, that writes what script_output.h
// reads.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "capture/capture.h"

namespace seep::capture {

// For at most one URL (or unix socket, which needs curl there) and at most one pid. Of `options` it keeps:
// samples, interval, dump_budget, stop_the_world, pid, http.timeout, http.insecure. Credentials are not
// written into it: it reads the variable SEEP_BEARER where it runs. Without a pid it looks for the process
// that listens on a loopback URL's port, as Capture() does.
Result<std::string> CaptureScript(const std::vector<model::TargetSpec>& targets,
                                  const CaptureOptions& options);

}  // namespace seep::capture
