// Where a server that a function makes is put to work, which may be elsewhere: a process shows the line that
// serves, on the stack of the goroutine that accepts, and not the one that set the server up.
#pragma once

#include <vector>

#include "goscan/rules/analysis.h"

namespace seep::goscan {

struct ServingCall {
  uint32_t function = 0;
  NodeId call;

  auto operator<=>(const ServingCall&) const = default;
};

// The calls of Serve, ListenAndServe and their like on what `made` gives: through variables, parameters,
// results and fields of the package; few steps deep.
std::vector<ServingCall> ServingCallsOf(Analysis& analysis, uint32_t function, NodeId made);

}  // namespace seep::goscan
