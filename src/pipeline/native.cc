#include "pipeline/native.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/text.h"
#include "pipeline/native_names.h"
#include "profile/making.h"
#include "seep_native_library.h"

namespace seep::pipeline {
namespace {

using model::NativeAmount;
using model::NativeCall;
using model::NativeSamples;
using model::NativeStack;

// Through it the Go runtime asks for its own heap, where a program has cgo: no native memory of the program.
constexpr std::string_view kGoMaps = "runtime.callCgoMmap";

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view b) { return text.starts_with(b); });
}

// The Go runtime's part in a call of C, and what cgo makes for it.
bool IsGlue(const NativeCall& call) {
  if (!call.go) return StartsWithAny(call.function, {"_cgo_"});
  return StartsWithAny(call.function, {"runtime.", "_cgoexp_", "crosscall"});
}

// The Go wrapper of a C function: "orders._Cfunc_xmlReadMemory". Where it was called is what counts.
bool IsWrapper(const NativeCall& call) {
  return call.go && call.function.find("._Cfunc_") != std::string::npos;
}

class Builder {
 public:
  explicit Builder(const Log& log) : log_(log) {
    const auto type = [&](std::string_view name, std::string_view unit) {
      profile_.sample_types.push_back({profile_.strings.Intern(name), profile_.strings.Intern(unit)});
    };
    type("alloc_objects", "count");
    type("alloc_space", "bytes");
    type("inuse_objects", "count");
    type("inuse_space", "bytes");
    profile_.default_sample_type = profile_.sample_types.back().type;
    // Tells it from a profile of the Go heap.
    profile_.period_type = {profile_.strings.Intern("native_space"), profile_.strings.Intern("bytes")};
    profile_.samples.columns = profile_.sample_types.size();
  }

  void Add(const NativeSamples& process, bool label) {
    NativeNames names(process.modules);
    first_mapping_ = static_cast<uint32_t>(profile_.mappings.size());
    for (const model::NativeModule& module : process.modules) {
      profile::Mapping mapping;
      mapping.start = module.start;
      mapping.limit = module.limit;
      mapping.file = profile_.strings.Intern(module.path);
      mapping.has_functions = mapping.has_filenames = mapping.has_line_numbers = mapping.has_inline_frames =
          true;
      profile_.mappings.push_back(mapping);
    }
    locations_.clear();
    calls_.clear();
    if (profile_.period == 0) profile_.period = static_cast<int64_t>(process.rate);
    if (profile_.time_nanos == 0) profile_.time_nanos = static_cast<int64_t>(process.start_time);
    report_.samples += process.samples;
    report_.lost += process.lost_blocks + process.lost_stacks;
    std::vector<profile::Label> labels;
    if (label) labels.push_back({profile_.strings.Intern("pid"), {}, static_cast<int64_t>(process.pid), {}});
    for (const NativeStack& stack : process.stacks) AddStack(stack, labels, names);
    for (const auto& [path, why] : names.unread()) log_.Warn(fmt::format("no names for {}: {}", path, why));
  }

  NativeResult Take() {
    std::vector<std::pair<const std::string*, Site*>> sorted;
    for (auto& [way, site] : sites_) sorted.emplace_back(&way, &site);
    std::ranges::sort(sorted, {}, [](const auto& entry) {
      const model::NativeSite& site = entry.second->site;
      return std::tuple(-site.live.bytes, -site.allocated.bytes, std::string_view(*entry.first));
    });
    for (const auto& [way, site] : sorted) {
      site->site.c_share = site->site.live.bytes > 0 ? site->most / site->site.live.bytes : 0;
      report_.sites.push_back(std::move(site->site));
    }
    return {std::move(profile_), std::move(report_)};
  }

  model::NativeReport& report() { return report_; }

 private:
  const std::vector<NativeCall>& CallsAt(uint64_t address, NativeNames& names) {
    const auto [found, added] = calls_.try_emplace(address);
    if (added) found->second = names.Calls(address);
    return found->second;
  }

  void AddStack(const NativeStack& stack, const std::vector<profile::Label>& labels, NativeNames& names) {
    if (stack.allocated.bytes == 0 && stack.live_samples == 0) return;
    for (const uint64_t address : stack.calls)
      for (const NativeCall& call : CallsAt(address, names))
        if (call.function == kGoMaps) return;
    AddToSite(stack, names);
    report_.live.Add(stack.live);
    report_.mapped.Add(stack.live_mapped);
    report_.allocated.Add(stack.allocated);
    report_.live_samples += stack.live_samples;

    const uint32_t first = static_cast<uint32_t>(profile_.samples.pool.size());
    for (const uint64_t address : stack.calls) profile_.samples.pool.push_back(LocationOf(address, names));
    const auto sample = [&](const NativeAmount& allocated, const NativeAmount& live,
                            const profile::Label* more) {
      std::vector<profile::Label> with = labels;
      if (more != nullptr) with.push_back(*more);
      profile_.samples.first.push_back(first);
      profile_.samples.depth.push_back(static_cast<uint32_t>(stack.calls.size()));
      profile_.samples.labels.push_back(profile_.label_sets.Intern(with));
      for (const double value : {allocated.objects, allocated.bytes, live.objects, live.bytes})
        profile_.samples.values.push_back(std::llround(value));
    };
    // Live blocks by their size, as a Go heap profile has them: it is what joins them with a walk of the C
    // heap.
    const StringId bytes = profile_.strings.Intern("bytes");
    NativeAmount rest = stack.live;
    for (const model::NativeSize& size : stack.sizes) {
      const NativeAmount live{size.objects, size.objects * static_cast<double>(size.bytes)};
      const profile::Label label{bytes, {}, static_cast<int64_t>(size.bytes), bytes};
      sample({}, live, &label);
      rest.Add({-live.objects, -live.bytes});
    }
    if (rest.objects < 0.5) rest = {};
    sample(stack.allocated, rest, nullptr);
    if (stack.live_mapped.bytes <= 0) return;
    const profile::Label label{profile_.strings.Intern("kind"), profile_.strings.Intern("mmap"), 0, {}};
    sample({}, stack.live_mapped, &label);
  }

  profile::LocationId LocationOf(uint64_t address, NativeNames& names) {
    const auto [found, added] = locations_.try_emplace(address);
    if (!added) return found->second;
    profile::MappingId mapping;
    if (const auto module = names.ModuleOf(address))
      mapping = {first_mapping_ + static_cast<uint32_t>(*module)};
    std::vector<profile::Line> lines;
    for (const NativeCall& call : CallsAt(address, names))
      lines.push_back({functions_.Add(profile_, call.function, call.file), call.line, 0});
    found->second = profile::AddLocation(profile_, address, mapping, lines);
    return found->second;
  }

  // Stacks are one site when they took the same way through Go: the C library's many allocations for one call
  // are one matter. Of a program without Go, when C took the same way.
  void AddToSite(const NativeStack& stack, NativeNames& names) {
    std::vector<NativeCall> go, c;
    for (const uint64_t address : stack.calls) {
      const std::vector<NativeCall>& calls = CallsAt(address, names);
      if (calls.empty() && go.empty()) {
        const auto module = names.ModuleOf(address);
        c.push_back(
            {module ? fmt::format("[{}]", BaseName(names.PathOf(*module))) : "[unknown]", "", 0, false});
      }
      for (const NativeCall& call : calls) {
        if (IsGlue(call) || IsWrapper(call)) continue;
        // However deep a recursion is, it is one way.
        const bool again = !go.empty() && go.back().function == call.function && go.back().line == call.line;
        if (call.go && !again)
          go.push_back(call);
        else if (!call.go && go.empty())  // what C did between two Go calls is in the profile
          c.push_back(call);
      }
    }
    std::string key;
    for (const NativeCall& call : go.empty() ? c : go)
      key += fmt::format("{}:{}\n", call.function, call.line);
    Site& site = sites_[key];
    const double live = stack.live.bytes + stack.live_mapped.bytes;
    if (site.site.c.empty() || live > site.most) {
      site.most = live;
      site.site.c = std::move(c);
    }
    site.site.go = std::move(go);
    site.site.live.Add(stack.live);
    site.site.live.Add(stack.live_mapped);
    site.site.allocated.Add(stack.allocated);
    site.site.live_samples += stack.live_samples;
  }
  static std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

  struct Site {
    model::NativeSite site;
    double most = 0;  // live bytes of one of its stacks
  };

  const Log& log_;
  profile::Profile profile_;
  model::NativeReport report_;
  uint32_t first_mapping_ = 1;
  std::unordered_map<uint64_t, profile::LocationId> locations_;
  std::unordered_map<uint64_t, std::vector<NativeCall>> calls_;
  profile::FunctionIndex functions_;
  std::map<std::string, Site> sites_;
};

}  // namespace

Result<NativeResult> ReadNative(const std::vector<NativeSamples>& processes, const Log& log) {
  const auto sampled = [](const NativeSamples& p) { return p.samples > 0; };
  const size_t count = static_cast<size_t>(std::ranges::count_if(processes, sampled));
  if (processes.empty())
    return Fail(
        ErrorCode::kNoEvidence, "the sampler was not loaded", "",
        "it needs a dynamically linked program with glibc 2.35 or newer: not a static one (Go without cgo), "
        "not "
        "musl, not a set-user-id one; and TMPDIR without noexec. A program that starts another one needs "
        "--children");
  if (count == 0)
    return Fail(
        ErrorCode::kNoEvidence, "the sampler saw no allocation that it had to sample", "",
        "either C code allocated next to nothing (--rate 64KiB looks closer), or the program brings its own "
        "malloc (jemalloc, tcmalloc) inside its executable");
  Builder builder(log);
  builder.report().pid = processes.front().pid;
  builder.report().rate = processes.front().rate;
  for (const NativeSamples& process : processes)
    if (sampled(process)) builder.Add(process, count > 1);
  return builder.Take();
}

std::string_view NativeLibrary() {
  return seep_native_library_files().front().bytes;
}

}  // namespace seep::pipeline
