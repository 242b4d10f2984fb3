// What becomes of a scan's findings before they are shown: fingerprints, comments that set them aside, what
// was known before, what changed.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "goscan/syntax/ast.h"
#include "model/scan_review.h"

namespace seep::goscan {

struct ReviewFile {
  std::string_view path;  // as findings name it
  const Tree* tree = nullptr;
};

// Marks for every finding: fingerprint, line of source, suppression.
model::ScanReview Review(model::ScanReport report, const std::vector<model::ScanRule>& rules,
                         std::span<const ReviewFile> files);

// --- what was known before ---
//
// A baseline is text, so that a change of it reads well in a review; one finding a line, sorted:
//
//   # seep baseline 1
//   9f86d081884c7d65:1 R103 price/body.go demo/price.(*client).lookForgetful
//
// Only the fingerprint counts; the rest is for people. Empty lines and lines that begin with '#' are skipped.

std::string WriteBaseline(const model::ScanReview& review);
// Marks what the baseline holds as known. An error names the line that is none.
Status ApplyBaseline(std::string_view text, const std::string& path, model::ScanReview& review);

// --- what changed ---

// By file: first and last line of what is new or changed.
using ChangedLines = std::map<std::string, std::vector<std::pair<uint32_t, uint32_t>>, std::less<>>;
// From `git diff --unified=0` with its file headers; paths as in "+++ b/PATH".
Result<ChangedLines> ReadChangedLines(std::string_view diff);
// What touches no changed line, neither where it is reported nor on its path, is marked as known.
void KeepChanged(const ChangedLines& changed, model::ScanReview& review);

// --- what is shown ---

struct Wanted {
  model::ScanConfidence least = model::ScanConfidence::kLikely;
  std::vector<std::string> only;     // rules by id, name or alias; empty: all
  std::vector<std::string> without;  // the same
};

// Error: a name that is no rule.
Status CheckWanted(const Wanted& wanted, const std::vector<model::ScanRule>& rules);
// Sets every state. What a process bears out is shown whatever a comment, a baseline or its sureness says.
void Settle(const Wanted& wanted, const std::vector<model::ScanRule>& rules, model::ScanReview& review);

}  // namespace seep::goscan
