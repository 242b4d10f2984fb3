#include "parse/pprof_legacy/java_names.h"

#include <fmt/format.h>

#include <unordered_map>

#include "parse/pprof_legacy/expression.h"
#include "parse/pprof_legacy/go_text.h"
#include "parse/pprof_legacy/memory_map.h"

namespace seep::parse::pprof_legacy {
namespace {

struct JavaName {
  std::string_view function, file;
  int64_t line = 0;
};

// The last part of a path, as Go's filepath.Base has it.
std::string_view BaseName(std::string_view path) {
  if (path.empty()) return ".";
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  return path == "/" || slash == std::string_view::npos ? path : path.substr(slash + 1);
}

JavaName ReadName(std::string_view text) {
  static const Expression file_and_line(R"(^(.*)\s+\((.+):(-?[[:digit:]]+)\)$)");
  static const Expression library(R"(^(.*)\s+\((.*)\)$)");
  std::string_view g[4];
  if (file_and_line.Find(text, g)) {
    const auto line = ParseInt(g[3], 10);
    return {g[1], g[2], line && *line > 0 ? *line : 0};
  }
  if (library.Find(text, std::span(g, 3))) return {g[1], BaseName(g[2])};
  if (text.find("generated stub/JIT") != std::string_view::npos) return {"STUB", ""};
  return {text, ""};
}

// Functions are told apart by name alone: the first file counts.
class Functions {
 public:
  explicit Functions(profile::Profile& p) : p_(p) {}

  profile::FunctionId Add(const JavaName& name) {
    const StringId id = p_.strings.Intern(name.function);
    const auto [known, is_new] =
        known_.try_emplace(id.value, profile::FunctionId{static_cast<uint32_t>(p_.functions.size())});
    if (is_new) p_.functions.push_back({id, id, p_.strings.Intern(name.file)});
    return known->second;
  }

 private:
  profile::Profile& p_;
  std::unordered_map<uint32_t, profile::FunctionId> known_;
};

}  // namespace

Status ReadJavaNames(std::string_view text, Builder& out) {
  static const Expression location(R"(^\s*0x([[:xdigit:]]+)\s+(.*)\s*$)");
  profile::Profile& p = out.profile;
  Functions functions(p);
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = TrimSpace(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::string_view g[3];
    if (line.empty() || !location.Find(line, g)) continue;
    const auto address = ParseUint(g[1], 16);
    if (!address)
      return Fail(ErrorCode::kBadInput, fmt::format("parsing sample {}: {}", line, address.error().what));
    const profile::LocationId id = out.Find(*address);
    if (!id) continue;
    const JavaName name = ReadName(g[2]);
    profile::Location& named = p.locations[id.value];
    if (named.line_count == 0) {
      named.first_line = static_cast<uint32_t>(p.lines.size());
      named.line_count = 1;
      p.lines.emplace_back();
    }
    p.lines[named.first_line] = {functions.Add(name), name.line, 0};
    named.address = 0;
  }
  RenumberLocations(p);
  RenumberFunctions(p);
  AssignMappings(p);
  for (profile::Location& l : p.locations) l.address = 0;
  if (p.sample_types.empty() && p.samples.size() != 0)
    return Fail(ErrorCode::kBadInput, "missing sample type information");
  return {};
}

}  // namespace seep::parse::pprof_legacy
