// What is known of live sampled blocks, stacks and modules. Everything is of fixed size, reserved when the
// sampler starts, and changed by single atomic operations: no lock to deadlock on in a signal handler or
// after a fork.
#pragma once

#include <atomic>
#include <cstdint>

#include "native/samples_file.h"
#include "native/unwind.h"

namespace seep::native {

// Which pages (4 KiB, modulo 1 GiB) hold the beginning of a live sampled block: what free() looks at, one
// byte, nearly always 0. By pages, because neighbours are freed together: the bytes looked at stay in the
// first-level cache. 255 means "many" and stays.
class PageFilter {
 public:
  bool MayHold(const void* block) const { return counts_[Index(block)].load(std::memory_order_relaxed) != 0; }
  void Add(const void* block);
  void Remove(const void* block);
  void Clear();

 private:
  static constexpr uint64_t kPages = 1 << 18;
  static uint64_t Index(const void* block) { return reinterpret_cast<uint64_t>(block) >> 12 & (kPages - 1); }
  std::atomic<uint8_t> counts_[kPages] = {};
};

// The parts of a samples file mapped by this process.
class Tables {
 public:
  static uint64_t FileSize();
  // Over a new file of that size, mapped at `memory`; the header is written last.
  void Begin(void* memory, uint64_t pid, uint64_t rate, uint64_t start_time);

  // The word index of the stack, 0 where there is no room.
  uint32_t Intern(const Trace& trace);
  void CountAllocation(uint32_t stack, uint64_t size, double chance);
  // False: no room.
  bool Insert(uint64_t address, uint64_t size, uint32_t stack, BlockKind kind);
  struct Taken {
    bool found = false;
    uint64_t size = 0;
    uint32_t stack = 0;
    BlockKind kind = BlockKind::kMalloc;
  };
  Taken Remove(uint64_t address);
  // Bytes of a mapping that are gone.
  void Shrink(uint64_t address, uint64_t bytes);
  void NoteModule(uint64_t start, uint64_t limit, uint64_t bias, const char* name, const char* executable);
  Header& header() { return *header_; }

 private:
  StackRecord& Stack(uint64_t word) { return *reinterpret_cast<StackRecord*>(stacks_ + word); }
  std::atomic<uint64_t>* Find(uint64_t address);

  Header* header_ = nullptr;
  ModuleRecord* modules_ = nullptr;
  char* names_ = nullptr;
  std::atomic<uint64_t>* keys_ = nullptr;
  LiveRecord* records_ = nullptr;
  uint64_t* stacks_ = nullptr;
  std::atomic<unsigned> levels_ = 1;  // of the live table: those that were ever used
  static constexpr uint64_t kStackSlots = 1 << 15;
  std::atomic<uint32_t> by_hash_[kStackSlots] = {};  // word indices
};

}  // namespace seep::native
