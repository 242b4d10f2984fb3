// seep compare BEFORE AFTER: did the fix work?
#include <algorithm>

#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/compare.h"
#include "report/compare.h"

namespace seep::cli {
extern const Command command_compare;

namespace {

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  std::string before;
  std::string after;
  bool json = false;
  app.add_option("BEFORE", before,
                 "Evidence from before the change: a .seep bundle, a folder, a file or a URL")
      ->required();
  app.add_option("AFTER", after, "The same from afterwards")->required();
  app.add_flag("--json", json, "Print as JSON (schema seep.compare/1)")->group("Output");
  flags.AddCapture(app);
  flags.AddLimits(app);
  if (const int status = ParseFlags(app, command_compare, argc, argv); status >= 0) return status;
  if (const auto read = flags.Read(); !read) return PrintFailure(read.error());
  const auto comparison =
      pipeline::Compare(before, after, flags.options, capture::SystemClock(), ProgressLog(false));
  if (!comparison) return PrintFailure(comparison.error());
  EndProgress();
  const report::Style style = TerminalStyle(0);
  PrintOut(json ? report::CompareJson(*comparison, style) : report::CompareText(*comparison, style));
  // Findings remain: the fix did not (quite) work.
  const bool remains =
      std::ranges::any_of(comparison->changes, [](const auto& c) { return c.after.has_value(); });
  return remains ? kExitFindings : kExitClean;
}

}  // namespace

constinit const Command command_compare = {
    .name = "compare",
    .summary = "Did the fix work? Two diagnoses side by side",
    .examples = R"(  # the bundle of the incident against the service with the fix
  seep compare before.seep http://127.0.0.1:6060
  # two folders of curl'd profiles
  seep compare monday/ friday/

Exit status: 0 nothing is left, 1 findings remain, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli
