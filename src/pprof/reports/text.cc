// The other name of top.
#include "pprof/layout.h"
#include "pprof/report.h"

namespace seep::pprof {

extern const Report report_text;
constinit const Report report_text = {
    .name = "text",
    .title = "Outputs top entries in text form",
    .usage =
        "text [n] [focus_regex]* [-ignore_regex]* [-cum] >f\n"
        "Include up to n samples\n"
        "Include samples matching focus_regex, and exclude ignore_regex.\n"
        "-cum sorts the output by cumulative weight\n"
        "Optionally save the report on the file f",
    .default_nodecount = 0,
    .print = &PrintText,
};

}  // namespace seep::pprof
