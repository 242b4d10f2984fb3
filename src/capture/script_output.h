// What the capture script (script.h) writes:
//
//   "seep-script 1 TARGET\n"
//   then per piece of evidence
//     "#at ROUND SECONDS NAME RC BYTES SOURCE\n"    SECONDS: unix time of that host; NAME has no spaces,
//     SOURCE may BYTES bytes "\n"                              RC 0: the evidence; otherwise the message of
//     what failed
//   then "#end K\n" with the number of pieces.
//
// RC is the exit status of curl, wget, nc or cat, except 98 (left out by --no-stw) and 99 (more goroutines
// than the budget). Nothing is unpacked and nothing copied: a stream never needs more memory than its own
// bytes.
#pragma once

#include <string>

#include "base/result.h"
#include "capture/capture.h"

namespace seep::capture {

// True for the first line of such a stream, and for one a terminal has damaged, which ReadScriptOutput then
// explains.
bool IsScriptOutput(std::string_view head);

Result<Captured> ReadScriptOutput(const Bytes& bytes, const CaptureOptions& options,
                                  const std::string& source);

}  // namespace seep::capture
