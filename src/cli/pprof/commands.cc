#include "cli/pprof/commands.h"

#include <fmt/format.h>

#include <algorithm>

namespace seep::cli {
namespace {

// Columns as in PprofCommand; the usage is made from the name.
struct Derived {
  std::string_view name, report, title, dot_format;
  bool pannable;
  std::string_view ending, viewer, viewer_ending;
};

constexpr Derived kDerived[] = {
    {"gif", "dot", "A picture of the graph, as GIF", "gif", false, "gif", "", ""},
    {"pdf", "dot", "A picture of the graph, as PDF", "pdf", false, "pdf", "", ""},
    {"png", "dot", "A picture of the graph, as PNG", "png", false, "png", "", ""},
    {"ps", "dot", "A picture of the graph, as PostScript", "ps", false, "ps", "", ""},
    {"svg", "dot", "A picture of the graph, as SVG", "svg", true, "svg", "", ""},
    {"eog", "dot", "Shows the graph in eog", "svg", false, "", "eog", "svg"},
    {"evince", "dot", "Shows the graph in evince", "pdf", false, "", "evince", "pdf"},
    {"gv", "dot", "Shows the graph in gv", "ps", false, "", "gv --noantialias", "ps"},
    {"web", "dot", "Shows the graph in a web browser", "svg", true, "", "browser", "svg"},
    {"kcachegrind", "callgrind", "Shows the profile in KCachegrind", "", false, "", "kcachegrind", "grind"},
};

std::string UsageOf(const Derived& derived) {
  return fmt::format("{} [N] [FOCUS_REGEX]... [-IGNORE_REGEX]...{}", derived.name,
                     derived.viewer.empty() ? " [>FILE]" : "");
}

}  // namespace

std::vector<PprofCommand> PprofCommands() {
  std::vector<PprofCommand> out;
  const auto has_report = [&](std::string_view name) {
    return std::ranges::find(pprof::AllReports(), name, &pprof::Report::name) != pprof::AllReports().end();
  };
  for (const pprof::Report* r : pprof::AllReports()) {
    PprofCommand command{r->name, r->name, r->title, std::string(r->usage), r->takes_symbol};
    command.ending = r->ending;
    if (r->name == "weblist") {
      command.viewer = "browser";
      command.viewer_ending = "html";
    }
    out.push_back(std::move(command));
  }
  for (const Derived& d : kDerived)
    if (has_report(d.report))
      out.push_back({d.name, d.report, d.title, UsageOf(d), false, d.dot_format, d.pannable, d.ending,
                     d.viewer, d.viewer_ending});
  std::ranges::sort(out, {}, &PprofCommand::name);
  return out;
}

const PprofCommand* FindCommand(const std::vector<PprofCommand>& all, std::string_view name) {
  const auto found = std::ranges::lower_bound(all, name, {}, &PprofCommand::name);
  return found == all.end() || found->name != name ? nullptr : &*found;
}

}  // namespace seep::cli
