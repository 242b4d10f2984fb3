// The lines of functions with what their samples weigh, and the text of the source: what list and weblist
// show.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "pprof/prepared.h"

namespace seep::pprof {

struct Weights {
  int64_t flat = 0, cum = 0;
};

// What a function has in one file.
struct Part {
  Weights all;
  int64_t first = 0, last = 0;  // lines to show
  std::map<int64_t, Weights> lines;
};

// Function, then file: both in the order of their names. A function without files has no line in the profile.
using ListedFunctions = std::map<std::string_view, std::map<std::string_view, Part>>;

class Listing {
 public:
  explicit Listing(Prepared& prepared);

  // Functions that Prepared::symbol matches; an error where none does.
  Result<ListedFunctions> Gather();
  // The text of a file of the profile, found as source_path and trim_path say. A relative path is looked for
  // in every folder of the search path and in all folders above it.
  Result<std::string> Source(std::string_view file) const;

 private:
  Prepared& p_;
  std::string search_;
};

}  // namespace seep::pprof
