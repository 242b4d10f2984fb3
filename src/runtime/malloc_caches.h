// Chunks that the program has freed and glibc's malloc keeps marked as in use: those in the caches of threads
// and in the fast bins of arenas.
//
// A thread's cache (malloc/malloc.c tcache_perthread_struct) lies in a chunk of its own at the thread's
// disposal. glibc 2.30 to 2.41, in a chunk of 0x290 bytes; 2.26 to 2.29 had counts of one byte, and 0x250:
//
//   uint16_t counts[64]          chunks in each list
//   tcache_entry* entries[64]    list i: chunks of 32 + 16 * i bytes, by the program's pointer
//
// Since 2.32 a link is stored as (where it is stored >> 12) ^ what it points to, in both kinds of list.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/process_image.h"
#include "runtime/malloc_arenas.h"

namespace seep::runtime {

// Sizes of chunks that hold a thread's cache.
bool IsCacheSize(uint64_t chunk_bytes);
// The program's bytes of such a chunk: whether they look like a cache. Says yes to an empty one.
bool LooksLikeCache(std::string_view bytes);

struct CachedChunk {
  uint64_t address = 0;
  uint64_t bytes = 0;
};
// What is in the fast bins, and in those of the `possible` caches that turn out to be caches, each chunk
// once.
std::vector<CachedChunk> CachedChunks(const model::ProcessImage& image, std::span<const MallocArena> arenas,
                                      std::span<const uint64_t> possible);

}  // namespace seep::runtime
