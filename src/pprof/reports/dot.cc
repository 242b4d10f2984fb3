// The graph for graphviz.
#include "pprof/dot.h"

#include "pprof/json_layout.h"
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
    .title = "The graph for graphviz",
    .usage = "dot [N] [FOCUS_REGEX]... [-IGNORE_REGEX]... [-cum] [>FILE]",
    .print = &Print,
    .json = &DotJson,
};

}  // namespace seep::pprof
