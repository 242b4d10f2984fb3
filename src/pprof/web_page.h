// One page for a profile: a flame graph, the table of functions, and, where a server is behind it, the other
// views. No network, no framework; the page's policy allows its own script and style by their hashes and
// nothing else.
#pragma once

#include <string>
#include <string_view>

#include "pprof/prepared.h"
#include "pprof/stacks.h"

namespace seep::pprof {

// What the page draws, as JSON (html/tree.js reads it):
//   {"title": "server inuse_space", "labels": ["Type: inuse_space", ...], "scale": 1, "column": 1, "leftOut":
//   0,
//    "columns": [{"type": "objects", "unit": "count", "now": [self value by node], "base": [the same, or
//    []]}], "frames": [[name, file]], "frame": [by node], "depth": [by node], "inlined": [numbers of nodes]}
std::string StackJson(const Prepared& prepared, const StackTree& tree);

// A page that stands alone, with its data.
std::string FilePage(std::string_view stack_json);
// One that asks the server it came from. `facts`: {"types": [names of sample types], "title": ...}
std::string ServedPage(std::string_view facts_json);

}  // namespace seep::pprof
