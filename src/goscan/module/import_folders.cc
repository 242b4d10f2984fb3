#include "goscan/module/import_folders.h"

#include <algorithm>

namespace seep::goscan {
namespace {

// "/errgroup" of ".../sync/errgroup" in the module ".../sync"; npos when it is not in it.
bool IsIn(std::string_view import_path, std::string_view module) {
  return !module.empty() && import_path.starts_with(module) &&
         (import_path.size() == module.size() || import_path[module.size()] == '/');
}

// The one of several modules that holds the package: the longest path.
template <class Range, class PathOf>
auto Longest(const Range& range, std::string_view import_path, PathOf path_of) {
  auto best = range.end();
  for (auto it = range.begin(); it != range.end(); ++it)
    if (IsIn(import_path, path_of(*it)) &&
        (best == range.end() || path_of(*it).size() > path_of(*best).size()))
      best = it;
  return best;
}

}  // namespace

std::string EscapeModulePath(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper) escaped += '!';
    escaped += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return escaped;
}

std::string FolderBelow(std::string from, std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with("../") || path == "..") {
    from.resize(std::min(from.size(), from.rfind('/')));
    path.remove_prefix(std::min<size_t>(path.size(), 3));
    while (path.starts_with("./")) path.remove_prefix(2);
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty() || path == ".") return from.empty() ? "/" : from;
  return from + "/" + std::string(path);
}

std::vector<std::string> ImportFolders::Of(std::string_view import_path) const {
  std::vector<std::string> folders;
  // A path with such a part is no import path, and could lead anywhere.
  if (import_path.empty() || import_path.starts_with('/') || import_path.find("..") != std::string_view::npos)
    return folders;
  const auto own =
      Longest(modules_, import_path, [](const LocalModule& m) -> const std::string& { return m.mod.path; });
  if (own != modules_.end())
    folders.push_back(own->folder + std::string(import_path.substr(own->mod.path.size())));
  for (const LocalModule& module : modules_) {
    AddReplaced(module, import_path, folders);
    folders.push_back(module.folder + "/vendor/" + std::string(import_path));
    AddRequired(module, import_path, folders);
  }
  return folders;
}

bool ImportFolders::IsOfLocalModule(std::string_view import_path) const {
  return std::ranges::any_of(modules_, [&](const LocalModule& module) {
    return IsIn(import_path, module.mod.path) ||
           std::ranges::any_of(module.mod.replaces,
                               [&](const Replacement& r) { return IsIn(import_path, r.from.path); });
  });
}

void ImportFolders::AddReplaced(const LocalModule& module, std::string_view import_path,
                                std::vector<std::string>& folders) const {
  const auto& replaces = module.mod.replaces;
  const auto found =
      Longest(replaces, import_path, [](const Replacement& r) -> const std::string& { return r.from.path; });
  if (found == replaces.end()) return;
  const std::string rest(import_path.substr(found->from.path.size()));
  if (found->to.version.empty())
    folders.push_back(FolderBelow(module.folder, found->to.path) + rest);
  else if (!cache_.empty())
    folders.push_back(cache_ + "/" + EscapeModulePath(found->to.path) + "@" +
                      EscapeModulePath(found->to.version) + rest);
}

void ImportFolders::AddRequired(const LocalModule& module, std::string_view import_path,
                                std::vector<std::string>& folders) const {
  const auto& required = module.mod.requires_;
  const auto found =
      Longest(required, import_path, [](const ModuleVersion& m) -> const std::string& { return m.path; });
  if (found == required.end() || cache_.empty()) return;
  folders.push_back(cache_ + "/" + EscapeModulePath(found->path) + "@" + EscapeModulePath(found->version) +
                    std::string(import_path.substr(found->path.size())));
}

}  // namespace seep::goscan
