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
    out.push_back({"svg", "dot", "The graph as a picture: SVG", "", false, "svg", "svg"});
    out.push_back({"png", "dot", "The graph as a picture: PNG", "", false, "png", "png"});
    out.push_back({"pdf", "dot", "The graph as a picture: PDF", "", false, "pdf", "pdf"});
    out.push_back({"ps", "dot", "The graph as a picture: PS", "", false, "ps", "ps"});
    out.push_back({"gif", "dot", "The graph as a picture: GIF", "", false, "gif", "gif"});
  }
  std::ranges::sort(out, {}, &PprofCommand::name);
  return out;
}

}  // namespace seep::cli
