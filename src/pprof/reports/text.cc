// The other name of top.
#include "pprof/json_layout.h"
#include "pprof/layout.h"
#include "pprof/report.h"

namespace seep::pprof {

extern const Report report_text;
constinit const Report report_text = {
    .name = "text",
    .title = "The heaviest places, a line each",
    .usage = "text [N] [FOCUS_REGEX]... [-IGNORE_REGEX]... [-cum] [>FILE]",
    .default_nodecount = 0,
    .print = &PrintText,
    .json = &TextJson,
};

}  // namespace seep::pprof
