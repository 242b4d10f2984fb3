// The functions that stand before the allocator's. What they call is whatever comes next in the program's own
// order of libraries: glibc's, or the allocator it was linked to.
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "native/sampler.h"
#include "native/slots.h"
#include "native/unwind.h"

namespace seep::native {
namespace {

// Until dlsym() has answered, and while it asks for memory itself, blocks come from here. They are never
// given back; their pages are marked, so that free() does not hand them to somebody who does not know them.
constexpr size_t kEarlyBytes = 64 << 10;
struct EarlyBlocks {
  alignas(4096) char bytes[kEarlyBytes] = {};
  std::atomic<size_t> used = 0;
};

struct Next {
  void* (*malloc)(size_t);
  void (*free)(void*);
  void* (*calloc)(size_t, size_t);
  void* (*realloc)(void*, size_t);
  void* (*memalign)(size_t, size_t);
  void* (*aligned_alloc)(size_t, size_t);
  int (*posix_memalign)(void**, size_t, size_t);
  void* (*valloc)(size_t);
  void* (*pvalloc)(size_t);
  void* (*mmap)(void*, size_t, int, int, int, off_t);
  int (*munmap)(void*, size_t);
  void* (*mremap)(void*, size_t, size_t, int, ...);
  int (*dlclose)(void*);
  // Only of a process that ran already, where slots are turned.
  void* (*dlopen)(const char*, int);
  void* (*dlsym)(void*, const char*);
};

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
constinit EarlyBlocks early;
__thread bool resolving;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

bool IsEarly(const void* block) {
  return block >= early.bytes && block < early.bytes + kEarlyBytes;
}

// The size stands in the 16 bytes before the block.
void* EarlyBlock(size_t size, size_t alignment) {
  if (size > kEarlyBytes || alignment > 4096) return nullptr;
  if (alignment < 16) alignment = 16;
  const size_t at = early.used.fetch_add((size + 15) / 16 * 16 + 16 + alignment, std::memory_order_relaxed);
  const uintptr_t base = reinterpret_cast<uintptr_t>(early.bytes);
  const uintptr_t block = (base + at + 16 + alignment - 1) / alignment * alignment;
  if (block + size > base + kEarlyBytes) return nullptr;
  memcpy(reinterpret_cast<void*>(block - 16), &size, sizeof size);
  page_filter.Add(reinterpret_cast<void*>(block));
  return reinterpret_cast<void*>(block);
}

bool Resolve();

// What the table holds at first: each asks for the real ones and then goes there.
void* FirstMalloc(size_t n);
void FirstFree(void* block);
void* FirstCalloc(size_t n, size_t each);
void* FirstRealloc(void* block, size_t n);
void* FirstMemalign(size_t alignment, size_t n);
void* FirstAlignedAlloc(size_t alignment, size_t n);
int FirstPosixMemalign(void** out, size_t alignment, size_t n);
void* FirstValloc(size_t n);
void* FirstPvalloc(size_t n);
void* FirstMmap(void* at, size_t n, int protection, int flags, int fd, off_t offset);
int FirstMunmap(void* at, size_t n);
void* FirstMremap(void* at, size_t old_size, size_t new_size, int flags, ...);
int FirstDlclose(void* library);

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
constinit Next next = {FirstMalloc,       FirstFree,          FirstCalloc,  FirstRealloc, FirstMemalign,
                       FirstAlignedAlloc, FirstPosixMemalign, FirstValloc,  FirstPvalloc, FirstMmap,
                       FirstMunmap,       FirstMremap,        FirstDlclose, nullptr,      nullptr};

template <class F>
void Ask(const char* name, F*& slot, bool& all) {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == nullptr)
    all = false;
  else
    slot = reinterpret_cast<F*>(found);
}

bool Resolve() {
  if (resolving) return false;
  resolving = true;
  Next found = next;
  bool all = true;
  Ask("malloc", found.malloc, all);
  Ask("free", found.free, all);
  Ask("calloc", found.calloc, all);
  Ask("realloc", found.realloc, all);
  Ask("memalign", found.memalign, all);
  Ask("aligned_alloc", found.aligned_alloc, all);
  Ask("posix_memalign", found.posix_memalign, all);
  Ask("valloc", found.valloc, all);
  Ask("pvalloc", found.pvalloc, all);
  Ask("mmap", found.mmap, all);
  Ask("munmap", found.munmap, all);
  Ask("mremap", found.mremap, all);
  Ask("dlclose", found.dlclose, all);
  if (all) next = found;
  resolving = false;
  return all;
}

void* FirstMalloc(size_t n) {
  return Resolve() ? next.malloc(n) : EarlyBlock(n, 16);
}
void FirstFree(void* block) {
  if (Resolve()) next.free(block);
}
void* FirstCalloc(size_t n, size_t each) {
  if (Resolve()) return next.calloc(n, each);
  size_t size = 0;
  return __builtin_mul_overflow(n, each, &size) ? nullptr : EarlyBlock(size, 16);
}
void* FirstRealloc(void* block, size_t n) {
  return Resolve() ? next.realloc(block, n) : nullptr;
}
void* FirstMemalign(size_t alignment, size_t n) {
  return Resolve() ? next.memalign(alignment, n) : EarlyBlock(n, alignment);
}
void* FirstAlignedAlloc(size_t alignment, size_t n) {
  return Resolve() ? next.aligned_alloc(alignment, n) : EarlyBlock(n, alignment);
}
int FirstPosixMemalign(void** out, size_t alignment, size_t n) {
  if (Resolve()) return next.posix_memalign(out, alignment, n);
  *out = EarlyBlock(n, alignment);
  return *out != nullptr ? 0 : ENOMEM;
}
void* FirstValloc(size_t n) {
  return Resolve() ? next.valloc(n) : EarlyBlock(n, 4096);
}
void* FirstPvalloc(size_t n) {
  return Resolve() ? next.pvalloc(n) : nullptr;
}
void* FirstMmap(void* at, size_t n, int protection, int flags, int fd, off_t offset) {
  if (Resolve()) return next.mmap(at, n, protection, flags, fd, offset);
  errno = ENOMEM;
  return MAP_FAILED;
}
int FirstMunmap(void* at, size_t n) {
  return Resolve() ? next.munmap(at, n) : -1;
}
void* FirstMremap(void* at, size_t old_size, size_t new_size, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  void* where = va_arg(rest, void*);
  va_end(rest);
  return Resolve() ? next.mremap(at, old_size, new_size, flags, where) : MAP_FAILED;
}
int FirstDlclose(void* library) {
  return Resolve() ? next.dlclose(library) : -1;
}

// Here and not in the hooks, so that these stay a few instructions that need no stack.
__attribute__((noinline, cold)) void* SlowMalloc(size_t n) {
  const bool sample = Decide(n);
  void* block = next.malloc(n);
  if (sample && block != nullptr) Record(block, n, BlockKind::kMalloc);
  return block;
}
__attribute__((noinline, cold)) void* SlowCalloc(size_t n, size_t each) {
  const bool sample = Decide(n * each);
  void* block = next.calloc(n, each);
  if (sample && block != nullptr) Record(block, n * each, BlockKind::kMalloc);
  return block;
}
__attribute__((noinline, cold)) void SlowFree(void* block) {
  if (IsEarly(block)) return;
  Forget(block);
  next.free(block);
}

void* ReallocEarly(void* block, size_t n) {
  size_t old_size = 0;
  memcpy(&old_size, static_cast<char*>(block) - 16, sizeof old_size);
  void* moved = next.malloc(n);
  if (moved != nullptr) memcpy(moved, block, old_size < n ? old_size : n);
  return moved;
}

// A resized block counts as freed and allocated anew: it is sampled by what its size is now.
__attribute__((noinline, cold)) void* SlowRealloc(void* block, size_t n, bool due) {
  if (IsEarly(block)) return ReallocEarly(block, n);
  const bool sample = due && Decide(n);
  Tables::Taken taken;
  if (block != nullptr && page_filter.MayHold(block)) taken = Forget(block);
  void* resized = next.realloc(block, n);
  if (resized == nullptr && n != 0 && taken.found) Restore(block, taken);
  if (sample && resized != nullptr) Record(resized, n, BlockKind::kMalloc);
  return resized;
}

// Loading is left to the loader alone, by a jump: it looks at who called it (the caller's RUNPATH,
// RTLD_NEXT). What was loaded is met when it is asked for its first function, or at the next sample.
void* TurnedDlopen(const char* name, int flags) {
  NoteLoading();
  return next.dlopen(name, flags);
}
void* TurnedDlsym(void* library, const char* name) {
  MeetNewLibraries();
  return next.dlsym(library, name);
}

// Reserved address space is no memory yet.
bool Counts(int protection) {
  return protection != PROT_NONE;
}

}  // namespace
}  // namespace seep::native

#define SEEP_HOOK extern "C" __attribute__((visibility("default")))
using namespace seep::native;  // NOLINT(google-build-using-namespace): the hooks cannot live in it

SEEP_HOOK void* malloc(size_t n) {
  if (__builtin_expect(static_cast<long>(CountDown(n)), 0) != 0) return SlowMalloc(n);
  return next.malloc(n);
}

SEEP_HOOK void free(void* block) {
  if (__builtin_expect(static_cast<long>(page_filter.MayHold(block)), 0) != 0) return SlowFree(block);
  next.free(block);
}

SEEP_HOOK void* calloc(size_t n, size_t each) {
  if (__builtin_expect(static_cast<long>(CountDown(n * each)), 0) != 0) return SlowCalloc(n, each);
  return next.calloc(n, each);
}

SEEP_HOOK void* realloc(void* block, size_t n) {
  const bool due = CountDown(n);
  if (due || page_filter.MayHold(block)) return SlowRealloc(block, n, due);
  return next.realloc(block, n);
}

SEEP_HOOK void* memalign(size_t alignment, size_t n) {
  const bool sample = CountDown(n) && Decide(n);
  void* block = next.memalign(alignment, n);
  if (sample && block != nullptr) Record(block, n, BlockKind::kMalloc);
  return block;
}

SEEP_HOOK void* aligned_alloc(size_t alignment, size_t n) {
  const bool sample = CountDown(n) && Decide(n);
  void* block = next.aligned_alloc(alignment, n);
  if (sample && block != nullptr) Record(block, n, BlockKind::kMalloc);
  return block;
}

SEEP_HOOK int posix_memalign(void** out, size_t alignment, size_t n) {
  const bool sample = CountDown(n) && Decide(n);
  const int status = next.posix_memalign(out, alignment, n);
  if (sample && status == 0) Record(*out, n, BlockKind::kMalloc);
  return status;
}

SEEP_HOOK void* valloc(size_t n) {
  const bool sample = CountDown(n) && Decide(n);
  void* block = next.valloc(n);
  if (sample && block != nullptr) Record(block, n, BlockKind::kMalloc);
  return block;
}

SEEP_HOOK void* pvalloc(size_t n) {
  const bool sample = CountDown(n) && Decide(n);
  void* block = next.pvalloc(n);
  if (sample && block != nullptr) Record(block, n, BlockKind::kMalloc);
  return block;
}

SEEP_HOOK void* mmap(void* at, size_t n, int protection, int flags, int fd, off_t offset) noexcept {
  const bool sample = Counts(protection) && CountDown(n) && Decide(n);
  void* mapping = next.mmap(at, n, protection, flags, fd, offset);
  if (mapping == MAP_FAILED) return mapping;
  if ((flags & MAP_FIXED) != 0) ForgetMappings(reinterpret_cast<uint64_t>(mapping), n);
  if (sample) Record(mapping, n, BlockKind::kMapping);
  return mapping;
}

SEEP_HOOK void* mmap64(void* at, size_t n, int protection, int flags, int fd, off_t offset) noexcept {
  return mmap(at, n, protection, flags, fd, offset);
}

SEEP_HOOK int munmap(void* at, size_t n) noexcept {
  ForgetMappings(reinterpret_cast<uint64_t>(at), n);
  return next.munmap(at, n);
}

SEEP_HOOK void* mremap(void* at, size_t old_size, size_t new_size, int flags, ...) noexcept {
  va_list rest;
  va_start(rest, flags);
  void* where = va_arg(rest, void*);
  va_end(rest);
  const bool sample = CountDown(new_size) && Decide(new_size);
  void* moved = next.mremap(at, old_size, new_size, flags, where);
  if (moved == MAP_FAILED) return moved;
  ForgetMappings(reinterpret_cast<uint64_t>(at), old_size);
  if (sample) Record(moved, new_size, BlockKind::kMapping);
  return moved;
}

SEEP_HOOK int dlclose(void* library) noexcept {
  const int status = next.dlclose(library);
  ForgetRows();
  return status;
}

// The same functions under names that nobody else's can stand before. (They need not promise the optimizer
// what the C library's declarations do.)
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmissing-attributes"
#endif
#define SEEP_OURS(type, name, ...) \
  extern "C" __attribute__((visibility("hidden"), alias(#name))) type seep_##name(__VA_ARGS__)
SEEP_OURS(void*, malloc, size_t);
SEEP_OURS(void, free, void*);
SEEP_OURS(void*, calloc, size_t, size_t);
SEEP_OURS(void*, realloc, void*, size_t);
SEEP_OURS(void*, memalign, size_t, size_t);
SEEP_OURS(void*, aligned_alloc, size_t, size_t);
SEEP_OURS(int, posix_memalign, void**, size_t, size_t);
SEEP_OURS(void*, valloc, size_t);
SEEP_OURS(void*, pvalloc, size_t);
SEEP_OURS(void*, mmap, void*, size_t, int, int, int, off_t) noexcept;
SEEP_OURS(void*, mmap64, void*, size_t, int, int, int, off_t) noexcept;
SEEP_OURS(int, munmap, void*, size_t) noexcept;
SEEP_OURS(void*, mremap, void*, size_t, size_t, int, ...) noexcept;
SEEP_OURS(int, dlclose, void*) noexcept;

namespace seep::native {
namespace {

template <class F, class Behind>
Hook MakeHook(const char* name, F* ours, Behind*& behind) {
  return {name, reinterpret_cast<void*>(ours), reinterpret_cast<void**>(&behind)};
}

}  // namespace

Hooks AllHooks() {
  return {{
      MakeHook("malloc", &seep_malloc, next.malloc),
      MakeHook("free", &seep_free, next.free),
      MakeHook("calloc", &seep_calloc, next.calloc),
      MakeHook("realloc", &seep_realloc, next.realloc),
      MakeHook("memalign", &seep_memalign, next.memalign),
      MakeHook("aligned_alloc", &seep_aligned_alloc, next.aligned_alloc),
      MakeHook("posix_memalign", &seep_posix_memalign, next.posix_memalign),
      MakeHook("valloc", &seep_valloc, next.valloc),
      MakeHook("pvalloc", &seep_pvalloc, next.pvalloc),
      MakeHook("mmap", &seep_mmap, next.mmap),
      MakeHook("mmap64", &seep_mmap64, next.mmap),
      MakeHook("munmap", &seep_munmap, next.munmap),
      MakeHook("mremap", &seep_mremap, next.mremap),
      MakeHook("dlclose", &seep_dlclose, next.dlclose),
      MakeHook("dlopen", &TurnedDlopen, next.dlopen),
      MakeHook("dlsym", &TurnedDlsym, next.dlsym),
  }};
}

bool IsPreloaded() {
  return dlsym(RTLD_DEFAULT, "malloc") == reinterpret_cast<void*>(&seep_malloc);
}

void MarkEarlyBlocks() {
  const size_t used = early.used.load(std::memory_order_relaxed);
  for (size_t at = 0; at < used && at < kEarlyBytes; at += 4096) page_filter.Add(early.bytes + at);
}

}  // namespace seep::native
