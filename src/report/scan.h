// The forms of `seep scan`. Each shows what is left after comments, baselines and the sureness asked for;
// what a running process bears out comes first.
#pragma once

#include <string>
#include <vector>

#include "model/scan_review.h"
#include "model/stack_table.h"
#include "report/reporter.h"

namespace seep::report {

struct Scanned {
  const model::ScanReview& review;
  const std::vector<model::ScanRule>& rules;
  const model::StackTable& stacks;  // of ScanAgreement::stack
  std::string prefix;               // before every file, so that it is named from where one stands: "svc/"
};

// The indices of what is shown: what a process bears out first, surest first; the rest by file and line.
std::vector<size_t> Shown(const model::ScanReview& review);
// The same by weight instead of place, for forms that have room for some: seen, severity, sureness.
std::vector<size_t> ByWeight(const model::ScanReview& review);

const model::ScanRule& RuleOf(const Scanned& scanned,
                              const std::string& id);  // an empty one for an unknown id
// "error", "warning" or "note": what SARIF and GitHub call it.
std::string_view Level(const model::ScanFinding& finding, const model::ScanMark& mark);
// "3 findings (2 certain, 1 likely)".
std::string ScanCount(const model::ScanReview& review);
// "http-client-per-call in orders (pid 4711): 13,845 live objects ...; 1 of 3 candidates".
std::string SeenText(const model::ScanAgreement& seen);

// "path:line:column: message (R103)", then the path of the leak and the fix, indented; -q: the first line
// only.
std::string ScanText(const Scanned& scanned, const Style& style);
// Schema "seep.scan/1", docs/scan.schema.json.
std::string ScanJson(const Scanned& scanned, const Style& style);
// SARIF 2.1.0 (OASIS standard of 2020-03-27), within what GitHub code scanning takes.
std::string ScanSarif(const Scanned& scanned, const Style& style);
// GitHub Actions' workflow commands, ten of each level as the runner shows no more; then the rest as text.
std::string ScanAnnotations(const Scanned& scanned, const Style& style);
// The table of all of them, for $GITHUB_STEP_SUMMARY.
std::string ScanMarkdown(const Scanned& scanned, const Style& style);
// The catalogue, one rule a paragraph.
std::string ScanRulesText(const std::vector<model::ScanRule>& rules, const Style& style);

}  // namespace seep::report
