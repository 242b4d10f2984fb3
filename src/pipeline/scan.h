// Go source -> findings: files -> packages -> rules -> review, and what a process says of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/source_tree.h"
#include "goscan/module/build_tags.h"
#include "goscan/review/fix.h"
#include "goscan/review/review.h"
#include "pipeline/pipeline.h"

namespace seep::goscan {
struct Scanned;
}

namespace seep::pipeline {

struct ScanOptions {
  capture::SourceLimits limits;
  bool generated = false;  // "// Code generated ... DO NOT EDIT." too
  bool declared = false;   // also which lines its functions have, for a process to be held against
  goscan::BuildTarget
      target;  // files for other systems, or behind other tags, are left out as `go build` does
};

// A scan, with the source it is of.
class SourceScan {
 public:
  static Result<SourceScan> Read(const std::string& folder, const ScanOptions& options,
                                 const model::Knowledge& knowledge, const Log& log);
  SourceScan(SourceScan&&) noexcept;
  SourceScan& operator=(SourceScan&&) noexcept;
  ~SourceScan();

  const model::ScanReport& report() const;
  // What becomes of the findings; `seen` by finding, or empty.
  model::ScanReview Review(const model::Knowledge& knowledge,
                           std::vector<std::vector<model::ScanAgreement>> seen) const;
  goscan::Fixes Fixes(const model::ScanReview& review) const;
  // Lines that differ from a commit, files that git does not know yet as a whole; asks git.
  Result<goscan::ChangedLines> ChangedSince(const std::string& revision) const;
  // Writes the fixed files; what could not be written is a gap of `fixes`.
  size_t Write(goscan::Fixes& fixes) const;

 private:
  SourceScan();
  std::unique_ptr<capture::SourceTree> tree_;  // first: the rest refers to its texts
  std::unique_ptr<goscan::Scanned> scanned_;
};

}  // namespace seep::pipeline
