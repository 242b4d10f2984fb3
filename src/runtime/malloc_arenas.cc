#include "runtime/malloc_arenas.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/number_at.h"

namespace seep::runtime {
namespace {

using model::MemoryRange;
using model::ProcessImage;

constexpr uint64_t kHeap = uint64_t{64} << 20;
constexpr uint64_t kBinPairs = 127;
constexpr uint64_t kTopBeforeBins = 0x10, kFastbinsBeforeBins = 0x60;
constexpr uint64_t kNextBehindBins = 0x800, kSystemMemBehindBins = 0x818, kStateBehindBins = 0x828;
constexpr uint64_t kLastBin = 16 * (kBinPairs - 1);
constexpr uint64_t kUsualBins = 0x70, kLeastBins = 0x18, kMostBins = 0x100;  // bounds of the offset of `bins`
constexpr size_t kMostArenas = 1 << 14;
constexpr size_t kMostHeaps = 1 << 12;  // of an arena: 256 GiB
constexpr uint64_t kMostData = uint64_t{64} << 20;
constexpr uint64_t kOldHeapInfo = 0x20, kHeapInfo = 0x30;

std::string_view BaseNameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// Data a main arena may lie in: libc's, or that of the program where it is linked into it.
std::vector<const MemoryRange*> DataRanges(const ProcessImage& image) {
  std::vector<const MemoryRange*> libc, program;
  std::string_view executable;
  for (const MemoryRange& range : image.ranges()) {
    if (executable.empty() && range.path.starts_with('/')) executable = range.path;
    if (!range.readable || !range.writable || range.executable) continue;
    if (IsGlibcPath(range.path)) libc.push_back(&range);
    if (range.path == executable) program.push_back(&range);
  }
  return libc.empty() ? program : libc;
}

// A malloc_state as far as it is of interest; nothing where the memory does not look like one.
class States {
 public:
  States(const ProcessImage& image, uint64_t bins) : image_(image), bins_(bins) {}

  std::optional<MallocArena> Read(uint64_t address, uint64_t& next) const {
    std::string bytes(bins_ + kStateBehindBins, '\0');
    if (address % 8 != 0 || !image_.ReadInto(address, bytes)) return std::nullopt;
    const auto word = [&](uint64_t offset) { return NumberAt<uint64_t>(bytes, offset).value_or(0); };
    const uint64_t last = bins_ + kLastBin;
    if (word(last) != address + last - 0x10 || word(last + 8) != word(last)) return std::nullopt;
    next = word(bins_ + kNextBehindBins);
    MallocArena arena;
    arena.address = address;
    arena.top = word(bins_ - kTopBeforeBins);
    arena.system_mem = word(bins_ + kSystemMemBehindBins);
    // Where the list heads are gone (or have moved) there is no room for them.
    if (bins_ >= kFastbinsBeforeBins + 8)
      for (size_t i = 0; i < arena.fastbins.size(); ++i)
        arena.fastbins[i] = word(bins_ - kFastbinsBeforeBins + 8 * i);
    return arena;
  }

  // All arenas from the main one on; empty where the ring does not close.
  std::vector<MallocArena> Ring(uint64_t main) const {
    std::vector<MallocArena> arenas;
    uint64_t at = main;
    while (arenas.size() < kMostArenas) {
      uint64_t next = 0;
      auto arena = Read(at, next);
      if (!arena || next == 0) return {};
      arena->main = at == main;
      arenas.push_back(std::move(*arena));
      if (next == main) return arenas;
      at = next;
    }
    return {};
  }

 private:
  const ProcessImage& image_;
  uint64_t bins_;
};

// Tries every place in `range` where the bins of a malloc_state may end.
std::optional<MallocArenas> FindIn(const ProcessImage& image, const MemoryRange& range) {
  std::string bytes(std::min(range.size(), kMostData), '\0');
  if (!image.ReadInto(range.begin, bytes)) return std::nullopt;
  const auto is_empty_bin = [&](size_t at) {
    const auto first = NumberAt<uint64_t>(bytes, at);
    return first && *first + 0x10 == range.begin + at && NumberAt<uint64_t>(bytes, at + 8) == first;
  };
  for (size_t at = kLastBin; at + 16 <= bytes.size(); at += 8) {
    if (!is_empty_bin(at) || is_empty_bin(at + 16)) continue;  // the last of them
    const uint64_t bins = range.begin + at - kLastBin;
    if (auto arenas = States(image, kUsualBins).Ring(bins - kUsualBins); !arenas.empty())
      return MallocArenas{std::move(arenas), kUsualBins, 0};
    for (uint64_t offset = kLeastBins; offset <= kMostBins; offset += 8) {
      auto arenas = States(image, offset).Ring(bins - offset);
      if (!arenas.empty()) return MallocArenas{std::move(arenas), offset, 0};
    }
  }
  return std::nullopt;
}

// The heaps of an arena, from the one that holds its top back to the one that holds itself.
void AddHeaps(const ProcessImage& image, uint64_t bins, MallocArena& arena) {
  const uint64_t header = arena.address % 4096;
  if (header != kOldHeapInfo && header != kHeapInfo) return;
  uint64_t at = arena.top & ~(kHeap - 1);
  uint64_t counted = 0;
  for (size_t i = 0; i < kMostHeaps && at != 0; ++i) {
    std::array<uint64_t, 4> info{};
    if (!image.ReadInto(at, {reinterpret_cast<char*>(info.data()), sizeof info})) break;
    const auto [owner, previous, size, touched] = info;
    if (owner != arena.address || size > touched || touched > kHeap || size % 4096 != 0 ||
        previous % kHeap != 0)
      break;
    const bool first = at + header == arena.address;
    const uint64_t begin =
        first ? (arena.address + bins + kStateBehindBins + 15) & ~uint64_t{15} : at + header;
    // Each heap once: memory that lies may have them in a ring.
    if (begin >= at + size ||
        std::ranges::find(arena.regions, at, &MallocRegion::mapped) != arena.regions.end())
      break;
    arena.regions.push_back({at, begin, at + size});
    counted += size;
    if (first) break;
    at = previous;
  }
  arena.elsewhere = arena.system_mem - std::min(arena.system_mem, counted);
}

// The main arena grows by brk(2), in one piece; a core file does not name it.
void AddBreak(const ProcessImage& image, uint64_t bins, MallocArena& arena) {
  const MemoryRange* holds = image.RangeOf(arena.top);
  uint64_t begin = 0;
  if (holds != nullptr) begin = holds->begin;
  for (const MemoryRange& range : image.ranges())
    if (range.path == "[heap]" && range.begin <= arena.top) {
      begin = begin == 0 ? range.begin : std::min(begin, range.begin);
      break;
    }
  const uint64_t end = TopNow(image, arena, bins).second;
  if (begin == 0 || end <= begin || arena.top < begin) {
    arena.elsewhere = arena.system_mem;
    return;
  }
  arena.regions.push_back({begin, begin, end});
  // A heap that began unaligned lost some bytes, and one that was extended elsewhere is not in this piece.
  const uint64_t counted = end - begin;
  if (arena.system_mem > counted + 4096) arena.elsewhere = arena.system_mem - counted;
}

}  // namespace

bool IsGlibcPath(std::string_view path) {
  const std::string_view name = BaseNameOf(path);
  return name.starts_with("libc.so.6") || (name.starts_with("libc-2.") && name.find(".so") != name.npos);
}

std::pair<uint64_t, uint64_t> TopNow(const ProcessImage& image, const MallocArena& arena, uint64_t bins) {
  const uint64_t top = image.Value<uint64_t>(arena.address + bins - kTopBeforeBins).value_or(0);
  const uint64_t size = image.Value<uint64_t>(top + 8).value_or(0) & ~uint64_t{7};
  if (top == 0 || size > UINT64_MAX - top) return {0, 0};
  return {top, top + size};
}

Result<MallocArenas> FindMallocArenas(const ProcessImage& image) {
  std::optional<MallocArenas> found;
  for (const MemoryRange* range : DataRanges(image))
    if (!found) found = FindIn(image, *range);
  if (!found)
    return Fail(ErrorCode::kNotFound, "its memory holds no arena of glibc's malloc", "",
                "it has another allocator, or C code has not allocated anything yet");
  for (MallocArena& arena : found->arenas) {
    if (arena.main)
      AddBreak(image, found->bins, arena);
    else
      AddHeaps(image, found->bins, arena);
  }
  return std::move(*found);
}

}  // namespace seep::runtime
