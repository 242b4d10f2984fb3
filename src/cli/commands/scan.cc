// seep scan DIR: places in Go source that take what they do not give back, and which of them leak in a
// process.
#include <fmt/format.h>

#include <cstdlib>

#include "base/text.h"
#include "capture/files.h"
#include "cli/flags.h"
#include "cli/scan_folder.h"
#include "cli/terminal.h"
#include "pipeline/scan.h"
#include "report/scan.h"

namespace seep::cli {
extern const Command command_scan;

namespace {

struct ScanFlags {
  SharedFlags shared;
  std::string folder = ".";
  std::vector<std::string> evidence;
  std::string least = "likely", baseline, write_baseline, diff, max_source = "8MiB";
  goscan::Wanted wanted;
  pipeline::ScanOptions options;
  bool json = false, sarif = false, github = false, list_rules = false;
  bool fix = false, patch = false, quiet = false, strict = false;
  int verbose = 0;

  void Add(CLI::App& app);
  Status Read();
  int verbosity() const { return quiet ? -1 : verbose; }
};

void ScanFlags::Add(CLI::App& app) {
  app.add_option("DIR", folder, "A folder with Go source")->capture_default_str();
  app.add_option("--evidence", evidence, "What runs: a bundle, files, a pid or a URL (repeatable)");
  app.add_option("--rules", wanted.only, "Only these: R103,rows-not-closed,bodyclose")->delimiter(',');
  app.add_option("--disable", wanted.without, "All but these")->delimiter(',');
  app.add_option("--min-confidence", least, "certain, likely or possible")->capture_default_str();
  app.add_flag("--list-rules", list_rules, "The rules; with -v why and how to repair it");
  app.add_option("--baseline", baseline, "What this file names is known and not shown")
      ->group("New findings");
  app.add_option("--write-baseline", write_baseline, "Write what is found now to this file")
      ->group("New findings");
  app.add_option("--diff", diff, "Only what touches lines changed since this commit")->group("New findings");
  app.add_flag("--fix", fix, "Repair what is certain, in the files")->group("Repair");
  app.add_flag("--patch,--dry-run", patch, "Print what --fix would do as a patch")->group("Repair");
  app.add_flag("--tests", options.limits.tests, "_test.go too")->group("Source");
  app.add_option("--tags", options.target.tags, "Build tags that hold, as for go build")
      ->delimiter(',')
      ->group("Source");
  app.add_flag("--vendor", options.limits.vendored, "vendor/ too")->group("Source");
  app.add_flag("--generated", options.generated, "Generated files too")->group("Source");
  app.add_option("--max-source", max_source, "Largest source file to read")
      ->group("Source")
      ->capture_default_str();
  app.add_flag("--json", json, "Print as JSON (schema seep.scan/1)")->group("Output");
  app.add_flag("--sarif", sarif, "Print as SARIF 2.1.0")->group("Output");
  app.add_flag("--github", github, "Print as annotations of GitHub Actions")->group("Output");
  app.add_flag("-v,--verbose", verbose, "Also why, and the line of source")->group("Output");
  app.add_flag("-q,--quiet", quiet, "A line a finding")->group("Output");
  app.add_flag("--strict", strict, "Exit with 3 if something could not be read")->group("Output");
  shared.AddCapture(app);
  shared.AddLimits(app);
}

Status ScanFlags::Read() {
  SEEP_TRY_VOID(shared.Read());
  options.declared = !evidence.empty();
  SEEP_TRY(options.limits.max_file, ParseSize(max_source, "--max-source"));
  for (const auto level :
       {model::ScanConfidence::kCertain, model::ScanConfidence::kLikely, model::ScanConfidence::kPossible}) {
    if (Name(level) != least) continue;
    wanted.least = level;
    return {};
  }
  return Fail(ErrorCode::kUsage,
              fmt::format("expected certain, likely or possible, found \"{}\"", Printable(least)),
              "--min-confidence");
}

// What is in the source, held against what runs where that was given.
struct Found {
  pipeline::SourceScan scan;
  pipeline::Outcome outcome;  // empty without evidence
  model::ScanReview review;
};

Result<Found> Look(const ScanFlags& flags, const model::Knowledge& knowledge, const Log& log) {
  SEEP_TRY(pipeline::SourceScan scan,
           pipeline::SourceScan::Read(flags.folder, flags.options, knowledge, log));
  Found found{std::move(scan), {}, {}};
  if (!flags.evidence.empty()) {
    pipeline::Options options = flags.shared.options;
    options.scan = &found.scan.report();
    SEEP_TRY(found.outcome, pipeline::Diagnose(flags.evidence, options, capture::SystemClock(), log));
  }
  found.review = found.scan.Review(knowledge, std::move(found.outcome.seen));
  // What the evidence lacks, and a source that is not the process's, is said with what could not be read.
  for (const model::Gap& gap : found.outcome.report.gaps) found.review.report.gaps.push_back(gap);
  if (!flags.baseline.empty()) {
    SEEP_TRY(const Bytes text, capture::ReadFile(flags.baseline, uint64_t{64} << 20));
    SEEP_TRY_VOID(goscan::ApplyBaseline(text.view(), flags.baseline, found.review));
  }
  if (!flags.diff.empty()) {
    SEEP_TRY(const goscan::ChangedLines changed, found.scan.ChangedSince(flags.diff));
    goscan::KeepChanged(changed, found.review);
  }
  goscan::Settle(flags.wanted, knowledge.scan_rules, found.review);
  return found;
}

// Writes the fixes, or prints them as a patch; how many findings they repair.
size_t Repair(const ScanFlags& flags, const Found& found, const Log& log) {
  goscan::Fixes fixes = found.scan.Fixes(found.review);
  size_t findings = 0;
  for (const goscan::FixedFile& file : fixes.files) findings += file.findings.size();
  if (flags.patch) {
    for (const goscan::FixedFile& file : fixes.files) PrintOut(goscan::UnifiedDiff(file));
  } else {
    const size_t written = found.scan.Write(fixes);
    PrintError(
        fmt::format("seep: repaired {} in {}\n", Plural(findings, "finding"), Plural(written, "file")));
  }
  for (const model::Gap& gap : fixes.gaps)
    log.Warn(fmt::format("{}: {}{}", gap.what, gap.why, gap.how.empty() ? "" : "; " + gap.how));
  return findings;
}

// What GitHub shows at the end of a job.
void AddToSummary(const report::Scanned& scanned, const report::Style& style) {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  std::string text;
  if (const auto before = capture::ReadFile(path, uint64_t{1} << 20)) text = before->view();
  if (const auto status = WriteFile(path, text + report::ScanMarkdown(scanned, style)); !status)
    PrintError(fmt::format("seep: {}\n", status.error().Text()));
}

// What tells more of what was found: a process; where there is one, what its leak comes to.
std::string NextStep(const ScanFlags& flags, const model::ScanReview& review) {
  if (!flags.evidence.empty()) return fmt::format("seep diagnose {}", flags.evidence.front());
  if (review.Count(model::ScanState::kShown) == 0)
    return fmt::format("seep diagnose PID --src {}", flags.folder);
  return fmt::format("seep scan {} --evidence PID   # which of them leak now", flags.folder);
}

int Print(const ScanFlags& flags, const model::Knowledge& knowledge, const Found& found) {
  EndProgress();
  report::Style style = TerminalStyle(flags.verbosity());
  style.next = NextStep(flags, found.review);
  const report::Scanned scanned{found.review, knowledge.scan_rules, found.outcome.stacks,
                                PrefixOf(found.review.report.folder)};
  PrintOut(flags.json     ? report::ScanJson(scanned, style)
           : flags.sarif  ? report::ScanSarif(scanned, style)
           : flags.github ? report::ScanAnnotations(scanned, style)
                          : report::ScanText(scanned, style));
  if (flags.github) AddToSummary(scanned, style);
  if (flags.strict && !found.review.report.gaps.empty()) return kExitIncomplete;
  return found.review.Count(model::ScanState::kShown) != 0 ? kExitFindings : kExitClean;
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  ScanFlags flags;
  flags.Add(app);
  if (const int status = ParseFlags(app, command_scan, argc, argv); status >= 0) return status;
  if (const auto read = flags.Read(); !read) return PrintFailure(read.error());
  const auto knowledge = pipeline::LoadKnowledge(flags.shared.options.knowledge_folders);
  if (!knowledge) return PrintFailure(knowledge.error());
  if (flags.list_rules) {
    PrintOut(report::ScanRulesText(knowledge->scan_rules, TerminalStyle(flags.verbosity())));
    return kExitClean;
  }
  if (const auto right = goscan::CheckWanted(flags.wanted, knowledge->scan_rules); !right)
    return PrintFailure(right.error());

  const Log log = ProgressLog(flags.quiet);
  auto found = Look(flags, *knowledge, log);
  if (!found) return PrintFailure(found.error());
  if (!flags.write_baseline.empty()) {
    const auto written = WriteFile(flags.write_baseline, goscan::WriteBaseline(found->review));
    if (!written) return PrintFailure(written.error());
  }
  if (flags.patch) return Repair(flags, *found, log) != 0 ? kExitFindings : kExitClean;
  if (flags.fix && Repair(flags, *found, log) != 0) {
    found = Look(flags, *knowledge, log);  // what is left, at the lines where it is now
    if (!found) return PrintFailure(found.error());
  }
  return Print(flags, *knowledge, *found);
}

}  // namespace

constinit const Command command_scan = {
    .name = "scan",
    .summary = "Find places in Go source that leak, and which of them do",
    .examples = R"(  # the module here: needs no Go toolchain, and no code that builds
  seep scan
  # which of the places is the one that leaks in production
  seep scan ~/src/orders --evidence orders-1711.seep
  # repair what is certain; first as a patch
  seep scan --patch | git apply
  # a pull request: only what it brings
  seep scan --diff origin/main --github
  # code scanning
  seep scan --sarif > seep.sarif
  # accept what is there, and hear of what comes
  seep scan --write-baseline seep.baseline
  seep scan --baseline seep.baseline

Set aside in the source: //seep:ignore R103 reason   //nolint:seep   //nolint:bodyclose
Exit status: 0 nothing found, 1 findings, 2 failed, 3 incomplete with --strict.
)",
    .run = &Run,
};

}  // namespace seep::cli
