// seep native -- CMD: which Go line has C allocate what, and keeps it.
#include <fmt/format.h>

#include "base/text.h"
#include "capture/preload.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "parse/native_samples/native_samples.h"
#include "pipeline/native.h"
#include "pprof/encode.h"
#include "report/native.h"

namespace seep::cli {
extern const Command command_native;

namespace {

struct NativeFlags {
  std::vector<std::string> command;
  std::string rate = "512KiB", every, pprof;
  size_t top = 10;
  bool children = false, json = false;
  int verbose = 0;

  void Add(CLI::App& app) {
    app.add_option("CMD", command, "The program to run, and its arguments")->required();
    app.add_option("--rate", rate, "Bytes allocated between two samples, on average")
        ->group("Sampling")
        ->capture_default_str();
    app.add_flag("--children", children, "Also the programs that it starts")->group("Sampling");
    app.add_option("--every", every, "Write --pprof anew that often while it runs: 60s, 5m")
        ->group("Sampling");
    app.add_option("--top", top, "At most so many sites; 0: all")->group("Output")->capture_default_str();
    app.add_flag("-v", verbose, "Whole stacks")->group("Output");
    app.add_flag("--json", json, "Print as JSON (schema seep.native/1)")->group("Output");
    app.add_option("--pprof", pprof, "Write a profile that every pprof reads")->group("Output");
    app.prefix_command();
  }
};

Result<pipeline::NativeResult> Read(const capture::PreloadedProgram& program, const NativeFlags& flags) {
  SEEP_TRY(const std::vector<capture::SamplesFile> files, program.Samples());
  std::vector<model::NativeSamples> processes;
  for (const capture::SamplesFile& file : files) {
    // One that has just been made and not been begun is none yet.
    if (auto samples = parse::ParseNativeSamples(file.bytes.view())) processes.push_back(std::move(*samples));
  }
  SEEP_TRY(pipeline::NativeResult result, pipeline::ReadNative(processes, ProgressLog(false)));
  result.report.program = flags.command.front();
  if (!flags.pprof.empty()) SEEP_TRY_VOID(WriteFile(flags.pprof, pprof::EncodeGzip(result.profile)));
  return result;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  NativeFlags flags;
  flags.Add(app);
  if (const int status = ParseFlags(app, command_native, argc, argv); status >= 0) return status;
  capture::PreloadOptions options;
  options.children = flags.children;
  const auto rate = ParseSize(flags.rate, "--rate");
  if (!rate) return PrintFailure(rate.error());
  options.rate = *rate;
  std::optional<std::chrono::milliseconds> every;
  if (!flags.every.empty()) {
    const auto parsed = ParseDuration(flags.every);
    if (!parsed || Seconds(*parsed) < 1)
      return PrintFailure({ErrorCode::kUsage,
                           fmt::format("expected a time such as 60s, found \"{}\"", flags.every), "--every",
                           "at least 1s"});
    every = std::chrono::duration_cast<std::chrono::milliseconds>(*parsed);
  }

  auto program = capture::PreloadedProgram::Start(flags.command, pipeline::NativeLibrary(), options);
  if (!program) return PrintFailure(program.error());
  std::optional<capture::PreloadedProgram::Ending> ending;
  while (!(ending = program->Wait(every)))
    if (const auto read = Read(*program, flags); !read && read.error().code != ErrorCode::kNoEvidence)
      return PrintFailure(read.error());
  const auto result = Read(*program, flags);
  if (!result) {
    Error error = result.error();
    if (!ending->Text().empty()) error.what += fmt::format("; it ended with {}", ending->Text());
    if (error.where.empty()) error.where = flags.command.front();
    return PrintFailure(error);
  }
  if (const std::string how = ending->Text(); !how.empty())
    PrintError(fmt::format("seep: {}: {}\n", flags.command.front(), how));
  const report::Style style = TerminalStyle(flags.verbose);
  PrintOut(flags.json ? report::NativeJson(result->report, style)
                      : report::NativeText(result->report, style, flags.top));
  return kExitClean;
}

}  // namespace

constinit const Command command_native = {
    .name = "native",
    .summary = "Which Go line has C allocate memory, and which of it is kept",
    .examples =
        R"(  # a Go program that calls C; the report comes when it ends (Ctrl-C, SIGTERM)
  seep native -- ./service -port 8080
  # a long-running one: a profile that is written anew every minute
  seep native --pprof native.pb.gz --every 60s -- ./service
  seep pprof -top native.pb.gz
  go tool pprof -http :8000 native.pb.gz
  # every 64 KiB: for programs that allocate little
  seep native --rate 64KiB -- ./import orders.xml

The program runs as always, with a small library loaded before the C library (LD_PRELOAD) that samples malloc and mmap;
it costs a few nanoseconds an allocation. What the Go heap holds is not shown: `seep heap` does that.

Exit status: 0 reported, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli
