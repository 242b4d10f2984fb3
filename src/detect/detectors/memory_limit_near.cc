// The process stands at a memory limit: its container's (cgroup memory.max, memory.high) or Go's
// (GOMEMLIMIT).
//
// Fires when what counts against the limit passes 90 % of it. Against a cgroup's counts what cannot be taken
// back at once: memory.current less the page cache nobody uses (inactive_file), or RSS where only that is
// known. Against GOMEMLIMIT counts what Go has mapped; near it the collector runs ever more often. Quiet
// below, and where no limit is known.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

using enum model::MemoryPart;

constexpr double kNear = 0.9;
constexpr double kNoLimit = 1e18;  // "max", and the rounding of an absent v1 limit

struct Use {
  std::string name;  // of the limit
  double limit = 0, used = 0;
  std::string what;  // is counted
  std::string source;
};

std::optional<double> Stat(const model::Cgroup& cgroup, std::string_view name) {
  for (const auto& [key, value] : cgroup.memory_stat)
    if (key == name) return static_cast<double>(value);
  return std::nullopt;
}

// What the limit of the container counts.
std::optional<Use> OfCgroup(const model::Cgroup& cgroup, const std::optional<uint64_t>& limit,
                            std::string name, const MemoryView& now) {
  if (!limit || *limit == 0 || static_cast<double>(*limit) > kNoLimit) return std::nullopt;
  Use use{std::move(name), static_cast<double>(*limit), now.rss.value_or(0), "RSS", "/proc/PID/status"};
  if (cgroup.memory_current) {
    const auto v1 = Stat(cgroup, "total_inactive_file");
    const double unused = v1 ? *v1 : Stat(cgroup, "inactive_file").value_or(0);
    use.used = std::max(0.0, static_cast<double>(*cgroup.memory_current) - unused);
    use.what = "its working set";
    use.source = "cgroup memory.current";
  }
  return use;
}

// What GOMEMLIMIT counts: all that Go has mapped, less what it has given back.
std::optional<Use> OfGo(const model::Snapshot& s, const MemoryView& now) {
  if (!s.mem_stats || !s.mem_stats->gc_limit) return std::nullopt;
  const auto limit = static_cast<double>(*s.mem_stats->gc_limit);
  if (limit <= 0 || limit > kNoLimit) return std::nullopt;
  Use use{"GOMEMLIMIT", limit, 0, "what Go has mapped", "memstats"};
  if (now.go_mapped) {
    use.used = *now.go_mapped;
  } else if (now.parts) {
    for (const model::MemoryPart part : {kGoObjects, kGoGaps, kGoIdle, kGoHeap, kGoStacks, kGoRecords})
      use.used += static_cast<double>(now.parts->of(part));
    use.what = "what is resident of Go";
    use.source = "/proc/PID/smaps";
  }
  return use;
}

void Run(const Analysis& a, Sink& sink) {
  if (a.account.views.empty()) return;
  const MemoryView& now = a.account.views.back();
  const model::Snapshot& s = a.series.snapshots[now.snapshot];
  std::vector<Use> uses;
  const auto add = [&uses](std::optional<Use> use) {
    if (use && use->used >= kNear * use->limit) uses.push_back(std::move(*use));
  };
  if (s.cgroup) {
    add(OfCgroup(*s.cgroup, s.cgroup->memory_max, "the cgroup's memory.max", now));
    add(OfCgroup(*s.cgroup, s.cgroup->memory_high, "the cgroup's memory.high", now));
  }
  add(OfGo(s, now));
  if (uses.empty()) return;
  const Use& nearest = *std::ranges::max_element(uses, {}, [](const Use& u) { return u.used / u.limit; });
  model::Finding f{
      .id = "memory-limit-near", .verdict = model::Verdict::kFault, .confidence = model::Confidence::kProved};
  f.impact.rss_bytes = static_cast<uint64_t>(nearest.used);
  f.bound = model::Bound{nearest.name, 0};
  f.size = fmt::format("{} of {} ({}) are in use.", FormatBytes(nearest.used), FormatBytes(nearest.limit),
                       nearest.name);
  for (const Use& use : uses)
    f.evidence.push_back(
        {"limit",
         fmt::format("{}: {} is {} of {}", use.name, use.what, FormatBytes(use.used), FormatBytes(use.limit)),
         use.source, static_cast<int>(now.snapshot)});
  if (now.parts)
    f.excludes =
        fmt::format("Page cache that nobody uses is not counted. Of RSS {} is Go's, {} C's.",
                    FormatBytes(now.go_arenas.value_or(0)), FormatBytes(now.malloc_arenas.value_or(0)));
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_memory_limit_near;
constinit const Detector detector_memory_limit_near = {"memory-limit-near", Need::kRss, &Run};

}  // namespace seep::detect
