#include "detect/source_join.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "detect/pile_finding.h"
#include "detect/source_bonds.h"

namespace seep::detect {
namespace {

using model::Confidence;
using model::Finding;
using model::Role;
using model::ScanConfidence;
using model::ScanFinding;
using enum SourceBond::Weight;

class Join {
 public:
  Join(const Analysis& a, const model::ScanReport& scan)
      : a_(a), scan_(scan), index_(scan, a.stacks), bonds_(a, scan, index_) {
    out_.seen.resize(scan.findings.size());
  }

  void Add(Finding& f);
  SourceJoined Take() && { return std::move(out_); }
  void CheckModule();
  void CheckLines();

 private:
  Confidence SurenessOf(const std::vector<SourceBond>& bonds, size_t rank) const;
  void Tell(const std::vector<SourceBond>& bonds, Finding& f);
  std::string Described(const ScanFinding& place) const;
  bool IsOfModule(std::string_view package) const;

  const Analysis& a_;
  const model::ScanReport& scan_;
  SourceIndex index_;
  SourceBonds bonds_;
  SourceJoined out_;
};

Confidence Join::SurenessOf(const std::vector<SourceBond>& bonds, size_t rank) const {
  const SourceBond& bond = bonds[rank];
  if (bond.sure) return Confidence::kStrong;
  const ScanConfidence written = scan_.findings[bond.place].confidence;
  if (bond.weight == kLivesThere || (bond.weight >= kWorksThere && written != ScanConfidence::kPossible)) {
    const int level = bond.weight / 100 * 100;
    const auto as_near = std::ranges::count_if(bonds, [&](const SourceBond& b) { return b.weight >= level; });
    return as_near == 1 ? Confidence::kStrong : Confidence::kLikely;
  }
  if (bond.weight >= kSomeoneWorksThere) return Confidence::kLikely;
  return bonds.size() == 1 && written == ScanConfidence::kCertain ? Confidence::kLikely
                                                                  : Confidence::kPossible;
}

std::string Join::Described(const ScanFinding& place) const {
  const model::ScanRule* rule = a_.knowledge.FindScanRule(place.rule);
  std::string text = fmt::format("{} ({})", place.message, place.rule);
  if (place.message.empty() && rule != nullptr) text = fmt::format("{} ({})", rule->title, place.rule);
  // Where it is lost, which is not where it is taken.
  if (!place.path.empty() && place.path.back().line != place.where.line) {
    const model::SourceSpot& lost = place.path.back();
    text += fmt::format("; {}:{}: {}", lost.file, lost.line, lost.note);
  }
  return text;
}

// Of several lines on which something was allocated for what leaks, the one that the source finds fault with
// is the culprit.
void LeadWith(ptrdiff_t index, Finding& f) {
  const auto chosen = f.where.begin() + index;
  if (chosen->role != Role::kAllocator && chosen->role != Role::kCandidate) return;
  for (model::Location& at : f.where)
    if (at.role == Role::kCulprit) at.role = Role::kAllocator;
  chosen->role = Role::kCulprit;
  std::rotate(f.where.begin(), chosen, chosen + 1);
}

void Join::Tell(const std::vector<SourceBond>& bonds, Finding& f) {
  constexpr size_t kMostNamed = 3;
  const bool has_line = std::ranges::any_of(f.where, [&](const model::Location& at) {
    return at.role == Role::kCulprit || at.role == Role::kAllocator;
  });
  const Confidence best = SurenessOf(bonds, 0);
  size_t named = 0;
  std::vector<model::Location> added;
  for (size_t i = 0; i < bonds.size() && named < kMostNamed; ++i) {
    const ScanFinding& place = scan_.findings[bonds[i].place];
    const Confidence sureness = SurenessOf(bonds, i);
    // Beside a sure place the others are noise.
    if (i > 0 && sureness > best) break;
    if (best == Confidence::kStrong && i > 0 && !bonds[i].sure) break;
    ++named;
    const auto same = std::ranges::find_if(f.where, [&](const model::Location& at) {
      return std::ranges::any_of(index_.At(at.function, at.file, at.line), [&](const SourceMatch& match) {
        return match.finding == bonds[i].place && match.nearness == Nearness::kLine;
      });
    });
    const std::string described = Described(place);
    if (same != f.where.end()) {
      same->why += (same->why.empty() ? "" : "; in the source: ") + described;
      if (i == 0) LeadWith(same - f.where.begin(), f);
      continue;
    }
    std::string why = described;
    if (!bonds[i].why.empty()) why += "; " + bonds[i].why;
    if (bonds.size() > 1 && best != Confidence::kStrong)
      why += fmt::format("; {} of {} such places in the source", i + 1, bonds.size());
    // A line that the finding names and the source finds no fault with is only where it was made.
    const bool culprit = i == 0 && sureness == Confidence::kStrong && (!has_line || bonds[i].sure);
    if (culprit)
      for (model::Location& at : f.where)
        if (at.role == Role::kCulprit) at.role = Role::kAllocator;
    added.push_back({culprit ? Role::kCulprit : Role::kCandidate, place.function, place.where.file,
                     place.where.line, std::move(why)});
  }
  // The culprit is what a reader looks for; candidates come after what the process itself shows.
  const bool first = !added.empty() && added.front().role == Role::kCulprit;
  f.where.insert(first ? f.where.begin() : f.where.end(), added.begin(), added.end());

  const ScanFinding& place = scan_.findings[bonds.front().place];
  f.evidence.push_back(
      {"source",
       fmt::format(
           "{}:{}: {} ({}); {}", place.where.file, place.where.line, Described(place), Name(place.confidence),
           bonds.front().why.empty() ? "nothing on a stack or in a profile tells more" : bonds.front().why),
       scan_.folder, -1});
  // The source and the process are independent, and they agree.
  if (best == Confidence::kStrong && f.confidence > Confidence::kStrong) {
    f.confidence = Confidence::kStrong;
    f.lift.clear();
  }
}

std::string Who(const model::Process& process) {
  std::string name = process.name.empty() ? "the process" : process.name;
  if (process.pid) name += fmt::format(" (pid {})", *process.pid);
  return name;
}

void Join::Add(Finding& f) {
  const std::vector<SourceBond> bonds = bonds_.Of(f);
  if (bonds.empty()) return;
  // The process names lines of its own, and nothing binds another place to them: they are the answer.
  const bool answered = std::ranges::any_of(
      f.where, [&](const model::Location& at) { return IsOfModule(PackageOf(at.function)); });
  if (answered && bonds.front().weight < kStackFunction) return;
  for (size_t i = 0; i < bonds.size(); ++i) {
    model::ScanAgreement seen{
        .finding = f.id, .process = Who(a_.series.process), .confidence = SurenessOf(bonds, i)};
    seen.why = bonds[i].why.empty() ? "such a leak is there; nothing binds it to this line" : bonds[i].why;
    seen.count = bonds[i].count;
    seen.rank = static_cast<uint32_t>(i + 1);
    seen.of = static_cast<uint32_t>(bonds.size());
    if (!f.stacks.empty() && f.impact.goroutines) seen.stack = f.stacks.front().first;
    // Nothing but the kind, and the analysis itself is unsure: counted, and not said to be seen.
    const bool unsure = scan_.findings[bonds[i].place].confidence == ScanConfidence::kPossible;
    if (unsure && bonds[i].weight == kNothing) continue;
    // The same where another place is proven: it is not this one that is seen.
    if (i > 0 && SurenessOf(bonds, 0) == Confidence::kStrong && seen.confidence > Confidence::kLikely)
      continue;
    out_.seen[bonds[i].place].push_back(std::move(seen));
  }
  Tell(bonds, f);
}

bool Join::IsOfModule(std::string_view package) const {
  return package == "main" || std::ranges::any_of(scan_.modules, [&](const std::string& module) {
           return !module.empty() && package.starts_with(module) &&
                  (package.size() == module.size() || package[module.size()] == '/');
         });
}

// Lines that the source does not have where the process has them.
void Join::CheckLines() {
  const auto& moved = index_.moved();
  if (!moved) return;
  const std::string_view path = a_.stacks.file(moved->frame);
  std::string why = fmt::format("the process has {}:{} in {}, which the source has in lines {} to {}",
                                path.substr(path.rfind('/') + 1), a_.stacks.line(moved->frame),
                                moved->now->name, moved->now->first_line, moved->now->last_line);
  if (moved->more != 0) why += fmt::format(", and {} like it", Plural(moved->more, "other file"));
  out_.gaps.push_back({"the line in the source",
                       why + ": another commit runs, and there functions are compared and lines are not",
                       "--src with the commit that runs: go version -m PROGRAM names it (vcs.revision)"});
}

// Functions of the user's own on the stacks, and none of the module that was scanned: another program's
// source.
void Join::CheckModule() {
  if (scan_.modules.empty() || index_.known()) return;
  uint64_t own = 0;
  for (const Pile& pile : a_.piles.piles)
    for (const auto& [stack, count] : pile.stacks)
      for (const model::FrameId frame : a_.stacks.frames(stack)) {
        const std::string_view package = PackageOf(a_.stacks.function(frame));
        if (!a_.frames.IsUser(frame) || package == "main") continue;  // every program has a main
        if (IsOfModule(package)) return;
        ++own;
      }
  if (own == 0) return;
  out_.gaps.push_back({"the line in the source",
                       fmt::format("{} is module {}, and no function of it is on a stack or in a profile",
                                   scan_.folder, scan_.modules.front()),
                       "is it what runs? --src takes the folder of the service's own go.mod"});
}

}  // namespace

SourceJoined JoinSource(const Analysis& analysis, const model::ScanReport& scan,
                        std::vector<Finding>& findings) {
  Join join(analysis, scan);
  for (Finding& f : findings) join.Add(f);
  join.CheckModule();
  join.CheckLines();
  SourceJoined out = std::move(join).Take();
  for (auto& seen : out.seen)
    std::ranges::stable_sort(seen, {},
                             [](const model::ScanAgreement& s) { return std::pair(s.confidence, s.rank); });
  return out;
}

}  // namespace seep::detect
