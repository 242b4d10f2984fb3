// Callers and callees of the functions that match.
#include "pprof/json_layout.h"
#include "pprof/layout.h"
#include "pprof/report.h"

namespace seep::pprof {

extern const Report report_peek;
constinit const Report report_peek = {
    .name = "peek",
    .title = "Matching functions with who calls them and whom they call",
    .usage = "peek FUNCTION_REGEX [FOCUS_REGEX]... [-IGNORE_REGEX]... [>FILE]",
    .takes_symbol = true,
    .untrimmed = true,
    .print = &PrintTree,
    .json = &TreeJson,
};

}  // namespace seep::pprof
