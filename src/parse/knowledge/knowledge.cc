#include "parse/knowledge/knowledge.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "model/goroutine.h"
#include "parse/knowledge/fields.h"
#include "parse/knowledge/scan_fields.h"
#include "parse/knowledge/yaml_node.h"

namespace seep::parse {
namespace {

using model::FindingText;
using model::Knowledge;
using model::Owner;
using model::Pattern;
using model::ScanResource;
using model::ScanRule;
using model::Signature;

// Kebab-case: also what makes an id a file name, a URL part and a suppression.
bool IsId(std::string_view id) {
  const auto lower_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (id.empty() || !lower_or_digit(id.front()) || !lower_or_digit(id.back())) return false;
  return std::ranges::all_of(id, [&](char c) { return lower_or_digit(c) || c == '-'; }) &&
         id.find("--") == std::string_view::npos;
}

Status ReadId(const YamlNode& node, const Place& place, std::string& out) {
  SEEP_TRY_VOID(ReadText(node, place, out));
  if (IsId(out)) return {};
  return FieldError(place, node.line, "an id in kebab-case ('rows-not-closed')", Printable("'" + out + "'"));
}

// Prose with placeholders: a misspelt one would be printed as it stands at 3 a.m.
Status ReadProse(const YamlNode& node, const Place& place, std::string& out) {
  SEEP_TRY_VOID(ReadText(node, place, out));
  std::string_view rest = out;
  for (size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    rest.remove_prefix(open + 1);
    const size_t length = std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), rest.size());
    if (length == 0 || length == rest.size() || rest[length] != '}') continue;
    const std::string_view word = rest.substr(0, length);
    const std::vector<std::string_view> known(std::begin(model::kPlaceholderNames),
                                              std::end(model::kPlaceholderNames));
    if (std::ranges::find(known, word) == known.end())
      return UnknownWord(place, node.line, "placeholder", word, known);
  }
  return {};
}

Status CheckFunction(const std::string& pattern, const YamlNode& node, const Place& place) {
  // '(' of an argument list or "+0x1f" of a traceback line are the usual slips of a paste.
  const bool pasted = pattern.find_first_of(" \t\n") != std::string::npos ||
                      pattern.find("+0x") != std::string::npos || pattern.ends_with("()") ||
                      pattern.ends_with("(...)");
  if (!pasted && pattern != "*" && pattern != "**") return {};
  return FieldError(place, node.line, "a function as Go prints it, 'net/http.(*conn).serve'",
                    Printable("'" + pattern + "'"));
}

Status ReadFunction(const YamlNode& node, const Place& place, std::string& out) {
  SEEP_TRY_VOID(ReadText(node, place, out));
  return CheckFunction(out, node, place);
}

Status ReadFunctions(const YamlNode& node, const Place& place, std::vector<std::string>& out) {
  SEEP_TRY_VOID(ReadWords(node, place, out));
  for (const std::string& function : out) SEEP_TRY_VOID(CheckFunction(function, node, place));
  return {};
}

Status ReadWaits(const YamlNode& node, const Place& place, std::vector<std::string>& out) {
  SEEP_TRY_VOID(ReadWords(node, place, out));
  for (const std::string& wait : out) {
    if (model::WaitFromState(wait) != model::Wait::kUnknown) continue;
    std::vector<std::string_view> known = {"chan range"};  // our own word, see model/goroutine.cc
    for (int w = 1; w < static_cast<int>(model::Wait::kRuntime); ++w) {
      const std::string_view name = model::WaitName(static_cast<model::Wait>(w));
      if (name != known.back()) known.push_back(name);
    }
    return UnknownWord(place, node.line, "wait", wait, known);
  }
  return {};
}

constexpr auto kSignatureFields = std::to_array<Field<Signature>>({
    {"wait", [](const YamlNode& n, const Place& p, Signature& s) { return ReadWaits(n, p, s.wait); }},
    {"top", [](const YamlNode& n, const Place& p, Signature& s) { return ReadFunction(n, p, s.top); }},
    {"stack", [](const YamlNode& n, const Place& p, Signature& s) { return ReadFunctions(n, p, s.stack); }},
    {"root", [](const YamlNode& n, const Place& p, Signature& s) { return ReadFunction(n, p, s.root); }},
    {"creator",
     [](const YamlNode& n, const Place& p, Signature& s) { return ReadFunction(n, p, s.creator); }},
    {"without",
     [](const YamlNode& n, const Place& p, Signature& s) { return ReadFunctions(n, p, s.without); }},
    {"user_frame",
     [](const YamlNode& n, const Place& p, Signature& s) { return ReadBool(n, p, s.user_frame); }},
    {"max_frames",
     [](const YamlNode& n, const Place& p, Signature& s) -> Status {
       uint64_t frames = 0;
       SEEP_TRY_VOID(ReadCount(n, p, frames));
       s.max_frames = static_cast<uint32_t>(std::min<uint64_t>(frames, UINT32_MAX));
       return {};
     }},
});

Status ReadSignatures(const YamlNode& node, const Place& place, std::vector<Signature>& out) {
  if (node.kind != YamlNode::Kind::kList || node.children.empty())
    return FieldError(place, node.line, "a list of signatures",
                      node.kind == YamlNode::Kind::kList ? "an empty list" : Name(node.kind));
  std::vector<Signature> signatures;
  for (size_t i = 0; i < node.children.size(); ++i) {
    const Place here{&place, {}, static_cast<int>(i)};
    Signature& s = signatures.emplace_back();
    SEEP_TRY_VOID(ReadFields<Signature>(node.children[i], here, kSignatureFields, s));
    if (s.wait.empty() && s.top.empty() && s.stack.empty() && s.root.empty() && s.creator.empty())
      return FieldError(here, node.children[i].line, "at least one of wait, top, stack, root, creator",
                        "none", "it would match every goroutine");
  }
  out = std::move(signatures);
  return {};
}

Status ReadSizes(const YamlNode& node, const Place& place, std::vector<double>& out) {
  if (node.kind != YamlNode::Kind::kList)
    return FieldError(place, node.line, "a list of sizes", Name(node.kind));
  std::vector<double> sizes;
  for (const YamlNode& size : node.children) SEEP_TRY_VOID(ReadNumber(size, place, sizes.emplace_back()));
  out = std::move(sizes);
  return {};
}

Status ReadRows(const YamlNode& node, const Place& place, std::vector<int>& out) {
  if (node.kind != YamlNode::Kind::kList)
    return FieldError(place, node.line, "a list of rows", Name(node.kind));
  std::vector<int> rows;
  for (const YamlNode& row : node.children) {
    uint64_t number = 0;
    SEEP_TRY_VOID(ReadCount(row, place, number));
    rows.push_back(static_cast<int>(std::min<uint64_t>(number, 1'000'000)));
  }
  out = std::move(rows);
  return {};
}

Status ReadPriority(const YamlNode& node, const Place& place, int& out) {
  uint64_t number = 0;
  SEEP_TRY_VOID(ReadCount(node, place, number));
  out = static_cast<int>(std::min<uint64_t>(number, 1'000'000));
  return {};
}

Status ReadPerObject(const YamlNode& node, const Place& place, double& out) {
  SEEP_TRY_VOID(ReadNumber(node, place, out));
  if (out == 0) return FieldError(place, node.line, "more than 0 goroutines per object", "0");
  return {};
}

// In the order of Pattern::Role and Pattern::Driver.
constexpr std::string_view kRoles[] = {"pile", "companion", "evidence", "benign"};
constexpr std::string_view kDrivers[] = {"code", "clients", "load", "defect"};
constexpr std::string_view kSeverities[] = {"critical", "high", "medium", "low"};

constexpr auto kPatternFields = std::to_array<Field<Pattern>>({
    {"id", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadId(n, p, x.id); }},
    {"finding", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadId(n, p, x.finding); }},
    {"catalogue", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadRows(n, p, x.catalogue); }},
    {"library", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadText(n, p, x.library); }},
    {"any_of", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadSignatures(n, p, x.any_of); }},
    {"priority",
     [](const YamlNode& n, const Place& p, Pattern& x) { return ReadPriority(n, p, x.priority); }},
    {"object", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadText(n, p, x.object); }},
    {"per_object",
     [](const YamlNode& n, const Place& p, Pattern& x) { return ReadPerObject(n, p, x.per_object); }},
    {"role",
     [](const YamlNode& n, const Place& p, Pattern& x) -> Status {
       SEEP_TRY(const size_t i, ReadChoice(n, p, kRoles));
       x.role = static_cast<Pattern::Role>(i);
       return {};
     }},
    {"driver",
     [](const YamlNode& n, const Place& p, Pattern& x) -> Status {
       SEEP_TRY(const size_t i, ReadChoice(n, p, kDrivers));
       x.driver = static_cast<Pattern::Driver>(i);
       return {};
     }},
    {"benign_up_to",
     [](const YamlNode& n, const Place& p, Pattern& x) { return ReadCount(n, p, x.benign_up_to); }},
    {"bound_by", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadText(n, p, x.bound_by); }},
    {"bound_seconds",
     [](const YamlNode& n, const Place& p, Pattern& x) { return ReadNumber(n, p, x.bound_seconds); }},
    {"title", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadProse(n, p, x.title); }},
    {"cause", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadProse(n, p, x.cause); }},
    {"excludes", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadProse(n, p, x.excludes); }},
    {"fix", [](const YamlNode& n, const Place& p, Pattern& x) { return ReadProse(n, p, x.fix); }},
});

constexpr auto kFindingFields = std::to_array<Field<FindingText>>({
    {"id", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadId(n, p, x.id); }},
    {"title", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.title); }},
    {"severity",
     [](const YamlNode& n, const Place& p, FindingText& x) -> Status {
       SEEP_TRY(const size_t i, ReadChoice(n, p, kSeverities));
       x.severity = kSeverities[i];
       return {};
     }},
    {"what", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.what); }},
    {"decided", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.decided); }},
    {"cause", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.cause); }},
    {"excludes",
     [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.excludes); }},
    {"fix", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.fix); }},
    {"verify", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.verify); }},
    {"lift", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadProse(n, p, x.lift); }},
    {"see", [](const YamlNode& n, const Place& p, FindingText& x) { return ReadWords(n, p, x.see); }},
});

constexpr auto kOwnerFields = std::to_array<Field<Owner>>({
    {"object", [](const YamlNode& n, const Place& p, Owner& x) { return ReadText(n, p, x.object); }},
    {"finding", [](const YamlNode& n, const Place& p, Owner& x) { return ReadId(n, p, x.finding); }},
    {"library", [](const YamlNode& n, const Place& p, Owner& x) { return ReadText(n, p, x.library); }},
    {"functions",
     [](const YamlNode& n, const Place& p, Owner& x) { return ReadFunctions(n, p, x.functions); }},
    {"bytes", [](const YamlNode& n, const Place& p, Owner& x) { return ReadNumber(n, p, x.bytes); }},
    {"literal_sizes",
     [](const YamlNode& n, const Place& p, Owner& x) { return ReadSizes(n, p, x.literal_sizes); }},
    {"why", [](const YamlNode& n, const Place& p, Owner& x) { return ReadProse(n, p, x.why); }},
    {"place_only", [](const YamlNode& n, const Place& p, Owner& x) { return ReadBool(n, p, x.place_only); }},
});

// The keys without which an entry says nothing. Asked of the entry as it is after merging.
std::string_view Missing(const Pattern& x) {
  return x.any_of.empty() ? "any_of" : "";
}
std::string_view Missing(const FindingText& x) {
  if (x.title.empty()) return "title";
  if (x.severity.empty()) return "severity";
  return x.cause.empty() ? "cause" : "";
}
std::string_view Missing(const Owner& x) {
  if (x.functions.empty()) return "functions";
  return x.finding.empty() ? "finding" : "";
}
std::string_view Missing(const ScanRule& x) {
  if (x.name.empty()) return "name";
  if (x.severity.empty()) return "severity";
  if (x.title.empty()) return "title";
  return x.fix.empty() ? "fix" : "";
}
std::string_view Missing(const ScanResource& x) {
  if (x.noun.empty()) return "noun";
  if (x.rule.empty()) return "rule";
  return x.acquire.empty() ? "acquire" : "";
}

// Adds the entries of one list to `all`, or changes those that are there.
template <class T>
Status ReadEntries(const YamlNode& list, const Place& place, std::string_view id_key, std::string T::* id,
                   std::span<const Field<T>> fields, std::vector<T>& all) {
  if (list.kind != YamlNode::Kind::kList) return FieldError(place, list.line, "a list", Name(list.kind));
  std::set<std::string> here_already;
  for (size_t i = 0; i < list.children.size(); ++i) {
    const YamlNode& node = list.children[i];
    const Place here{&place, {}, static_cast<int>(i)};
    T named;
    if (node.kind == YamlNode::Kind::kMap) {
      for (const YamlNode& value : node.children)
        if (value.key == id_key) SEEP_TRY_VOID(ReadText(value, Place{&here, id_key}, named.*id));
    }
    const auto known = std::ranges::find(all, named.*id, id);
    T entry = known == all.end() ? std::move(named) : *known;
    SEEP_TRY_VOID(ReadFields<T>(node, here, fields, entry));
    const std::string_view missing = (entry.*id).empty() ? id_key : Missing(entry);
    if (!missing.empty()) return FieldError(here, node.line, fmt::format("the key '{}'", missing), "none");
    if (!here_already.insert(entry.*id).second)
      return FieldError(here, node.line, fmt::format("an {} of its own", id_key),
                        fmt::format("'{}', which this file has used", Printable(entry.*id)));
    if (known == all.end()) {
      all.push_back(std::move(entry));
    } else {
      *known = std::move(entry);
    }
  }
  return {};
}

constexpr auto kSections = std::to_array<Field<Knowledge>>({
    {"patterns",
     [](const YamlNode& n, const Place& p, Knowledge& k) {
       return ReadEntries<Pattern>(n, p, "id", &Pattern::id, kPatternFields, k.patterns);
     }},
    {"findings",
     [](const YamlNode& n, const Place& p, Knowledge& k) {
       return ReadEntries<FindingText>(n, p, "id", &FindingText::id, kFindingFields, k.findings);
     }},
    {"owners",
     [](const YamlNode& n, const Place& p, Knowledge& k) {
       return ReadEntries<Owner>(n, p, "object", &Owner::object, kOwnerFields, k.owners);
     }},
    {"scan_rules",
     [](const YamlNode& n, const Place& p, Knowledge& k) {
       return ReadEntries<ScanRule>(n, p, "id", &ScanRule::id, kScanRuleFields, k.scan_rules);
     }},
    {"scan_resources",
     [](const YamlNode& n, const Place& p, Knowledge& k) {
       return ReadEntries<ScanResource>(n, p, "id", &ScanResource::id, kScanResourceFields, k.scan_resources);
     }},
    {"scan_functions", [](const YamlNode& n, const Place& p,
                          Knowledge& k) { return ReadScanFunctions(n, p, k.scan_functions); }},
    {"standard_packages",
     [](const YamlNode& n, const Place& p, Knowledge& k) -> Status {
       std::vector<std::string> packages;
       SEEP_TRY_VOID(ReadWords(n, p, packages));
       for (std::string& package : packages)
         if (std::ranges::find(k.standard_packages, package) == k.standard_packages.end())
           k.standard_packages.push_back(std::move(package));
       return {};
     }},
});

}  // namespace

Status AddKnowledge(std::string_view yaml, const std::string& name, Knowledge& knowledge) {
  SEEP_TRY(const YamlNode root, ReadYaml(yaml, name));
  if (root.kind == YamlNode::Kind::kNull) return {};  // only comments
  Knowledge extended = knowledge;
  SEEP_TRY_VOID(ReadFields<Knowledge>(root, Place{nullptr, name}, kSections, extended));
  knowledge = std::move(extended);
  return {};
}

Status CheckKnowledge(const Knowledge& knowledge) {
  std::set<std::string, std::less<>> ids;
  for (const FindingText& finding : knowledge.findings) ids.insert(finding.id);
  const auto check = [&](const std::string& owner, const std::string& finding) -> Status {
    if (finding.empty() || ids.contains(finding)) return {};
    const std::vector<std::string_view> known(ids.begin(), ids.end());
    const std::string_view near = DidYouMean(finding, known);
    return Fail(ErrorCode::kBadInput,
                fmt::format("{}: the finding '{}' has no text", owner, Printable(finding)), "knowledge",
                near.empty() ? "add it under findings:" : fmt::format("did you mean '{}'?", near));
  };
  for (const Pattern& pattern : knowledge.patterns)
    SEEP_TRY_VOID(check(fmt::format("pattern '{}'", pattern.id), pattern.finding));
  for (const Owner& owner : knowledge.owners)
    SEEP_TRY_VOID(check(fmt::format("owner '{}'", Printable(owner.object)), owner.finding));
  for (const ScanRule& rule : knowledge.scan_rules)
    for (const std::string& finding : rule.findings)
      SEEP_TRY_VOID(check(fmt::format("scan rule '{}'", Printable(rule.id)), finding));
  for (const ScanResource& resource : knowledge.scan_resources)
    for (const std::string& rule :
         {resource.rule, resource.path_rule, resource.again_rule, resource.defer_loop_rule})
      if (!rule.empty() && knowledge.FindScanRule(rule) == nullptr)
        return Fail(ErrorCode::kBadInput,
                    fmt::format("scan resource '{}': no rule '{}'", Printable(resource.id), Printable(rule)),
                    "knowledge", "add it under scan_rules:");
  for (const FindingText& finding : knowledge.findings)
    for (const std::string& see : finding.see)
      if (see.find_first_of("/.") == std::string::npos)
        SEEP_TRY_VOID(check(fmt::format("finding '{}': see", finding.id), see));
  return {};
}

Result<Knowledge> ParseKnowledge(std::span<const EmbeddedFile> files) {
  Knowledge knowledge;
  for (const EmbeddedFile& file : files) {
    // Each alone first: ours are not meant to override one another.
    Knowledge one;
    SEEP_TRY_VOID(AddKnowledge(file.bytes, std::string(file.name), one));
    const auto twice = [&](const std::string& id) {
      return Fail(ErrorCode::kBadInput, fmt::format("'{}' is in an earlier file already", id),
                  std::string(file.name));
    };
    for (Pattern& pattern : one.patterns) {
      if (knowledge.FindPattern(pattern.id) != nullptr) return twice(pattern.id);
      knowledge.patterns.push_back(std::move(pattern));
    }
    for (FindingText& finding : one.findings) {
      if (knowledge.Find(finding.id) != nullptr) return twice(finding.id);
      knowledge.findings.push_back(std::move(finding));
    }
    for (Owner& owner : one.owners) {
      if (std::ranges::find(knowledge.owners, owner.object, &Owner::object) != knowledge.owners.end())
        return twice(owner.object);
      knowledge.owners.push_back(std::move(owner));
    }
    for (ScanRule& rule : one.scan_rules) {
      if (knowledge.FindScanRule(rule.id) != nullptr) return twice(rule.id);
      knowledge.scan_rules.push_back(std::move(rule));
    }
    for (ScanResource& resource : one.scan_resources) {
      if (std::ranges::find(knowledge.scan_resources, resource.id, &ScanResource::id) !=
          knowledge.scan_resources.end())
        return twice(resource.id);
      knowledge.scan_resources.push_back(std::move(resource));
    }
    std::ranges::move(one.scan_functions.keeps, std::back_inserter(knowledge.scan_functions.keeps));
    std::ranges::move(one.scan_functions.borrows, std::back_inserter(knowledge.scan_functions.borrows));
    std::ranges::move(one.scan_functions.ends, std::back_inserter(knowledge.scan_functions.ends));
    std::ranges::move(one.standard_packages, std::back_inserter(knowledge.standard_packages));
  }
  SEEP_TRY_VOID(CheckKnowledge(knowledge));
  return knowledge;
}

}  // namespace seep::parse
