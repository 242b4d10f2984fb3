// seep diagnose: evidence in, causes out. `seep TARGET` is the same.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/text.h"
#include "capture/bundle.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "pipeline/scan.h"

namespace seep::cli {
extern const Command command_diagnose;

namespace {

bool AnyLive(const std::vector<std::string>& targets) {
  return std::ranges::any_of(targets, [](const std::string& text) {
    const auto spec = capture::RecogniseTarget(text);
    using Kind = model::TargetSpec::Kind;
    return spec && (spec->kind == Kind::kUrl || spec->kind == Kind::kUnix || spec->kind == Kind::kPid);
  });
}

// "orders-1711.seep": the service and the time of day, in the current folder.
std::string BundleName(const model::Report& report) {
  std::string name = report.targets.empty() ? "target" : report.targets.front().name;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '-';
  const auto now = std::chrono::system_clock::now();
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - day).count();
  return fmt::format("{}-{:02}{:02}.seep", name, minutes / 60, minutes % 60);
}

// "seep compare before.seep TARGET" with what they are called here.
void NameTheVerification(model::Report& report, const std::string& saved,
                         const std::vector<std::string>& targets) {
  std::string target;
  for (const std::string& t : targets) target += (target.empty() ? "" : " ") + t;
  const auto replace = [](std::string& text, std::string_view what, const std::string& by) {
    if (const size_t at = text.find(what); at != text.npos && !by.empty()) text.replace(at, what.size(), by);
  };
  const bool live = AnyLive(targets);
  for (model::Finding& f : report.findings) {
    // Files are what was before; what is to be asked afterwards, only the reader knows.
    replace(f.verify, "before.seep", saved.empty() && !live && targets.size() == 1 ? target : saved);
    if (live && targets.size() == 1) replace(f.verify, "TARGET", target);
  }
}

// What somebody set aside in the source, and the process shows.
void NoteContradicted(const pipeline::SourceScan& scan, const model::Knowledge& knowledge,
                      pipeline::Outcome& outcome) {
  const model::ScanReview review = scan.Review(knowledge, outcome.seen);
  for (size_t i = 0; i < review.marks.size(); ++i) {
    const model::ScanMark& mark = review.marks[i];
    if (!mark.suppression || mark.seen.empty() || mark.seen.front().confidence > model::Confidence::kStrong)
      continue;
    const model::ScanFinding& f = review.report.findings[i];
    outcome.report.notes.push_back(
        {fmt::format(
             "{}:{} ({}) is set aside by //{} in line {}{}, and the process shows it.", f.where.file,
             f.where.line, f.rule, mark.suppression->kind, mark.suppression->line,
             mark.suppression->reason.empty() ? "" : fmt::format(" (\"{}\")", mark.suppression->reason)),
         ""});
  }
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  SharedFlags flags;
  OutputFlags output;
  std::string save;
  bool no_save = false;
  std::string source;
  flags.AddTargets(app);
  app.add_option("--src", source, "Its Go source: names the line that leaks where no stack does");
  output.Add(app);
  app.add_option("--save", save,
                 "Keep the evidence in this .seep file (default for live targets: NAME-HHMM.seep)")
      ->group("Output");
  app.add_flag("--no-save", no_save, "Keep no evidence file")->group("Output");
  app.add_flag("--inject", flags.options.inject,
               "Sample native memory meanwhile: has the process load a small library, see seep native --help")
      ->group("Capture");
  flags.AddCapture(app);
  flags.AddLimits(app);
  if (const int status = ParseFlags(app, command_diagnose, argc, argv); status >= 0) return status;
  if (const auto read = flags.Read(); !read) return PrintFailure(read.error());

  const Log log = ProgressLog(output.quiet);
  std::optional<pipeline::SourceScan> scan;
  model::Knowledge knowledge;  // for the source alone
  if (!source.empty()) {
    auto loaded = pipeline::LoadKnowledge(flags.options.knowledge_folders);
    if (!loaded) return PrintFailure(loaded.error());
    knowledge = std::move(*loaded);
    auto read =
        pipeline::SourceScan::Read(source, {.limits = {}, .declared = true, .target = {}}, knowledge, log);
    if (!read) return PrintFailure(read.error());
    scan = std::move(*read);
    flags.options.scan = &scan->report();
  }
  auto outcome = pipeline::Diagnose(flags.targets, flags.options, capture::SystemClock(), log);
  if (!outcome) return PrintFailure(outcome.error());
  if (scan) NoteContradicted(*scan, knowledge, *outcome);

  report::Style style = TerminalStyle(output.verbosity());
  if (save.empty() && !no_save && output.talks() && AnyLive(flags.targets))
    save = BundleName(outcome->report);
  if (!save.empty()) {
    const auto written = WriteFile(save, capture::WriteBundle(outcome->captured));
    if (written)
      style.saved_as = save;
    else
      log.Warn(written.error().Text());  // the diagnosis is worth more than its file
  }
  NameTheVerification(outcome->report, style.saved_as, flags.targets);
  return Deliver(*outcome, output, style);
}

}  // namespace

constinit const Command command_diagnose = {
    .name = "diagnose",
    .summary = "Find what leaks, why, where and how fast",
    .examples = R"(  # a service with net/http/pprof: two snapshots, 30 s apart
  seep diagnose http://127.0.0.1:6060
  # profiles that somebody took with curl, in any order, under any name
  seep diagnose heap_cur.txt goroutine_cur.txt heap_5min.txt goroutine_5min.txt
  # a service on this machine: sockets and memory of the process too
  seep diagnose http://127.0.0.1:6060 --pid 4711
  # a page to mail, and the evidence in one file
  seep diagnose http://127.0.0.1:6060 --html report.html --save orders.seep
  # the line in the source as well, where no stack names it
  seep diagnose orders-1711.seep --src ~/src/orders
  # memory grows and the Go heap does not: which Go line has C keep it; touches the process, see seep native --help
  seep diagnose 4711 --inject
  # never stop the target's world, not even for a moment
  seep diagnose http://10.0.0.5:6060 --no-stw

Exit status: 0 nothing found, 1 findings, 2 failed, 3 incomplete with --strict.
)",
    .run = &Run,
};

}  // namespace seep::cli
