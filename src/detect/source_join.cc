#include "detect/source_join.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "detect/pile_finding.h"
#include "detect/source_index.h"

namespace seep::detect {
namespace {

using model::Confidence;
using model::Finding;
using model::Role;
using model::ScanConfidence;
using model::ScanFinding;

// What memory says of one place in source.
struct Memory {
  std::vector<Estimate> by_stack;  // live Go objects allocated under the line, by stack
  Estimate live;                   // all of them
  double allocated = 0;            // Go objects ever allocated under the line
  double in_function = 0;          // the same under its function, elsewhere
  bool c = false;                  // C memory was allocated under the line,
  double c_bytes = 0;              // and so much of it is live
  double c_objects = 0;
};

// What binds a candidate to a finding.
struct Bond {
  size_t place = 0;  // index into ScanReport::findings
  int weight = 0;    // see Weight
  std::string why;   // for people
  uint64_t count = 0;
  model::StackId stack;
  bool sure = false;  // enough by itself
};

// Steps wide enough that sureness and severity of the rule only decide between equals.
enum Weight : int {
  kNothing = 0,
  kSomeoneWorksThere = 100,  // its function was entered
  kWorksThere = 200,         // the very line was
  kLivesThere = 250,         // and at least half as many objects as leak were allocated there and are live
  kStackFunction = 300,      // the leaking goroutines are in its function
  kObjects = 500,            // as many live objects
  kLiveC = 600,
  kStarter = 650,  // who started the leaking goroutines stands on the line
  kStackLine = 700,
  kNamed = 800,  // the finding names the line
};

class Join {
 public:
  Join(const Analysis& a, const model::ScanReport& scan)
      : a_(a), scan_(scan), index_(scan, a.stacks), memory_(scan.findings.size()) {
    ReadHeap();
    ReadNative();
    out_.seen.resize(scan.findings.size());
  }

  void Add(Finding& f);
  SourceJoined Take() && { return std::move(out_); }
  void CheckModule();
  void CheckLines();

 private:
  void ReadHeap();
  void ReadNative();
  void ReadWhere(const Finding& f, std::vector<Bond>& bonds) const;
  void ReadStacks(const Finding& f, std::vector<Bond>& bonds) const;
  void ReadStarters(const Finding& f, std::vector<Bond>& bonds) const;
  void ReadHolders(const Finding& f, std::vector<Bond>& bonds) const;
  void ReadMemory(const Finding& f, std::vector<Bond>& bonds) const;
  std::vector<Bond> Candidates(const Finding& f) const;
  Confidence SurenessOf(const std::vector<Bond>& bonds, size_t rank) const;
  void Tell(const std::vector<Bond>& bonds, Finding& f);
  std::string Described(const ScanFinding& place) const;
  bool IsOfModule(std::string_view package) const;

  const Analysis& a_;
  const model::ScanReport& scan_;
  SourceIndex index_;
  std::vector<Memory> memory_;
  SourceJoined out_;
};

// Every place that the frames of a stack match, once, with the nearest of its matches.
std::map<size_t, Nearness> PlacesOn(const SourceIndex& index, std::span<const model::FrameId> frames) {
  std::map<size_t, Nearness> places;
  for (const model::FrameId frame : frames)
    for (const SourceMatch& match : index.Of(frame)) {
      Nearness& nearest = places.try_emplace(match.finding, match.nearness).first->second;
      nearest = std::max(nearest, match.nearness);
    }
  return places;
}

void Join::ReadHeap() {
  if (a_.heaps.samples.empty()) return;
  for (const HeapSample& sample : a_.heaps.samples.back()) {
    for (const auto& [place, nearness] : PlacesOn(index_, a_.stacks.frames(sample.stack))) {
      Memory& memory = memory_[place];
      if (nearness != Nearness::kLine) {
        memory.in_function += sample.allocated_objects;
        continue;
      }
      memory.by_stack.push_back(sample.objects);
      memory.live += sample.objects;
      memory.allocated += sample.allocated_objects;
    }
  }
}

void Join::ReadNative() {
  const model::Profile* native = nullptr;
  for (const model::Snapshot& s : a_.series.snapshots)
    if (s.native) native = &*s.native;
  if (native == nullptr) return;
  const auto column = [&](std::string_view name) { return native->Column(a_.stacks.strings().Find(name)); };
  const auto objects = column("inuse_objects"), bytes = column("inuse_space"), all = column("alloc_space");
  if (!objects || !bytes) return;
  for (size_t i = 0; i < native->samples.size(); ++i) {
    const auto values = native->ValuesOf(i);
    for (const auto& [place, nearness] : PlacesOn(index_, a_.stacks.frames(native->samples[i].stack))) {
      if (nearness != Nearness::kLine) continue;
      Memory& memory = memory_[place];
      memory.c = memory.c || (all && values[*all] > 0) || values[*bytes] > 0;
      memory.c_bytes += static_cast<double>(values[*bytes]);
      memory.c_objects += static_cast<double>(values[*objects]);
    }
  }
}

void Raise(Bond& bond, int weight, bool sure, std::string why, uint64_t count = 0) {
  if (weight <= bond.weight) return;
  bond.weight = weight;
  bond.sure = sure;
  bond.why = std::move(why);
  bond.count = count;
}

void Join::ReadWhere(const Finding& f, std::vector<Bond>& bonds) const {
  for (const model::Location& at : f.where) {
    for (const SourceMatch& match : index_.At(at.function, at.file, at.line)) {
      const auto bond = std::ranges::find(bonds, match.finding, &Bond::place);
      if (bond == bonds.end()) continue;
      if (match.nearness >= Nearness::kPath)
        Raise(*bond, kNamed, true, at.why, f.impact.goroutines.value_or(0));
      else
        Raise(*bond, kStackFunction, false, "the process names its function: " + at.why);
    }
  }
}

void Join::ReadStacks(const Finding& f, std::vector<Bond>& bonds) const {
  std::map<size_t, std::array<uint64_t, 2>> counts;  // by place: in its function, on a line of its path
  for (const auto& [stack, count] : f.stacks)
    for (const auto& [place, nearness] : PlacesOn(index_, a_.stacks.frames(stack)))
      counts[place][nearness >= Nearness::kPath ? 1 : 0] += count;
  const bool bytes = f.impact.heap_bytes && !f.impact.goroutines;
  for (Bond& bond : bonds) {
    const auto it = counts.find(bond.place);
    if (it == counts.end()) continue;
    const auto [in_function, on_line] = it->second;
    const auto amount = [&](uint64_t n) {
      return bytes ? FormatBytes(static_cast<double>(n)) + " live were allocated under"
                   : Plural(n, "leaking goroutine has", "leaking goroutines have");
    };
    if (on_line > 0)
      Raise(bond, kStackLine, true, amount(on_line) + (bytes ? " this line" : " this line on the stack"),
            on_line);
    else
      Raise(bond, kStackFunction, false,
            amount(in_function) + (bytes ? " its function" : " its function on the stack"), in_function);
  }
}

// The stacks of those who started goroutines of the finding, with how many each has started: of those that
// are alive, and say so.
std::map<model::StackId, uint64_t> Starters(const Analysis& a, const Finding& f) {
  const model::GoroutineDump* dump = nullptr;
  for (const model::Snapshot& s : a.series.snapshots)
    if (s.dump) dump = &*s.dump;
  std::map<model::StackId, uint64_t> starters;
  if (dump == nullptr) return starters;
  std::set<model::StackId> leaking;
  for (const auto& [stack, count] : f.stacks) leaking.insert(stack);
  std::map<uint64_t, uint64_t> started;  // by goid of the parent
  for (const model::Goroutine& g : dump->goroutines)
    if (g.parent != 0 && leaking.contains(g.stack)) ++started[g.parent];
  if (started.empty()) return starters;
  for (const model::Goroutine& g : dump->goroutines)
    if (const auto it = started.find(g.goid); it != started.end()) starters[g.stack] += it->second;
  return starters;
}

// Goroutines of a library have no line of the user's own; who started them often has, and still stands there:
// the one that accepts connections.
void Join::ReadStarters(const Finding& f, std::vector<Bond>& bonds) const {
  std::map<size_t, uint64_t> counts;
  for (const auto& [stack, count] : Starters(a_, f))
    for (const auto& [place, nearness] : PlacesOn(index_, a_.stacks.frames(stack)))
      if (nearness >= Nearness::kPath) counts[place] += count;
  uint64_t all = 0;
  for (const auto& [stack, count] : f.stacks) all += count;
  for (Bond& bond : bonds) {
    // One or two of many were just started by whoever is at work.
    const auto it = counts.find(bond.place);
    if (it == counts.end() || 2 * it->second < all) continue;
    Raise(bond, kStarter, true,
          Plural(it->second, "leaking goroutine was", "leaking goroutines were") +
              " started by a goroutine that stands on its path",
          it->second);
  }
}

// Who waits for a lock is not who keeps it: of that one a single goroutine stands elsewhere, on a line that
// waits with the lock held.
void Join::ReadHolders(const Finding& f, std::vector<Bond>& bonds) const {
  if (f.id != "mutex-pileup") return;
  std::map<size_t, uint64_t> standing;
  for (const Pile& pile : a_.piles.piles)
    for (const auto& [stack, count] : pile.stacks)
      for (const model::FrameId frame : a_.stacks.frames(stack))
        for (const SourceMatch& match : index_.Of(frame)) {
          // On the line that waits, not on the one that takes the lock.
          const model::SourceSpot& at = scan_.findings[match.finding].where;
          const uint32_t line = a_.stacks.line(frame);
          if (match.nearness == Nearness::kLine && line >= at.line && line <= at.end_line)
            standing[match.finding] += count;
        }
  for (Bond& bond : bonds) {
    const auto it = standing.find(bond.place);
    if (it == standing.end() || scan_.findings[bond.place].rule != "R175") continue;
    Raise(bond, kStackLine + 1, true,
          Plural(it->second, "goroutine stands", "goroutines stand") + " here with the lock held",
          it->second);
  }
}

// The numbers that live objects of a leak may equal, with the word for what they are one for each of.
std::vector<std::pair<double, std::string_view>> Counts(const Finding& f) {
  std::vector<std::pair<double, std::string_view>> out;
  if (f.impact.sockets) out.emplace_back(*f.impact.sockets, "socket");
  if (f.impact.goroutines) {
    out.emplace_back(*f.impact.goroutines, "goroutine");
    out.emplace_back(static_cast<double>(*f.impact.goroutines) / 2, "pair of goroutines");
  }
  if (f.impact.fds) out.emplace_back(*f.impact.fds, "descriptor");
  return out;
}

void Join::ReadMemory(const Finding& f, std::vector<Bond>& bonds) const {
  constexpr double kEnough = 5;  // fewer agree with anything
  const auto counts = Counts(f);
  double leaked = counts.empty() ? 0 : counts.front().first;
  for (const auto& [count, word] : counts) leaked = std::min(leaked, count);
  for (Bond& bond : bonds) {
    const Memory& memory = memory_[bond.place];
    if (memory.c_bytes > 0)
      Raise(bond, kLiveC, true,
            fmt::format("{} of C memory that is live was allocated under this line",
                        FormatBytes(memory.c_bytes)),
            static_cast<uint64_t>(memory.c_objects + 0.5));
    for (const Estimate& estimate : memory.by_stack)
      for (const auto& [count, word] : counts)
        if (estimate.value >= kEnough && count >= kEnough && estimate.samples() >= 1.5 &&
            Agrees(estimate, count))
          Raise(bond, kObjects, true,
                fmt::format("about {} live objects were allocated under this line, one for each {}",
                            FormatCount(static_cast<uint64_t>(estimate.value + 0.5)), word),
                static_cast<uint64_t>(estimate.value + 0.5));
    // What is opened once at the start is no cause of thousands: so many objects have to come from the line.
    const bool enough = std::max(memory.live.value, memory.allocated) >= 0.5 * leaked;
    if (memory.live.value > 0 && enough)
      Raise(bond, leaked > 0 && memory.live.value >= 0.5 * leaked ? kLivesThere : kWorksThere + 1, false,
            fmt::format("about {} live objects were allocated under this line",
                        FormatCount(static_cast<uint64_t>(memory.live.value + 0.5))),
            static_cast<uint64_t>(memory.live.value + 0.5));
    else if (memory.c || (memory.allocated > 0 && enough))
      Raise(bond, kWorksThere, false, "the process runs this line");
    else if (memory.in_function >= std::max(1.0, 0.5 * leaked))
      Raise(bond, kSomeoneWorksThere, false, "the process runs its function");
  }
}

int SeverityRank(const std::string& severity) {
  constexpr std::array<std::string_view, 5> kNames = {"info", "low", "medium", "high", "critical"};
  const auto it = std::ranges::find(kNames, severity);
  return it == kNames.end() ? 0 : static_cast<int>(it - kNames.begin());
}

// Findings that say what grows and not why have too many possible causes for the kind alone to mean anything;
// and of memory every line that allocates is somebody who "works there".
Weight Least(std::string_view id) {
  if (id == "heap-growth" || id == "heap-retained" || id == "goroutine-growth") return kStackFunction;
  return id == "fd-growth" ? kSomeoneWorksThere : kNothing;
}

// Places of one line that are found by two rules are one candidate: the surer one stands for it.
void DropDoubles(const model::ScanReport& scan, std::vector<Bond>& bonds) {
  std::set<std::pair<std::string, uint32_t>> lines;
  std::erase_if(bonds, [&](const Bond& bond) {
    const ScanFinding& f = scan.findings[bond.place];
    return !lines.emplace(f.where.file, f.where.line).second;
  });
}

std::vector<Bond> Join::Candidates(const Finding& f) const {
  std::vector<Bond> bonds;
  for (size_t i = 0; i < scan_.findings.size(); ++i) {
    const model::ScanRule* rule = a_.knowledge.FindScanRule(scan_.findings[i].rule);
    if (rule == nullptr || std::ranges::find(rule->findings, f.id) == rule->findings.end()) continue;
    const auto& out = scan_.findings[i].rules_out;
    if (std::ranges::find(out, f.id) != out.end()) continue;
    // C memory came from here, and all of it was given back.
    if (f.id == "native-leak" && memory_[i].c && memory_[i].c_bytes <= 0) continue;
    bonds.push_back({.place = i, .weight = kNothing, .why = {}, .count = 0, .stack = {}, .sure = false});
  }
  ReadWhere(f, bonds);
  ReadStacks(f, bonds);
  ReadStarters(f, bonds);
  ReadHolders(f, bonds);
  ReadMemory(f, bonds);
  std::erase_if(bonds, [&](const Bond& bond) { return bond.weight < Least(f.id); });
  std::ranges::stable_sort(bonds, [&](const Bond& x, const Bond& y) {
    const ScanFinding& a = scan_.findings[x.place];
    const ScanFinding& b = scan_.findings[y.place];
    const auto key = [](const Bond& bond, const ScanFinding& place) {
      return std::tuple(-bond.weight, static_cast<int>(place.confidence), -SeverityRank(place.severity));
    };
    // Of equal weight the one with more of it.
    if (x.weight == y.weight && x.count != y.count) return x.count > y.count;
    return key(x, a) < key(y, b);
  });
  DropDoubles(scan_, bonds);
  return bonds;
}

Confidence Join::SurenessOf(const std::vector<Bond>& bonds, size_t rank) const {
  const Bond& bond = bonds[rank];
  if (bond.sure) return Confidence::kStrong;
  const ScanConfidence written = scan_.findings[bond.place].confidence;
  if (bond.weight == kLivesThere || (bond.weight >= kWorksThere && written != ScanConfidence::kPossible)) {
    const int level = bond.weight / 100 * 100;
    const auto as_near = std::ranges::count_if(bonds, [&](const Bond& b) { return b.weight >= level; });
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

void Join::Tell(const std::vector<Bond>& bonds, Finding& f) {
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
    // Where the finding names a line of its path already, that one stays the first; where it names another,
    // which the source finds no fault with, that one is only where it was made. Who starts something and
    // forgets it has left; what the process shows is what was started.
    const bool gone = place.rule == "R167";
    const bool culprit = i == 0 && sureness == Confidence::kStrong &&
                         (gone || (bonds[i].weight != kNamed && (!has_line || bonds[i].sure)));
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
  const std::vector<Bond> bonds = Candidates(f);
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
  if (scan_.modules.empty()) return;
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
                       fmt::format("{} is module {}, and no function of it is on a stack of the process",
                                   scan_.folder, scan_.modules.front()),
                       "--src with the folder of the service's own go.mod"});
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
