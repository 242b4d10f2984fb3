// What a person can set for a report, named as pprof names it (google/pprof internal/driver/config.go,
// 2025-11): each field is a flag and a shell variable. In brackets: the parameter of the web page's URL.
#pragma once

#include <cstdint>
#include <string>

namespace seep::profile {

struct Settings {
  // How numbers are shown.
  std::string sample_index;           // [si] name or number of a sample type; empty: the profile's default
  bool mean = false;                  // [mean] values divided by the first sample type
  std::string unit = "minimum";       // [unit] or "auto", "MB", "ms", ...
  double divide_by = 1;               //
  bool normalize = false;             // [norm] scaled to the base profile's total
  bool relative_percentages = false;  // [rel] of what the filters left
  bool compact_labels = false;        // [compact] a short header
  std::string sort = "flat";          // [sort] or "cum"

  // Which frames are one node.
  std::string granularity;       // [g] functions, filefunctions, files, lines, addresses; empty: by report
  bool noinlines = false;        // [noinlines] inlined calls are counted to their caller
  bool showcolumns = false;      // [showcolumns]
  bool call_tree = false;        // [calltree] graphs: one node for every path
  std::string tagroot, tagleaf;  // label keys whose values become frames, comma-separated

  // What is left out.
  bool trim = true;                   // [trim] false: the next three count as 0
  int64_t nodecount = -1;             // [n] 0: all; -1: by report
  double nodefraction = 0.005;        // [nf]
  double edgefraction = 0.001;        // [ef]
  bool drop_negative = false;         // [dropneg]
  std::string focus, ignore;          // [f, i] regular expressions, as all of these (RE2)
  std::string prune_from;             // [prunefrom]
  std::string hide, show, show_from;  // [h, s, sf]
  std::string tagfocus, tagignore;    // [tf, ti] regular expressions or ranges: "32kb:1mb"
  std::string tagshow, taghide;       // [ts, th]

  // Listings.
  std::string source_path, trim_path;
  bool intel_syntax = false;  // [intel]

  std::string output;  // a file; empty: stdout
};

}  // namespace seep::profile
