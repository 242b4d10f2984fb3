#include "runtime/metadata.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "runtime/globals.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kArena = uint64_t{64} << 20;
constexpr uint64_t kArenaTable = uint64_t{32} << 20;  // 4 Mi entries: one level (arenaL1Bits = 0)
constexpr uint64_t kArenaBase = uint64_t{1} << 47;    // amd64 arenaBaseOffset, negative
constexpr uint64_t kArenaRecord = 80 << 10;           // heapArena since 1.22; before, bitmaps are in it
constexpr uint64_t kOldArenaRecord = uint64_t{2200} << 10;
constexpr uint64_t kPageBitmap = uint64_t{1} << 20;   // pageAlloc.chunks: 8192 entries of 128 bytes
constexpr uint64_t kBuckets = 179'999;                // buckHashSize
constexpr uint64_t kMostEntries = uint64_t{1} << 27;  // of a slice
constexpr uint64_t kMostMheap = uint64_t{1} << 20;
constexpr uint64_t kJoined = uint64_t{64} << 10;  // pages of bits this near are of one arena of bits

class Metadata {
 public:
  Metadata(const GoProcess& process, const HeapSpans& spans) : process_(process), spans_(spans) {}

  AddressRanges Take() {
    Chunks();
    Bits();
    Heap();
    BucketTable();
    std::ranges::sort(found_);
    AddressRanges joined;
    for (const auto& [begin, end] : found_) {
      if (!joined.empty() && begin <= joined.back().second)
        joined.back().second = std::max(joined.back().second, end);
      else
        joined.emplace_back(begin, end);
    }
    return joined;
  }

 private:
  void Add(uint64_t begin, uint64_t bytes) {
    if (bytes > 0 && begin < UINT64_MAX - bytes) found_.emplace_back(begin, begin + bytes);
  }
  uint64_t Word(uint64_t address) const { return process_.image->Value<uint64_t>(address).value_or(0); }

  // Memory without a file behind it that is no part of the heap, touched or reserved.
  bool IsRuntimes(uint64_t address) const {
    const model::MemoryRange* range = process_.image->RangeOf(address);
    if (range == nullptr || range->executable || (!range->path.empty() && !range->path.starts_with("[anon")))
      return false;
    return std::ranges::none_of(
        spans_.arenas, [&](const auto& arena) { return arena.first <= address && address < arena.second; });
  }

  void Chunks() {
    if (spans_.a_span == 0) return;
    for (const uint64_t chunk : FindPersistentChunks(process_, spans_.a_span)) Add(chunk, kPersistentChunk);
  }

  void Bits() {
    for (size_t i = 0; i < spans_.bit_pages.size(); ++i) {
      const uint64_t page = spans_.bit_pages[i];
      const bool near = i + 1 < spans_.bit_pages.size() && spans_.bit_pages[i + 1] - page < kJoined;
      if (IsRuntimes(page)) Add(page, near ? spans_.bit_pages[i + 1] - page + kPage : kPage);
    }
  }

  // The words of mheap_ up to its table of arenas: slices, and pointers to bitmaps.
  void Heap() {
    const Layout& layout = *process_.layout;
    if (process_.globals.allspans == 0 || layout.mheap_arenas <= 0) return;
    const uint64_t heap = process_.globals.allspans - static_cast<uint64_t>(layout.mheap_allspans);
    std::string bytes(std::min<uint64_t>(kMostMheap, static_cast<uint64_t>(layout.mheap_arenas)), '\0');
    if (!process_.image->ReadInto(heap, bytes)) return;
    for (size_t i = 0; i + 24 <= bytes.size(); i += 8) {
      std::array<uint64_t, 3> slice{};
      std::memcpy(slice.data(), bytes.data() + i, sizeof slice);
      const auto [address, length, capacity] = slice;
      if (address == 0 || address % kPage != 0 || !IsRuntimes(address)) continue;
      const bool is_slice = length <= capacity && capacity > 0 && capacity <= kMostEntries;
      Add(address, is_slice ? 8 * capacity : kPageBitmap);
    }
    Arenas(heap + static_cast<uint64_t>(layout.mheap_arenas));
  }

  void Arenas(uint64_t field) {
    const uint64_t table = Word(field);
    if (table == 0 || !IsRuntimes(table)) return;
    Add(table, kArenaTable);
    const uint64_t record = process_.layout->minor >= 22 ? kArenaRecord : kOldArenaRecord;
    for (const auto& [begin, end] : spans_.arenas)
      for (uint64_t at = begin; at < end; at += kArena)
        for (const uint64_t base : {kArenaBase, uint64_t{0}}) {
          const uint64_t address = Word(table + 8 * ((at + base) / kArena));
          if (address != 0 && address % kPage == 0 && IsRuntimes(address)) Add(address, record);
        }
  }

  // buckhash: the newest bucket is the first of its list.
  void BucketTable() {
    const uint64_t bucket = Word(process_.globals.mbuckets);
    if (process_.globals.mbuckets == 0 || bucket == 0) return;
    const uint64_t hash = Word(bucket + static_cast<uint64_t>(process_.layout->bucket_hash));
    const uint64_t offset = 8 * (hash % kBuckets);
    // It is a variable near the list of buckets.
    constexpr uint64_t kNear = 4096;
    std::string bytes(2 * kNear, '\0');
    if (!process_.image->ReadInto(process_.globals.mbuckets - kNear, bytes)) return;
    for (size_t i = 0; i < bytes.size(); i += 8) {
      uint64_t table = 0;
      std::memcpy(&table, bytes.data() + i, sizeof table);
      if (table == 0 || table % kPage != 0 || !IsRuntimes(table) || Word(table + offset) != bucket) continue;
      Add(table, 8 * kBuckets);
      return;
    }
  }

  const GoProcess& process_;
  const HeapSpans& spans_;
  AddressRanges found_;
};

}  // namespace

AddressRanges FindMetadata(const GoProcess& process, const HeapSpans& spans) {
  return Metadata(process, spans).Take();
}

}  // namespace seep::runtime
