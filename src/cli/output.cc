#include "cli/output.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/command.h"
#include "report/report.h"

namespace seep::cli {
namespace {

const report::Reporter* Find(std::string_view name) {
  for (const report::Reporter* r : report::AllReporters())
    if (r->name == name) return r;
  return nullptr;
}

// A page is mailed, not read on a terminal: such forms go to a file.
bool GoesToFile(const report::Reporter& r) {
  return r.media_type.starts_with("text/html");
}

}  // namespace

void OutputFlags::Add(CLI::App& app) {
  for (const report::Reporter* r : report::AllReporters()) {
    const std::string name(r->name);
    if (name == "text") continue;
    const std::string flag = name == "markdown" ? "--md,--markdown" : "--" + name;
    if (GoesToFile(*r))
      app.add_option(flag, files[name], "Write the report to this file as " + name)->group("Output");
    else
      app.add_flag(flag, chosen[name], "Print the report as " + name)->group("Output");
  }
  app.add_flag("-v,--verbose", verbose, "Also every item of evidence with its source")->group("Output");
  app.add_flag("-q,--quiet", quiet, "Only the verdict lines")->group("Output");
  app.add_flag("--strict", strict, "Exit with 3 if evidence is incomplete")->group("Output");
}

bool OutputFlags::talks() const {
  return std::ranges::none_of(chosen, [](const auto& c) { return c.second; });
}

int Deliver(const pipeline::Outcome& outcome, const OutputFlags& flags, const report::Style& style) {
  EndProgress();
  std::string form = "text";
  for (const auto& [name, on] : flags.chosen)
    if (on) form = name;
  PrintOut(Find(form)->write(outcome.report, outcome.stacks, style));
  // After the report itself: it must not be lost with a file that cannot be written.
  bool failed = false;
  for (const auto& [name, path] : flags.files) {
    if (path.empty()) continue;
    const auto written = WriteFile(path, Find(name)->write(outcome.report, outcome.stacks, style));
    if (!written) failed = PrintFailure(written.error()) != kExitClean;
  }
  if (failed) return kExitFailed;
  if (flags.strict && !outcome.report.gaps.empty()) return kExitIncomplete;
  return report::HasFindings(outcome.report) ? kExitFindings : kExitClean;
}

}  // namespace seep::cli
