// The heaviest nodes with their callers above and their callees below.
#include "pprof/layout.h"
#include "pprof/report.h"

namespace seep::pprof {

extern const Report report_tree;
constinit const Report report_tree = {
    .name = "tree",
    .title = "Outputs a text rendering of call graph",
    .usage =
        "tree [n] [focus_regex]* [-ignore_regex]* [-cum] >f\n"
        "Include up to n samples\n"
        "Include samples matching focus_regex, and exclude ignore_regex.\n"
        "-cum sorts the output by cumulative weight\n"
        "Optionally save the report on the file f",
    .print = &PrintTree,
};

}  // namespace seep::pprof
