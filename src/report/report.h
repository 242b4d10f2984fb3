// What every report form says in the same words: order, verdict labels, impact, the one line of a healthy
// service, gaps.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "report/reporter.h"

namespace seep::report {

// Exit status 1: something was found. Notes and gaps are no findings.
bool HasFindings(const model::Report& report);

// Most severe first: severity, verdict (leak, fault, bounded, watch), confidence, impact, id, target.
bool MoreSevere(const model::Finding& a, const model::Finding& b);
std::vector<const model::Finding*> Ordered(const model::Report& report);

// The findings of one target, in order.
struct TargetGroup {
  const model::TargetReport* target = nullptr;  // null: findings of a target the report does not list
  std::vector<const model::Finding*> findings;
};
// Every target once, the one with the most severe finding first, those without findings last and in the given
// order.
std::vector<TargetGroup> ByTarget(const model::Report& report);

std::string_view Label(model::Verdict verdict);          // "LEAK", "LEAK, BOUNDED", "WATCH", "FAULT"
std::string_view Marker(const model::Finding& finding);  // "✗"; "!" for watch and for low severity

// "orders (go1.26.8, pid 4711, up 3 h 12 m)" and "2 snapshots, 30 s apart".
std::string Who(const model::TargetReport& target);
std::string Taken(const model::TargetReport& target);

// "27,690 of 27,838 goroutines", "13,845 sockets", ...: what the finding holds, of how much. `target` may be
// null.
std::vector<std::string> ImpactParts(const model::Finding& finding, const model::TargetReport* target);
// "grows 1,234 goroutines/h", "limit in 3 h"; for bounded ones the bound, where the texts do not name it
// already.
std::vector<std::string> GrowthParts(const model::Finding& finding);
std::string Join(const std::vector<std::string>& parts, std::string_view separator = " · ");

// "No leak: 424 goroutines, all 11 groups stable over 30 s; heap 18 MiB flat." Only what was looked at is
// claimed; with nothing to look at it says that instead.
std::string HealthyLine(const model::TargetReport& target);

// Gaps with one reason and one remedy, together. `text` is "native memory and socket states (no pid given)".
struct GapGroup {
  std::string text;
  std::string how;   // as given; may be empty
  size_t count = 1;  // how many gaps `how` would settle
};
std::vector<GapGroup> GapGroups(const model::Report& report);

// The evidence that would lift a confidence: one entry for equal texts, with the ids it speaks for.
struct Lift {
  std::vector<std::string> ids;
  std::string text;
};
std::vector<Lift> Lifts(const model::Report& report);

// "candidate", "blocked", ...; empty for the roles that need no word (culprit, allocator).
std::string_view RoleWord(model::Role role);

// Finding::stacks count goroutines; of a finding about memory alone (heap bytes, no goroutines) they are
// bytes.
bool PileIsBytes(const model::Finding& finding);
// "13,845", "12 MiB".
std::string PileSize(const model::Finding& finding, uint64_t value);

// A time between two moments. Above ten seconds nobody wants the fraction; up to two minutes people (and Go's
// documentation) say seconds.
std::string FormatSpan(Duration d);

// A value of a curve or a bar: "27,838", "279 MiB", "12.5". `unit` as in model::Curve.
std::string FormatValue(double value, std::string_view unit);

}  // namespace seep::report
