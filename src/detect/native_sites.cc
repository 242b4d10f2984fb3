#include "detect/native_sites.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"
#include "profile/sampling.h"

namespace seep::detect {
namespace {

using model::FrameId;
using model::StackId;

constexpr double kInnocentKeeps = 0.05;  // of what it allocates: blocks in use at the moment
constexpr double kFewSamples = 4;
constexpr double kKeeps = 0.25;  // of what it had allocated: with it went what the call needs for a moment

bool IsGo(const model::StackTable& stacks, FrameId frame) {
  const std::string_view file = stacks.file(frame);
  return file.ends_with(".go") || file.ends_with(".s");
}

// What cgo makes for a call: not where it was written.
bool IsWrapper(const model::StackTable& stacks, FrameId frame) {
  const std::string_view function = stacks.function(frame);
  return function.find("._Cfunc_") != std::string_view::npos || function.starts_with("_cgo") ||
         stacks.file(frame).ends_with("_cgo_gotypes.go");
}

std::vector<FrameId> UserFrames(const Frames& frames, StackId stack) {
  std::vector<FrameId> out;
  const model::StackTable& stacks = frames.stacks();
  for (const FrameId frame : stacks.frames(stack)) {
    if (!IsGo(stacks, frame) || IsWrapper(stacks, frame) || !frames.IsUser(frame)) continue;
    if (out.empty() || out.back() != frame)
      out.push_back(frame);  // however deep a recursion is, it is one way
  }
  return out;
}

// "bytes=128 bytes" of the labels.
std::optional<uint64_t> BlockSize(std::string_view labels) {
  constexpr std::string_view kKey = "bytes=";
  const size_t at = labels.find(kKey);
  if (at == labels.npos) return std::nullopt;
  uint64_t value = 0;
  const std::string_view text = labels.substr(at + kKey.size());
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

class Gathering {
 public:
  explicit Gathering(const Analysis& a) : a_(a) {
    for (size_t i = 0; i < a.series.snapshots.size(); ++i)
      if (a.series.snapshots[i].native) sites_.snapshots.push_back(i);
  }

  NativeSites Take() {
    for (size_t k = 0; k < sites_.snapshots.size(); ++k)
      AddProfile(*a_.series.snapshots[sites_.snapshots[k]].native, k);
    for (auto& [go, entry] : ways_) {
      for (const auto& [bytes, blocks] : entry.sizes)
        entry.way.sizes.push_back({bytes, static_cast<uint64_t>(blocks + 0.5)});
      std::ranges::stable_sort(entry.way.sizes, std::ranges::greater{},
                               [](const model::ChunkSize& s) { return s.bytes * s.chunks; });
      sites_.ways.push_back(std::move(entry.way));
    }
    std::ranges::stable_sort(sites_.ways, std::ranges::greater{}, &NativeWay::Growth);
    return std::move(sites_);
  }

 private:
  struct Entry {
    NativeWay way;
    std::map<uint64_t, double> sizes;
    std::map<StackId, double> stacks;
  };

  void AddProfile(const model::Profile& profile, size_t k) {
    const bool newest = k + 1 == sites_.snapshots.size();
    const std::vector<HeapSample> samples = LiveSamples(profile, a_.stacks);
    for (size_t i = 0; i < samples.size(); ++i) {
      const HeapSample& sample = samples[i];
      std::vector<FrameId> go = UserFrames(a_.frames, sample.stack);
      Entry& entry = ways_[go];
      if (entry.way.live.empty()) {
        entry.way.live.resize(sites_.snapshots.size());
        entry.way.go = std::move(go);
      }
      entry.way.live[k] += sample.bytes;
      if (!newest) continue;
      sites_.live += sample.bytes;
      entry.way.allocated += sample.allocated_bytes;
      if (const auto size = BlockSize(a_.stacks.text(profile.samples[i].labels)))
        entry.sizes[*size] += sample.objects.value;
      const double here = entry.stacks[sample.stack] += sample.bytes.value;
      if (here < entry.way.largest || (entry.way.stack != StackId{} && here == 0)) continue;
      entry.way.largest = here;
      entry.way.stack = sample.stack;
    }
  }

  const Analysis& a_;
  NativeSites sites_;
  std::map<std::vector<FrameId>, Entry> ways_;
};

bool SharesFrames(const NativeWay& a, const NativeWay& b, size_t count) {
  return a.go.size() >= count && b.go.size() >= count &&
         std::equal(a.go.begin(), a.go.begin() + static_cast<ptrdiff_t>(count), b.go.begin());
}

bool IsInnocent(const NativeWay& way) {
  return way.allocated > 0 && way.live.back().value <= kInnocentKeeps * way.allocated;
}

// The index of the first of the leaking way's frames that no innocent way shares with all frames further in.
size_t CulpritIn(const NativeWay& leaking, const std::vector<NativeWay>& ways) {
  size_t at = 0;
  while (at + 1 < leaking.go.size() && std::ranges::any_of(ways, [&](const NativeWay& way) {
           return &way != &leaking && IsInnocent(way) && SharesFrames(way, leaking, at + 1);
         }))
    ++at;
  return at;
}

// The C functions of a stack, innermost first, up to the Go code that called them.
std::vector<FrameId> CFrames(const Analysis& a, StackId stack) {
  std::vector<FrameId> out;
  for (const FrameId frame : a.stacks.frames(stack)) {
    if (IsGo(a.stacks, frame)) break;
    if (!IsWrapper(a.stacks, frame)) out.push_back(frame);
  }
  return out;
}

class Telling {
 public:
  Telling(const Analysis& a, const NativeSites& sites, model::Finding& f) : a_(a), sites_(sites), f_(f) {}

  NativeWitness Tell() {
    const NativeWay& first = sites_.ways.front();
    if (first.Growth() <= 0 || first.live.back().samples() < kFewSamples) return {};
    Where(first);
    const bool keeps = Evidence(first) >= kKeeps;
    Innocent(first);
    Earlier(first);
    for (const NativeWay& way : sites_.ways)
      if (way.live.back().value >= 1)
        f_.stacks.emplace_back(way.stack, static_cast<uint64_t>(way.live.back().value));
    return {.names = true, .keeps = keeps};
  }

 private:
  std::string Place(FrameId frame) const {
    return fmt::format("{} ({}:{})", Printable(a_.stacks.function(frame)), BaseName(a_.stacks.file(frame)),
                       a_.stacks.line(frame));
  }
  static double Kept(double live, double allocated) {
    return allocated > 0 ? std::min(1.0, live / allocated) : 1.0;
  }
  static std::string BaseName(std::string_view path) { return Printable(path.substr(path.rfind('/') + 1)); }

  // All ways that lead through the culprit's line.
  bool IsGuilty(const NativeWay& way, const NativeWay& first, size_t culprit) const {
    return first.go.empty() ? way.go.empty() : SharesFrames(way, first, culprit + 1);
  }

  void Where(const NativeWay& first) {
    culprit_ = CulpritIn(first, sites_.ways);
    if (!first.go.empty()) {
      f_.where.push_back(a_.At(model::Role::kCulprit, first.go[culprit_],
                               culprit_ == 0
                                   ? "has C allocate what is never freed"
                                   : "has C allocate what is never freed, by " + Place(first.go.front())));
    }
    const std::vector<FrameId> c = CFrames(a_, first.stack);
    if (c.empty()) return;
    std::string way;
    for (size_t i = 0; i < c.size() && i < 6; ++i)
      way += fmt::format("{}{}", way.empty() ? "" : " ← ", Printable(a_.stacks.function(c[i])));
    const double share = first.live.back().value > 0 ? first.largest / first.live.back().value : 0;
    f_.where.push_back(
        a_.At(model::Role::kAllocator, c.back(), fmt::format("in C; {:.0f} % by {}", 100 * share, way)));
  }

  // Which part of what the line had allocated is kept.
  double Evidence(const NativeWay& first) {
    Estimate from, to;
    double allocated = 0;
    for (const NativeWay& way : sites_.ways) {
      if (!IsGuilty(way, first, culprit_)) continue;
      from += way.Before();
      to += way.live.back();
      allocated += way.allocated;
    }
    const double share = sites_.live.value > 0 ? 100 * to.value / sites_.live.value : 0;
    const std::string line = first.go.empty() ? "code that no Go code called" : Place(first.go[culprit_]);
    f_.evidence.push_back(
        {"native",
         fmt::format("{}: {} live -> {} (±{}), {:.0f} % of all that is sampled; {:.0f} % of what it had "
                     "allocated is kept",
                     line, FormatBytes(from.value), FormatBytes(to.value), FormatBytes(to.error()), share,
                     100 * Kept(to.value, allocated)),
         "native sampler", static_cast<int>(sites_.snapshots.back())});
    return Kept(to.value, allocated);
  }

  // Those that go through the same call of C and keep nothing.
  void Innocent(const NativeWay& first) {
    std::map<FrameId, std::pair<double, double>> by_line;  // live, allocated
    for (const NativeWay& way : sites_.ways) {
      if (&way == &first || !IsInnocent(way) || way.go.empty() || IsGuilty(way, first, culprit_)) continue;
      size_t shared = 0;
      while (SharesFrames(way, first, shared + 1)) ++shared;
      if (shared == 0 && culprit_ != 0) continue;  // another call of C altogether
      auto& [live, allocated] = by_line[way.go[std::min(shared, way.go.size() - 1)]];
      live += way.live.back().value;
      allocated += way.allocated;
    }
    std::vector<std::pair<FrameId, std::pair<double, double>>> sorted(by_line.begin(), by_line.end());
    std::ranges::stable_sort(sorted, std::ranges::greater{},
                             [](const auto& entry) { return entry.second.second; });
    for (size_t i = 0; i < sorted.size() && i < 2; ++i) {
      const auto& [frame, amounts] = sorted[i];
      f_.excludes +=
          fmt::format("{}{}: {} allocated {}, {} of it live.", f_.excludes.empty() ? "" : " ", Place(frame),
                      FormatBytes(amounts.second), culprit_ > 0 ? "by the same call" : "in C as well",
                      FormatBytes(amounts.first));
    }
  }

  // Blocks of the sizes that this line keeps, which were there before the sampler came: by how many more
  // there are than it has seen. A size that others keep too proves nothing.
  void Earlier(const NativeWay& first) {
    const auto& heap = a_.series.snapshots[sites_.snapshots.back()].c_heap;
    if (!heap || !heap->walked) return;
    double bytes = 0;
    std::string sizes;
    size_t cohorts = 0;
    for (const auto& [chunk, sampled] : ByChunk(first)) {
      double others = 0;
      for (const NativeWay& way : sites_.ways)
        if (!IsGuilty(way, first, culprit_)) others += ByChunk(way)[chunk];
      const auto found = std::ranges::find(heap->sizes, chunk, &model::ChunkSize::bytes);
      if (found == heap->sizes.end() || sampled < 4 * others) continue;
      const double more = static_cast<double>(found->chunks) - sampled;
      if (more < 0.1 * sampled || more < 16) continue;
      bytes += more * static_cast<double>(chunk);
      if (++cohorts <= 4)
        sizes += fmt::format("{}{} of {} B", sizes.empty() ? "" : ", ",
                             FormatCount(static_cast<uint64_t>(more)), chunk);
    }
    if (cohorts == 0) return;
    f_.evidence.push_back(
        {"native-earlier",
         fmt::format(
             "likely from the same line, before the sampler came: {} in blocks of the sizes it keeps ({})",
             FormatBytes(bytes), sizes),
         "walk of the C heap, native sampler", static_cast<int>(sites_.snapshots.back())});
  }

  // A block of n bytes lies in a chunk of n + 8, a multiple of 16, at least 32 (glibc malloc/malloc.c,
  // request2size).
  static std::map<uint64_t, double> ByChunk(const NativeWay& way) {
    std::map<uint64_t, double> out;
    for (const model::ChunkSize& size : way.sizes)
      out[std::max<uint64_t>(32, (size.bytes + 8 + 15) / 16 * 16)] += static_cast<double>(size.chunks);
    return out;
  }

  const Analysis& a_;
  const NativeSites& sites_;
  model::Finding& f_;
  size_t culprit_ = 0;
};

}  // namespace

NativeSites GatherNativeSites(const Analysis& analysis) {
  return Gathering(analysis).Take();
}

NativeWitness AddNativeSites(const Analysis& analysis, model::Finding& finding) {
  const NativeSites sites = GatherNativeSites(analysis);
  if (sites.ways.empty()) return {};
  return Telling(analysis, sites, finding).Tell();
}

}  // namespace seep::detect
