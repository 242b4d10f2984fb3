// What --fix makes of the labelled functions: each fix by itself is put into the file it is for, which then
// parses, has no new finding, and has the old one no more.
//
//   scan_fixes FOLDER RULE...   RULE: those that have a fix, and no others
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "goscan/scan.h"
#include "goscan/syntax/parser.h"
#include "parse/knowledge/knowledge.h"
#include "pipeline/signatures.h"
#include "seep_knowledge.h"

namespace seep {
namespace {

namespace fs = std::filesystem;
using model::ScanFinding;

// By path. The files of a folder are one package.
using Texts = std::map<std::string, std::string>;

// Labels stand where code has nothing: a fix may move whole lines.
std::string WithoutLabels(std::string text) {
  for (size_t at; (at = text.find(" // want ")) != std::string::npos;)
    text.erase(at, std::min(text.find('\n', at), text.size()) - at);
  return text;
}

Texts ReadFolder(const fs::path& folder) {
  Texts texts;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.path().extension() != ".go") continue;
    std::ifstream in(file.path());
    std::stringstream text;
    text << in.rdbuf();
    texts[file.path().string()] = WithoutLabels(text.str());
  }
  return texts;
}

std::vector<ScanFinding> Findings(const Texts& texts, const model::Knowledge& knowledge) {
  goscan::ScanInput input;
  input.module = "suite";
  goscan::ScannedPackage package{"suite/fixed", {}};
  for (const auto& [path, text] : texts) {
    if (text.starts_with("// go ")) input.go_version = text.substr(6, text.find('\n') - 6);
    package.files.push_back({path, text});
  }
  input.packages.push_back(std::move(package));
  input.find = pipeline::FindSignatures();
  return goscan::Scan(std::move(input), knowledge).report.findings;
}

// How many findings of each rule a function has.
using Counts = std::map<std::pair<std::string, std::string>, int>;

Counts CountsOf(const std::vector<ScanFinding>& findings) {
  Counts counts;
  for (const ScanFinding& f : findings) ++counts[{f.rule, f.where.file + " " + f.function}];
  return counts;
}

// Empty: it is right.
std::string Wrong(const ScanFinding& finding, const std::vector<ScanFinding>& all, const Texts& texts,
                  const model::Knowledge& knowledge) {
  Texts fixed = texts;
  std::vector<model::SourceEdit> edits = finding.edits;
  std::ranges::stable_sort(edits, std::ranges::greater(), &model::SourceEdit::begin);
  for (const model::SourceEdit& edit : edits)
    fixed[edit.file].replace(edit.begin, edit.end - edit.begin, edit.text);
  for (const auto& [path, text] : fixed)
    if (!goscan::ParseFile(text).errors.empty()) return "the fixed file does not parse";
  Counts counts = CountsOf(Findings(fixed, knowledge));
  Counts before = CountsOf(all);
  const std::pair where{finding.rule, finding.where.file + " " + finding.function};
  if (counts[where] >= before[where]) return "the fixed file has it still";
  for (const auto& [what, count] : counts)
    if (count > before[what]) return fmt::format("the fixed file has {} in {}", what.first, what.second);
  return {};
}

int Fixes(const fs::path& folder, const std::set<std::string>& rules, const model::Knowledge& knowledge) {
  std::map<std::string, int> tried;
  bool right = true;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    const Texts texts = ReadFolder(entry.path());
    const std::vector<ScanFinding> all = Findings(texts, knowledge);
    for (const ScanFinding& finding : all) {
      // What looks like a leak of one rule may be one of another, which its folder does not judge.
      if (finding.edits.empty() || finding.where.file.ends_with("good.go")) continue;
      ++tried[finding.rule];
      const std::string wrong = Wrong(finding, all, texts, knowledge);
      right = right && wrong.empty();
      if (!wrong.empty())
        fmt::print("{}:{}: {}: {}\n", finding.where.file, finding.where.line, finding.rule, wrong);
    }
  }
  for (const auto& [rule, count] : tried) {
    fmt::print("{} {} fixed\n", rule, count);
    right = right && rules.contains(rule);
    if (!rules.contains(rule)) fmt::print("{} is not among the rules that have a fix\n", rule);
  }
  for (const std::string& rule : rules) {
    right = right && tried.contains(rule);
    if (!tried.contains(rule)) fmt::print("{}: no fix was tried\n", rule);
  }
  return right ? 0 : 1;
}

}  // namespace
}  // namespace seep

int main(int argc, char** argv) {
  const auto knowledge = seep::parse::ParseKnowledge(seep::seep_knowledge_files());
  if (!knowledge || argc < 2) {
    fmt::print("{}\n", knowledge ? "usage: scan_fixes FOLDER RULE..." : knowledge.error().Text());
    return 1;
  }
  return seep::Fixes(argv[1], {argv + 2, argv + argc}, *knowledge);
}
