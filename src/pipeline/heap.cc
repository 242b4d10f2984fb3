#include "pipeline/heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "pprof/encode.h"
#include "runtime/collections.h"
#include "runtime/heap_profile.h"
#include "runtime/metadata.h"
#include "runtime/spans.h"

namespace seep::pipeline {
namespace {

void AddSpans(const Outside& outside, model::HeapView& view) {
  const auto spans = runtime::ReadSpans(outside.go);
  if (!spans) {
    view.gaps.push_back({"totals and sizes", spans.error().what, spans.error().hint});
    return;
  }
  model::HeapView::Totals totals{
      spans->objects, spans->live_bytes, spans->held_bytes, spans->stack_bytes, {}};
  for (const runtime::SizeClass& c : spans->classes)
    totals.classes.push_back({c.object_bytes, c.has_pointers, c.objects, c.live_bytes, c.held_bytes});
  view.totals = std::move(totals);
  if (spans->unreadable > 0)
    view.gaps.push_back(
        {fmt::format("{} of {}", Plural(spans->unreadable, "span"), FormatCount(spans->listed)),
         "their memory could not be read, or was no span any more", "look again"});
}

std::vector<model::HeapCall> StackOf(const profile::Profile& p,
                                     std::span<const profile::LocationId> locations) {
  std::vector<model::HeapCall> stack;
  for (const profile::LocationId id : locations)
    for (const profile::Line& line : p.LinesOf(id)) {
      const profile::Function& f = p.functions[line.function.value];
      stack.push_back({std::string(p.text(f.name)), std::string(p.text(f.file)), line.line});
    }
  return stack;
}

void AddSites(const Outside& outside, const runtime::NamedGlobals& globals, model::HeapView& view) {
  const auto heap = runtime::ReadHeapProfile(outside.go, globals);
  if (!heap) {
    view.gaps.push_back({"allocation sites", heap.error().what, heap.error().hint});
    return;
  }
  view.rate = heap->rate;
  const profile::Profile& p = heap->profile;
  std::map<std::vector<uint32_t>, model::HeapSite> by_stack;
  for (size_t i = 0; i < p.samples.size(); ++i) {
    std::vector<uint32_t> key;
    for (const profile::LocationId id : p.samples.stack(i)) key.push_back(id.value);
    const auto [found, added] = by_stack.try_emplace(std::move(key));
    if (added) found->second.stack = StackOf(p, p.samples.stack(i));
    const std::span<const int64_t> values = p.samples.value(i);
    found->second.total_objects += values[0];
    found->second.total_bytes += values[1];
    found->second.objects += values[2];
    found->second.bytes += values[3];
  }
  for (auto& [key, site] : by_stack) view.sites.push_back(std::move(site));
  std::ranges::sort(view.sites, [](const model::HeapSite& a, const model::HeapSite& b) {
    if (a.bytes != b.bytes) return a.bytes > b.bytes;
    if (a.total_bytes != b.total_bytes) return a.total_bytes > b.total_bytes;
    return !a.stack.empty() && !b.stack.empty() && a.stack.front().function < b.stack.front().function;
  });
  if (!heap->rate_known)
    view.gaps.push_back({"the sampling rate", "runtime.MemProfileRate was not found in its memory",
                         "sizes are scaled as if it were Go's default, 512 KiB"});
  if (heap->unreadable > 0 || heap->cut)
    view.gaps.push_back({heap->cut ? std::string("a part of the allocation sites")
                                   : Plural(heap->unreadable, "allocation site"),
                         "their records could not be read, or changed meanwhile", "look again"});
}

}  // namespace

Result<model::HeapView> ReadHeap(const std::string& target, const Options& options) {
  SEEP_TRY(const Outside outside, OpenOutside(target, HowToOpen(options)));
  model::HeapView view;
  view.process.name = outside.name;
  view.process.pid = outside.pid;
  view.process.go_version = outside.go.go_version;
  view.gaps = outside.gaps;
  const runtime::NamedGlobals globals = runtime::FindNamedGlobals(outside.go);
  AddSpans(outside, view);
  const runtime::Collections collections = runtime::ReadCollections(outside.go, globals);
  view.collections = collections.count;
  view.last_collection = collections.last;
  view.memory_limit = collections.limit;
  AddSites(outside, globals, view);
  return view;
}

Result<std::string> HeapProfileBytes(const Outside& outside) {
  SEEP_TRY(const runtime::HeapProfile heap,
           runtime::ReadHeapProfile(outside.go, runtime::FindNamedGlobals(outside.go)));
  return pprof::EncodeGzip(heap.profile);
}

Result<std::string> HeapProfileBytes(const std::string& target, const Options& options) {
  SEEP_TRY(const Outside outside, OpenOutside(target, HowToOpen(options)));
  return HeapProfileBytes(outside);
}

std::string SpanLines(const Outside& outside, const runtime::HeapSpans& spans, bool mem_stats) {
  std::string text = "arenas";
  for (const auto& [begin, end] : spans.arenas) text += fmt::format(" {:x}-{:x}", begin, end);
  text += "\nmetadata";
  for (const auto& [begin, end] : runtime::FindMetadata(outside.go, spans))
    text += fmt::format(" {:x}-{:x}", begin, end);
  text += '\n';
  if (!mem_stats) return text;
  const runtime::Collections collections =
      runtime::ReadCollections(outside.go, runtime::FindNamedGlobals(outside.go));
  text += fmt::format("memstats HeapAlloc={} HeapInuse={} HeapObjects={} StackInuse={}", spans.live_bytes,
                      spans.held_bytes, spans.objects, spans.stack_bytes);
  if (collections.count) text += fmt::format(" NumGC={}", *collections.count);
  if (collections.last) text += fmt::format(" LastGC={}", collections.last->time_since_epoch().count());
  if (collections.limit) text += fmt::format("\nlimit {}", *collections.limit);
  return text + "\n";
}

}  // namespace seep::pipeline
