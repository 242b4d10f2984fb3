// Source with comments that set aside, a baseline and a diff, each after a line "---": whatever they are, no
// crash, and a patch of the fixes that is bounded.
#include <array>
#include <string_view>

#include "goscan/review/directives.h"
#include "goscan/review/fix.h"
#include "goscan/review/review.h"
#include "goscan/syntax/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seep;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  if (rest.size() > (64u << 10)) return 0;
  std::array<std::string_view, 3> parts;
  for (std::string_view& part : parts) {
    const size_t end = rest.find("\n---\n");
    part = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 5);
  }
  const goscan::Tree tree = goscan::ParseFile(parts[0]);
  const std::vector<model::ScanRule> rules = {{.id = "R103", .name = "body", .aliases = {"bodyclose"}}};
  model::ScanReport report;
  // A finding on each of the first lines, with an edit that may be anywhere.
  for (uint32_t line = 1; line <= tree.lines.size() && line < 50; ++line) {
    model::ScanFinding f{.rule = "R103", .confidence = model::ScanConfidence::kCertain, .function = "p.f"};
    f.where = {.file = "p.go", .line = line, .column = line, .end_line = line + 1, .end_column = 3};
    f.edits = {
        {.file = "p.go", .begin = tree.lines[line - 1], .end = tree.lines[line - 1] + line % 3, .text = "x"}};
    report.findings.push_back(std::move(f));
  }
  const goscan::ReviewFile file{"p.go", &tree};
  model::ScanReview review = goscan::Review(std::move(report), rules, {&file, 1});
  (void)goscan::ApplyBaseline(parts[1], "baseline", review);
  if (const auto changed = goscan::ReadChangedLines(parts[2])) goscan::KeepChanged(*changed, review);
  goscan::Settle({}, rules, review);
  (void)goscan::WriteBaseline(review);
  const goscan::SourceText text{"p.go", parts[0]};
  for (const goscan::FixedFile& fixed : goscan::FixAll(review, {&text, 1}).files) {
    if (goscan::UnifiedDiff(fixed).size() > 8 * (fixed.before.size() + fixed.after.size()) + 4096)
      __builtin_trap();
  }
  return 0;
}
