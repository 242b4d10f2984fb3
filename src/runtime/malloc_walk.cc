#include "runtime/malloc_walk.h"

#include <algorithm>
#include <cstring>

#include "runtime/malloc_caches.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kBlock = uint64_t{512} << 10;  // read at once: stays in the processor's cache
constexpr uint64_t kPreviousInUse = 1, kMapped = 2, kNotMain = 4, kBits = 7;
constexpr uint64_t kLeastChunk = 32;
constexpr uint64_t kFenceposts = 48;  // at the end of a heap that is not the newest: two chunks that are none
constexpr int kTries = 4;             // of a block that changes under the read
constexpr size_t kMostCaches = 1 << 16;

uint64_t Word(const std::string& bytes, uint64_t at) {
  uint64_t word;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

}  // namespace

void ChunkSizes::Remove(uint64_t bytes) {
  uint64_t& count = bytes / 16 < kSmall ? small_[bytes / 16] : large_[bytes];
  if (count > 0) --count;
}

std::vector<model::ChunkSize> ChunkSizes::Take(size_t most) const {
  std::vector<model::ChunkSize> sizes;
  for (uint64_t i = 0; i < kSmall; ++i)
    if (small_[i] > 0) sizes.push_back({i * 16, small_[i]});
  for (const auto& [bytes, count] : large_)
    if (count > 0) sizes.push_back({bytes, count});
  std::ranges::sort(sizes, [](const model::ChunkSize& a, const model::ChunkSize& b) {
    if (a.bytes * a.chunks != b.bytes * b.chunks) return a.bytes * a.chunks > b.bytes * b.chunks;
    return a.bytes < b.bytes;
  });
  if (sizes.size() > most) sizes.resize(most);
  return sizes;
}

// A region, as far as it has been walked.
struct MallocWalk::Piece {
  bool main = false, newest = false;
  uint64_t at = 0, end = 0;
  uint64_t pending = 0;  // size of the chunk before `at`, of which `at` says whether it is in use; 0: none
  uint64_t next = 0;     // `at` and `pending` behind the block that was read
  uint64_t next_pending = 0;
  uint64_t top = 0;
  bool done = false;
};

// Reads a block and lists its chunks in seen_; false where one makes no sense.
bool MallocWalk::Block(Piece& piece) {
  const uint64_t size = std::min(kBlock, piece.end - piece.at);
  bytes_.resize(size);
  seen_.clear();
  if (!image_.ReadInto(piece.at, bytes_)) return false;
  uint64_t pending = piece.pending;
  uint64_t i = 0;
  bool done = true;
  for (; i + 16 <= piece.end - piece.at; i += pending) {
    if (i + 16 > size) {
      done = false;  // in the next block
      break;
    }
    const uint64_t header = Word(bytes_, i + 8);
    const uint64_t before = header & kPreviousInUse;
    if (pending != 0) {
      if (before == 0 && Word(bytes_, i) != pending) return false;
      seen_.push_back(pending | before);
    }
    pending = 0;
    const uint64_t bytes = header & ~kBits, rest = piece.end - piece.at - i;
    if ((header & kMapped) != 0 || (piece.main && (header & kNotMain) != 0)) return false;
    if (bytes < kLeastChunk && bytes % 16 == 0 && rest <= kFenceposts && !piece.newest) break;
    if (bytes < kLeastChunk || bytes % 16 != 0 || bytes > rest) return false;
    if (bytes == rest) {
      if (piece.newest) piece.top = rest;
      break;
    }
    pending = bytes;
  }
  piece.next = piece.at + i;
  piece.next_pending = pending;
  piece.done = done;
  return true;
}

void MallocWalk::Count(const Piece& piece) {
  uint64_t chunk = piece.at - piece.pending;
  for (const uint64_t seen : seen_) {
    const uint64_t bytes = seen & ~kBits;
    if ((seen & 1) != 0) {
      sizes_.Add(bytes);
      if (IsCacheSize(bytes) && possible_caches_.size() < kMostCaches &&
          (chunk < piece.at || chunk + bytes > piece.at + bytes_.size() ||
           LooksLikeCache(std::string_view(bytes_).substr(chunk + 16 - piece.at, bytes - 16))))
        possible_caches_.push_back(chunk);
    }
    chunk += bytes;
  }
}

void MallocWalk::Region(const MallocArena& arena, const MallocRegion& region, bool newest,
                        model::CArena& sums) {
  Piece piece{.main = arena.main, .newest = newest, .at = region.begin, .end = region.end};
  while (!piece.done) {
    bool read = Block(piece);
    for (int i = 1; !read && i < kTries; ++i) {
      // Grown or shrunk meanwhile.
      if (const auto [top, end] = TopNow(image_, arena, bins_); newest && top >= piece.at && end > piece.at)
        piece.end = end;
      read = Block(piece);
    }
    Count(piece);  // what made sense of it
    uint64_t at = piece.at - piece.pending;
    for (const uint64_t seen : seen_) {
      const bool in_use = (seen & 1) != 0;
      (in_use ? sums.in_use : sums.free) += seen & ~kBits;
      ++(in_use ? sums.in_use_chunks : sums.free_chunks);
      at += seen & ~kBits;
    }
    if (!read) {
      unread_ += piece.end - std::min(piece.end, at);
      break;
    }
    piece.at = piece.next;
    piece.pending = piece.next_pending;
  }
  sums.top += piece.top;
  sums.ranges.emplace_back(region.mapped, std::max(region.mapped, piece.end));
  sums.mapped += sums.ranges.back().second - region.mapped;
}

model::CArena MallocWalk::Arena(const MallocArena& arena) {
  model::CArena sums;
  sums.address = arena.address;
  sums.main = arena.main;
  const uint64_t unread_before = unread_;
  for (size_t i = 0; i < arena.regions.size(); ++i) Region(arena, arena.regions[i], i == 0, sums);
  // What malloc keeps at the beginning and the end of a heap is in use, by itself.
  const uint64_t counted = sums.in_use + sums.free + sums.top + (unread_ - unread_before);
  if (sums.mapped > counted) sums.in_use += sums.mapped - counted;
  sums.mapped += arena.elsewhere;
  unread_ += arena.elsewhere;
  std::ranges::sort(sums.ranges);
  return sums;
}

}  // namespace seep::runtime
