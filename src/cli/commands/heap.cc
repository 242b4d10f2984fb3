// seep heap: what the memory of a Go process is used for, without its help.
#include <fmt/format.h>

#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/heap.h"
#include "report/heap.h"

namespace seep::cli {
extern const Command command_heap;

namespace {

// One process after the other; what cannot be read of several is said and passed over.
int PrintTexts(const SharedFlags& flags, const report::Style& style, const report::HeapStyle& how) {
  size_t printed = 0;
  for (const std::string& target : flags.targets) {
    const auto view = pipeline::ReadHeap(target, flags.options);
    if (!view) {
      PrintFailure(view.error());
      continue;
    }
    if (printed++ > 0) PrintOut("\n");
    PrintOut(report::HeapText(*view, style, how));
  }
  return printed > 0 ? kExitClean : kExitFailed;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  report::HeapStyle how;
  AllFlag all;
  bool json = false;
  int verbose = 0;
  std::string pprof;
  app.add_option("TARGET", flags.targets, "Pids, or core files");
  all.Add(app);
  app.add_option("--binary", flags.options.binary, "The executable that the core file is of");
  app.add_option("--top", how.sites, "At most so many allocation sites; 0: all")->capture_default_str();
  app.add_option("--classes", how.classes, "At most so many object sizes; 0: all")->capture_default_str();
  app.add_flag("-v", verbose, "Whole stacks");
  app.add_flag("--json", json, "Print as JSON (schema seep.heap/1)");
  app.add_option("--pprof", pprof, "Write a heap profile that every pprof reads");
  if (const int status = ParseFlags(app, command_heap, argc, argv); status >= 0) return status;
  if (const auto targets = all.Read(flags); !targets) return PrintFailure(targets.error());
  if ((json || !pprof.empty()) && flags.targets.size() != 1)
    return PrintFailure({ErrorCode::kUsage, "--json and --pprof take one process", "", "name its pid"});
  if (!pprof.empty()) {
    const auto bytes = pipeline::HeapProfileBytes(flags.targets.front(), flags.options);
    if (!bytes) return PrintFailure(bytes.error());
    if (const auto written = WriteFile(pprof, *bytes); !written) return PrintFailure(written.error());
    return kExitClean;
  }
  const report::Style style = TerminalStyle(verbose);
  if (verbose > 0) how.calls = 0;
  if (!json) return PrintTexts(flags, style, how);
  const auto view = pipeline::ReadHeap(flags.targets.front(), flags.options);
  if (!view) return PrintFailure(view.error());
  PrintOut(report::HeapJson(*view, style));
  return kExitClean;
}

}  // namespace

constinit const Command command_heap = {
    .name = "heap",
    .summary = "What the memory of a Go process is used for, without its help",
    .examples =
        R"(  # a running Go program: no endpoint, no symbols needed, and it is not stopped for a moment
  seep heap 4711
  # a core file; the executable is looked for where it ran
  seep heap core.4711 --binary ./orders
  # every Go program of this machine
  seep heap --all --top 3
  # for pprof: what the program's own /debug/pprof/heap would give
  seep heap 4711 --pprof heap.pb.gz && seep pprof -top heap.pb.gz

Exit status: 0 read, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli
