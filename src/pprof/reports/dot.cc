// The graph for graphviz.
#include "pprof/dot.h"

#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/writer.h"

namespace seep::pprof {
namespace {

Status Print(Prepared& prepared, Writer& out) {
  const profile::TrimmedGraph trimmed = MakeVisualGraph(prepared);
  ComposeDot(prepared, trimmed.graph, ReportLabels(prepared, ShownBy(trimmed), true), out.text());
  return {};
}

}  // namespace

extern const Report report_dot;
constinit const Report report_dot = {
    .name = "dot",
    .title = "Outputs a graph in DOT format",
    .usage =
        "dot [n] [focus_regex]* [-ignore_regex]* >f\n"
        "Include up to n samples\n"
        "Include samples matching focus_regex, and exclude ignore_regex.\n"
        "Optionally save the report on the file f",
    .print = &Print,
};

}  // namespace seep::pprof
