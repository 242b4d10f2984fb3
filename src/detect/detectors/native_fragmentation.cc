// Memory that C code has freed and malloc keeps: between chunks in use, and at the ends of its arenas.
//
// Fires when a walk of the arenas finds at least 64 MiB of it resident, as much as is in use and 30 % of RSS,
// at every moment. A cost with a limit: the peak of what was allocated at once. Quiet while what is in use
// grows (native-leak), and without a walk: from outside an arena looks full.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "detect/detector.h"
#include "detect/memory_growth.h"

namespace seep::detect {
namespace {

using enum model::MemoryPart;

constexpr double kWorthAWord = 64.0 * 1024 * 1024;

double Kept(const model::MemoryAccount& account) {
  return static_cast<double>(account.of(kCFree) + account.of(kCTop));
}

bool IsFragmented(const model::MemoryAccount& account) {
  const double kept = Kept(account);
  return account.walked && kept >= kWorthAWord && kept >= 0.3 * static_cast<double>(account.sum) &&
         kept >= static_cast<double>(account.of(kCInUse));
}

void Run(const Analysis& a, Sink& sink) {
  const model::MemoryAccount* now = nullptr;
  int snapshot = -1;
  for (const MemoryView& view : a.account.views) {
    if (!view.parts) continue;
    if (!IsFragmented(*view.parts)) return;
    now = &*view.parts;
    snapshot = static_cast<int>(view.snapshot);
  }
  const MemoryGrowth growth(a);
  if (now == nullptr || !growth.known() || growth.Net({kCInUse, kCBlocks}) > 0.05 * Kept(*now)) return;
  model::Finding f{.id = "native-fragmentation",
                   .verdict = model::Verdict::kBounded,
                   .confidence = model::Confidence::kStrong,
                   .shape = model::Shape::kPlateau};
  f.bound = model::Bound{"the peak of what C code had allocated at once", 0};
  f.impact.rss_bytes = static_cast<uint64_t>(Kept(*now));
  f.size = fmt::format("{} of {} RSS were freed by C code and are kept by malloc; it has {} in use.",
                       FormatBytes(Kept(*now)), FormatBytes(static_cast<double>(now->sum)),
                       FormatBytes(static_cast<double>(now->of(kCInUse))));
  f.excludes =
      fmt::format("A leak: what is in use changed by {}. ", SignedBytes(growth.Net({kCInUse, kCBlocks}))) +
      growth.OthersThan({kCInUse, kCBlocks, kCHeap, kCFree, kCTop}) + ".";
  f.evidence.push_back(
      {"c-heap",
       fmt::format("{}: {} free in {} between {} in use, in {}", now->allocator,
                   FormatBytes(static_cast<double>(now->c_free)), Plural(now->free_chunks, "chunk"),
                   Plural(now->chunks, "chunk"), Plural(now->arenas, "arena")),
       "walk of malloc's arenas", snapshot});
  if (now->c_top > now->c_free)
    f.evidence.push_back({"c-heap",
                          fmt::format("{} at the ends of the arenas: malloc_trim(0) gives it back",
                                      FormatBytes(static_cast<double>(now->of(kCTop)))),
                          "walk of malloc's arenas", snapshot});
  f.curves = {growth.CurveOf("C heap freed and kept", {kCFree, kCTop}),
              growth.CurveOf("C heap in use", {kCInUse, kCBlocks})};
  sink.Report(std::move(f));
}

}  // namespace

extern const Detector detector_native_fragmentation;
constinit const Detector detector_native_fragmentation = {"native-fragmentation", Need::kRss, &Run};

}  // namespace seep::detect
