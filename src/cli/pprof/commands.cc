#include "cli/pprof/commands.h"

#include <algorithm>

namespace seep::cli {

std::vector<PprofCommand> PprofCommands() {
  std::vector<PprofCommand> out;
  bool has_dot = false;
  for (const pprof::Report* r : pprof::AllReports()) {
    out.push_back({r->name, r->name, r->title, r->usage, r->takes_symbol, "", r->ending});
    has_dot |= r->name == "dot";
  }
  if (has_dot) {
    out.push_back({"svg", "dot", "Outputs a graph in SVG format", "", false, "svg", "svg"});
    out.push_back({"png", "dot", "Outputs a graph image in PNG format", "", false, "png", "png"});
    out.push_back({"pdf", "dot", "Outputs a graph in PDF format", "", false, "pdf", "pdf"});
    out.push_back({"ps", "dot", "Outputs a graph in PS format", "", false, "ps", "ps"});
    out.push_back({"gif", "dot", "Outputs a graph image in GIF format", "", false, "gif", "gif"});
  }
  std::ranges::sort(out, {}, &PprofCommand::name);
  return out;
}

}  // namespace seep::cli
