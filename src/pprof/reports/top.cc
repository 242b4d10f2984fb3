// The heaviest nodes, a line each.
#include "pprof/json_layout.h"
#include "pprof/layout.h"
#include "pprof/report.h"

namespace seep::pprof {

extern const Report report_top;
constinit const Report report_top = {
    .name = "top",
    .title = "The heaviest places, a line each",
    .usage = "top [N] [FOCUS_REGEX]... [-IGNORE_REGEX]... [-cum] [>FILE]",
    .default_nodecount = 0,
    .print = &PrintText,
    .json = &TextJson,
};

}  // namespace seep::pprof
