#include "detect/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"
#include "detect/source_join.h"

namespace seep::detect {
namespace {

using model::Finding;
using model::Gap;

std::string_view WordOf(Need need) {
  switch (need) {
    case Need::kGoroutines:
      return "goroutines";
    case Need::kHeap:
      return "heap";
    case Need::kRss:
      return "memory of the process";
    case Need::kSockets:
      return "socket states";
    case Need::kFds:
      return "file descriptors";
    case Need::kMetrics:
      return "metrics";
    case Need::kNone:
      break;
  }
  return "";
}

bool Has(const Analysis& a, Need need) {
  switch (need) {
    case Need::kNone:
      return true;
    case Need::kGoroutines:
      return !a.piles.snapshots.empty();
    case Need::kHeap:
      return !a.heaps.snapshots.empty();
    case Need::kRss:
      return std::ranges::any_of(a.account.views, [](const MemoryView& v) { return v.rss.has_value(); });
    case Need::kSockets:
      return a.network.sockets;
    case Need::kFds:
      return !a.network.views.empty();
    case Need::kMetrics:
      return std::ranges::any_of(a.series.snapshots,
                                 [](const model::Snapshot& s) { return s.metrics.has_value(); });
  }
  return true;
}

// Who would supply missing evidence.
std::string HowToGet(const Analysis& a, Need need) {
  const auto& process = a.series.process;
  const std::string pid = process.pid ? std::to_string(*process.pid) : "PID";
  switch (need) {
    case Need::kGoroutines:
      return "seep diagnose http://HOST:PORT  (the pprof port)";
    case Need::kHeap:
      return "curl -o heap.pb.gz http://HOST:PORT/debug/pprof/heap";
    case Need::kRss:
    case Need::kSockets:
    case Need::kFds:
      return fmt::format("seep diagnose --pid {} ... on the machine itself", pid);
    default:
      return {};
  }
}

// {count} {object} {library} {function} {file_line} {rate} {bound}; see model/knowledge.h.
std::string Fill(std::string text, const Finding& f, const std::string& object) {
  // What the texts speak of is where the goroutines stand; the culprit may be elsewhere.
  const auto standing = std::ranges::find(f.where, model::Role::kBlocked, &model::Location::role);
  const auto place = standing != f.where.end() ? *standing
                     : f.where.empty()         ? model::Location{}
                                               : f.where.front();
  std::string file = place.file.substr(place.file.rfind('/') + 1);
  std::string bound = "its limit";
  if (f.bound)
    bound = f.bound->seconds > 0
                ? fmt::format("{} ({})", FormatDuration(FromSeconds(f.bound->seconds)), f.bound->by)
                : f.bound->by;
  std::string rate = "an unknown rate";
  if (const auto it = f.impact.per_hour.find("goroutines"); it != f.impact.per_hour.end() && it->second > 0)
    rate = FormatRate(it->second / 3600, "goroutines");
  const std::pair<std::string_view, std::string> values[] = {
      {"{count}", f.impact.goroutines ? FormatCount(*f.impact.goroutines) : "some"},
      {"{object}", object.empty() ? "object" : object},
      {"{library}", f.library.empty() ? "library" : f.library},
      {"{function}", place.function.empty() ? "the code above" : place.function},
      {"{file_line}", place.file.empty() ? "the line above" : fmt::format("{}:{}", file, place.line)},
      {"{rate}", rate},
      {"{bound}", bound},
  };
  for (const auto& [key, value] : values) {
    for (size_t at = text.find(key); at != text.npos; at = text.find(key, at + value.size()))
      text.replace(at, key.size(), value);
  }
  return text;
}

model::Severity SeverityOf(const Finding& f, const model::FindingText* text) {
  using model::Severity;
  Severity severity = Severity::kHigh;
  if (text != nullptr) {
    if (text->severity == "critical")
      severity = Severity::kCritical;
    else if (text->severity == "medium")
      severity = Severity::kMedium;
    else if (text->severity == "low")
      severity = Severity::kLow;
  }
  // The text's severity is that of a leak; a bounded cost or an early suspicion weighs one step less.
  if (f.verdict == model::Verdict::kBounded || f.verdict == model::Verdict::kWatch)
    severity = static_cast<Severity>(std::min(3, static_cast<int>(severity) + 1));
  return severity;
}

std::string ObjectOf(const Analysis& a, const Finding& f) {
  for (const model::Pattern& p : a.knowledge.patterns)
    if (p.finding == f.id && !p.object.empty() && (f.library.empty() || p.library == f.library))
      return p.object;
  return {};
}

void Finish(const Analysis& a, Finding& f) {
  const model::FindingText* text = a.knowledge.Find(f.id);
  if (text != nullptr) {
    const auto take = [](std::string& field, const std::string& from) {
      if (field.empty()) field = from;
    };
    take(f.title, text->title);
    take(f.cause, text->cause);
    take(f.excludes, text->excludes);
    take(f.fix, text->fix);
    take(f.verify, text->verify);
    if (f.confidence > model::Confidence::kStrong) take(f.lift, text->lift);
    if (f.see.empty()) f.see = text->see;
  }
  f.severity = SeverityOf(f, text);
  const std::string object = ObjectOf(a, f);
  for (std::string* field : {&f.title, &f.cause, &f.excludes, &f.fix, &f.verify, &f.lift, &f.size})
    *field = Fill(*field, f, object);
}

bool SamePlace(const model::Location& x, const model::Location& y) {
  return x.line == y.line && x.file == y.file && x.function == y.function && x.line != 0;
}

// Heap that grows along with goroutines that leak and was allocated by the function that starts them, or by
// them: what they hold, not a leak of its own. A plausible share for each goroutine is asked for, so that a
// large leak beside a small one keeps its line.
bool HeldBy(const Analysis& a, const Finding& heap, const Finding& by) {
  constexpr double kMostPerGoroutine = 64.0 * 1024;  // bytes
  const auto rate = [](const Finding& f, const char* unit) {
    const auto it = f.impact.per_hour.find(unit);
    return it == f.impact.per_hour.end() ? 0.0 : it->second;
  };
  const double goroutines = rate(by, "goroutines");
  const double bytes = rate(heap, "heap_bytes");
  if (goroutines <= 0 || bytes <= 0 || bytes / goroutines > kMostPerGoroutine) return false;
  return std::ranges::any_of(heap.stacks, [&](const auto& stack) {
    return std::ranges::any_of(a.stacks.frames(stack.first), [&](model::FrameId frame) {
      const std::string_view function = a.stacks.function(frame);
      return std::ranges::any_of(by.where, [&](const model::Location& l) { return l.function == function; });
    });
  });
}

bool Firm(const Finding& f) {
  return f.verdict != model::Verdict::kWatch;
}

std::string HeldText(const Finding& heap) {
  const model::Location& place = heap.where.front();
  return fmt::format(
      "{} live, allocated under {} ({}:{}) and growing along with them: taken for what they hold; if it "
      "grows on "
      "without them, it leaks by itself",
      FormatBytes(static_cast<double>(heap.impact.heap_bytes.value_or(0))), place.function,
      place.file.substr(place.file.rfind('/') + 1), place.line);
}

// What leaking goroutines hold is said with them: not beside them, and not left out, for it may yet be a leak
// of its own.
void FoldHeldHeap(const Analysis& a, std::vector<Finding>& findings) {
  for (size_t i = 0; i < findings.size();) {
    const Finding& heap = findings[i];
    const auto by = std::ranges::find_if(findings, [&](const Finding& f) {
      return heap.id == "heap-growth" && Firm(heap) && Firm(f) && f.impact.goroutines && HeldBy(a, heap, f);
    });
    if (by == findings.end()) {
      ++i;
      continue;
    }
    if (!by->impact.heap_bytes) by->impact.heap_bytes = heap.impact.heap_bytes;
    by->evidence.push_back({"heap", HeldText(heap), heap.evidence.front().source, -1});
    findings.erase(findings.begin() + static_cast<ptrdiff_t>(i));
  }
}

// A suspicion about goroutines that a firmer finding already explains by the same line says nothing new.
void DropExplained(std::vector<Finding>& findings) {
  const auto firm = &Firm;
  const auto explains = [](const Finding& by, const Finding& f) {
    return std::ranges::any_of(f.where, [&](const model::Location& place) {
      return std::ranges::any_of(by.where,
                                 [&](const model::Location& other) { return SamePlace(place, other); });
    });
  };
  std::vector<Finding> kept;
  for (const Finding& f : findings) {
    const bool known = std::ranges::any_of(findings, [&](const Finding& by) {
      // Heap that grows along with goroutines or connections that leak is theirs.
      if (f.id == "heap-growth" && !firm(f) && firm(by) && (by.impact.goroutines || by.impact.sockets))
        return true;
      if (&by == &f || !f.impact.goroutines || !by.impact.goroutines || !explains(by, f)) return false;
      if (!firm(f) && firm(by)) return true;
      // Two suspicions about one line: the wider one stays, then the one that knows the culprit.
      if (firm(f) || firm(by)) return false;
      const auto culprit = [](const Finding& x) { return x.where.front().role == model::Role::kCulprit; };
      return *by.impact.goroutines > *f.impact.goroutines ||
             (*by.impact.goroutines == *f.impact.goroutines && culprit(by) && !culprit(f));
    });
    if (!known) kept.push_back(f);
  }
  findings = std::move(kept);
}

// The account as parts that sum to RSS, for the stacked bar; only where smaps tells the parts.
void AddAccount(const Analysis& a, model::Looked& looked) {
  using enum model::MemoryPart;
  const std::pair<const char*, std::vector<model::MemoryPart>> groups[] = {
      {"memory: Go", {kGoObjects, kGoGaps, kGoIdle, kGoHeap, kGoStacks, kGoRecords}},
      {"memory: C heap in use", {kCInUse, kCBlocks}},
      {"memory: C heap kept", {kCFree, kCTop}},
      {"memory: C heap", {kCHeap}},
      {"memory: thread stacks", {kThreadStacks}},
      {"memory: file pages", {kFiles, kShared}},
      {"memory: other", {kData, kSampler, kOther}},
  };
  model::Curve whole{"memory: RSS", "bytes", {}};
  for (const auto& [name, parts] : groups) {
    model::Curve curve{name, "bytes", {}};
    double most = 0;
    for (const MemoryView& v : a.account.views) {
      if (!v.parts) continue;
      double sum = 0;
      for (const model::MemoryPart part : parts) sum += static_cast<double>(v.parts->of(part));
      curve.points.emplace_back(a.timeline.seconds[v.snapshot], sum);
      most = std::max(most, sum);
    }
    if (most > 0) looked.curves.push_back(std::move(curve));
  }
  for (const MemoryView& v : a.account.views)
    if (v.parts) whole.points.emplace_back(a.timeline.seconds[v.snapshot], static_cast<double>(v.parts->sum));
  if (!whole.points.empty()) looked.curves.push_back(std::move(whole));
}

model::Looked LookedAt(const Analysis& a) {
  model::Looked looked;
  if (!a.piles.snapshots.empty()) {
    looked.goroutines = a.piles.totals.back();
    looked.groups = a.piles.groups;
    looked.curves.push_back(
        MakeCurve("goroutines", "goroutines", a.piles.totals, a.piles.snapshots, a.timeline));
  }
  if (!a.heaps.snapshots.empty()) {
    looked.heap_bytes = static_cast<uint64_t>(a.heaps.totals.back());
    model::Curve curve{"heap", "bytes", {}};
    for (size_t i = 0; i < a.heaps.snapshots.size(); ++i)
      curve.points.emplace_back(a.timeline.seconds[a.heaps.snapshots[i]], a.heaps.totals[i]);
    looked.curves.push_back(std::move(curve));
  }
  model::Curve rss{"RSS", "bytes", {}};
  for (const MemoryView& v : a.account.views) {
    if (!v.rss) continue;
    looked.rss_bytes = static_cast<uint64_t>(*v.rss);
    rss.points.emplace_back(a.timeline.seconds[v.snapshot], *v.rss);
  }
  if (!rss.points.empty()) looked.curves.push_back(std::move(rss));
  AddAccount(a, looked);
  if (!a.network.views.empty()) {
    looked.fds = a.network.views.back().fd_total;
    if (a.network.sockets) looked.sockets = a.network.views.back().sockets.size();
  }
  return looked;
}

}  // namespace

Detected Detect(const model::Series& series, const model::StackTable& stacks,
                const model::Knowledge& knowledge, const model::ScanReport* scan) {
  const Analysis analysis(series, stacks, knowledge);
  Sink sink;
  std::set<Need> missing;
  for (const Detector* detector : AllDetectors()) {
    if (Has(analysis, detector->needs))
      detector->run(analysis, sink);
    else
      missing.insert(detector->needs);
  }
  Detected out;
  FoldHeldHeap(analysis, sink.findings());
  DropExplained(sink.findings());
  if (scan != nullptr) {
    SourceJoined joined = JoinSource(analysis, *scan, sink.findings());
    out.seen = std::move(joined.seen);
    out.gaps = std::move(joined.gaps);
  }
  for (Finding& f : sink.findings()) Finish(analysis, f);
  out.findings = std::move(sink.findings());
  out.notes = std::move(sink.notes());
  std::map<std::string, std::string> by_how;  // one line for what one command supplies
  for (Need need : missing) {
    if (need == Need::kMetrics) continue;  // optional: its absence is no gap
    std::string& words = by_how[HowToGet(analysis, need)];
    words += (words.empty() ? "" : ", ") + std::string(WordOf(need));
  }
  for (const auto& [how, what] : by_how) out.gaps.push_back({what, "not in the evidence", how});
  out.looked = LookedAt(analysis);
  return out;
}

}  // namespace seep::detect
