#include "report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "base/text.h"
#include "report/layout.h"

namespace seep::report {
namespace {

using model::Curve;
using model::Finding;
using model::Gap;
using model::Looked;
using model::TargetReport;
using model::Verdict;

int VerdictRank(Verdict v) {
  switch (v) {
    case Verdict::kLeak:
      return 0;
    case Verdict::kFault:
      return 1;
    case Verdict::kBounded:
      return 2;
    case Verdict::kWatch:
      return 3;
  }
  return 4;
}

auto ImpactKey(const Finding& f) {
  const auto descending = [](const std::optional<uint64_t>& v) { return v ? ~*v : ~uint64_t{0}; };
  return std::tuple(descending(f.impact.goroutines), descending(f.impact.heap_bytes),
                    descending(f.impact.rss_bytes), descending(f.impact.sockets), descending(f.impact.fds));
}

auto Key(const Finding& f) {
  return std::tuple(static_cast<int>(f.severity), VerdictRank(f.verdict), static_cast<int>(f.confidence),
                    ImpactKey(f), std::string_view(f.id), f.target, std::string_view(f.title));
}

// "27,690 of 27,838 goroutines", "1 goroutine".
std::string CountOf(uint64_t part, const std::optional<uint64_t>& whole, std::string_view noun) {
  if (whole && *whole > part) return fmt::format("{} of {}", FormatCount(part), Plural(*whole, noun));
  return Plural(part, noun);
}

std::string BytesOf(uint64_t part, const std::optional<uint64_t>& whole, std::string_view noun) {
  const std::string value = FormatBytes(static_cast<double>(part));
  if (!whole || *whole <= part) return fmt::format("{} {}", value, noun);
  return fmt::format("{} of {} {}", value, FormatBytes(static_cast<double>(*whole)), noun);
}

// Time between the first and the last snapshot.
std::optional<Duration> Span(const TargetReport& target) {
  if (target.snapshots.size() < 2) return std::nullopt;
  const auto& first = target.snapshots.front().at;
  const auto& last = target.snapshots.back().at;
  if (!first || !last || *last <= *first) return std::nullopt;
  return *last - *first;
}

bool Even(const TargetReport& target, Duration span) {
  const double step = Seconds(span) / static_cast<double>(target.snapshots.size() - 1);
  for (size_t i = 1; i < target.snapshots.size(); ++i) {
    const auto& a = target.snapshots[i - 1].at;
    const auto& b = target.snapshots[i].at;
    if (!a || !b || std::abs(Seconds(*b - *a) - step) > step / 10) return false;
  }
  return true;
}

const Curve* FindCurve(const Looked& looked, std::initializer_list<std::string_view> names) {
  for (const Curve& c : looked.curves) {
    const bool named =
        std::ranges::any_of(names, [&](std::string_view name) { return EqualsIgnoreCase(name, c.name); });
    if (named && c.points.size() >= 2) return &c;
  }
  return nullptr;
}

enum class Course { kUnknown, kFlat, kFalls, kMoves };

// Flat: everything within 5 % of the mean, or within `noise`.
Course CourseOf(const Curve* curve, double noise) {
  if (curve == nullptr) return Course::kUnknown;
  double low = curve->points.front().second, high = low, sum = 0;
  for (const auto& [at, value] : curve->points) {
    low = std::min(low, value);
    high = std::max(high, value);
    sum += value;
  }
  const double mean = sum / static_cast<double>(curve->points.size());
  if (high - low <= std::max(std::abs(mean) * 0.05, noise)) return Course::kFlat;
  return curve->points.back().second < curve->points.front().second ? Course::kFalls : Course::kMoves;
}

std::string WithCourse(std::string now, const Curve* curve, double noise, std::string_view unit) {
  const Course course = CourseOf(curve, noise);
  if (course == Course::kFlat) return now + " flat";
  if (course == Course::kUnknown) return now;
  return fmt::format("{} ({} {})", now, course == Course::kFalls ? "down from" : "from",
                     FormatValue(curve->points.front().second, unit));
}

std::string GoroutinesLooked(const TargetReport& target, const std::optional<Duration>& span) {
  const Looked& looked = target.looked;
  const Curve* curve = FindCurve(looked, {"goroutines"});
  const std::string now = Plural(*looked.goroutines, "goroutine");
  const Course course = CourseOf(curve, 10);
  if (course == Course::kFlat && looked.groups && span) {
    if (*looked.groups == 1) return fmt::format("{}, their one group stable over {}", now, FormatSpan(*span));
    return fmt::format("{}, all {} groups stable over {}", now, FormatCount(*looked.groups),
                       FormatSpan(*span));
  }
  std::string text = WithCourse(now, curve, 10, "");
  if (looked.groups) text += fmt::format(" in {}", Plural(*looked.groups, "group"));
  if (span) text += " over " + FormatSpan(*span);
  return text;
}

std::vector<std::string> LookedParts(const TargetReport& target) {
  constexpr double kMiB = 1024 * 1024;
  const Looked& looked = target.looked;
  std::vector<std::string> parts;
  if (looked.goroutines) parts.push_back(GoroutinesLooked(target, Span(target)));
  if (looked.heap_bytes) {
    parts.push_back(WithCourse("heap " + FormatBytes(static_cast<double>(*looked.heap_bytes)),
                               FindCurve(looked, {"heap", "heap_bytes"}), kMiB, "bytes"));
  }
  if (looked.rss_bytes) {
    parts.push_back(WithCourse("RSS " + FormatBytes(static_cast<double>(*looked.rss_bytes)),
                               FindCurve(looked, {"rss", "rss_bytes"}), 2 * kMiB, "bytes"));
  }
  if (looked.sockets) {
    parts.push_back(WithCourse(Plural(*looked.sockets, "socket"), FindCurve(looked, {"sockets"}), 4, ""));
  }
  if (looked.fds) parts.push_back(WithCourse(Plural(*looked.fds, "fd"), FindCurve(looked, {"fds"}), 4, ""));
  return parts;
}

// Gaps of the snapshots, with the snapshot or the target named where not all share them.
void AddSnapshotGaps(const model::Report& report, std::vector<Gap>& gaps) {
  const auto known = [&](const Gap& gap) { return std::ranges::find(gaps, gap) != gaps.end(); };
  for (const TargetReport& target : report.targets) {
    for (size_t i = 0; i < target.snapshots.size(); ++i) {
      for (const Gap& gap : target.snapshots[i].gaps) {
        if (known(gap)) continue;
        const auto has = [&](const TargetReport::Taken& taken) {
          return std::ranges::find(taken.gaps, gap) != taken.gaps.end();
        };
        Gap said = gap;
        if (!std::ranges::all_of(target.snapshots, has)) said.what += fmt::format(" in snapshot {}", i + 1);
        if (report.targets.size() > 1) said.what += " of " + target.name;
        if (!known(said)) gaps.push_back(std::move(said));
      }
    }
  }
}

}  // namespace

bool HasFindings(const model::Report& report) {
  return !report.findings.empty();
}

bool MoreSevere(const Finding& a, const Finding& b) {
  return Key(a) < Key(b);
}

std::vector<const Finding*> Ordered(const model::Report& report) {
  std::vector<const Finding*> order;
  for (const Finding& f : report.findings) order.push_back(&f);
  std::ranges::stable_sort(order, [](const Finding* a, const Finding* b) { return MoreSevere(*a, *b); });
  return order;
}

std::vector<TargetGroup> ByTarget(const model::Report& report) {
  std::vector<TargetGroup> groups;
  const auto group_of = [&](const TargetReport* target) -> TargetGroup& {
    for (TargetGroup& g : groups)
      if (g.target == target) return g;
    groups.push_back({target, {}});
    return groups.back();
  };
  for (const Finding* f : Ordered(report)) {
    const bool listed = f->target >= 0 && static_cast<size_t>(f->target) < report.targets.size();
    group_of(listed ? &report.targets[static_cast<size_t>(f->target)] : nullptr).findings.push_back(f);
  }
  for (const TargetReport& target : report.targets) group_of(&target);
  return groups;
}

std::string_view Label(Verdict verdict) {
  switch (verdict) {
    case Verdict::kLeak:
      return "LEAK";
    case Verdict::kBounded:
      return "LEAK, BOUNDED";
    case Verdict::kWatch:
      return "WATCH";
    case Verdict::kFault:
      return "FAULT";
  }
  return "";
}

std::string_view Marker(const Finding& finding) {
  return finding.verdict == Verdict::kWatch || finding.severity == model::Severity::kLow ? "!" : "✗";
}

std::string Who(const TargetReport& target) {
  const model::Process& p = target.process;
  std::vector<std::string> facts;
  if (!p.go_version.empty()) facts.push_back(OneLine(p.go_version));
  if (p.pid) facts.push_back(fmt::format("pid {}", *p.pid));
  if (!p.host.empty()) facts.push_back("host " + OneLine(p.host));
  if (p.started && !target.snapshots.empty() && target.snapshots.back().at &&
      *target.snapshots.back().at > *p.started) {
    facts.push_back("up " + FormatSpan(*target.snapshots.back().at - *p.started));
  }
  std::string name = OneLine(target.name.empty() ? p.name : target.name);
  if (name.empty()) name = "unnamed process";
  return facts.empty() ? name : fmt::format("{} ({})", name, Join(facts, ", "));
}

std::string Taken(const TargetReport& target) {
  if (target.snapshots.empty()) return "no snapshot";
  std::string text = Plural(target.snapshots.size(), "snapshot");
  if (const auto span = Span(target)) {
    const bool even = Even(target, *span);
    const auto steps = static_cast<int64_t>(target.snapshots.size() - 1);
    text += even ? fmt::format(", {} apart", FormatSpan(*span / steps))
                 : fmt::format(" over {}", FormatSpan(*span));
  }
  return text;
}

std::vector<std::string> ImpactParts(const Finding& finding, const TargetReport* target) {
  const Looked nothing;
  const Looked& looked = target != nullptr ? target->looked : nothing;
  const model::Impact& impact = finding.impact;
  std::vector<std::string> parts;
  if (impact.goroutines) parts.push_back(CountOf(*impact.goroutines, looked.goroutines, "goroutine"));
  if (impact.sockets) parts.push_back(CountOf(*impact.sockets, looked.sockets, "socket"));
  if (impact.fds && impact.fds != impact.sockets) parts.push_back(CountOf(*impact.fds, looked.fds, "fd"));
  if (impact.heap_bytes) parts.push_back(BytesOf(*impact.heap_bytes, looked.heap_bytes, "heap"));
  if (impact.rss_bytes) parts.push_back(BytesOf(*impact.rss_bytes, looked.rss_bytes, "RSS"));
  return parts;
}

std::vector<std::string> GrowthParts(const Finding& finding) {
  std::vector<std::string> parts;
  const bool held = finding.shape == model::Shape::kBounded || finding.shape == model::Shape::kPlateau;
  if (!held) {
    for (const auto& [name, rate] : finding.impact.per_hour) {
      if (!(rate > 0) || !std::isfinite(rate)) continue;
      const bool bytes = name.ends_with("_bytes");
      const std::string noun = OneLine(bytes ? std::string_view(name).substr(0, name.size() - 6) : name);
      const std::string value = FormatValue(rate, bytes ? "bytes" : "");
      parts.push_back(fmt::format("{} {}/h", value, noun == "rss" ? "RSS" : noun));
    }
    if (!parts.empty()) parts.front().insert(0, "grows ");
  } else if (finding.bound && !finding.bound->by.empty()) {
    const std::string by = OneLine(finding.bound->by);
    const Duration after = FromSeconds(std::min(finding.bound->seconds, 9e9));
    const std::string time = finding.bound->seconds > 0 ? FormatSpan(after) : "";
    const auto says = [&](const std::string& text) {
      if (text.find(by) != std::string::npos) return true;
      return !time.empty() &&
             (text.find(time) != std::string::npos || text.find(FormatDuration(after)) != std::string::npos);
    };
    if (!says(finding.cause) && !says(finding.size) && !says(finding.title)) {
      parts.push_back(time.empty() ? "held by " + by : fmt::format("held by {}, {}", by, time));
    }
  }
  if (finding.impact.limit_in_seconds && std::isfinite(*finding.impact.limit_in_seconds)) {
    const double left = std::clamp(*finding.impact.limit_in_seconds, 0.0, 9e9);
    parts.push_back(left < 1 ? "limit reached" : "limit in " + FormatSpan(FromSeconds(left)));
  }
  return parts;
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string HealthyLine(const TargetReport& target) {
  const std::vector<std::string> parts = LookedParts(target);
  if (parts.empty()) {
    return "Nothing to judge: no goroutines, heap, memory or sockets in the evidence. What was missing is "
           "listed below.";
  }
  std::string line = "No leak: " + Join(parts, "; ") + ".";
  if (target.snapshots.size() < 2)
    line += " One snapshot cannot show growth: take another later and give both.";
  return line;
}

std::vector<GapGroup> GapGroups(const model::Report& report) {
  std::vector<Gap> gaps;
  for (const Gap& gap : report.gaps)
    if (std::ranges::find(gaps, gap) == gaps.end()) gaps.push_back(gap);
  AddSnapshotGaps(report, gaps);
  struct Gathered {
    const Gap* first;
    std::vector<std::string> whats;
  };
  std::vector<Gathered> gathered;
  for (const Gap& gap : gaps) {
    auto it = std::ranges::find_if(
        gathered, [&](const Gathered& g) { return g.first->why == gap.why && g.first->how == gap.how; });
    if (it == gathered.end()) it = gathered.insert(gathered.end(), {&gap, {}});
    it->whats.push_back(OneLine(gap.what));
  }
  std::vector<GapGroup> groups;
  for (const Gathered& g : gathered) {
    std::string text = JoinWords(g.whats);
    std::string why = OneLine(g.first->why);
    while (why.ends_with('.')) why.pop_back();
    if (!why.empty()) text += " (" + why + ")";
    // One gap may name several things itself: "heap, sockets".
    size_t count = 0;
    for (const std::string& what : g.whats) count += Split(what, ',').size();
    groups.push_back({std::move(text), OneLine(g.first->how), count});
  }
  return groups;
}

std::vector<Lift> Lifts(const model::Report& report) {
  std::vector<Lift> lifts;
  for (const Finding* f : Ordered(report)) {
    const std::string text = OneLine(f->lift);
    if (text.empty() || f->confidence == model::Confidence::kProved) continue;
    auto it = std::ranges::find(lifts, text, &Lift::text);
    if (it == lifts.end()) it = lifts.insert(lifts.end(), {{}, text});
    if (std::ranges::find(it->ids, f->id) == it->ids.end()) it->ids.push_back(f->id);
  }
  return lifts;
}

std::string_view RoleWord(model::Role role) {
  return role == model::Role::kCulprit || role == model::Role::kAllocator ? std::string_view() : Name(role);
}

bool PileIsBytes(const Finding& finding) {
  return !finding.impact.goroutines && finding.impact.heap_bytes.has_value();
}

std::string PileSize(const Finding& finding, uint64_t value) {
  return PileIsBytes(finding) ? FormatBytes(static_cast<double>(value)) : FormatCount(value);
}

std::string FormatSpan(Duration d) {
  const double s = Seconds(d);
  if (s >= 60 && s <= 120) return fmt::format("{:.0f} s", s);
  return FormatDuration(s >= 10 ? FromSeconds(std::round(s)) : d);
}

std::string FormatValue(double value, std::string_view unit) {
  if (!std::isfinite(value)) return "?";
  if (unit == "bytes") return FormatBytes(value);
  if (std::abs(value) >= 1e15) return fmt::format("{:.3g}", value);
  const std::string sign = value < 0 ? "-" : "";
  const double size = std::abs(value);
  if (size < 10 && std::floor(size) != size) return fmt::format("{}{:.1f}", sign, size);
  return sign + FormatCount(static_cast<uint64_t>(std::llround(size)));
}

}  // namespace seep::report
