#include "runtime/malloc_caches.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/number_at.h"

namespace seep::runtime {
namespace {

using model::ProcessImage;

constexpr uint64_t kLists = 64;
constexpr uint64_t kCache = 0x290, kOldCache = 0x250;
constexpr uint64_t kMostInList = 127;  // glibc.malloc.tcache_count is 7 unless set
constexpr size_t kMostInFastbin = 100'000;
constexpr size_t kMostCached = 1 << 20;

// Bytes of a count.
uint64_t CountWidth(uint64_t bytes) {
  return bytes >= kLists * 10 ? 2 : 1;
}

uint64_t CountAt(std::string_view bytes, uint64_t list) {
  if (CountWidth(bytes.size()) == 2) return NumberAt<uint16_t>(bytes, 2 * list).value_or(0);
  return NumberAt<uint8_t>(bytes, list).value_or(0);
}

uint64_t EntryAt(std::string_view bytes, uint64_t list) {
  return NumberAt<uint64_t>(bytes, CountWidth(bytes.size()) * kLists + 8 * list).value_or(0);
}

// What a link says, stored plainly or not; 0 for the end, nothing where neither makes sense.
std::optional<uint64_t> Follow(const ProcessImage& image, uint64_t at, uint64_t stored) {
  for (const uint64_t target : {(at >> 12) ^ stored, stored}) {
    if (target == 0) return 0;
    if (target % 16 == 0 && image.RangeOf(target) != nullptr) return target;
  }
  return std::nullopt;
}

class Lists {
 public:
  explicit Lists(const ProcessImage& image) : image_(image) {}

  void Cache(uint64_t chunk) {
    const uint64_t size = image_.Value<uint64_t>(chunk + 8).value_or(0) & ~uint64_t{7};
    if (!IsCacheSize(size)) return;
    std::string bytes(size - 16, '\0');
    if (!image_.ReadInto(chunk + 16, bytes) || !LooksLikeCache(bytes)) return;
    for (uint64_t list = 0; list < kLists; ++list)
      List(EntryAt(bytes, list), CountAt(bytes, list), 32 + 16 * list);
  }

  void Fastbin(uint64_t first, uint64_t chunk_bytes) {
    uint64_t at = first;
    for (size_t i = 0; i < kMostInFastbin && at != 0 && found_.size() < kMostCached; ++i) {
      uint64_t words[2] = {};  // size, and the link behind it
      if (at % 16 != 0 || !image_.ReadInto(at + 8, {reinterpret_cast<char*>(words), sizeof words})) return;
      if ((words[0] & ~uint64_t{7}) != chunk_bytes) return;
      found_.push_back({at, chunk_bytes});
      at = Follow(image_, at + 16, words[1]).value_or(0);
    }
  }

  std::vector<CachedChunk> Take() {
    std::ranges::sort(found_, {}, &CachedChunk::address);
    const auto repeated = std::ranges::unique(found_, {}, &CachedChunk::address);
    found_.erase(repeated.begin(), repeated.end());
    return std::move(found_);
  }

 private:
  void List(uint64_t first, uint64_t count, uint64_t chunk_bytes) {
    uint64_t at = first;
    for (uint64_t i = 0; i < count && at != 0 && found_.size() < kMostCached; ++i) {
      uint64_t words[2] = {};
      if (at % 16 != 0 || at < 16 || !image_.ReadInto(at - 8, {reinterpret_cast<char*>(words), sizeof words}))
        return;
      if ((words[0] & ~uint64_t{7}) != chunk_bytes) return;
      found_.push_back({at - 16, chunk_bytes});
      at = Follow(image_, at, words[1]).value_or(0);
    }
  }

  const ProcessImage& image_;
  std::vector<CachedChunk> found_;
};

}  // namespace

bool IsCacheSize(uint64_t chunk_bytes) {
  return chunk_bytes == kCache || chunk_bytes == kOldCache;
}

bool LooksLikeCache(std::string_view bytes) {
  for (uint64_t list = 0; list < kLists; ++list) {
    const uint64_t count = CountAt(bytes, list), entry = EntryAt(bytes, list);
    if (count > kMostInList || (count == 0) != (entry == 0) || entry % 16 != 0) return false;
  }
  return true;
}

std::vector<CachedChunk> CachedChunks(const ProcessImage& image, std::span<const MallocArena> arenas,
                                      std::span<const uint64_t> possible) {
  Lists lists(image);
  for (const MallocArena& arena : arenas)
    for (size_t i = 0; i < arena.fastbins.size(); ++i) lists.Fastbin(arena.fastbins[i], 32 + 16 * i);
  for (const uint64_t chunk : possible) lists.Cache(chunk);
  return lists.Take();
}

}  // namespace seep::runtime
