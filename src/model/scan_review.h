// What is made of the findings in source: which are set aside and by whom, which were known before, and which
// a running process bears out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "model/scan.h"

namespace seep::model {

// A comment that sets findings aside.
struct ScanSuppression {
  std::string kind;    // "nolint", "seep:ignore", "lint:ignore", "noinspection", "nosec"
  std::string names;   // as written: "bodyclose,R103"; empty: everything
  std::string reason;  // as written; may be empty
  std::string file;
  uint32_t line = 0;

  auto operator<=>(const ScanSuppression&) const = default;
};

// A running process shows the leak that a line can be the cause of.
struct ScanAgreement {
  std::string finding;  // of `seep diagnose`: "http-client-per-call"
  std::string process;  // "orders (pid 4711)"
  Confidence confidence = Confidence::kPossible;
  std::string why;     // "13,845 live objects were allocated on this line: one for each socket"
  uint64_t count = 0;  // goroutines, or objects, of the leak
  uint32_t rank = 1;   // among the candidates for this leak
  uint32_t of = 1;     // how many candidates there are
  StackId stack;       // the largest of the pile; none: no goroutines
};

enum class ScanState : uint8_t {
  kShown,       // it counts
  kSuppressed,  // a comment sets it aside
  kKnown,       // in the baseline, or in lines that did not change
  kWeak,        // less sure than was asked for
  kOff,         // its rule was not asked for
};

// Of the finding with the same index. Spots with columns in characters (code points), as editors and SARIF
// count them.
struct ScanMark {
  std::string fingerprint;  // the same when lines move: sixteen hexadecimal digits, ':', which of its like
  std::string code;         // the line of source, without the space before it
  SourceSpot where;
  std::vector<SourceSpot> path;
  std::vector<SourceSpot> edits;  // what each edit replaces
  std::optional<ScanSuppression> suppression;
  bool known = false;
  std::vector<ScanAgreement> seen;  // surest first
  ScanState state = ScanState::kShown;
};

struct ScanReview {
  ScanReport report;
  std::vector<ScanMark> marks;          // one for each finding
  std::vector<ScanSuppression> unused;  // seep:ignore comments that set nothing aside
  size_t Count(ScanState state) const {
    size_t n = 0;
    for (const ScanMark& mark : marks) n += mark.state == state ? 1 : 0;
    return n;
  }
};

}  // namespace seep::model
