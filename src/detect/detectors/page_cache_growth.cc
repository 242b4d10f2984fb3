// The container's memory figure grows and the process does not: page cache.
//
// Fires when the cgroup's memory.current grows by file pages while RSS stays. No leak: the kernel takes them
// back under pressure; what alarms should look at is the working set (current - inactive_file). Quiet when
// RSS explains the growth, and in a cgroup that it shares with other processes: whose file pages they are,
// nobody can say.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"

namespace seep::detect {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

std::optional<double> Stat(const model::Cgroup& cgroup, std::string_view name) {
  for (const auto& [key, value] : cgroup.memory_stat)
    if (key == name) return static_cast<double>(value);
  return std::nullopt;
}

std::optional<double> FilePages(const model::Cgroup& cgroup) {
  const auto v2 = Stat(cgroup, "file");
  return v2 ? v2 : Stat(cgroup, "cache");  // cgroup v1
}

bool IsSharedWithOthers(const model::Snapshot& s) {
  const auto v2 = Stat(*s.cgroup, "anon");
  const auto anonymous = v2 ? v2 : Stat(*s.cgroup, "rss");  // cgroup v1
  if (!anonymous) return false;
  const auto own = static_cast<double>(s.status->rss_anon.value_or(*s.status->vm_rss));
  return *anonymous - own > std::max(64 * kMiB, 0.25 * own);  // more than a shell or a sidecar
}

void Run(const Analysis& a, Sink& sink) {
  const model::Snapshot* first = nullptr;
  const model::Snapshot* last = nullptr;
  for (const model::Snapshot& s : a.series.snapshots) {
    if (!s.cgroup || !s.cgroup->memory_current || !FilePages(*s.cgroup) || !s.status || !s.status->vm_rss)
      continue;
    if (first == nullptr) first = &s;
    last = &s;
  }
  if (first == nullptr || first == last || IsSharedWithOthers(*last)) return;
  const double current = static_cast<double>(*last->cgroup->memory_current) -
                         static_cast<double>(*first->cgroup->memory_current);
  const double file = *FilePages(*last->cgroup) - *FilePages(*first->cgroup);
  const double rss = static_cast<double>(*last->status->vm_rss) - static_cast<double>(*first->status->vm_rss);
  // Only a large share of what the process uses is worth a word.
  const double large = std::max(64 * kMiB, 0.25 * static_cast<double>(*last->status->vm_rss));
  if (current < large || file < 0.7 * current || rss > 0.2 * current) return;
  model::Finding f{.id = "page-cache-growth",
                   .verdict = model::Verdict::kBounded,
                   .confidence = model::Confidence::kStrong,
                   .shape = model::Shape::kBounded};
  f.bound = model::Bound{"the cgroup's memory limit, then reclaim", 0};
  f.size = fmt::format("memory.current grew by {}, {} of it file pages; RSS changed by {}.",
                       FormatBytes(current), FormatBytes(file), FormatBytes(rss));
  f.evidence.push_back({"cgroup", f.size, "memory.stat", -1});
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_page_cache_growth;
constinit const Detector detector_page_cache_growth = {"page-cache-growth", Need::kRss, &Run};

}  // namespace seep::detect
