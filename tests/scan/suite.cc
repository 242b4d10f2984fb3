// The rules against labelled source: tests/scan/{suite,wild}/<subject>/*.go. A line that must be found ends
// in `// want R103` (several: `// want R103 R106`); everything else must not. `// looks like R103` above a
// function says that it is a good one that a careless look would take for a leak of the rule; `// rules R103`
// that only these are judged in the folder; `// possible` that in this folder what only a process can confirm
// counts as well; `// maybe R177` the same of a line; a first line `// go 1.20` what go.mod would.
//
//   scan_suite FOLDER...      a line a rule, and what is wrong; fails where recall or precision of a rule is
//                             below 95 %, or it has fewer than eight bad or eight good functions in all
//   scan_suite -l FILE...     what is found in files, for people
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
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
  std::map<std::string, size_t> bad;                               // by rule: functions with such a line
  std::map<std::string, size_t> good;                              // by rule: functions that look like it
  std::set<std::tuple<std::string, uint32_t, std::string>>
      maybe;              // those of `lines` that may be possible only
  bool possible = false;  // `// possible`: what only a process can confirm counts too
};

// Of one rule, over all folders.
struct Tally {
  size_t bad = 0;  // functions
  size_t good = 0;
  size_t found = 0;  // lines
  size_t missed = 0;
  size_t false_ones = 0;

  double Recall() const { return Share(found, found + missed); }
  double Precision() const { return Share(found, found + false_ones); }
  static double Share(size_t part, size_t all) {
    return all == 0 ? 1 : static_cast<double>(part) / static_cast<double>(all);
  }
};

constexpr size_t kFunctionsARule = 8;
constexpr double kEnough = 0.95;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> WordsAfter(std::string_view line, std::string_view mark) {
  const size_t at = line.find(mark);
  if (at == std::string_view::npos) return {};
  std::stringstream words{std::string(line.substr(at + mark.size()))};
  return {std::istream_iterator<std::string>(words), {}};
}

void ReadLabels(const std::string& path, std::string_view text, Expected& expected) {
  uint32_t number = 0;
  std::set<std::string> in_function;  // rules that the function here has been counted for
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.starts_with("func ")) in_function.clear();
    expected.possible |= line == "// possible";
    if (line.starts_with("// rules "))
      for (std::string& rule : WordsAfter(line, "// rules ")) expected.rules.insert(std::move(rule));
    if (line.starts_with("// looks like "))
      for (const std::string& rule : WordsAfter(line, "// looks like ")) ++expected.good[rule];
    for (std::string& rule : WordsAfter(line, "// maybe ")) {
      if (in_function.insert(rule).second) ++expected.bad[rule];
      expected.maybe.emplace(path, number, rule);
      expected.lines.emplace(path, number, std::move(rule));
    }
    for (std::string& rule : WordsAfter(line, "// want ")) {
      if (in_function.insert(rule).second) ++expected.bad[rule];
      expected.lines.emplace(path, number, std::move(rule));
    }
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
    ReadLabels(path.string(), text, expected);
  }
  input.packages.push_back(std::move(package));
  input.find = pipeline::FindSignatures();
  return goscan::Scan(std::move(input), knowledge);
}

bool Reported(const model::ScanFinding& f, const Expected& expected) {
  return expected.possible || f.confidence != model::ScanConfidence::kPossible ||
         expected.maybe.contains({f.where.file, f.where.line, f.rule});
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

std::vector<Case> CasesOf(const fs::path& folder) {
  std::vector<Case> cases;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    Case& c = cases.emplace_back(Case{entry.path().filename().string(), {}});
    for (const auto& file : fs::directory_iterator(entry.path()))
      if (file.path().extension() == ".go") c.files.push_back(file.path());
    std::ranges::sort(c.files);
  }
  std::ranges::sort(cases, {}, &Case::name);
  return cases;
}

// Adds what one folder says to the rules' tallies. False: some of it could not be read.
bool Count(const Case& c, const model::Knowledge& knowledge, std::map<std::string, Tally>& tallies) {
  std::deque<std::string> texts;
  Expected expected;
  const goscan::Scanned scanned = ScanCase(c, knowledge, texts, expected);
  for (const model::Gap& gap : scanned.report.gaps) fmt::print("{}: {}\n", gap.what, gap.why);
  for (const auto& [rule, count] : expected.bad) tallies[rule].bad += count;
  for (const auto& [rule, count] : expected.good) tallies[rule].good += count;
  for (const model::ScanFinding& f : scanned.report.findings) {
    if (!Reported(f, expected) || (!expected.rules.empty() && !expected.rules.contains(f.rule))) continue;
    if (expected.lines.erase({f.where.file, f.where.line, f.rule}) > 0) {
      ++tallies[f.rule].found;
    } else {
      ++tallies[f.rule].false_ones;
      fmt::print("false  {}:{}: {} {}\n", f.where.file, f.where.line, f.rule, f.message);
    }
  }
  for (const auto& [file, line, rule] : expected.lines) {
    ++tallies[rule].missed;
    fmt::print("missed {}:{}: {}\n", file, line, rule);
  }
  return scanned.report.gaps.empty();
}

int Suite(const std::vector<std::string>& folders, const model::Knowledge& knowledge) {
  std::map<std::string, Tally> tallies;
  // A rule that the suite says nothing of is one that nobody has tried.
  for (const model::ScanRule& rule : knowledge.scan_rules) tallies[rule.id];
  bool right = true;
  for (const std::string& folder : folders)
    for (const Case& c : CasesOf(folder)) right = Count(c, knowledge, tallies) && right;
  constexpr std::string_view kRow = "{:<5} {:<34} {:>4} {:>6} {:>7} {:>5} {:>6} {:>7} {:>10}\n";
  fmt::print(kRow, "rule", "", "bad", "found", "missed", "good", "false", "recall", "precision");
  Tally all;
  for (const auto& [rule, t] : tallies) {
    const auto named = std::ranges::find(knowledge.scan_rules, rule, &model::ScanRule::id);
    fmt::print(kRow, rule, named == knowledge.scan_rules.end() ? "no such rule" : named->name, t.bad, t.found,
               t.missed, t.good, t.false_ones, fmt::format("{:.0f}%", t.Recall() * 100),
               fmt::format("{:.0f}%", t.Precision() * 100));
    const bool enough = t.bad >= kFunctionsARule && t.good >= kFunctionsARule;
    if (!enough) fmt::print("{}: fewer than {} bad or good functions\n", rule, kFunctionsARule);
    right = right && enough && t.Recall() >= kEnough && t.Precision() >= kEnough;
    all.bad += t.bad;
    all.good += t.good;
    all.found += t.found;
    all.missed += t.missed;
    all.false_ones += t.false_ones;
  }
  fmt::print(kRow, "all", "", all.bad, all.found, all.missed, all.good, all.false_ones,
             fmt::format("{:.1f}%", all.Recall() * 100), fmt::format("{:.1f}%", all.Precision() * 100));
  return right ? 0 : 1;
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
  if (args.empty()) {
    fmt::print("usage: scan_suite FOLDER... | -l FILE...\n");
    return 1;
  }
  return Suite(args, *knowledge);
}
