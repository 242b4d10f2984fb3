#include "parse/pprof_legacy/memory_map.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/expression.h"

namespace seep::parse::pprof_legacy {
namespace {

using profile::Mapping;
using profile::Profile;

// What variables may cost: bytes they add to a map, and how many there may be.
constexpr uint64_t kGrowthLimit = 1 << 20;
constexpr size_t kVariableLimit = 4096;

std::string_view WithoutLogPrefix(std::string_view line) {
  static const Expression prefix(R"(^[^\[\]]+:[0-9]+]\s)");
  std::string_view found;
  return prefix.Find(line, {&found, 1}) ? line.substr(found.size()) : line;
}

// "$name" -> value. The first definition of a name counts, and among names that begin alike the one defined
// first.
class Variables {
 public:
  Status Define(std::string_view name, std::string_view value) {
    std::string use = "$" + std::string(name);
    if (!known_.insert(use).second) return {};
    if (pairs_.size() == kVariableLimit)
      return Fail(ErrorCode::kTooLarge, fmt::format("memory map: more than {} variables", kVariableLimit));
    pairs_.emplace_back(std::move(use), value);
    return {};
  }

  // Each use may make a line longer, up to a bound: a few bytes could otherwise stand for gigabytes.
  Result<std::string_view> Replace(std::string_view line) {
    if (pairs_.empty() || line.find('$') == std::string_view::npos) return line;
    line_.clear();
    while (!line.empty()) {
      const std::pair<std::string, std::string>* use = line[0] == '$' ? At(line) : nullptr;
      if (use == nullptr) {
        line_ += line[0];
        line.remove_prefix(1);
        continue;
      }
      line_ += use->second;
      line.remove_prefix(use->first.size());
      grown_ += use->second.size();
      if (grown_ > kGrowthLimit)
        return Fail(ErrorCode::kTooLarge,
                    fmt::format("memory map: its variables add more than {} bytes", kGrowthLimit));
    }
    return line_;
  }

 private:
  const std::pair<std::string, std::string>* At(std::string_view text) const {
    for (const auto& pair : pairs_)
      if (text.starts_with(pair.first)) return &pair;
    return nullptr;
  }

  std::vector<std::pair<std::string, std::string>> pairs_;
  std::unordered_set<std::string> known_;
  std::string line_;
  uint64_t grown_ = 0;
};

struct MapLine {
  bool recognized = false;
  bool is_code = false;
  uint64_t start = 0, limit = 0, offset = 0;
  std::string_view file, build_id;
};

MapLine ReadMapLine(std::string_view line) {
  static const Expression proc(
      R"(^\s*(?:0x)?([[:xdigit:]]+)[\s-]?\s*(?:0x)?([[:xdigit:]]+):?(?:\s+([-rwxp]+))?)"
      R"((?:\s+([[:xdigit:]]+))?\s+[[:xdigit:]]+:[[:xdigit:]]+\s+[[:digit:]]+(?:\s+(\S+))?)");
  static const Expression brief(
      R"(^\s*(?:0x)?([[:xdigit:]]+)[\s-]?\s*(?:0x)?([[:xdigit:]]+):?(?:\s+([-rwxp]+))?(?:\s+(\S+))?)"
      R"((?:\s+\(@([[:xdigit:]]+)\))?(?:\s+([[:xdigit:]]+))?)");
  MapLine out;
  std::string_view g[7];
  std::string_view offset;
  if (proc.Find(line, std::span(g, 6))) {
    offset = g[4];
    out.file = g[5];
  } else if (brief.Find(line, std::span(g, 7))) {
    out.file = g[4];
    offset = g[5];
    out.build_id = g[6];
  } else {
    return {};
  }
  if (!g[3].empty() && g[3].find('x') == std::string_view::npos) return {.recognized = true};
  const auto start = ParseUint(g[1], 16), limit = ParseUint(g[2], 16);
  const auto from = offset.empty() ? Result<uint64_t>(0) : ParseUint(offset, 16);
  if (!start || !limit || !from) return {};
  out.recognized = out.is_code = true;
  out.start = *start;
  out.limit = *limit;
  out.offset = *from;
  return out;
}

Status ReadMappings(Lines& lines, Profile& p) {
  Variables variables;
  while (lines.Next()) {
    SEEP_TRY(const std::string_view line, variables.Replace(WithoutLogPrefix(lines.text())));
    const MapLine map = ReadMapLine(line);
    if (map.is_code) {
      p.mappings.push_back(
          {map.start, map.limit, map.offset, p.strings.Intern(map.file), p.strings.Intern(map.build_id)});
    } else if (const size_t equals = line.find('='); !map.recognized && equals != std::string_view::npos) {
      SEEP_TRY_VOID(variables.Define(TrimSpace(line.substr(0, equals)), TrimSpace(line.substr(equals + 1))));
    }
  }
  return lines.status();
}

// Two halves of what was one mapping.
bool Adjacent(const Mapping& a, const Mapping& b) {
  if (a.file && b.file && a.file != b.file) return false;
  if (a.build_id && b.build_id && a.build_id != b.build_id) return false;
  if (a.limit != b.start) return false;
  return a.offset == 0 || b.offset == 0 || a.offset + (a.limit - a.start) == b.offset;
}

void JoinAdjacent(std::vector<Mapping>& mappings) {
  size_t kept = 1;
  for (size_t i = 1; i < mappings.size(); ++i) {
    const Mapping m = mappings[i];
    Mapping& last = mappings[kept - 1];
    if (kept > 1 && Adjacent(last, m)) {
      last.limit = m.limit;
      if (m.file) last.file = m.file;
      if (m.build_id) last.build_id = m.build_id;
    } else {
      mappings[kept++] = m;
    }
  }
  mappings.resize(kept);
}

// Has a name, and not that of a shared library or of something the kernel made.
bool MayBeMainBinary(std::string_view file) {
  constexpr std::string_view kDeleted = "(deleted)";
  static const Expression library(R"([.]so$|[.]so[._][0-9]+)");
  std::string name(file);
  for (size_t at = name.find(kDeleted); at != std::string::npos; at = name.find(kDeleted, at))
    name.erase(at, kDeleted.size());
  const std::string_view trimmed = TrimSpace(name);
  return !trimmed.empty() && !library.Find(trimmed) && trimmed[0] != '[';
}

void MoveMainBinaryFirst(Profile& p) {
  for (size_t i = 1; i < p.mappings.size(); ++i) {
    if (!MayBeMainBinary(p.text(p.mappings[i].file))) continue;
    std::swap(p.mappings[1], p.mappings[i]);
    break;
  }
}

// What some handlers get wrong of the main binary.
void RepairMainBinary(Profile& p) {
  if (p.mappings.size() > 2 && p.text(p.mappings[1].file).starts_with("/anon_hugepage") &&
      p.mappings[1].limit == p.mappings[2].start)
    p.mappings.erase(p.mappings.begin() + 1);
  constexpr uint64_t kUsualStart = 0x400000;
  if (p.mappings.size() > 1 && p.mappings[1].start - p.mappings[1].offset == kUsualStart) {
    p.mappings[1].start = kUsualStart;
    p.mappings[1].offset = 0;
  }
}

// The number of the mapping an address lies in; 0 if there is none. A mapping that lacks its first part, as
// its offset tells, is extended to begin there.
uint32_t MappingOf(uint64_t address, std::vector<Mapping>& mappings) {
  for (uint32_t i = 1; i < mappings.size(); ++i)
    if (mappings[i].start <= address && address < mappings[i].limit) return i;
  for (uint32_t i = 1; i < mappings.size(); ++i) {
    Mapping& m = mappings[i];
    if (m.offset == 0 || m.start - m.offset > address || address >= m.start) continue;
    m.start -= m.offset;
    m.offset = 0;
    return i;
  }
  return 0;
}

}  // namespace

bool BeginsMemoryMap(std::string_view line) {
  return line.find("--- Memory map: ---") != std::string_view::npos ||
         line.find("MAPPED_LIBRARIES:") != std::string_view::npos;
}

Status ReadToMemoryMap(Lines& lines, Profile& profile) {
  while (!BeginsMemoryMap(lines.text()) && lines.Next()) {
  }
  SEEP_TRY_VOID(lines.status());
  return ReadMemoryMap(lines, profile);
}

Status ReadMemoryMap(Lines& lines, Profile& profile) {
  SEEP_TRY_VOID(ReadMappings(lines, profile));
  JoinAdjacent(profile.mappings);
  MoveMainBinaryFirst(profile);
  RenumberLocations(profile);
  AssignMappings(profile);
  return {};
}

void AssignMappings(Profile& p) {
  RepairMainBinary(p);
  std::optional<uint32_t> made_up;  // covers every address that no file does
  for (profile::Location& l : p.locations) {
    if (l.address == 0) continue;
    uint32_t mapping = MappingOf(l.address, p.mappings);
    if (mapping == 0) {
      if (!made_up) {
        made_up = static_cast<uint32_t>(p.mappings.size());
        p.mappings.push_back({.start = 0, .limit = std::numeric_limits<uint64_t>::max()});
      }
      mapping = *made_up;
    }
    l.mapping = {mapping};
  }
}

}  // namespace seep::parse::pprof_legacy
