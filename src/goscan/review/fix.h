// What --fix does to the files: edits put in, and the patch that says so.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/scan_review.h"

namespace seep::goscan {

struct FixedFile {
  std::string path;
  std::string before, after;
  std::vector<size_t> findings;  // which are fixed by it: indices of the review
};

struct Fixes {
  std::vector<FixedFile> files;  // by path
  std::vector<model::Gap> gaps;  // what was not done, and why
};

struct SourceText {
  std::string_view path, text;
};

// The edits of every certain finding that is shown. All of one finding or none: those that overlap an earlier
// one wait for the next run. A file that would not parse as well as before is left as it is.
Fixes FixAll(const model::ScanReview& review, std::span<const SourceText> files);

// As `diff -u` writes it, three lines around each change, for `patch -p1` and `git apply`.
std::string UnifiedDiff(const FixedFile& file);

}  // namespace seep::goscan
