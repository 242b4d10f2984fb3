#include "pprof/listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace seep::pprof {
namespace {

constexpr int64_t kMargin = 5;  // lines before the first and behind the last sample

void Add(Weights& to, const profile::Node& node) {
  to.flat += node.flat;
  to.cum += node.cum;
}

void AddNode(Part& part, const profile::Node& node) {
  const int64_t line = node.info.line;
  const int64_t first = node.info.start_line != 0 ? node.info.start_line : line - kMargin;
  part.first = part.lines.empty() ? first : std::min(part.first, first);
  part.last = part.lines.empty() ? line + kMargin : std::max(part.last, line + kMargin);
  Add(part.lines[line], node);
  Add(part.all, node);
}

}  // namespace

Listing::Listing(Prepared& prepared) : p_(prepared) {
  search_ = p_.settings.source_path.empty() ? p_.outside->working_folder : p_.settings.source_path;
}

Result<ListedFunctions> Listing::Gather() {
  ListedFunctions functions;
  const profile::Graph graph = MakeWholeGraph(p_, true);
  for (const profile::Node& node : graph.Shown()) {
    const std::string_view name = p_.profile.text(node.info.name);
    if (!p_.symbol->Matches(name)) continue;
    auto& files = functions[name];
    if (node.info.file) AddNode(files[p_.profile.text(node.info.file)], node);
  }
  if (functions.empty())
    return Fail(ErrorCode::kNoEvidence, fmt::format("no matches found for regexp: {}", p_.symbol->text()));
  return functions;
}

Result<std::string> Listing::Source(std::string_view file) const {
  const std::string path(profile::TrimmedPath(file, p_.settings.trim_path, search_));
  const auto missing = [&](std::string what) { return Fail(ErrorCode::kNotFound, std::move(what)); };
  if (!p_.outside->read_source) return missing("no source files can be read here");
  if (path.starts_with('/')) {
    auto source = p_.outside->read_source(path);
    return source ? source : missing(fmt::format("open {}: no such file or directory", path));
  }
  for (std::string_view folder : Split(search_, ':')) {
    // Up to "/" or, from a relative folder, to the working folder itself.
    for (std::string at = folder.empty() ? "." : profile::CleanPath(folder);;) {
      if (auto source = p_.outside->read_source(profile::CleanPath(at + "/" + path))) return source;
      if (at == "/" || at == ".") break;
      const size_t slash = at.rfind('/');
      at = slash == std::string::npos ? "." : slash == 0 ? "/" : at.substr(0, slash);
    }
  }
  return missing(fmt::format("could not find file {} on path {}", path, search_));
}

}  // namespace seep::pprof
