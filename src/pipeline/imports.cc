#include "pipeline/imports.h"

#include <deque>
#include <memory>
#include <string>

#include "goscan/module/go_mod.h"
#include "goscan/module/import_folders.h"
#include "pipeline/signatures.h"

namespace seep::pipeline {
namespace {

constexpr uint64_t kMostImported = uint64_t{256} << 20;  // bytes of source; beyond it imports are unknown

std::string FolderOf(std::string_view file) {
  return std::string(file.substr(0, file.rfind('/')));
}

// The module cache is absolute or of no use: `go` refuses a relative one as well.
std::string ModuleCache() {
  std::string cache = capture::GoModuleCache();
  return cache.starts_with('/') ? cache : "";
}

// The modules of the tree and around it, and those of the workspace it lies in.
std::vector<goscan::LocalModule> LocalModules(const capture::SourceTree& tree,
                                              const capture::SourceLimits& limits) {
  std::vector<goscan::LocalModule> modules;
  for (const capture::SourceText& file : tree.modules)
    modules.push_back({FolderOf(tree.folder + "/" + file.path), goscan::ParseGoMod(file.text)});
  if (!tree.outer_module.path.empty())
    modules.push_back({FolderOf(tree.outer_module.path), goscan::ParseGoMod(tree.outer_module.text)});
  const capture::SourceText work = capture::NearestFile(tree.folder, "go.work", limits);
  if (work.path.empty()) return modules;
  goscan::LocalModule workspace{FolderOf(work.path), goscan::ParseGoMod(work.text)};
  constexpr size_t kMostUsed = 1000;
  for (size_t i = 0; i < workspace.mod.uses.size() && i < kMostUsed; ++i) {
    const std::string folder = goscan::FolderBelow(workspace.folder, workspace.mod.uses[i]);
    const std::string text = capture::ReadSourceFile(folder + "/go.mod", limits);
    if (!text.empty()) modules.push_back({folder, goscan::ParseGoMod(text)});
  }
  modules.push_back(std::move(workspace));  // its replaces count for all
  return modules;
}

struct Imports {
  goscan::Program::Finder signatures;
  goscan::ImportFolders folders;
  capture::SourceLimits limits;
  goscan::BuildTarget target;
  std::deque<std::string> texts;
  uint64_t bytes = 0;

  std::vector<goscan::FileText> Find(std::string_view import_path) {
    if (auto known = signatures(import_path); !known.empty()) return known;
    std::vector<goscan::FileText> files;
    // The standard library has no dot in the first part of its paths, and is known in whole: what is missing
    // is internal.
    if (import_path.substr(0, import_path.find('/')).find('.') == std::string_view::npos &&
        !IsLocal(import_path))
      return files;
    for (const std::string& folder : folders.Of(import_path)) {
      const auto by_name = [&](std::string_view name) { return goscan::IsBuilt(name, "", target); };
      for (capture::SourceText& file : capture::ReadPackageFolder(folder, limits, by_name)) {
        const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
        if (!goscan::IsBuilt(name, file.text, target) || bytes > kMostImported) continue;
        bytes += file.text.size();
        texts.push_back(std::move(file.text));
        files.push_back({std::move(file.path), texts.back()});
      }
      if (!files.empty()) break;
    }
    return files;
  }

  // "orders/price" of a module that is called "orders".
  bool IsLocal(std::string_view import_path) const { return folders.IsOfLocalModule(import_path); }
};

}  // namespace

goscan::Program::Finder FindImports(const capture::SourceTree& tree, const capture::SourceLimits& limits,
                                    const goscan::BuildTarget& target) {
  auto imports =
      std::make_shared<Imports>(Imports{FindSignatures(),
                                        goscan::ImportFolders(LocalModules(tree, limits), ModuleCache()),
                                        limits,
                                        target,
                                        {},
                                        0});
  return [imports = std::move(imports)](std::string_view import_path) { return imports->Find(import_path); };
}

}  // namespace seep::pipeline
