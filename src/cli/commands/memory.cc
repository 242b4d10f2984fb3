// seep memory: where the resident memory of a process is; the parts sum to it.
#include <optional>
#include <utility>

#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/memory.h"
#include "report/memory.h"

namespace seep::cli {
extern const Command command_memory;

namespace {

using Reports = std::vector<model::MemoryReport>;

// Again and again, each time with what has grown since the first.
int Watch(SharedFlags& flags, int rounds, const report::Style& style) {
  const capture::Clock clock = capture::SystemClock();
  const Duration interval = flags.options.capture.interval;
  std::optional<Reports> first;
  flags.options.capture.samples = 1;
  for (int i = 0; rounds == 0 || i < rounds; ++i) {
    if (i > 0) clock.sleep(interval);
    auto now = pipeline::ReadMemory(flags.targets, flags.options, clock, ProgressLog(true));
    if (!now) return PrintFailure(now.error());
    if (!first) {
      first = *now;
    } else {
      for (size_t k = 0; k < now->size() && k < first->size(); ++k)
        (*now)[k].moments.insert((*now)[k].moments.begin(), (*first)[k].moments.front());
    }
    PrintOut((i > 0 ? "\n" : "") + report::MemoryText(*now, style));
  }
  return kExitClean;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  bool json = false, watch = false;
  flags.options.capture.samples = 1;
  flags.AddTargets(app);
  app.add_flag("--watch", watch, "Look again every --interval and show what grew since the first time");
  app.add_flag("--json", json, "Print as JSON (schema seep.memory/1)")->group("Output");
  flags.AddCapture(app);
  flags.AddLimits(app);
  if (const int status = ParseFlags(app, command_memory, argc, argv); status >= 0) return status;
  if (const auto read = flags.Read(); !read) return PrintFailure(read.error());
  const report::Style style = TerminalStyle(0);
  if (watch && json)
    return PrintFailure(
        {ErrorCode::kUsage, "--watch prints text", "--json", "--samples 10 takes ten looks as JSON"});
  if (watch) return Watch(flags, app.count("--samples") > 0 ? flags.options.capture.samples : 0, style);
  const auto reports =
      pipeline::ReadMemory(flags.targets, flags.options, capture::SystemClock(), ProgressLog(false));
  if (!reports) return PrintFailure(reports.error());
  EndProgress();
  PrintOut(json ? report::MemoryJson(*reports, style) : report::MemoryText(*reports, style));
  return kExitClean;
}

}  // namespace

constinit const Command command_memory = {
    .name = "memory",
    .summary = "Where the resident memory is: Go, C, stacks, files; it sums to RSS",
    .examples =
        R"(  # of a running process; Go's parts need no endpoint, and nothing is stopped
  seep memory 4711
  # what grows: two looks a minute apart; for as long as you look
  seep memory 4711 --samples 2 --interval 1m
  seep memory 4711 --watch --interval 10s
  # two machines, or two moments, side by side
  seep memory good.seep bad.seep

Exit status: 0 read, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli
