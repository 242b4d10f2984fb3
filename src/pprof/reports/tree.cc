// The heaviest nodes with their callers above and their callees below.
#include "pprof/json_layout.h"
#include "pprof/layout.h"
#include "pprof/report.h"

namespace seep::pprof {

extern const Report report_tree;
constinit const Report report_tree = {
    .name = "tree",
    .title = "The heaviest places with who calls them and whom they call",
    .usage = "tree [N] [FOCUS_REGEX]... [-IGNORE_REGEX]... [-cum] [>FILE]",
    .print = &PrintTree,
    .json = &TreeJson,
};

}  // namespace seep::pprof
