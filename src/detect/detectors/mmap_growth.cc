// Mappings that grow and are neither Go's, nor malloc's, nor a stack: memory mapped by hand, mapped files,
// shared memory.
//
// Fires when what is resident of them grows throughout and takes most of all growth; says which of the three,
// and of which file. Quiet for address space alone (VIRT), and for the pages of the program and its libraries
// that are touched one by one as it warms up: file pages must grow by more than 16 MiB.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "detect/detector.h"
#include "detect/memory_growth.h"

namespace seep::detect {
namespace {

using enum model::MemoryPart;

constexpr double kMiB = 1024.0 * 1024.0;

// The file whose resident pages grew most.
std::string GrownFile(const model::MemoryAccount& first, const model::MemoryAccount& last) {
  std::string best;
  uint64_t most = 0;
  for (const auto& [name, bytes] : last.files) {
    uint64_t before = 0;
    for (const auto& [other, was] : first.files)
      if (other == name) before = was;
    if (bytes > before + most) {
      most = bytes - before;
      best = fmt::format("{}: {} -> {}", name, FormatBytes(static_cast<double>(before)),
                         FormatBytes(static_cast<double>(bytes)));
    }
  }
  return best;
}

void Report(const Analysis& a, const MemoryGrowth& growth, Parts parts, std::string_view what, Sink& sink) {
  model::Finding f{.id = "mmap-growth",
                   .verdict = model::Verdict::kLeak,
                   .confidence = model::Confidence::kStrong,
                   .shape = model::Shape::kUnbounded};
  if (!growth.Lasting()) {
    f.verdict = model::Verdict::kWatch;
    f.confidence = model::Confidence::kLikely;
    f.shape = model::Shape::kUnknown;
    f.lift = "a longer look (--samples 5): a cache that fills slows down, a leak does not";
  }
  growth.SetImpact(a, parts, f);
  const double net = growth.Net(parts);
  f.size = fmt::format("{}: {} resident, {} more{}.", what, FormatBytes(growth.Now(parts)), FormatBytes(net),
                       growth.seconds() > 0 ? " in " + FormatDuration(FromSeconds(growth.seconds())) : "");
  f.excludes = growth.OthersThan(parts) + ". VIRT says nothing here.";
  f.evidence.push_back(
      {"smaps",
       fmt::format("{} {} -> {}", what, FormatBytes(growth.Now(parts) - net), FormatBytes(growth.Now(parts))),
       "/proc/PID/smaps", growth.last_snapshot()});
  if (growth.Net({kFiles}) > 0.5 * net)
    if (const std::string file = GrownFile(growth.first(), growth.last()); !file.empty())
      f.evidence.push_back({"smaps", file, "/proc/PID/smaps", growth.last_snapshot()});
  f.curves = {growth.CurveOf(std::string(what), parts)};
  sink.Report(std::move(f));
}

void Run(const Analysis& a, Sink& sink) {
  const MemoryGrowth growth(a);
  if (!growth.known()) return;
  const double least = std::max(2 * kMiB, 0.03 * static_cast<double>(growth.last().sum));
  const struct {
    Parts parts;
    std::string_view what;
    double least;
  } kinds[] = {{{kOther}, "memory mapped by hand", least},
               {{kShared}, "shared memory", least},
               {{kFiles}, "mapped files", std::max(16 * kMiB, 2 * least)}};
  for (const auto& kind : kinds)
    if (growth.Net(kind.parts) >= kind.least && growth.Dominates(kind.parts) &&
        growth.Steady(kind.parts, 1 * kMiB))
      return Report(a, growth, kind.parts, kind.what, sink);
}

}  // namespace

extern const Detector detector_mmap_growth;
constinit const Detector detector_mmap_growth = {"mmap-growth", Need::kRss, &Run};

}  // namespace seep::detect
