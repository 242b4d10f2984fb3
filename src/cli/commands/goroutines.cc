// seep goroutines: what every goroutine of a process does, read from outside.
#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/outside.h"
#include "runtime/dump_text.h"

namespace seep::cli {
extern const Command command_goroutines;

namespace {

int Run(int argc, const char* const* argv) {
  CLI::App app;
  std::string target;
  bool debug2 = false;
  app.add_option("TARGET", target, "A pid")->required();
  app.add_flag("--debug2", debug2, "Print every goroutine as goroutine?debug=2 does");
  if (const int status = ParseFlags(app, command_goroutines, argc, argv); status >= 0) return status;
  const auto outside = pipeline::OpenOutside(target, {});
  if (!outside) return PrintFailure(outside.error());
  runtime::DumpText dump(outside->go, outside->now);
  const auto counts = runtime::ReadGoroutines(outside->go, [&](const runtime::SeenGoroutine& seen) {
    if (!seen.g.system) dump.Add(seen);
  });
  if (!counts) return PrintFailure(counts.error());
  PrintOut(dump.text());
  return kExitClean;
}

}  // namespace

constinit const Command command_goroutines = {
    .name = "goroutines",
    .summary = "What every goroutine of a process does, without its help",
    .examples = R"(  # every goroutine, as goroutine?debug=2 prints it
  seep goroutines 4711 --debug2
)",
    .run = &Run,
};

}  // namespace seep::cli
