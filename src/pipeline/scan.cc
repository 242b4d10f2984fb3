#include "pipeline/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "capture/program.h"
#include "goscan/module/build_tags.h"
#include "goscan/module/go_mod.h"
#include "goscan/scan.h"
#include "pipeline/imports.h"

namespace seep::pipeline {
namespace {

struct Module {
  std::string folder;  // below the scanned one, "" or ending in '/'
  std::string path;
  std::string go_version;
};

// The version that decides what timers do: with asynctimerchan=1 they are those of before Go 1.23.
std::string VersionOf(const goscan::GoMod& mod) {
  const auto& settings = mod.godebug;
  return std::ranges::find(settings, "asynctimerchan=1") != settings.end() ? "1.22" : mod.go_version;
}

Module ReadModule(std::string_view text) {
  const goscan::GoMod mod = goscan::ParseGoMod(text);
  return {"", mod.path, VersionOf(mod)};
}

std::string FolderOf(std::string_view path) {
  return std::string(path.substr(0, path.rfind('/') + 1));
}

// The modules of a tree, deepest first, so that the first one that holds a file is its own.
std::vector<Module> ModulesOf(const capture::SourceTree& tree) {
  std::vector<Module> modules;
  for (const capture::SourceText& file : tree.modules) {
    modules.push_back(ReadModule(file.text));
    modules.back().folder = FolderOf(file.path);
  }
  if (!tree.outer_module.path.empty()) {
    Module outer = ReadModule(tree.outer_module.text);
    // "/price" of ".../orders/price" in the module of ".../orders".
    outer.path += tree.folder.substr(FolderOf(tree.outer_module.path).size() - 1);
    modules.push_back(std::move(outer));
  }
  std::ranges::sort(modules, std::ranges::greater{}, [](const Module& m) { return m.folder.size(); });
  return modules;
}

const Module* ModuleOf(const std::vector<Module>& modules, std::string_view file) {
  const auto it = std::ranges::find_if(modules, [&](const Module& m) { return file.starts_with(m.folder); });
  return it == modules.end() ? nullptr : &*it;
}

std::string ImportPath(const Module* module, const std::string& folder) {
  std::string below = folder.substr(module == nullptr ? 0 : module->folder.size());
  if (below.ends_with('/')) below.pop_back();
  // Vendored packages have the paths that they had.
  constexpr std::string_view kVendor = "vendor/";
  const size_t vendor = below.starts_with(kVendor) ? 0 : below.rfind("/vendor/");
  if (vendor != below.npos) return below.substr(below.find(kVendor, vendor) + kVendor.size());
  if (module == nullptr) return below.empty() ? "main" : below;
  return below.empty() ? module->path : module->path + "/" + below;
}

// https://go.dev/s/generatedcode: a line of its own before the package clause.
bool IsGenerated(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with("package ")) return false;
    if (Trim(line).starts_with("// Code generated ") && Trim(line).ends_with(" DO NOT EDIT.")) return true;
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return false;
}

goscan::ScanInput Packages(const capture::SourceTree& tree, const ScanOptions& options) {
  const std::vector<Module> modules = ModulesOf(tree);
  goscan::ScanInput input;
  input.find = FindImports(tree, options.limits, options.target);
  std::map<std::string, size_t> by_path;
  for (const capture::SourceText& file : tree.files) {
    if (!goscan::IsBuilt(file.path.substr(file.path.rfind('/') + 1), file.text, options.target)) continue;
    const Module* of = ModuleOf(modules, file.path);
    const std::string path = ImportPath(of, FolderOf(file.path));
    const auto [it, fresh] = by_path.try_emplace(path, input.packages.size());
    if (fresh) input.packages.push_back({path, {}});
    input.packages[it->second].files.push_back({file.path, file.text});
    if (of != nullptr && input.go_version.empty()) input.go_version = of->go_version;
  }
  // Of several modules none is the one; of a folder inside a module it is that module.
  if (modules.size() == 1)
    input.module =
        tree.outer_module.path.empty() ? modules.front().path : ReadModule(tree.outer_module.text).path;
  return input;
}

// Without a path nothing that the module imports of itself is found.
void NameModules(const capture::SourceTree& tree, model::ScanReport& report) {
  std::vector<const capture::SourceText*> modules{&tree.outer_module};
  for (const capture::SourceText& file : tree.modules) modules.push_back(&file);
  for (const capture::SourceText* file : modules)
    if (!file->path.empty() && goscan::ParseGoMod(file->text).path.empty())
      report.gaps.push_back({file->path,
                             "names no module, where `module PATH` is expected: what its packages import of "
                             "each other is not known",
                             ""});
}

void DropGenerated(const capture::SourceTree& tree, model::ScanReport& report) {
  std::set<std::string_view> generated;
  for (const capture::SourceText& file : tree.files)
    if (IsGenerated(file.text)) generated.insert(file.path);
  std::erase_if(report.findings,
                [&](const model::ScanFinding& f) { return generated.contains(f.where.file); });
}

std::vector<model::SourceFunction> DeclaredIn(const goscan::Program& program, uint64_t files) {
  std::vector<model::SourceFunction> declared;
  for (uint32_t id = 0; id < files; ++id) {
    const goscan::SourceFile& file = program.file(id);
    const goscan::Tree& tree = file.tree;
    if (!tree.file) continue;
    for (const goscan::NodeId node : tree.Get<goscan::File>(tree.file).decls)
      if (tree.kind(node) == goscan::Kind::kFuncDecl)
        declared.push_back({goscan::RuntimeName(program, id, node), file.path,
                            tree.PositionOf(tree.begin(node)).line, tree.PositionOf(tree.end(node)).line});
  }
  return declared;
}

}  // namespace

SourceScan::SourceScan() = default;
SourceScan::SourceScan(SourceScan&&) noexcept = default;
SourceScan& SourceScan::operator=(SourceScan&&) noexcept = default;
SourceScan::~SourceScan() = default;

Result<SourceScan> SourceScan::Read(const std::string& folder, const ScanOptions& options,
                                    const model::Knowledge& knowledge, const Log& log) {
  SourceScan scan;
  log.Progress("reading " + folder);
  SEEP_TRY(capture::SourceTree tree, capture::ReadSourceTree(folder, options.limits));
  if (tree.files.empty())
    return Fail(ErrorCode::kNotFound, "there is no Go source in it", folder,
                tree.gaps.empty() ? "name a folder with .go files"
                                  : fmt::format("{}: {}", tree.gaps.front().what, tree.gaps.front().why));
  scan.tree_ = std::make_unique<capture::SourceTree>(std::move(tree));
  log.Progress("scanning " + folder);
  scan.scanned_ = std::make_unique<goscan::Scanned>(goscan::Scan(Packages(*scan.tree_, options), knowledge));
  model::ScanReport& report = scan.scanned_->report;
  report.folder = scan.tree_->folder;
  report.gaps.insert(report.gaps.begin(), scan.tree_->gaps.begin(), scan.tree_->gaps.end());
  NameModules(*scan.tree_, report);
  if (!options.generated) DropGenerated(*scan.tree_, report);
  for (const Module& module : ModulesOf(*scan.tree_)) report.modules.push_back(module.path);
  if (options.declared) report.declared = DeclaredIn(*scan.scanned_->program, report.files);
  return scan;
}

const model::ScanReport& SourceScan::report() const {
  return scanned_->report;
}

model::ScanReview SourceScan::Review(const model::Knowledge& knowledge,
                                     std::vector<std::vector<model::ScanAgreement>> seen) const {
  std::vector<goscan::ReviewFile> files;
  for (uint32_t id = 0; id < scanned_->report.files; ++id) {
    const goscan::SourceFile& file = scanned_->program->file(id);
    files.push_back({file.path, &file.tree});
  }
  model::ScanReview review = goscan::Review(scanned_->report, knowledge.scan_rules, files);
  for (size_t i = 0; i < review.marks.size() && i < seen.size(); ++i)
    review.marks[i].seen = std::move(seen[i]);
  return review;
}

goscan::Fixes SourceScan::Fixes(const model::ScanReview& review) const {
  std::vector<goscan::SourceText> texts;
  for (const capture::SourceText& file : tree_->files) texts.push_back({file.path, file.text});
  return goscan::FixAll(review, texts);
}

size_t SourceScan::Write(goscan::Fixes& fixes) const {
  size_t written = 0;
  for (const goscan::FixedFile& file : fixes.files) {
    const auto status = capture::ReplaceFile(tree_->folder + "/" + file.path, file.after);
    if (status)
      ++written;
    else
      fixes.gaps.push_back({file.path, status.error().what, ""});
  }
  return written;
}

Result<goscan::ChangedLines> SourceScan::ChangedSince(const std::string& revision) const {
  if (revision.starts_with('-'))
    return Fail(ErrorCode::kUsage, "expected a commit or a branch, found \"" + Printable(revision) + "\"",
                "--diff");
  const auto git = [&](std::vector<std::string> arguments) -> Result<std::string> {
    std::vector<std::string> command = {"git", "-c", "core.quotePath=false", "-C", tree_->folder};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto answer = capture::RunFilter(command, "");
    if (!answer)
      return Fail(ErrorCode::kUnavailable,
                  fmt::format("git {} failed: {}", arguments.front(), answer.error().what), tree_->folder,
                  "--diff needs git, a repository and a commit that is there (fetch-depth: 0 in CI)");
    return answer;
  };
  SEEP_TRY(const std::string diff, git({"diff", "--unified=0", "--no-color", "--no-ext-diff", "--relative",
                                        "--src-prefix=a/", "--dst-prefix=b/", revision, "--", "*.go"}));
  SEEP_TRY(goscan::ChangedLines changed, goscan::ReadChangedLines(diff));
  SEEP_TRY(const std::string fresh, git({"ls-files", "--others", "--exclude-standard", "-z", "--", "*.go"}));
  for (const std::string_view path : Split(fresh, '\0'))
    if (!path.empty()) changed[std::string(path)].emplace_back(1, UINT32_MAX);
  return changed;
}

}  // namespace seep::pipeline
