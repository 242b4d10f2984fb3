// seep capture: take evidence away, to diagnose it elsewhere or later.
#include <fmt/format.h>

#include "base/text.h"
#include "capture/bundle.h"
#include "capture/script.h"
#include "cli/flags.h"
#include "cli/terminal.h"

namespace seep::cli {
extern const Command command_capture;

namespace {

int PrintScript(const SharedFlags& flags) {
  std::vector<model::TargetSpec> specs;
  for (const std::string& text : flags.targets) {
    auto spec = capture::RecogniseTarget(text);
    if (!spec) return PrintFailure(spec.error());
    specs.push_back(std::move(*spec));
  }
  const auto script = capture::CaptureScript(specs, flags.options.capture);
  if (!script) return PrintFailure(script.error());
  PrintOut(*script);
  return kExitClean;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  std::string out;
  bool script = false;
  flags.AddTargets(app, false);
  app.add_option("-o,--output", out, "The .seep file to write; - for stdout")->group("Output");
  app.add_flag("--script", script, "Print a POSIX sh script that takes the evidence where seep is not")
      ->group("Output");
  flags.AddCapture(app);
  flags.AddLimits(app);
  if (const int status = ParseFlags(app, command_capture, argc, argv); status >= 0) return status;
  if (const auto read = flags.Read(); !read) return PrintFailure(read.error());
  if (script) return PrintScript(flags);
  if (flags.targets.empty() && flags.pid) flags.targets.push_back(std::to_string(*flags.pid));
  if (flags.targets.empty() || out.empty()) {
    return PrintFailure({ErrorCode::kUsage,
                         flags.targets.empty() ? "no target was named" : "no file to write was named", "",
                         "seep capture http://127.0.0.1:6060 -o service.seep"});
  }
  const auto captured =
      pipeline::Capture(flags.targets, flags.options, capture::SystemClock(), ProgressLog(false));
  if (!captured) return PrintFailure(captured.error());
  EndProgress();
  const std::string bundle = capture::WriteBundle(*captured);
  if (out == "-") {
    PrintOut(bundle);
    return kExitClean;
  }
  if (const auto written = WriteFile(out, bundle); !written) return PrintFailure(written.error());
  size_t missing = captured->gaps.size();
  for (const model::Artifact& artifact : captured->artifacts) missing += artifact.error.has_value();
  PrintError(fmt::format("{}: {} of evidence in {}{}\nseep diagnose {}\n", out,
                         Plural(captured->artifacts.size(), "piece"),
                         FormatBytes(static_cast<double>(bundle.size())),
                         missing == 0 ? "" : fmt::format(", {} could not be had", missing), out));
  return kExitClean;
}

}  // namespace

constinit const Command command_capture = {
    .name = "capture",
    .summary = "Take evidence away in one file, or print a script that does",
    .examples = R"(  # two rounds, 30 s apart, into one file
  seep capture http://127.0.0.1:6060 -o orders.seep
  # no pprof port: what the kernel knows of a process
  seep capture 4711 -o orders.seep
  # a box with only curl, wget or nc: run this there, diagnose its output here
  seep capture --script http://127.0.0.1:6060 > capture.sh
  sh capture.sh > orders.cap; seep diagnose orders.cap
  # in a container without a shell tool of its own
  kubectl exec -i POD -- sh -s < capture.sh > orders.cap
)",
    .run = &Run,
};

}  // namespace seep::cli
