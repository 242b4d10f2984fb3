#include "native/tables.h"

#include <cstring>

namespace seep::native {
namespace {

constexpr uint64_t kModules = 1024, kNames = 256 << 10;
constexpr uint64_t kWindow = 32;  // a block is within so many slots from its home
// The live table lies in levels, each a hash table of its own: a block goes to the first that has room for
// it. Few blocks so touch few pages: the first touch of one costs more than all else that a sample does.
constexpr unsigned kLevelBits[] = {10, 13, 16, 17, 18};
constexpr uint64_t LevelBegin(unsigned level) {
  uint64_t begin = 0;
  for (unsigned i = 0; i < level; ++i) begin += (uint64_t{1} << kLevelBits[i]) + kWindow;
  return begin;
}
constexpr unsigned kLevels = sizeof kLevelBits / sizeof kLevelBits[0];
constexpr uint64_t kSlots = LevelBegin(kLevels);
constexpr uint64_t kStackWords = 4 << 20;  // 32 MiB of the file; only what is used takes memory
constexpr uint64_t kStackProbes = 64;
constexpr uint64_t kBusy = 1;

constexpr uint64_t Padded(uint64_t n) {
  return (n + 63) & ~uint64_t{63};
}
constexpr uint64_t kModulesAt = Padded(sizeof(Header));
constexpr uint64_t kNamesAt = Padded(kModulesAt + kModules * sizeof(ModuleRecord));
constexpr uint64_t kKeysAt = Padded(kNamesAt + kNames);
constexpr uint64_t kRecordsAt = Padded(kKeysAt + kSlots * sizeof(uint64_t));
constexpr uint64_t kStacksAt = Padded(kRecordsAt + kSlots * sizeof(LiveRecord));

uint64_t Home(uint64_t address, unsigned level) {
  return LevelBegin(level) + (((address >> 4) * 0x9E3779B97F4A7C15) >> (64 - kLevelBits[level]));
}

uint64_t HashOf(const Trace& trace) {
  uint64_t hash = trace.frames;
  for (uint32_t i = 0; i < trace.frames; ++i) {
    hash = (hash ^ trace.pc[i]) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

void PageFilter::Add(const void* block) {
  std::atomic<uint8_t>& count = counts_[Index(block)];
  uint8_t old = count.load(std::memory_order_relaxed);
  while (old != 255 &&
         !count.compare_exchange_weak(old, static_cast<uint8_t>(old + 1), std::memory_order_relaxed)) {
  }
}

void PageFilter::Remove(const void* block) {
  std::atomic<uint8_t>& count = counts_[Index(block)];
  uint8_t old = count.load(std::memory_order_relaxed);
  while (old != 255 && old != 0 &&
         !count.compare_exchange_weak(old, static_cast<uint8_t>(old - 1), std::memory_order_relaxed)) {
  }
}

void PageFilter::Clear() {
  for (std::atomic<uint8_t>& count : counts_) count.store(0, std::memory_order_relaxed);
}

uint64_t Tables::FileSize() {
  return kStacksAt + kStackWords * sizeof(uint64_t);
}

void Tables::Begin(void* memory, uint64_t pid, uint64_t rate, uint64_t start_time) {
  char* base = static_cast<char*>(memory);
  header_ = reinterpret_cast<Header*>(base);
  modules_ = reinterpret_cast<ModuleRecord*>(base + kModulesAt);
  names_ = base + kNamesAt;
  keys_ = reinterpret_cast<std::atomic<uint64_t>*>(base + kKeysAt);
  records_ = reinterpret_cast<LiveRecord*>(base + kRecordsAt);
  stacks_ = reinterpret_cast<uint64_t*>(base + kStacksAt);
  levels_.store(1, std::memory_order_relaxed);
  for (std::atomic<uint32_t>& word : by_hash_) word.store(0, std::memory_order_relaxed);
  header_->pid = pid;
  header_->rate = rate;
  header_->start_time = start_time;
  header_->modules_at = kModulesAt;
  header_->modules_max = kModules;
  header_->names_at = kNamesAt;
  header_->names_size = kNames;
  header_->keys_at = kKeysAt;
  header_->records_at = kRecordsAt;
  header_->slots_max = kSlots;
  header_->stacks_at = kStacksAt;
  header_->stack_words = kStackWords;
  header_->words_used.store(kStackHeadWords,
                            std::memory_order_relaxed);  // stack 0: no frames, what had no room
  std::atomic_ref<uint64_t>(header_->magic).store(kMagic, std::memory_order_release);
}

uint32_t Tables::Intern(const Trace& trace) {
  const uint64_t hash = HashOf(trace);
  uint32_t made = 0;
  for (uint64_t probe = 0; probe < kStackProbes; ++probe) {
    std::atomic<uint32_t>& slot = by_hash_[(hash + probe) % kStackSlots];
    uint32_t word = slot.load(std::memory_order_acquire);
    if (word == 0) {
      if (made == 0) {
        const uint64_t need = kStackHeadWords + trace.frames;
        const uint64_t at = header_->words_used.fetch_add(need, std::memory_order_relaxed);
        if (at + need > kStackWords) break;
        Stack(at).hash = hash;
        memcpy(stacks_ + at + kStackHeadWords, trace.pc, trace.frames * sizeof(uint64_t));
        Stack(at).frames = trace.frames;
        made = static_cast<uint32_t>(at);
      }
      if (slot.compare_exchange_strong(word, made, std::memory_order_acq_rel)) return made;
    }
    // `word` is what is there now, whoever put it there.
    const StackRecord& stack = Stack(word);
    if (stack.hash == hash && stack.frames == trace.frames &&
        memcmp(stacks_ + word + kStackHeadWords, trace.pc, trace.frames * sizeof(uint64_t)) == 0)
      return word;
  }
  header_->lost_stacks.fetch_add(1, std::memory_order_relaxed);
  return 0;
}

void Tables::CountAllocation(uint32_t stack, uint64_t size, double chance) {
  StackRecord& record = Stack(stack);
  record.allocated_objects.fetch_add(static_cast<uint64_t>(1024 / chance), std::memory_order_relaxed);
  record.allocated_bytes.fetch_add(static_cast<uint64_t>(static_cast<double>(size) / chance),
                                   std::memory_order_relaxed);
}

bool Tables::Insert(uint64_t address, uint64_t size, uint32_t stack, BlockKind kind) {
  for (unsigned level = 0; level < kLevels; ++level) {
    const uint64_t home = Home(address, level);
    for (uint64_t i = home; i < home + kWindow; ++i) {
      uint64_t free = 0;
      if (keys_[i].load(std::memory_order_relaxed) != 0 ||
          !keys_[i].compare_exchange_strong(free, kBusy, std::memory_order_acquire))
        continue;
      records_[i] = {size, stack, kind};
      unsigned used = levels_.load(std::memory_order_relaxed);
      while (used <= level && !levels_.compare_exchange_weak(used, level + 1, std::memory_order_relaxed)) {
      }
      keys_[i].store(address, std::memory_order_release);
      return true;
    }
  }
  header_->lost_blocks.fetch_add(1, std::memory_order_relaxed);
  return false;
}

std::atomic<uint64_t>* Tables::Find(uint64_t address) {
  if (address <= kBusy) return nullptr;  // free(nullptr): a slot that is free is no block at address 0
  // Whoever frees a block came to know its address behind the insertion, and so sees its level.
  const unsigned levels = levels_.load(std::memory_order_relaxed);
  for (unsigned level = 0; level < levels; ++level) {
    const uint64_t home = Home(address, level);
    for (uint64_t i = home; i < home + kWindow; ++i)
      if (keys_[i].load(std::memory_order_acquire) == address) return &keys_[i];
  }
  return nullptr;
}

Tables::Taken Tables::Remove(uint64_t address) {
  std::atomic<uint64_t>* key = Find(address);
  if (key == nullptr) return {};
  const LiveRecord record = records_[key - keys_];
  if (!key->compare_exchange_strong(address, 0, std::memory_order_acq_rel)) return {};
  return {true, record.size, record.stack, record.kind};
}

void Tables::Shrink(uint64_t address, uint64_t bytes) {
  const std::atomic<uint64_t>* key = Find(address);
  if (key == nullptr) return;
  LiveRecord& record = records_[key - keys_];
  record.size -= bytes < record.size ? bytes : record.size;
}

void Tables::NoteModule(uint64_t start, uint64_t limit, uint64_t bias, const char* name,
                        const char* executable) {
  const uint64_t used = header_->modules_used.load(std::memory_order_acquire);
  for (uint64_t i = 0; i < used && i < kModules; ++i)
    if (modules_[i].start.load(std::memory_order_acquire) == start && modules_[i].limit == limit) return;
  if (used >= kModules) return;
  if (name[0] == 0) name = executable;
  const uint64_t length = strlen(name) + 1;
  const uint64_t name_at = header_->names_used.fetch_add(length, std::memory_order_relaxed);
  if (name_at + length > kNames) return;
  memcpy(names_ + name_at, name, length);
  // Two threads that meet a module at once list it twice, which does no harm.
  const uint64_t index = header_->modules_used.fetch_add(1, std::memory_order_acq_rel);
  if (index >= kModules) return;
  modules_[index].limit = limit;
  modules_[index].bias = bias;
  modules_[index].name = name_at;
  modules_[index].start.store(start, std::memory_order_release);
}

}  // namespace seep::native
