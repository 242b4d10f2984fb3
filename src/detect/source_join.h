// Places in source that a scan found, held against what a process shows. The commonest leaks leave no line of
// the user's own on any stack; the source names places that could be the cause, and the process which of them
// it is.
//
// A place is a candidate for a finding when its rule can cause it (ScanRule::findings). Candidates are ranked
// by what binds them to the process:
//
//   the line stands in the finding: blocked, started or allocated there         strong
//   the line is on the stack of the leaking goroutines                          strong
//   a goroutine stands on the line with the lock held that the others wait for  strong
//   live objects allocated under the line, about as many as leaked              strong
//   who started the leaking goroutines stands on the line                       strong
//   C memory that is live was allocated under the line                          strong
//   leaking goroutines are in the function, or the process allocates under the
//     line, and neither is so at another candidate                              strong
//   the same, and at others too; or the process runs the function               likely
//   nothing but the kind: the only candidate                                    likely
//   nothing but the kind: one of several                                        possible
//
// A place under which C memory was allocated and all of it freed is no candidate.
#pragma once

#include <vector>

#include "detect/analysis.h"
#include "model/scan_review.h"

namespace seep::detect {

struct SourceJoined {
  // By index of ScanReport::findings: what the process says of it.
  std::vector<std::vector<model::ScanAgreement>> seen;
  std::vector<model::Gap> gaps;  // "the source is not of this process"
};

// Adds to the findings where in the source and why, and lifts a confidence where source and process agree. A
// line that a finding already names stays the first.
SourceJoined JoinSource(const Analysis& analysis, const model::ScanReport& scan,
                        std::vector<model::Finding>& findings);

}  // namespace seep::detect
