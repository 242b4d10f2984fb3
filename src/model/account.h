// The resident memory of a process as an account: parts that sum to it, each known by what it is and not by
// what is left over; and the rest, which is shown.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/memory.h"
#include "model/snapshot.h"

namespace seep::model {

enum class MemoryPart : uint8_t {
  kGoObjects,     // allocated and not yet swept away
  kGoGaps,        // free places between them, in spans in use
  kGoIdle,        // spans in no use and not yet given back to the system
  kGoHeap,        // the three together, where nobody counted them
  kGoStacks,      // of goroutines, and what else the runtime manages by hand
  kGoRecords,     // the runtime's own: spans, bits, profiles
  kCInUse,        // allocated by malloc and not freed
  kCBlocks,       // the same, so large that each has a mapping of its own
  kCFree,         // freed by the program, kept by malloc between what is in use
  kCTop,          // kept by malloc at the ends of its arenas
  kCHeap,         // of an allocator that is not walked, or whose chunks made no sense
  kThreadStacks,  // of threads, the first one's too
  kData,          // variables of the program and its libraries: pages of files that were written to, and bss
  kFiles,         // pages of mapped files as they are in the file: code, constants, mmap'ed data
  kShared,        // shared memory: /dev/shm, memfd, System V
  kSampler,       // what `seep native` has loaded into it
  kOther,         // mapped by the program or a library itself, and whatever is not known
};
constexpr size_t kMemoryParts = 17;

std::string_view Key(MemoryPart part);    // "go_objects"
std::string_view Label(MemoryPart part);  // "Go heap, objects"

struct MemoryAccount {
  std::optional<Time> at;
  std::array<uint64_t, kMemoryParts> parts{};  // resident bytes
  uint64_t sum = 0;                            // of the parts: what smaps says is resident
  std::optional<uint64_t> rss;                 // what the kernel says in one number (VmRSS)
  std::optional<uint64_t> virtual_size, swap, huge_pages, lazy_free;
  std::optional<uint64_t> threads;
  // By whom the C heap is managed; its counts are of address space, not all of which need be resident.
  std::string allocator;
  bool walked = false;
  uint64_t arenas = 0, chunks = 0, free_chunks = 0, blocks = 0;
  uint64_t c_in_use = 0, c_free = 0, c_top = 0, c_unread = 0;
  std::vector<ChunkSize> sizes;
  // Mapped files and other names that hold most, and what of `kOther` is in one piece.
  std::vector<std::pair<std::string, uint64_t>> files, others;
  // Of the container, where there is one.
  std::optional<uint64_t> cgroup_current, cgroup_files, cgroup_kernel, cgroup_inactive_files, cgroup_limit;
  std::optional<uint64_t> go_limit;  // GOMEMLIMIT

  uint64_t of(MemoryPart part) const { return parts[static_cast<size_t>(part)]; }
  uint64_t& of(MemoryPart part) { return parts[static_cast<size_t>(part)]; }
};

// One process, at one moment or at several.
struct MemoryReport {
  Process process;
  std::vector<MemoryAccount> moments;  // at least one, in time order
  std::vector<Gap> gaps;
};

}  // namespace seep::model
