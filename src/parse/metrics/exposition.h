// The text that /metrics serves: Prometheus text format 0.0.4 and OpenMetrics 1.0.
//
//   # HELP go_goroutines Number of goroutines that currently exist.
//   # TYPE go_goroutines gauge
//   go_goroutines 42
//   http_requests_total{code="200",path="/a\"b"} 1.027e+03 1795287733000 # {trace_id="x"} 0.5 1795287733
//   # EOF
//
// After the name: labels in braces (values with \\, \" and \n escapes), the value (a Go float, "NaN",
// "+Inf"), a time stamp (milliseconds, in OpenMetrics seconds) and in OpenMetrics an exemplar. OpenMetrics
// ends with "# EOF".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cursor.h"

namespace seep::parse {

struct ExpositionLine {
  std::string_view name;
  std::vector<std::pair<std::string_view, std::string>> labels;  // in the order of the text, unescaped
  double value = 0;

  std::string_view Label(std::string_view key) const {
    for (const auto& [name_of_label, text] : labels)
      if (name_of_label == key) return text;
    return {};
  }
};

// Reads one sample line into `out`, whose room is used again; false if it is none. Comments and empty lines
// are none.
bool ReadExpositionLine(std::string_view line, ExpositionLine& out);

}  // namespace seep::parse
