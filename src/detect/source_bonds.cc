#include "detect/source_bonds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "detect/pile_finding.h"

namespace seep::detect {
namespace {

using model::Finding;
using model::ScanConfidence;
using model::ScanFinding;
using enum SourceBond::Weight;

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

void Raise(SourceBond& bond, int weight, bool sure, std::string why, uint64_t count = 0) {
  if (weight <= bond.weight) return;
  bond.weight = weight;
  bond.sure = sure;
  bond.why = std::move(why);
  bond.count = count;
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

int SeverityRank(const std::string& severity) {
  constexpr std::array<std::string_view, 5> kNames = {"info", "low", "medium", "high", "critical"};
  const auto it = std::ranges::find(kNames, severity);
  return it == kNames.end() ? 0 : static_cast<int>(it - kNames.begin());
}

// Findings that say what grows and not why have too many possible causes for the kind alone to mean anything;
// and of memory every line that allocates is somebody who "works there".
SourceBond::Weight Least(std::string_view id) {
  if (id == "heap-growth" || id == "heap-retained" || id == "goroutine-growth") return kStackFunction;
  return id == "fd-growth" ? kSomeoneWorksThere : kNothing;
}

// Places of one line that are found by two rules are one candidate: the surer one stands for it.
void DropDoubles(const model::ScanReport& scan, std::vector<SourceBond>& bonds) {
  std::set<std::pair<std::string, uint32_t>> lines;
  std::erase_if(bonds, [&](const SourceBond& bond) {
    const ScanFinding& f = scan.findings[bond.place];
    return !lines.emplace(f.where.file, f.where.line).second;
  });
}

}  // namespace

SourceBonds::SourceBonds(const Analysis& analysis, const model::ScanReport& scan, const SourceIndex& index)
    : a_(analysis), scan_(scan), index_(index), memory_(scan.findings.size()) {
  ReadHeap();
  ReadNative();
}

void SourceBonds::ReadHeap() {
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

void SourceBonds::ReadNative() {
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

void SourceBonds::ReadWhere(const Finding& f, std::vector<SourceBond>& bonds) const {
  for (const model::Location& at : f.where) {
    for (const SourceMatch& match : index_.At(at.function, at.file, at.line)) {
      const auto bond = std::ranges::find(bonds, match.finding, &SourceBond::place);
      if (bond == bonds.end()) continue;
      if (match.nearness == Nearness::kLine)
        Raise(*bond, kNamed, true, at.why, f.impact.goroutines.value_or(0));
      else if (match.nearness == Nearness::kPath)
        Raise(*bond, kNamedPath, true,
              fmt::format("{} ({}:{})", at.why, at.file.substr(at.file.rfind('/') + 1), at.line),
              f.impact.goroutines.value_or(0));
      else
        Raise(*bond, kStackFunction, false, "the process names its function: " + at.why);
    }
  }
}

void SourceBonds::ReadStacks(const Finding& f, std::vector<SourceBond>& bonds) const {
  std::map<size_t, std::array<uint64_t, 2>> counts;  // by place: in its function, on a line of its path
  for (const auto& [stack, count] : f.stacks)
    for (const auto& [place, nearness] : PlacesOn(index_, a_.stacks.frames(stack)))
      counts[place][nearness >= Nearness::kPath ? 1 : 0] += count;
  const bool bytes = f.impact.heap_bytes && !f.impact.goroutines;
  for (SourceBond& bond : bonds) {
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

// Goroutines of a library have no line of the user's own; who started them often has, and still stands there:
// the one that accepts connections.
void SourceBonds::ReadStarters(const Finding& f, std::vector<SourceBond>& bonds) const {
  std::map<size_t, uint64_t> counts;
  for (const auto& [stack, count] : Starters(a_, f))
    for (const auto& [place, nearness] : PlacesOn(index_, a_.stacks.frames(stack)))
      if (nearness >= Nearness::kPath) counts[place] += count;
  uint64_t all = 0;
  for (const auto& [stack, count] : f.stacks) all += count;
  for (SourceBond& bond : bonds) {
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
void SourceBonds::ReadHolders(std::vector<SourceBond>& bonds) const {
  if (std::ranges::none_of(bonds, &SourceBond::holder)) return;
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
  for (SourceBond& bond : bonds) {
    const auto it = standing.find(bond.place);
    if (it == standing.end() || !bond.holder) continue;
    Raise(bond, kStackLine + 1, true,
          Plural(it->second, "goroutine stands", "goroutines stand") + " here with the lock held",
          it->second);
  }
}

void SourceBonds::ReadMemory(const Finding& f, std::vector<SourceBond>& bonds) const {
  constexpr double kEnough = 5;  // fewer agree with anything
  const auto counts = Counts(f);
  double leaked = counts.empty() ? 0 : counts.front().first;
  for (const auto& [count, word] : counts) leaked = std::min(leaked, count);
  for (SourceBond& bond : bonds) {
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

std::vector<SourceBond> SourceBonds::Of(const Finding& f) const {
  std::vector<SourceBond> bonds;
  for (size_t i = 0; i < scan_.findings.size(); ++i) {
    const model::ScanRule* rule = a_.knowledge.FindScanRule(scan_.findings[i].rule);
    if (rule == nullptr || std::ranges::find(rule->findings, f.id) == rule->findings.end()) continue;
    const auto& out = scan_.findings[i].rules_out;
    if (std::ranges::find(out, f.id) != out.end()) continue;
    // C memory came from here, and all of it was given back.
    if (f.id == "native-leak" && memory_[i].c && memory_[i].c_bytes <= 0) continue;
    bonds.push_back({.place = i,
                     .holder = rule->holder,
                     .weight = kNothing,
                     .why = {},
                     .count = 0,
                     .stack = {},
                     .sure = false});
  }
  ReadWhere(f, bonds);
  ReadStacks(f, bonds);
  ReadStarters(f, bonds);
  ReadHolders(bonds);
  ReadMemory(f, bonds);
  std::erase_if(bonds, [&](const SourceBond& bond) { return bond.weight < Least(f.id); });
  std::ranges::stable_sort(bonds, [&](const SourceBond& x, const SourceBond& y) {
    const ScanFinding& a = scan_.findings[x.place];
    const ScanFinding& b = scan_.findings[y.place];
    const auto key = [](const SourceBond& bond, const ScanFinding& place) {
      return std::tuple(-bond.weight, static_cast<int>(place.confidence), -SeverityRank(place.severity));
    };
    // Of equal weight the one with more of it.
    if (x.weight == y.weight && x.count != y.count) return x.count > y.count;
    return key(x, a) < key(y, b);
  });
  DropDoubles(scan_, bonds);
  return bonds;
}

}  // namespace seep::detect
