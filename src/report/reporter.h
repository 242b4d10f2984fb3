// The contract of a report form: src/report/formats/<name>.cc defining `const Reporter reporter_<name>`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/finding.h"
#include "model/stack_table.h"

namespace seep::report {

struct Style {
  bool colour = false;
  int width = 80;        // columns
  int verbosity = 0;     // -1 = -q, 0, 1 = -v
  std::string version;   // of seep
  std::string saved_as;  // bundle written beside, or empty
  // One line each, for `seep explain`-style hints at the end; filled by cli/.
  std::string next;  // the command to run next
};

struct Reporter {
  std::string_view name;  // "text", "json", "html", "markdown": --text is the default, the others are flags
  std::string_view media_type;  // "text/plain; charset=utf-8"
  // `stacks` resolves Finding::stacks. Deterministic: equal input gives equal bytes; no wall time inside.
  std::string (*write)(const model::Report& report, const model::StackTable& stacks,
                       const Style& style) = nullptr;
};

std::span<const Reporter* const> AllReporters();  // generated

}  // namespace seep::report
