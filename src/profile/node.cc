#include "profile/node.h"

#include <algorithm>
#include <cstdio>

#include "base/hash.h"
#include "base/text.h"

namespace seep::profile {
namespace {

uint64_t HashNode(const NodeInfo& info) {
  Hash128 h{info.address, info.name.value};
  h = Mix(h, uint64_t{info.file.value} << 32 | info.objfile.value);
  h = Mix(h, static_cast<uint64_t>(info.line) << 20 ^ static_cast<uint64_t>(info.column));
  h = Mix(h, static_cast<uint64_t>(info.start_line) << 32 | info.name.value);
  return h.low;
}

// Parts of a list of paths, as in PATH; an empty list has none.
std::vector<std::string_view> PathList(std::string_view list) {
  return list.empty() ? std::vector<std::string_view>{} : Split(list, ':');
}

}  // namespace

NameParts PartsOf(const StringTable& strings, const NodeInfo& info) {
  return {strings.View(info.name),
          strings.View(info.file),
          strings.View(info.objfile),
          info.address,
          info.line,
          info.column};
}

std::vector<std::string> NameComponents(const NameParts& parts) {
  std::vector<std::string> out;
  if (parts.address != 0) {
    char hex[17];
    std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(parts.address));
    out.emplace_back(hex);
  }
  if (!parts.name.empty()) out.emplace_back(parts.name);
  if (parts.line != 0) {
    std::string place = std::string(parts.file) + ":" + std::to_string(parts.line);
    if (parts.column != 0) place += ":" + std::to_string(parts.column);
    out.push_back(std::move(place));
  } else if (!parts.file.empty()) {
    out.emplace_back(parts.file);
  } else if (parts.name.empty()) {
    out.push_back(parts.objfile.empty() ? std::string("<unknown>")
                                        : "[" + std::string(BaseName(parts.objfile)) + "]");
  }
  return out;
}

std::string PrintableName(const StringTable& strings, const NodeInfo& info) {
  std::string out;
  for (const std::string& part : NameComponents(PartsOf(strings, info))) {
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

void NodeNames::Add(const StringTable& strings, const NodeInfo& info) {
  if (info.address == 0 && info.line == 0 && info.name && !info.file)
    views_.push_back(strings.View(info.name));
  else
    views_.push_back(made_.emplace_back(PrintableName(strings, info)));
}

std::string CleanPath(std::string_view path) {
  if (path.empty()) return ".";
  const bool rooted = path.front() == '/';
  std::vector<std::string_view> parts;
  for (std::string_view part : Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..")
      parts.push_back(part);
    else if (!parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (!rooted)
      parts.push_back(part);
  }
  std::string out(rooted ? "/" : "");
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

std::string_view BaseName(std::string_view path) {
  if (path.empty()) return ".";
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  if (path == "/") return path;
  return path.substr(path.rfind('/') + 1);
}

std::string_view TrimmedPath(std::string_view path, std::string_view trim_path,
                             std::string_view search_path) {
  if (trim_path.empty()) {
    for (std::string_view dir : PathList(search_path)) {
      const std::string want = "/" + std::string(BaseName(dir)) + "/";
      if (const size_t at = path.find(want); at != std::string_view::npos)
        return path.substr(at + want.size());
    }
  }
  std::vector<std::string_view> prefixes = PathList(trim_path);
  prefixes.insert(prefixes.end(), {"/proc/self/cwd/./", "/proc/self/cwd/"});
  for (std::string_view prefix : prefixes) {
    if (prefix.ends_with('/') ? path.starts_with(prefix)
                              : path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/'))
      return path.substr(prefix.size() + (prefix.ends_with('/') ? 0 : 1));
  }
  return path;
}

NodeTable::NodeTable(Profile& profile, const NodeOptions& options) : slots_(1024, 0) {
  std::vector<StringId> files(profile.functions.size());
  for (size_t i = 1; i < files.size(); ++i) {
    StringId& file = profile.functions[i].file;
    const std::string_view text = profile.text(file);
    const std::string_view trimmed =
        options.trim_files ? TrimmedPath(text, options.trim_path, options.source_path) : text;
    if (trimmed.size() != text.size()) file = profile.strings.Intern(trimmed);
    if (!trimmed.empty()) files[i] = profile.strings.Intern(CleanPath(trimmed));
  }
  places_.reserve(profile.locations.size());
  for (const Location& location : profile.locations) {
    const StringId objfile = profile.mappings[location.mapping.value].file;
    if (location.line_count == 0) {
      places_.push_back(Intern({.objfile = objfile, .address = location.address}));
      continue;
    }
    const bool one = location.line_count == 1;
    if (!one) places_.push_back(kGroup | static_cast<uint32_t>(groups()));
    for (uint32_t i = 0; i < location.line_count; ++i) {
      const Line& line = profile.lines[location.first_line + i];
      const Function& function = profile.functions[line.function.value];
      NodeInfo info{.name = function.name,
                    .file = files[line.function.value],
                    .address = location.address,
                    .line = line.line,
                    .column = line.column};
      if (options.objects || !info.name) {
        info.objfile = objfile;
        info.start_line = function.start_line;
      }
      (one ? places_ : members_).push_back(Intern(info));
    }
    if (!one) begins_.push_back(static_cast<uint32_t>(members_.size()));
  }
}

uint32_t NodeTable::Intern(const NodeInfo& info) {
  if ((infos_.size() + 1) * 2 > slots_.size()) Grow();
  const size_t mask = slots_.size() - 1;
  size_t i = HashNode(info) & mask;
  for (; slots_[i] != 0; i = (i + 1) & mask)
    if (infos_[slots_[i] - 1] == info) return slots_[i] - 1;
  infos_.push_back(info);
  slots_[i] = static_cast<uint32_t>(infos_.size());
  return slots_[i] - 1;
}

void NodeTable::Grow() {
  slots_.assign(slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t node = 0; node < infos_.size(); ++node) {
    size_t i = HashNode(infos_[node]) & mask;
    while (slots_[i] != 0) i = (i + 1) & mask;
    slots_[i] = node + 1;
  }
}

}  // namespace seep::profile
