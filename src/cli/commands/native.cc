// seep native -- CMD, seep native PID: which Go line has C allocate what, and keeps it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "capture/owner.h"
#include "capture/preload.h"
#include "cli/flags.h"
#include "cli/native_kernel.h"
#include "cli/native_process.h"
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
  std::string rate = "512KiB", every, wait, pprof;
  size_t top = 10;
  bool children = false, json = false, inject = false, off = false, ebpf = false, quiet = false;
  int verbose = 0;

  void Add(CLI::App& app) {
    app.add_option("CMD", command, "The program to run, and its arguments; or the pid of one that runs")
        ->required();
    app.add_option("--rate", rate, "Bytes allocated between two samples, on average")
        ->group("Sampling")
        ->capture_default_str();
    app.add_flag("--children", children, "Also the programs that it starts")->group("Sampling");
    app.add_flag("--inject", inject,
                 "Load the sampler into the process: one idle thread is held for some milliseconds")
        ->group("A process that runs");
    app.add_flag("--ebpf", ebpf,
                 "Sample it from within the kernel (uprobes): nothing is loaded, every allocation costs more")
        ->group("A process that runs");
    app.add_flag("--off", off, "Switch it off again, at once or behind --for")->group("A process that runs");
    app.add_option("--for", wait, "Sample that long before the report: 30s, 5m (with --inject: 30s)")
        ->group("A process that runs");
    app.add_option("--every", every, "Write --pprof anew that often while it runs: 60s, 5m")
        ->group("Sampling");
    app.add_option("--top", top, "At most so many sites; 0: all")->group("Output")->capture_default_str();
    app.add_flag("-v", verbose, "Whole stacks")->group("Output");
    app.add_flag("-q,--quiet", quiet, "Say nothing of what is going on")->group("Output");
    app.add_flag("--json", json, "Print as JSON (schema seep.native/1)")->group("Output");
    app.add_option("--pprof", pprof, "Write a profile that every pprof reads")->group("Output");
    app.prefix_command();
  }
};

// The profile is written here, so that it is there after every look.
Result<pipeline::NativeResult> MakeResult(const std::vector<model::NativeSamples>& processes,
                                          std::string name, const NativeFlags& flags) {
  SEEP_TRY(pipeline::NativeResult result, pipeline::ReadNative(processes, ProgressLog(false)));
  result.report.program = std::move(name);
  if (!flags.pprof.empty()) SEEP_TRY_VOID(WriteFile(flags.pprof, pprof::EncodeGzip(result.profile)));
  return result;
}

void Print(const pipeline::NativeResult& result, const NativeFlags& flags) {
  const report::Style style = TerminalStyle(flags.verbose);
  PrintOut(flags.json ? report::NativeJson(result.report, style)
                      : report::NativeText(result.report, style, flags.top));
}

Result<pipeline::NativeResult> Read(const capture::PreloadedProgram& program, const NativeFlags& flags) {
  SEEP_TRY(const std::vector<capture::SamplesFile> files, program.Samples());
  std::vector<model::NativeSamples> processes;
  for (const capture::SamplesFile& file : files) {
    // One that has just been made and not been begun is none yet.
    if (auto samples = parse::ParseNativeSamples(file.bytes.view())) processes.push_back(std::move(*samples));
  }
  return MakeResult(processes, flags.command.front(), flags);
}

Result<std::optional<std::chrono::milliseconds>> ReadTime(const std::string& text, std::string_view flag) {
  if (text.empty()) return std::nullopt;
  const auto parsed = ParseDuration(text);
  if (!parsed || Seconds(*parsed) < 1)
    return Fail(ErrorCode::kUsage, fmt::format("expected a time such as 60s, found \"{}\"", text),
                std::string(flag), "at least 1s");
  return std::chrono::duration_cast<std::chrono::milliseconds>(*parsed);
}

// One number and nothing else: a pid.
std::optional<uint64_t> PidOf(const std::vector<std::string>& command) {
  const std::string& word = command.front();
  if (command.size() != 1 || word.empty() || word.size() > 9 ||
      !std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  return std::stoull(word);
}

int RunProcess(const NativeFlags& flags, const NativeProcessOptions& options) {
  const auto show = [&](const model::NativeSamples& samples, bool last) -> Status {
    auto result = MakeResult({samples}, capture::ProcessName("/proc", options.pid), flags);
    if (!result && !last && result.error().code == ErrorCode::kNoEvidence) return {};
    if (!result) return Fail(std::move(result.error()));
    if (!last) return {};
    if (!samples.sampling)
      PrintError(
          fmt::format("seep: pid {} is sampled no longer: this is what was known when it was switched off\n",
                      options.pid));
    Print(*result, flags);
    return {};
  };
  return flags.ebpf ? NativeFromKernel(options, show) : NativeOfProcess(options, show);
}

int RunProgram(const NativeFlags& flags, uint64_t rate, std::optional<std::chrono::milliseconds> every) {
  capture::PreloadOptions options;
  options.children = flags.children;
  options.rate = rate;
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
  Print(*result, flags);
  return kExitClean;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  NativeFlags flags;
  flags.Add(app);
  if (const int status = ParseFlags(app, command_native, argc, argv); status >= 0) return status;
  const auto rate = ParseSize(flags.rate, "--rate");
  if (!rate) return PrintFailure(rate.error());
  const auto every = ReadTime(flags.every, "--every"), wait = ReadTime(flags.wait, "--for");
  if (!every) return PrintFailure(every.error());
  if (!wait) return PrintFailure(wait.error());
  if (flags.ebpf && (flags.inject || flags.off))
    return PrintFailure({ErrorCode::kUsage,
                         "--ebpf samples without a library: --inject and --off are of the one with it",
                         "--ebpf", ""});
  if (const auto pid = PidOf(flags.command))
    return RunProcess(flags, {*pid, *rate, flags.inject, flags.off, flags.quiet, *wait, *every});
  if (flags.inject || flags.off || flags.ebpf || *wait)
    return PrintFailure(
        {ErrorCode::kUsage, "--inject, --ebpf, --off and --for are of a process that runs already",
         flags.command.front(), "give its pid; a program that seep starts is sampled from the start"});
  return RunProgram(flags, *rate, *every);
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
  # one that runs already: its idle thread loads the sampler; what it allocates within 30 s
  seep native 4711 --inject
  # what has been sampled since, and an end to it
  seep native 4711
  seep native 4711 --off
  # the same without a library in it, for programs that bear a hundred times the cost (root, Linux 6.13)
  seep native 4711 --ebpf --for 30s
  # every 64 KiB: for programs that allocate little
  seep native --rate 64KiB -- ./import orders.xml

The program runs as always, with a small library loaded before the C library (LD_PRELOAD) that samples malloc and mmap;
it costs a few nanoseconds an allocation. A process that runs already is touched only with --inject or --ebpf. What the Go heap holds is not shown: `seep heap` does that.

Exit status: 0 reported, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli
