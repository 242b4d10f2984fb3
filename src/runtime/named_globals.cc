#include "runtime/named_globals.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/number_at.h"

namespace seep::runtime {
namespace {

using parse::pclntab::Function;

constexpr uint64_t kLargestFunction = 1 << 20;

enum class Use : uint8_t { kLoad, kIncrement };

// The functions whose code is looked at.
enum Named : uint8_t {
  kProfileAlloc,
  kAllocMcache,
  kGcStart,
  kGcMarkTermination,
  kMemProfile,
  kMemProfileInternal,
  kPprofMemProfileInternal,
  kCount
};
constexpr std::array<std::string_view, kCount> kNames = {"runtime.profilealloc",
                                                         "runtime.allocmcache",
                                                         "runtime.gcStart",
                                                         "runtime.gcMarkTermination",
                                                         "runtime.MemProfile",
                                                         "runtime.memProfileInternal",
                                                         "runtime.pprof_memProfileInternal"};

using Found = std::array<std::optional<Function>, kCount>;

Found FindFunctions(const Functions& functions) {
  Found found;
  functions.ForEach([&](const Function& f) {
    if (!f.name.starts_with("runtime.")) return;
    const auto name = std::ranges::find(kNames, f.name);
    if (name == kNames.end()) return;
    auto& slot = found[static_cast<size_t>(name - kNames.begin())];
    if (!slot) slot = f;
  });
  return found;
}

class Code {
 public:
  explicit Code(const GoProcess& process) : process_(process) {}

  // Addresses that the function uses so, sorted, each once; those in the data of a module only.
  std::vector<uint64_t> Uses(const std::optional<Function>& function, Use use) const {
    if (!function || function->end <= function->entry || function->end - function->entry > kLargestFunction)
      return {};
    std::string code(function->end - function->entry, '\0');
    if (!process_.image->ReadInto(function->entry, code)) return {};
    std::vector<uint64_t> all = process_.layout->processor == Processor::kAmd64
                                    ? Amd64(code, function->entry, use)
                                    : Arm64(code, function->entry, use);
    std::erase_if(all, [this](uint64_t address) { return !InData(address); });
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    return all;
  }

 private:
  static std::vector<uint64_t> Amd64(std::string_view code, uint64_t entry, Use use) {
    std::vector<uint64_t> all;
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(code[i]); };
    for (size_t i = 0; i + 7 <= code.size(); ++i) {
      const bool load = use == Use::kLoad && (byte(i) & 0xf8) == 0x48 && byte(i + 1) == 0x8b &&
                        (byte(i + 2) & 0xc7) == 0x05;
      const bool increment = use == Use::kIncrement && byte(i) == 0xff && byte(i + 1) == 0x05;
      const size_t at = load ? i + 3 : i + 2;
      if (load || increment)
        all.push_back(entry + at + 4 + static_cast<uint64_t>(int64_t{*NumberAt<int32_t>(code, at)}));
    }
    return all;
  }

  static std::vector<uint64_t> Arm64(std::string_view code, uint64_t entry, Use use) {
    std::vector<uint64_t> all;
    if (use != Use::kLoad) return all;
    for (size_t i = 0; i + 8 <= code.size(); i += 4) {
      const uint32_t adrp = *NumberAt<uint32_t>(code, i), load = *NumberAt<uint32_t>(code, i + 4);
      if ((adrp & 0x9f000000) != 0x90000000 || (load & 0xffc00000) != 0xf9400000) continue;
      if ((adrp & 0x1f) != (load >> 5 & 0x1f)) continue;
      const uint64_t high = uint64_t{adrp >> 5 & 0x7ffff} << 2 | (adrp >> 29 & 3);
      const auto pages = static_cast<uint64_t>(static_cast<int64_t>(high << 43) >> 43);  // 21 bits, signed
      all.push_back(((entry + i) & ~uint64_t{0xfff}) + (pages << 12) + (load >> 10 & 0xfff) * 8);
    }
    return all;
  }

  bool InData(uint64_t address) const {
    const model::MemoryRange* range = process_.image->RangeOf(address);
    return range != nullptr && range->writable && !range->executable;
  }

  const GoProcess& process_;
};

std::vector<uint64_t> InBoth(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  std::vector<uint64_t> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both;
}

// memstats.numforcedgc is counted up in the same function, and lies behind numgc (runtime/mstats.go).
std::optional<uint64_t> FindMemstats(const Code& code, const Found& found, const Layout& layout) {
  const std::vector<uint64_t> counted = code.Uses(found[kGcMarkTermination], Use::kIncrement);
  if (layout.mstats_numgc < 0 || counted.empty() || counted.size() > 2) return std::nullopt;
  if (counted.size() == 2 && counted[1] - counted[0] != 4) return std::nullopt;
  const auto offset = static_cast<uint64_t>(layout.mstats_numgc);
  return counted[0] >= offset ? std::optional(counted[0] - offset) : std::nullopt;
}

// gcController.heapLive is looked at where a collection begins and where it ends. The limit of a program's
// memory, which is next to nothing else, is never negative; it is the largest number there is unless it is
// set.
std::optional<uint64_t> FindController(const GoProcess& process, const Code& code, const Found& found) {
  const Layout& layout = *process.layout;
  if (layout.gc_heap_live < 0 || layout.gc_memory_limit < 0) return std::nullopt;
  std::optional<uint64_t> controller;
  for (const uint64_t live :
       InBoth(code.Uses(found[kGcStart], Use::kLoad), code.Uses(found[kGcMarkTermination], Use::kLoad))) {
    const uint64_t address = live - static_cast<uint64_t>(layout.gc_heap_live);
    const auto limit = process.image->Value<int64_t>(address + static_cast<uint64_t>(layout.gc_memory_limit));
    const auto percent = process.image->Value<int32_t>(address);
    if (!limit || *limit < 1 << 20 || !percent || *percent < -1 || *percent == 0) continue;
    if (controller) return std::nullopt;
    controller = address;
  }
  return controller;
}

}  // namespace

NamedGlobals FindNamedGlobals(const GoProcess& process) {
  NamedGlobals globals;
  const Found found = FindFunctions(process.functions);
  const Code code(process);
  globals.can_profile_heap =
      found[kMemProfile] || found[kMemProfileInternal] || found[kPprofMemProfileInternal];
  const std::vector<uint64_t> rate =
      InBoth(code.Uses(found[kProfileAlloc], Use::kLoad), code.Uses(found[kAllocMcache], Use::kLoad));
  if (rate.size() == 1) globals.mem_profile_rate = rate[0];
  globals.memstats = FindMemstats(code, found, *process.layout);
  globals.gc_controller = FindController(process, code, found);
  return globals;
}

}  // namespace seep::runtime
