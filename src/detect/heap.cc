#include "detect/heap.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "profile/sampling.h"

namespace seep::detect {
namespace {

using model::FrameId;
using model::StackId;

HeapSample Unpack(StackId stack, double objects, double bytes, double rate) {
  HeapSample sample{.stack = stack, .bytes = {}, .objects = {}};
  const profile::SampledError error = profile::AllocationError(objects, bytes, rate);
  sample.objects = {objects, error.objects};
  sample.bytes = {bytes, error.bytes};
  return sample;
}

class SiteTable {
 public:
  SiteTable(Heaps& heaps, const Frames& frames, size_t profiles)
      : heaps_(heaps), frames_(frames), n_(profiles) {}

  void Add(const HeapSample& sample, size_t profile) {
    const FrameId user = frames_.User(sample.stack);
    const auto [it, inserted] = index_.try_emplace(user, heaps_.sites.size());
    if (inserted) {
      HeapSite fresh{.user = user, .bytes = {}, .objects = {}, .allocated = {}, .stack = {}};
      fresh.bytes.resize(n_);
      fresh.objects.resize(n_);
      fresh.allocated.resize(n_);
      heaps_.sites.push_back(std::move(fresh));
    }
    HeapSite& site = heaps_.sites[it->second];
    site.bytes[profile] += sample.bytes;
    site.objects[profile] += sample.objects;
    site.allocated[profile] += sample.allocated_objects;
    if (profile + 1 == n_ && sample.bytes.value > site.largest) {
      site.largest = sample.bytes.value;
      site.stack = sample.stack;
    }
  }

 private:
  Heaps& heaps_;
  const Frames& frames_;
  size_t n_;
  std::map<FrameId, size_t> index_;
};

}  // namespace

std::vector<HeapSample> LiveSamples(const model::Profile& heap, const model::StackTable& stacks) {
  const auto column = [&](std::string_view name) { return heap.Column(stacks.strings().Find(name)); };
  const auto objects = column("inuse_objects");
  const auto space = column("inuse_space");
  const auto allocated = column("alloc_objects");
  const auto allocated_space = column("alloc_space");
  std::vector<HeapSample> samples;
  if (!objects || !space) return samples;
  const auto rate = static_cast<double>(heap.period > 0 ? heap.period : 512 * 1024);
  samples.reserve(heap.samples.size());
  for (size_t i = 0; i < heap.samples.size(); ++i) {
    const auto values = heap.ValuesOf(i);
    samples.push_back(Unpack(heap.samples[i].stack, static_cast<double>(values[*objects]),
                             static_cast<double>(values[*space]), rate));
    if (allocated) samples.back().allocated_objects = static_cast<double>(values[*allocated]);
    if (allocated_space) samples.back().allocated_bytes = static_cast<double>(values[*allocated_space]);
  }
  return samples;
}

Heaps GatherHeaps(const model::Series& series, const Frames& frames) {
  Heaps heaps;
  for (size_t i = 0; i < series.snapshots.size(); ++i)
    if (series.snapshots[i].heap) heaps.snapshots.push_back(i);
  SiteTable table(heaps, frames, heaps.snapshots.size());
  for (size_t k = 0; k < heaps.snapshots.size(); ++k) {
    heaps.samples.push_back(LiveSamples(*series.snapshots[heaps.snapshots[k]].heap, frames.stacks()));
    double total = 0;
    for (const HeapSample& sample : heaps.samples.back()) {
      total += sample.bytes.value;
      table.Add(sample, k);
    }
    heaps.totals.push_back(total);
  }
  std::ranges::stable_sort(heaps.sites, std::ranges::greater{},
                           [](const HeapSite& s) { return s.bytes.back().value; });
  return heaps;
}

namespace {

// Objects one sample stands for: by its bytes where the size on that stack is known, else its own objects.
Estimate ObjectsOf(const HeapSample& sample, const model::Owner& owner) {
  if (owner.bytes <= 0) return sample.objects;
  return {sample.bytes.value / owner.bytes, sample.bytes.variance / (owner.bytes * owner.bytes)};
}

// The owner allocated as a literal on the user's own line: leaf frame the user's, object size one of the
// known ones.
bool IsLiteral(const HeapSample& sample, const model::Owner& owner, const Frames& frames) {
  if (owner.literal_sizes.empty() || sample.objects.value < 1) return false;
  const auto stack = frames.stacks().frames(sample.stack);
  size_t leaf = 0;
  while (leaf < stack.size() && frames.Of(stack[leaf]) == Ownership::kRuntime) ++leaf;
  if (leaf == stack.size() || !frames.IsUser(stack[leaf])) return false;
  const double size = sample.bytes.value / sample.objects.value;
  return std::ranges::any_of(owner.literal_sizes, [&](double known) { return std::abs(size - known) < 0.5; });
}

struct Allocated {
  double first = 0, last = 0;
};

}  // namespace

std::vector<OwnerSite> FindOwners(const Heaps& heaps, const std::string& finding,
                                  const model::Knowledge& knowledge, const Frames& frames,
                                  const Matcher& matcher, double window_seconds, const std::string& library) {
  std::vector<OwnerSite> sites;
  for (const model::Owner& owner : knowledge.owners) {
    if (!library.empty() && !owner.library.empty() && owner.library != library) continue;
    if (owner.finding != finding || heaps.samples.empty()) continue;
    std::map<std::pair<FrameId, bool>, OwnerSite> found;
    std::map<std::pair<FrameId, bool>, Allocated> allocated;
    for (size_t k = 0; k < heaps.samples.size(); ++k) {
      for (const HeapSample& sample : heaps.samples[k]) {
        const bool literal = IsLiteral(sample, owner, frames);
        if (!literal && !matcher.AnyFrame(sample.stack, owner.functions)) continue;
        const FrameId user = frames.User(sample.stack);
        if (!user) continue;
        const std::pair key(user, literal);
        if (k == 0) allocated[key].first += sample.allocated_objects;
        if (k + 1 != heaps.samples.size()) continue;
        allocated[key].last += sample.allocated_objects;
        OwnerSite& site = found[key];
        site.owner = &owner;
        site.user = user;
        site.literal = literal;
        site.objects += literal ? sample.objects : ObjectsOf(sample, owner);
        site.bytes += sample.bytes.value;
      }
    }
    double all = 0;
    for (const auto& [key, site] : found) all += site.bytes;
    for (auto& [key, site] : found) {
      if (owner.place_only && site.bytes <= all / 2) continue;
      const Allocated& a = allocated[key];
      if (heaps.samples.size() > 1 && window_seconds > 0 && a.last > a.first)
        site.allocated_per_second = (a.last - a.first) / window_seconds;
      sites.push_back(site);
    }
  }
  std::ranges::stable_sort(sites, std::ranges::greater{}, [](const OwnerSite& s) { return s.objects.value; });
  return sites;
}

double BytesUnder(const Heaps& heaps, const Matcher& matcher, const std::vector<std::string>& functions) {
  double bytes = 0;
  if (!heaps.samples.empty())
    for (const HeapSample& sample : heaps.samples.back())
      if (matcher.AnyFrame(sample.stack, functions)) bytes += sample.bytes.value;
  return bytes;
}

}  // namespace seep::detect
