// seep goroutines: what every goroutine of a process does, without its help.
#include <fmt/format.h>

#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/goroutines.h"
#include "report/goroutines.h"

namespace seep::cli {
extern const Command command_goroutines;

namespace {

struct ListFlags {
  std::string by = "stack", state, function, created_by, label, min_age = "0s";
  size_t top = 20;
  AllFlag all;
  bool json = false, debug2 = false, debug1 = false;
  std::string pprof;
  int verbose = 0;

  void Add(CLI::App& app) {
    all.Add(app);
    app.add_option("--by", by, "What makes goroutines one group")
        ->group("List")
        ->check(CLI::IsMember({"stack", "state", "creator", "labels"}))
        ->capture_default_str();
    app.add_option("--state", state, "Only those whose state has this in it: \"IO wait\", \"chan\"")
        ->group("List");
    app.add_option("--function", function, "Only those with a call that matches this regular expression")
        ->group("List");
    app.add_option("--created-by", created_by, "Only those whose creator matches this regular expression")
        ->group("List");
    app.add_option("--label", label,
                   "Only those with a label \"key=value\" that matches this regular expression")
        ->group("List");
    app.add_option("--min-age", min_age, "Only those that the runtime has seen blocked for so long")
        ->group("List")
        ->capture_default_str();
    app.add_option("--top", top, "At most so many groups; 0: all")->group("List")->capture_default_str();
    app.add_flag("-v", verbose, "Whole stacks")->group("List");
    app.add_flag("--json", json, "Print as JSON (schema seep.goroutines/1)")->group("Output");
    app.add_flag("--debug2", debug2, "Print every goroutine as goroutine?debug=2 does")->group("Output");
    app.add_flag("--debug1", debug1, "Print counts by stack as goroutine?debug=1 does")->group("Output");
    app.add_option("--pprof", pprof, "Write a goroutine profile that every pprof reads")->group("Output");
  }

  Result<detect::GroupOptions> Read() const {
    detect::GroupOptions out;
    out.by = by == "state"     ? model::GroupBy::kState
             : by == "creator" ? model::GroupBy::kCreator
             : by == "labels"  ? model::GroupBy::kLabels
                               : model::GroupBy::kStack;
    out.state = state;
    for (const auto& [text, pattern] :
         {std::pair(&function, &out.function), {&created_by, &out.created_by}, {&label, &out.label}}) {
      if (text->empty()) continue;
      SEEP_TRY(*pattern, profile::Pattern::Compile(*text));
    }
    const auto age = ParseDuration(min_age);
    if (!age)
      return Fail(ErrorCode::kUsage, fmt::format("expected a time such as 5m or 2h, found \"{}\"", min_age),
                  "--min-age");
    out.min_minutes = static_cast<int32_t>(Seconds(*age) / 60);
    return out;
  }
};

// The forms of one process, goroutine by goroutine.
int WriteForms(const ListFlags& list, const SharedFlags& flags) {
  if (flags.targets.size() != 1)
    return PrintFailure(
        {ErrorCode::kUsage, "--debug2, --debug1 and --pprof take one process", "", "name its pid"});
  if (!list.pprof.empty()) {
    const auto bytes = pipeline::GoroutineProfileBytes(flags.targets.front(), flags.options);
    if (!bytes) return PrintFailure(bytes.error());
    if (const auto written = WriteFile(list.pprof, *bytes); !written) return PrintFailure(written.error());
  }
  if (!list.debug2 && !list.debug1) return kExitClean;
  const auto text = list.debug2 ? pipeline::GoroutineDumpText(flags.targets.front(), flags.options)
                                : pipeline::GoroutineCountText(flags.targets.front(), flags.options);
  if (!text) return PrintFailure(text.error());
  PrintOut(*text);
  return kExitClean;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  ListFlags list;
  flags.options.capture.samples = 1;
  flags.AddTargets(app, false);
  list.Add(app);
  flags.AddCapture(app);
  flags.AddLimits(app);
  if (const int status = ParseFlags(app, command_goroutines, argc, argv); status >= 0) return status;
  if (const auto read = flags.Read(); !read) return PrintFailure(read.error());
  const auto groups = list.Read();
  if (!groups) return PrintFailure(groups.error());
  if (const auto targets = list.all.Read(flags); !targets) return PrintFailure(targets.error());
  if (list.debug2 || list.debug1 || !list.pprof.empty()) return WriteForms(list, flags);

  const auto found = pipeline::ListGoroutines(flags.targets, flags.options, *groups, capture::SystemClock(),
                                              ProgressLog(false));
  if (!found) return PrintFailure(found.error());
  EndProgress();
  const report::Style style = TerminalStyle(list.verbose);
  if (list.json) {
    PrintOut(report::GoroutinesJson(found->lists, found->stacks, style));
    return kExitClean;
  }
  const report::ListStyle how{list.top, list.verbose > 0 ? size_t{0} : size_t{8}};
  bool first = true;
  for (const model::GoroutineList& one : found->lists) {
    if (!std::exchange(first, false)) PrintOut("\n");
    PrintOut(report::GoroutinesText(one, found->stacks, style, how));
  }
  return kExitClean;
}

}  // namespace

constinit const Command command_goroutines = {
    .name = "goroutines",
    .summary = "What every goroutine of a process does, without its help",
    .examples =
        R"(  # a running Go program: no endpoint, no symbols needed, and it is not stopped for a moment
  seep goroutines 4711
  # what hangs in network reads since an hour or more
  seep goroutines 4711 --state 'IO wait' --min-age 1h
  # three looks ten seconds apart: which ones have not moved
  seep goroutines 4711 --samples 3 --interval 10s
  # how many there are of what, in every Go program of this machine
  seep goroutines --all --by state
  # for other tools
  seep goroutines 4711 --debug2 > goroutines.txt
  seep goroutines 4711 --pprof goroutine.pb.gz

Exit status: 0 listed, 2 failed.
)",
    .run = &Run,
};

}  // namespace seep::cli
