#include "runtime/c_heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "runtime/malloc_arenas.h"
#include "runtime/malloc_caches.h"
#include "runtime/malloc_walk.h"

namespace seep::runtime {
namespace {

using model::MemoryRange;
using model::ProcessImage;

constexpr size_t kMostSizes = 256;
constexpr uint64_t kMostConstants = uint64_t{8} << 20;  // of libc

// Libraries that bring an allocator, by what their file is called.
constexpr std::pair<std::string_view, std::string_view> kAllocators[] = {
    {"libjemalloc", "jemalloc"}, {"libtcmalloc", "tcmalloc"}, {"libmimalloc", "mimalloc"},
    {"ld-musl-", "musl"},        {"libc.musl-", "musl"},
};

std::string OtherAllocator(const ProcessImage& image) {
  for (const MemoryRange& range : image.ranges()) {
    const std::string_view path = range.path;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    for (const auto& [file, allocator] : kAllocators)
      if (path.starts_with('/') && name.starts_with(file)) return std::string(allocator);
  }
  return {};
}

// "2.36" of libc's own words "GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36."
std::string GlibcVersion(const ProcessImage& image) {
  constexpr std::string_view kBefore = "GNU C Library ", kVersion = " version ";
  for (const MemoryRange& range : image.ranges()) {
    if (!IsGlibcPath(range.path) || !range.readable || range.writable || range.executable) continue;
    std::string bytes(std::min(range.size(), kMostConstants), '\0');
    if (!image.ReadInto(range.begin, bytes)) continue;
    const std::string_view text = bytes;
    const size_t begin = text.find(kBefore);
    if (begin == text.npos) continue;
    const std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
    const size_t at = line.rfind(kVersion);
    if (at == line.npos) continue;
    std::string_view version = line.substr(at + kVersion.size());
    version = version.substr(0, version.find_first_not_of("0123456789."));
    while (version.ends_with('.')) version.remove_suffix(1);
    return std::string(version);
  }
  return {};
}

bool Holds(const model::CArena& arena, uint64_t address) {
  return std::ranges::any_of(arena.ranges,
                             [&](const auto& r) { return r.first <= address && address < r.second; });
}

// Chunks in caches are marked as in use; the program has freed them.
void TakeOffCached(const std::vector<CachedChunk>& cached, MallocWalk& walk, model::CHeap& heap) {
  for (const CachedChunk& chunk : cached) {
    const auto arena =
        std::ranges::find_if(heap.arenas, [&](const model::CArena& a) { return Holds(a, chunk.address); });
    if (arena == heap.arenas.end() || arena->in_use < chunk.bytes || arena->in_use_chunks == 0) continue;
    arena->in_use -= chunk.bytes;
    --arena->in_use_chunks;
    arena->free += chunk.bytes;
    ++arena->free_chunks;
    walk.sizes().Remove(chunk.bytes);
  }
}

bool HasGlibc(const ProcessImage& image) {
  return std::ranges::any_of(image.ranges(), [](const MemoryRange& r) { return IsGlibcPath(r.path); });
}

}  // namespace

std::optional<model::CHeap> ReadCHeap(const ProcessImage& image, const AddressRanges& known) {
  model::CHeap heap;
  heap.allocator = OtherAllocator(image);
  const bool other = !heap.allocator.empty();
  const auto arenas = FindMallocArenas(image);
  if (!arenas) {
    if (!other && HasGlibc(image)) heap.allocator = Trim("glibc " + GlibcVersion(image));
    if (heap.allocator.empty()) return std::nullopt;
    return heap;
  }
  // Beside another allocator glibc's own has what was allocated before that one was there.
  if (!other) heap.allocator = Trim("glibc " + GlibcVersion(image));
  heap.walked = !other;
  MallocWalk walk(image, arenas->bins);
  for (const MallocArena& arena : arenas->arenas) heap.arenas.push_back(walk.Arena(arena));
  TakeOffCached(CachedChunks(image, arenas->arenas, walk.possible_caches()), walk, heap);
  heap.sizes = walk.sizes().Take(kMostSizes);
  heap.unread = walk.unread();
  AddressRanges taken = known;
  for (const model::CArena& arena : heap.arenas)
    taken.insert(taken.end(), arena.ranges.begin(), arena.ranges.end());
  MappedBlocks blocks = FindMappedBlocks(image, taken);
  heap.mapped_bytes = blocks.bytes;
  heap.mapped_chunks = blocks.blocks;
  heap.mapped_ranges = std::move(blocks.ranges);
  return heap;
}

std::string CHeapText(const model::CHeap& heap) {
  std::string text = fmt::format("# seep c heap 1\nallocator {}\n", heap.allocator);
  const auto ranges = [&text](const AddressRanges& all) {
    for (const auto& [begin, end] : all) text += fmt::format(" {:x}-{:x}", begin, end);
    text += '\n';
  };
  if (heap.walked) text += fmt::format("walked unread={}\n", heap.unread);
  for (const model::CArena& a : heap.arenas) {
    text += fmt::format("{} address={} mapped={} in_use={} in_use_chunks={} free={} free_chunks={} top={}",
                        a.main ? "main" : "arena", a.address, a.mapped, a.in_use, a.in_use_chunks, a.free,
                        a.free_chunks, a.top);
    ranges(a.ranges);
  }
  text += fmt::format("blocks bytes={} count={}", heap.mapped_bytes, heap.mapped_chunks);
  ranges(heap.mapped_ranges);
  for (const model::ChunkSize& s : heap.sizes)
    text += fmt::format("size bytes={} chunks={}\n", s.bytes, s.chunks);
  return text;
}

}  // namespace seep::runtime
