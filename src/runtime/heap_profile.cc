#include "runtime/heap_profile.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/number_at.h"
#include "profile/making.h"
#include "runtime/calls.h"
#include "runtime/stack_key.h"

namespace seep::runtime {
namespace {

constexpr int64_t kDefaultRate = 512 * 1024;  // runtime.MemProfileRate
constexpr uint64_t kMostFrames = 1024;        // profstackdepth (runtime/runtime1.go)
constexpr uint64_t kMostSites = 1 << 20;
constexpr uint64_t kMostNumber = uint64_t{1} << 62;

struct Cycle {
  uint64_t allocs = 0, frees = 0, alloc_bytes = 0, free_bytes = 0;
};

struct Site {
  Cycle active, future[3];
  uint64_t object_bytes = 0;    // since Go 1.27, which labels a site with them even before it counts anything
  std::vector<uint64_t> stack;  // return addresses, innermost first
};

bool Possible(const Cycle& c) {
  return c.frees <= c.allocs && c.free_bytes <= c.alloc_bytes && c.allocs < kMostNumber &&
         c.alloc_bytes < kMostNumber;
}

// `object_bytes`: of the bucket; since Go 1.27 the cycle does not keep bytes as well.
Cycle CycleAt(std::string_view bytes, uint64_t offset, int32_t cycle_size, uint64_t object_bytes) {
  constexpr int32_t kCountsOnly = 16;
  const auto word = [&](uint64_t i) { return NumberAt<uint64_t>(bytes, offset + 8 * i).value_or(0); };
  Cycle cycle{word(0), word(1), 0, 0};
  if (cycle_size > kCountsOnly) {
    cycle.alloc_bytes = word(2);
    cycle.free_bytes = word(3);
  } else if (__builtin_mul_overflow(cycle.allocs, object_bytes, &cycle.alloc_bytes) ||
             __builtin_mul_overflow(cycle.frees, object_bytes, &cycle.free_bytes)) {
    cycle.alloc_bytes = UINT64_MAX;  // no record of any process
  }
  return cycle;
}

// The runtime's list of sites, newest first.
class Sites {
 public:
  explicit Sites(const GoProcess& process) : process_(process), layout_(*process.layout) {}

  void Read(HeapProfile& out) {
    std::unordered_set<uint64_t> seen;
    uint64_t address = process_.image->Value<uint64_t>(process_.globals.mbuckets).value_or(0);
    while (address != 0) {
      if (seen.size() >= kMostSites || !seen.insert(address).second) {
        out.cut = true;
        return;
      }
      uint64_t next = 0;
      auto site = ReadSite(address, next);
      // A collection may have been adding to it.
      if (site && !Possible(site->active)) site = ReadSite(address, next);
      if (!site) {
        out.cut = true;
        return;
      }
      if (Possible(site->active))
        sites_.push_back(std::move(*site));
      else
        ++out.unreadable;
      address = next;
    }
  }

  // Before the second collection nothing is published: then what is yet to be counts.
  void UseFutureIfNothingIsActive() {
    for (const Site& site : sites_)
      if (site.active.allocs != 0 || site.active.frees != 0) return;
    for (Site& site : sites_) {
      Cycle sum = site.active;
      for (const Cycle& f : site.future) {
        if (f.allocs >= kMostNumber / 4 || f.alloc_bytes >= kMostNumber / 4) continue;
        sum.allocs += f.allocs;
        sum.frees += f.frees;
        sum.alloc_bytes += f.alloc_bytes;
        sum.free_bytes += f.free_bytes;
      }
      if (Possible(sum)) site.active = sum;
    }
  }

  const std::vector<Site>& all() const { return sites_; }

 private:
  static uint64_t At(int32_t offset) { return static_cast<uint64_t>(offset); }

  std::optional<Site> ReadSite(uint64_t address, uint64_t& next) const {
    constexpr uint64_t kUsual = 32;  // frames: most buckets are read at once
    const uint64_t head = At(layout_.bucket_size), record = At(layout_.mem_record_size);
    std::string bytes(head + 8 * kUsual + record, '\0');
    if (!process_.image->ReadInto(address, bytes)) {
      bytes.resize(head);
      if (!process_.image->ReadInto(address, bytes)) return std::nullopt;
    }
    const auto word = [&](int32_t offset) { return NumberAt<uint64_t>(bytes, At(offset)).value_or(0); };
    const uint64_t frames = word(layout_.bucket_nstk);
    constexpr uint64_t kMemProfile = 1;
    if (word(layout_.bucket_type) != kMemProfile || frames > kMostFrames) return std::nullopt;
    next = word(layout_.bucket_allnext);
    const uint64_t size = head + 8 * frames + record;
    if (bytes.size() < size) {
      bytes.resize(size);
      if (!process_.image->ReadInto(address, bytes)) return std::nullopt;
    }
    Site site;
    for (uint64_t i = 0; i < frames; ++i) site.stack.push_back(*NumberAt<uint64_t>(bytes, head + 8 * i));
    const uint64_t cycles = head + 8 * frames;
    const auto cycle = [&](uint64_t i) {
      return CycleAt(bytes, cycles + i * At(layout_.mem_cycle_size), layout_.mem_cycle_size,
                     word(layout_.bucket_bytes));
    };
    site.active = cycle(0);
    for (uint64_t i = 0; i < 3; ++i) site.future[i] = cycle(i + 1);
    site.object_bytes = layout_.minor >= 27 ? word(layout_.bucket_bytes) : 0;
    return site;
  }

  const GoProcess& process_;
  const Layout& layout_;
  std::vector<Site> sites_;
};

// Sampled counts scaled up to what was allocated: each allocation of `size` bytes had the chance 1 -
// exp(-size/rate) to be sampled (runtime/pprof/protomem.go scaleHeapSample).
std::pair<int64_t, int64_t> Unsample(uint64_t count, uint64_t bytes, int64_t rate) {
  if (count == 0 || bytes == 0) return {0, 0};
  if (rate <= 1) return {static_cast<int64_t>(count), static_cast<int64_t>(bytes)};
  const double average = static_cast<double>(bytes) / static_cast<double>(count);
  const double scale = 1 / (1 - std::exp(-average / static_cast<double>(rate)));
  const auto scaled = [scale](uint64_t n) {
    return static_cast<int64_t>(std::min(static_cast<double>(n) * scale, 0x1p62));
  };
  return {scaled(count), scaled(bytes)};
}

class Builder {
 public:
  Builder(const GoProcess& process, int64_t rate) : calls_(process), rate_(rate) {
    const auto type = [this](std::string_view name, std::string_view unit) {
      return profile::ValueType{p_.strings.Intern(name), p_.strings.Intern(unit)};
    };
    p_.sample_types = {type("alloc_objects", "count"), type("alloc_space", "bytes"),
                       type("inuse_objects", "count"), type("inuse_space", "bytes")};
    p_.samples.columns = p_.sample_types.size();
    p_.period_type = type("space", "bytes");
    p_.period = rate;
    profile::Mapping mapping;  // the program's text
    if (const model::MemoryRange* range = process.image->RangeOf(process.modules.front().text)) {
      mapping.start = range->begin;
      mapping.limit = range->end;
      mapping.offset = range->offset;
      mapping.file = p_.strings.Intern(range->path);
    }
    mapping.has_functions = mapping.has_filenames = mapping.has_line_numbers = mapping.has_inline_frames =
        true;
    p_.mappings.push_back(mapping);
    bytes_label_ = p_.strings.Intern("bytes");
  }

  void Add(const Site& site) {
    calls_.Trim();
    std::span<const uint64_t> stack = site.stack;
    std::vector<profile::LocationId> locations = Locations(stack.subspan(HiddenOf(stack)));
    if (locations.empty()) locations = Locations(stack);
    profile::Samples& samples = p_.samples;
    samples.first.push_back(static_cast<uint32_t>(samples.pool.size()));
    samples.depth.push_back(static_cast<uint32_t>(locations.size()));
    samples.pool.insert(samples.pool.end(), locations.begin(), locations.end());
    const Cycle& c = site.active;
    const auto [objects, bytes] = Unsample(c.allocs, c.alloc_bytes, rate_);
    const auto [objects_now, bytes_now] = Unsample(c.allocs - c.frees, c.alloc_bytes - c.free_bytes, rate_);
    for (const int64_t value : {objects, bytes, objects_now, bytes_now}) samples.values.push_back(value);
    std::vector<profile::Label> labels;
    const uint64_t object_bytes = c.allocs > 0 ? c.alloc_bytes / c.allocs : site.object_bytes;
    if (object_bytes > 0 && object_bytes < kMostNumber)
      labels.push_back({bytes_label_, {}, static_cast<int64_t>(object_bytes), {}});
    samples.labels.push_back(p_.label_sets.Intern(labels));
  }

  profile::Profile Take() { return std::move(p_); }

 private:
  // How many of the innermost calls are the runtime's own: profiles begin with who allocated.
  size_t HiddenOf(std::span<const uint64_t> stack) {
    for (size_t i = 0; i < stack.size(); ++i) {
      // By the address itself, not the one before: as runtime/pprof asks.
      const std::vector<Call>& calls = calls_.At(stack[i]);
      const bool hidden = !calls.empty() && (calls.front().function.starts_with("runtime.") ||
                                             calls.front().function.starts_with("internal/runtime/"));
      if (!hidden) return i;
    }
    return 0;
  }

  // Each address stands for one call; those that were inlined into one function make up one location, as long
  // as they follow one another.
  std::vector<profile::LocationId> Locations(std::span<const uint64_t> stack) {
    std::vector<profile::LocationId> locations;
    std::vector<Call> group;
    uint64_t first = 0;  // address of the group
    const auto flush = [&] {
      if (!group.empty()) locations.push_back(LocationOf(first, group));
      group.clear();
    };
    for (size_t i = 0; i < stack.size(); ++i) {
      const std::vector<Call>& calls = calls_.At(stack[i] - 1);
      if (calls.empty() || calls.front().function == "runtime.goexit") {
        flush();
        continue;
      }
      const Call& call = calls.front();
      const bool continues = !group.empty() && group.back().inlined && group.back().entry == call.entry &&
                             group.back().function != call.function;
      if (!continues) flush();
      if (group.empty()) first = stack[i] - 1;
      group.push_back(call);
      // A stack that was cut off may end within calls that were inlined: the rest of them is known.
      if (i + 1 == stack.size()) group.insert(group.end(), calls.begin() + 1, calls.end());
    }
    flush();
    return locations;
  }

  profile::LocationId LocationOf(uint64_t address, const std::vector<Call>& group) {
    Hash128 key = Mix(kHashSeed, address);
    for (const Call& call : group) key = Mix(key, call.entry + static_cast<uint64_t>(call.line));
    const auto [found, added] = locations_.try_emplace(key);
    if (!added) return found->second;
    std::vector<profile::Line> lines;
    for (const Call& call : group)
      lines.push_back({functions_.Add(p_, call.symbol, call.file, call.first_line), call.line, 0});
    found->second = profile::AddLocation(p_, address, {1}, lines);
    return found->second;
  }

  Calls calls_;
  int64_t rate_;
  profile::Profile p_;
  StringId bytes_label_;
  std::unordered_map<Hash128, profile::LocationId, HashOf128> locations_;
  profile::FunctionIndex functions_;
};

std::unexpected<Error> NothingSampled(const NamedGlobals& globals, std::optional<int64_t> rate) {
  if (!globals.can_profile_heap)
    return Fail(
        ErrorCode::kNoEvidence,
        "no allocation sites: nothing in this program can write a heap profile, so Go's linker switched "
        "the sampling of allocations off (runtime.MemProfileRate is 0)",
        "",
        "import net/http/pprof, or call runtime/pprof.WriteHeapProfile anywhere, and build it again; "
        "totals and sizes of objects are there without");
  if (rate && *rate <= 0)
    return Fail(ErrorCode::kNoEvidence,
                "no allocation sites: the program set runtime.MemProfileRate to 0, or GODEBUG did", "",
                "leave it at its default: it costs less than can be measured in most programs");
  return Fail(ErrorCode::kNoEvidence, "no allocation sites: nothing was sampled yet", "",
              "the first sample comes with about 512 KiB of allocations; look again");
}

}  // namespace

Result<HeapProfile> ReadHeapProfile(const GoProcess& process, const NamedGlobals& globals) {
  HeapProfile out;
  std::optional<int64_t> rate;
  if (globals.mem_profile_rate) rate = process.image->Value<int64_t>(*globals.mem_profile_rate);
  if (process.globals.mbuckets == 0) return NothingSampled(globals, rate);
  Sites sites(process);
  sites.Read(out);
  if (sites.all().empty()) return NothingSampled(globals, rate);
  sites.UseFutureIfNothingIsActive();
  // A rate above the size of any heap is no rate: the address was of something else.
  out.rate_known = rate && *rate > 0 && *rate <= int64_t{1} << 40;
  out.rate = out.rate_known ? *rate : kDefaultRate;
  Builder builder(process, out.rate);
  for (const Site& site : sites.all()) builder.Add(site);
  out.sites = sites.all().size();
  out.profile = builder.Take();
  return out;
}

}  // namespace seep::runtime
