// Callers and callees of the functions that match.
#include "pprof/layout.h"
#include "pprof/report.h"

namespace seep::pprof {

extern const Report report_peek;
constinit const Report report_peek = {
    .name = "peek",
    .title = "Output callers/callees of functions matching regexp",
    .usage =
        "peek func_regex\n"
        "Display callers and callees of functions matching func_regex.",
    .takes_symbol = true,
    .untrimmed = true,
    .print = &PrintTree,
};

}  // namespace seep::pprof
