// Lines that several reports print.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/writer.h"

namespace seep::pprof {

void PrintLines(Writer& out, const std::vector<std::string>& lines);

// A row of top.
struct TextItem {
  std::string_view name;      // of the graph's names
  std::string_view inlining;  // "", "(inline)", "(partial-inline)"
  int64_t flat = 0, cum = 0;
  std::string flat_text, cum_text;
};
struct TextItems {
  profile::TrimmedGraph trimmed;  // holds the names
  std::vector<TextItem> items;
  std::vector<std::string> labels;
};
TextItems MakeTextItems(Prepared& prepared);

Status PrintText(Prepared& prepared, Writer& out);  // top, text
Status PrintTree(Prepared& prepared, Writer& out);  // tree, peek

}  // namespace seep::pprof
