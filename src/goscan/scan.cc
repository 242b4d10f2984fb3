#include "goscan/scan.h"

#include <fmt/format.h>

#include "goscan/rules/rule.h"

namespace seep::goscan {
namespace {

void Count(const Program& program, size_t files, model::ScanReport& report) {
  for (uint32_t id = 0; id < files; ++id) {
    const SourceFile& file = program.file(id);
    ++report.files;
    report.bytes += file.tree.source.size();
    report.lines += file.tree.lines.size();
    if (file.tree.errors.empty()) continue;
    const SyntaxError& error = file.tree.errors.front();
    const Position at = file.tree.PositionOf(error.at);
    report.gaps.push_back({fmt::format("{}:{}:{}", file.path, at.line, at.column),
                           fmt::format("does not parse: {}; the rest of the file was scanned", error.what),
                           ""});
  }
}

}  // namespace

Scanned Scan(ScanInput input, const model::Knowledge& knowledge) {
  Scanned scanned;
  scanned.program = std::make_unique<Program>(std::move(input.find));
  for (ScannedPackage& package : input.packages)
    scanned.program->AddOwn(package.import_path, std::move(package.files));
  const size_t own_files = scanned.program->file_count();
  scanned.report.module = input.module;
  scanned.report.go_version = input.go_version;
  Count(*scanned.program, own_files, scanned.report);

  Analysis analysis(*scanned.program, knowledge, input.go_version);
  scanned.report.functions = analysis.function_count();
  Findings findings(analysis);
  for (const Check* check : AllChecks()) check->run(analysis, findings);
  scanned.report.findings = findings.Take();
  return scanned;
}

}  // namespace seep::goscan
