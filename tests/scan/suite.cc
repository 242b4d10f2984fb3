// The rules against labelled source: tests/scan/suite/<rule>/{bad,good}.go. A line that must be found ends in
// `// want R103` (several: `// want R103 R106`); everything else must not. A first line `// go 1.20` says
// what go.mod would.
//
//   scan_suite FOLDER        the table, and what is wrong; fails below 95 % recall or precision of any rule's
//   folder scan_suite -l FILE...    what is found in files, for people
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "goscan/scan.h"
#include "parse/knowledge/knowledge.h"
#include "pipeline/signatures.h"
#include "seep_knowledge.h"

namespace seep {
namespace {

namespace fs = std::filesystem;

struct Expected {
  std::set<std::string> rules;  // `// rules R103 R104`: the only ones judged here; empty: all
  std::set<std::tuple<std::string, uint32_t, std::string>> lines;  // file, line, rule
};

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void ReadWants(const std::string& path, std::string_view text, Expected& expected) {
  uint32_t number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.starts_with("// rules ")) {
      std::stringstream words{std::string(line.substr(9))};
      for (std::string rule; words >> rule;) expected.rules.insert(rule);
    }
    const size_t mark = line.find("// want ");
    if (mark == std::string_view::npos) continue;
    std::stringstream words{std::string(line.substr(mark + 8))};
    for (std::string rule; words >> rule;) expected.lines.emplace(path, number, rule);
  }
}

struct Case {
  std::string name;
  std::vector<fs::path> files;
};

goscan::Scanned ScanCase(const Case& c, const model::Knowledge& knowledge, std::deque<std::string>& texts,
                         Expected& expected) {
  goscan::ScanInput input;
  input.module = "suite";
  goscan::ScannedPackage package;
  package.import_path = "suite/" + c.name;
  for (const fs::path& path : c.files) {
    const std::string& text = texts.emplace_back(ReadAll(path));
    if (text.starts_with("// go ")) input.go_version = text.substr(6, text.find('\n') - 6);
    package.files.push_back({path.string(), text});
    ReadWants(path.string(), text, expected);
  }
  input.packages.push_back(std::move(package));
  input.find = pipeline::FindSignatures();
  return goscan::Scan(std::move(input), knowledge);
}

bool Reported(const model::ScanFinding& f) {
  return f.confidence != model::ScanConfidence::kPossible;
}

int List(const Case& c, const model::Knowledge& knowledge) {
  std::deque<std::string> texts;
  Expected expected;
  const goscan::Scanned scanned = ScanCase(c, knowledge, texts, expected);
  for (const model::Gap& gap : scanned.report.gaps) fmt::print("{}: {}\n", gap.what, gap.why);
  for (const model::ScanFinding& f : scanned.report.findings) {
    fmt::print("{}:{}:{}: {} {} [{}] {}\n", f.where.file, f.where.line, f.where.column, f.rule,
               Name(f.confidence), f.function, f.message);
    for (const model::SourceSpot& s : f.path) fmt::print("    {}:{}: {}\n", s.file, s.line, s.note);
  }
  return 0;
}

int Suite(const fs::path& folder, const model::Knowledge& knowledge) {
  std::vector<Case> cases;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    Case& c = cases.emplace_back(Case{entry.path().filename().string(), {}});
    for (const auto& file : fs::directory_iterator(entry.path()))
      if (file.path().extension() == ".go") c.files.push_back(file.path());
    std::ranges::sort(c.files);
  }
  std::ranges::sort(cases, {}, &Case::name);
  size_t all_right = 0;
  size_t all_missed = 0;
  size_t all_false = 0;
  int failures = 0;
  fmt::print("{:<34} {:>5} {:>6} {:>6} {:>7} {:>9}\n", "rule", "right", "missed", "false", "recall",
             "precision");
  for (const Case& c : cases) {
    std::deque<std::string> texts;
    Expected expected;
    const goscan::Scanned scanned = ScanCase(c, knowledge, texts, expected);
    size_t right = 0;
    size_t false_ones = 0;
    std::string notes;
    for (const model::Gap& gap : scanned.report.gaps) notes += fmt::format("  {}: {}\n", gap.what, gap.why);
    auto open = expected.lines;
    for (const model::ScanFinding& f : scanned.report.findings) {
      if (!Reported(f) || (!expected.rules.empty() && !expected.rules.contains(f.rule))) continue;
      if (open.erase({f.where.file, f.where.line, f.rule}) > 0) {
        ++right;
      } else {
        ++false_ones;
        notes += fmt::format("  false  {}:{}: {} {}\n", f.where.file, f.where.line, f.rule, f.message);
      }
    }
    for (const auto& [file, line, rule] : open)
      notes += fmt::format("  missed {}:{}: {}\n", file, line, rule);
    const double recall =
        expected.lines.empty() ? 1 : static_cast<double>(right) / static_cast<double>(expected.lines.size());
    const double precision =
        right + false_ones == 0 ? 1 : static_cast<double>(right) / static_cast<double>(right + false_ones);
    fmt::print("{:<34} {:>5} {:>6} {:>6} {:>6.0f}% {:>8.0f}%\n{}", c.name, right, open.size(), false_ones,
               recall * 100, precision * 100, notes);
    all_right += right;
    all_missed += open.size();
    all_false += false_ones;
    if (!scanned.report.gaps.empty()) ++failures;
  }
  const auto total = static_cast<double>(all_right);
  const double recall = total / static_cast<double>(std::max<size_t>(all_right + all_missed, 1));
  const double precision = total / static_cast<double>(std::max<size_t>(all_right + all_false, 1));
  fmt::print("{:<34} {:>5} {:>6} {:>6} {:>6.1f}% {:>8.1f}%\n", "all", all_right, all_missed, all_false,
             recall * 100, precision * 100);
  return failures == 0 && all_right > 0 && recall >= 0.95 && precision >= 0.95 ? 0 : 1;
}

}  // namespace
}  // namespace seep

int main(int argc, char** argv) {
  using namespace seep;  // NOLINT(google-build-using-namespace)
  const auto knowledge = parse::ParseKnowledge(seep_knowledge_files());
  if (!knowledge) {
    fmt::print("{}\n", knowledge.error().Text());
    return 1;
  }
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() > 1 && args[0] == "-l") {
    Case c{"listed", {}};
    for (size_t i = 1; i < args.size(); ++i) c.files.emplace_back(args[i]);
    return List(c, *knowledge);
  }
  if (args.size() != 1) {
    fmt::print("usage: scan_suite FOLDER | -l FILE...\n");
    return 1;
  }
  return Suite(args[0], *knowledge);
}
