// The chunks of glibc's malloc, counted one after the other in the memory of a process that goes on running.
//
// A chunk (malloc/malloc.c struct malloc_chunk; 64-bit, all versions):
//
//   -8+8   size of the chunk before it, while that one is free
//   +8     its own size, a multiple of 16; bit 0: the chunk before it is in use, bit 1: has a mapping of its
//          own, bit 2: is not of the main arena
//   +16    the program's bytes; or, when free, links
//
// Chunks lie end to end: each says where the next begins, and the next whether this one is in use. What is in
// a thread's cache (tcache) or a fast bin counts as in use in these bits, and is taken off by its lists
// (malloc_caches.h).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/memory.h"
#include "model/process_image.h"
#include "runtime/malloc_arenas.h"

namespace seep::runtime {

// How many chunks there are of each size.
class ChunkSizes {
 public:
  ChunkSizes() : small_(kSmall) {}
  void Add(uint64_t bytes, uint64_t count = 1) {
    if (bytes / 16 < kSmall)
      small_[bytes / 16] += count;
    else
      large_[bytes] += count;
  }
  void Remove(uint64_t bytes);
  // Those that make up most bytes first.
  std::vector<model::ChunkSize> Take(size_t most) const;

 private:
  static constexpr uint64_t kSmall = 4096;  // sizes below 64 KiB
  std::vector<uint64_t> small_;
  std::map<uint64_t, uint64_t> large_;
};

class MallocWalk {
 public:
  MallocWalk(const model::ProcessImage& image, uint64_t bins) : image_(image), bins_(bins) {}

  // Counts the chunks of the arena; what makes no sense is `unread`.
  model::CArena Arena(const MallocArena& arena);

  ChunkSizes& sizes() { return sizes_; }
  uint64_t unread() const { return unread_; }
  // Where threads may keep their caches: chunks of the size of one, by their first byte.
  const std::vector<uint64_t>& possible_caches() const { return possible_caches_; }

 private:
  struct Piece;
  void Region(const MallocArena& arena, const MallocRegion& region, bool newest, model::CArena& sums);
  bool Block(Piece& piece);
  void Count(const Piece& piece);

  const model::ProcessImage& image_;
  uint64_t bins_;
  ChunkSizes sizes_;
  std::vector<uint64_t> possible_caches_;
  uint64_t unread_ = 0;
  std::string bytes_;
  std::vector<uint64_t> seen_;  // of a block: size of each chunk, bit 0 whether it is in use
};

}  // namespace seep::runtime
