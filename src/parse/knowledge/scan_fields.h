// The keys of what knowledge/scan/ says about Go source: model/scan.h as YAML.
#pragma once

#include <array>

#include "model/scan.h"
#include "parse/knowledge/fields.h"

namespace seep::parse {

inline Status ReadSeverity(const YamlNode& node, const Place& place, std::string& out) {
  constexpr std::string_view kWords[] = {"critical", "high", "medium", "low", "info"};
  SEEP_TRY(const size_t chosen, ReadChoice(node, place, kWords));
  out = kWords[chosen];
  return {};
}

inline Status ReadHeldBy(const YamlNode& node, const Place& place, std::string& out) {
  constexpr std::string_view kWords[] = {"result", "receiver", "argument"};
  SEEP_TRY(const size_t chosen, ReadChoice(node, place, kWords));
  out = kWords[chosen];
  return {};
}

#define SEEP_SCAN_FIELD(type, key, read) \
  {#key, [](const YamlNode& n, const Place& p, type& t) -> Status { return read(n, p, t.key); }}

inline constexpr auto kScanRuleFields = std::to_array<Field<model::ScanRule>>({
    SEEP_SCAN_FIELD(model::ScanRule, id, ReadText),
    SEEP_SCAN_FIELD(model::ScanRule, name, ReadText),
    SEEP_SCAN_FIELD(model::ScanRule, severity, ReadSeverity),
    SEEP_SCAN_FIELD(model::ScanRule, title, ReadText),
    SEEP_SCAN_FIELD(model::ScanRule, what, ReadText),
    SEEP_SCAN_FIELD(model::ScanRule, fix, ReadText),
    SEEP_SCAN_FIELD(model::ScanRule, aliases, ReadWords),
    SEEP_SCAN_FIELD(model::ScanRule, findings, ReadWords),
    SEEP_SCAN_FIELD(model::ScanRule, tags, ReadWords),
    SEEP_SCAN_FIELD(model::ScanRule, holder, ReadBool),
});

inline constexpr auto kScanResourceFields = std::to_array<Field<model::ScanResource>>({
    SEEP_SCAN_FIELD(model::ScanResource, id, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, noun, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, rule, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, path_rule, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, again_rule, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, defer_loop_rule, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, acquire, ReadWords),
    SEEP_SCAN_FIELD(model::ScanResource, types, ReadWords),
    SEEP_SCAN_FIELD(model::ScanResource, held_by, ReadHeldBy),
    {"index",
     [](const YamlNode& n, const Place& p, model::ScanResource& r) -> Status {
       uint64_t index = 0;
       SEEP_TRY_VOID(ReadCount(n, p, index));
       r.index = static_cast<uint32_t>(std::min<uint64_t>(index, UINT32_MAX));
       return {};
     }},
    SEEP_SCAN_FIELD(model::ScanResource, at, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, none_for, ReadWords),
    SEEP_SCAN_FIELD(model::ScanResource, release, ReadWords),
    SEEP_SCAN_FIELD(model::ScanResource, release_by, ReadWords),
    SEEP_SCAN_FIELD(model::ScanResource, drained_by, ReadWords),
    SEEP_SCAN_FIELD(model::ScanResource, shared, ReadBool),
    SEEP_SCAN_FIELD(model::ScanResource, in_parts, ReadBool),
    SEEP_SCAN_FIELD(model::ScanResource, defer_call, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, safe_from, ReadText),
    SEEP_SCAN_FIELD(model::ScanResource, owned, ReadBool),
    SEEP_SCAN_FIELD(model::ScanResource, lent, ReadBool),
    SEEP_SCAN_FIELD(model::ScanResource, used_up, ReadBool),
    SEEP_SCAN_FIELD(model::ScanResource, stubs, ReadWords),
});

inline constexpr auto kScanFunctionFields = std::to_array<Field<model::ScanFunctions>>({
    SEEP_SCAN_FIELD(model::ScanFunctions, keeps, ReadWords),
    SEEP_SCAN_FIELD(model::ScanFunctions, borrows, ReadWords),
    SEEP_SCAN_FIELD(model::ScanFunctions, ends, ReadWords),
});

#undef SEEP_SCAN_FIELD

// A list of functions goes on where an earlier file has ended.
inline Status ReadScanFunctions(const YamlNode& node, const Place& place, model::ScanFunctions& out) {
  model::ScanFunctions more;
  SEEP_TRY_VOID(ReadFields<model::ScanFunctions>(node, place, kScanFunctionFields, more));
  out.keeps.insert(out.keeps.end(), more.keeps.begin(), more.keeps.end());
  out.borrows.insert(out.borrows.end(), more.borrows.begin(), more.borrows.end());
  out.ends.insert(out.ends.end(), more.ends.begin(), more.ends.end());
  return {};
}

}  // namespace seep::parse
