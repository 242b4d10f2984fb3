// What the sampler leaves behind: one file a process, mapped by it and read by seep while the process lives
// or after it has ended in whatever way. The target writes no report: Go programs run no exit handlers, and a
// killed one nothing at all.
//
//   Header
//   ModuleRecord[modules_max]     what is loaded, as it was first met on a stack
//   char[names_size]              the modules' paths, each with its NUL
//   uint64_t[slots_max]           live table, keys: addresses of live sampled blocks; 0 free, 1 being written
//   LiveRecord[slots_max]         live table, the same index
//   uint64_t[stack_words]         StackRecords, one behind the other; a stack is named by the index of its
//   first word
//
// Every offset is from the file's beginning and stands in the header, so that a reader need not know the
// sizes the writer was built with. All numbers are little endian; all are written by one process only.
#pragma once

#include <atomic>
#include <cstdint>

namespace seep::native {

inline constexpr uint64_t kMagic = 0x31'74'61'6e'70'65'65'73;  // "seepnat1"

enum class BlockKind : uint32_t { kMalloc = 0, kMapping = 1 };

struct Header {
  uint64_t magic;
  uint64_t pid;
  uint64_t rate;        // mean distance of samples, bytes
  uint64_t start_time;  // CLOCK_REALTIME, ns
  uint64_t modules_at, modules_max;
  uint64_t names_at, names_size;
  uint64_t keys_at, records_at, slots_max;
  uint64_t stacks_at, stack_words;
  std::atomic<uint64_t> modules_used, names_used, words_used;  // may exceed what there is: what was wanted
  std::atomic<uint64_t> samples;                               // taken
  std::atomic<uint64_t> frees;                                 // of sampled blocks
  std::atomic<uint64_t>
      lost_blocks;  // samples for which the live table had no room: their frees are not seen
  std::atomic<uint64_t> lost_stacks;  // samples whose stack had no room: counted under stack 0
  std::atomic<uint64_t> sampling;     // 1; 0: switched off, what is live was so then
  std::atomic<uint64_t> met;  // allocations the sampler had to think about: 0 while it sees no traffic
};

struct ModuleRecord {
  std::atomic<uint64_t> start;  // written last
  uint64_t limit;               // first address behind it
  uint64_t bias;                // what was added to the addresses in the file
  uint64_t name;                // offset into the names
};

struct LiveRecord {
  uint64_t size;   // bytes asked for; of a mapping: what is still mapped
  uint32_t stack;  // word index of its StackRecord
  BlockKind kind;
};

// Followed by `frames` addresses, the innermost first; each is a return address less one, so that it lies in
// the call.
struct StackRecord {
  uint64_t hash;
  uint64_t frames;
  std::atomic<uint64_t> allocated_objects;  // estimate of all that were ever allocated there, in 1/1024
  std::atomic<uint64_t> allocated_bytes;    // the same of their bytes
};
inline constexpr uint64_t kStackHeadWords = sizeof(StackRecord) / sizeof(uint64_t);

}  // namespace seep::native
