// A flame graph as one page that stands alone.
#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/stacks.h"
#include "pprof/web_page.h"
#include "pprof/writer.h"

namespace seep::pprof {
namespace {

Status Print(Prepared& prepared, Writer& out) {
  const StackTree tree = MakeStackTree(prepared);
  out << FilePage(StackJson(prepared, tree));
  return {};
}

}  // namespace

extern const Report report_flame;
constinit const Report report_flame = {
    .name = "flame",
    .title = "A flame graph: one page that needs nothing else",
    .usage = "flame [FOCUS_REGEX]... [-IGNORE_REGEX]... [>FILE]",
    .untrimmed = true,
    .usual_granularity = "filefunctions",
    .ending = "html",
    .print = &Print,
};

}  // namespace seep::pprof
