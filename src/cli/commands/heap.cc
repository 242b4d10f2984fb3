// seep heap: what the memory of a Go process is used for, without its help.
#include <fmt/format.h>

#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/heap.h"
#include "report/heap.h"

namespace seep::cli {
extern const Command command_heap;

namespace {

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  report::HeapStyle how;
  bool json = false;
  int verbose = 0;
  std::string pprof;
  app.add_option("TARGET", flags.targets, "A pid, or a core file")->required()->expected(1);
  app.add_option("--binary", flags.options.binary, "The executable that the core file is of");
  app.add_option("--top", how.sites, "At most so many allocation sites; 0: all")->capture_default_str();
  app.add_option("--classes", how.classes, "At most so many object sizes; 0: all")->capture_default_str();
  app.add_flag("-v", verbose, "Whole stacks");
  app.add_flag("--json", json, "Print as JSON (schema seep.heap/1)");
  app.add_option("--pprof", pprof, "Write a heap profile that every pprof reads");
  if (const int status = ParseFlags(app, command_heap, argc, argv); status >= 0) return status;
  if (!pprof.empty()) {
    const auto bytes = pipeline::HeapProfileBytes(flags.targets.front(), flags.options);
    if (!bytes) return PrintFailure(bytes.error());
    if (const auto written = WriteFile(pprof, *bytes); !written) return PrintFailure(written.error());
    return kExitClean;
  }
  const auto view = pipeline::ReadHeap(flags.targets.front(), flags.options);
  if (!view) return PrintFailure(view.error());
  const report::Style style = TerminalStyle(verbose);
  if (verbose > 0) how.calls = 0;
  PrintOut(json ? report::HeapJson(*view, style) : report::HeapText(*view, style, how));
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
  # for pprof: what the program's own /debug/pprof/heap would give
  seep heap 4711 --pprof heap.pb.gz && seep pprof -top heap.pb.gz

Exit status: 0 read, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli
