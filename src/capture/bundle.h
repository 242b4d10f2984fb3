// The .seep bundle: artifacts of one or more captures in one file that can be mailed. docs/bundle.md is drawn
// from here.
//
//   "seep-bundle 1\n"
//   then per member a JSON header line and the bytes:
//     {"name":"heap","source":"http://…","target":"orders","round":0,"at":"2026-11-21T18:30:05Z",
//      "encoding":"zstd","size":N,"stored":M}\n
//     M bytes \n
//   then "{"end":K}\n" with the number of members.
//
// A member never unpacks to more than `size` bytes, and `size` is checked against the limit before anything
// is unpacked; a bundle cut off anywhere loses the members after the cut and no others. A member that failed
// has "error":{code,what,hint} and no bytes. Gaps are members with "gap":{what,why,how}. Unknown header keys
// are ignored; another version is refused.
#pragma once

#include <string>

#include "base/result.h"
#include "capture/capture.h"

namespace seep::capture {

std::string WriteBundle(const Captured& captured);
Result<Captured> ReadBundle(const Bytes& bytes, const CaptureOptions& options, const std::string& source);

}  // namespace seep::capture
