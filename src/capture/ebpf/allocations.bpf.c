/* Samples a process' allocations from within the kernel: uprobes on malloc and its like (`seep native PID
 * --ebpf`).
 *
 * Each block is sampled with the chance min(1, size / rate), whatever came before it, and counts for the
 * inverse of that: sums over blocks are unbiased. A session probe says at the entry whether it wants to see
 * the return, so what is not sampled costs one trap, not two.
 *
 * The stack: the call of malloc by the return address, then Go's frames. While a goroutine is in C its
 * thread's m keeps it in curg, and its frame pointer in g.sched (runtime/asm_amd64.s, asmcgocall; Go 1.18
 * to 1.27), from where the frame pointers of Go lead up. Which m a thread has seep tells (runtime/proc.go,
 * allm), and it is checked here: an m that is of another thread is not followed. One that seep has not named
 * yet is looked for among the newest.
 *
 * Compiled by tools/bpf/compile.py into allocations_program.inc, which lies in the repository: building seep
 * takes no BPF compiler. */
#include "capture/ebpf/allocations.h"

#include <linux/bpf.h>

#define SECTION(name) __attribute__((section(name), used))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Maps are named by number, in the order of allocation_probe.cc; the loader puts descriptors in their place.
 */
#define MAP(number)                                  \
  ({                                                 \
    void* map;                                       \
    asm volatile("%0 = " #number " ll" : "=r"(map)); \
    map;                                             \
  })
#define CONFIG MAP(0x5ee9000)
#define COUNTS MAP(0x5ee9001)
#define PENDING MAP(0x5ee9002)
#define LIVE MAP(0x5ee9003)
#define TOTALS MAP(0x5ee9004)
#define THREADS MAP(0x5ee9005)
#define NEW_STACKS MAP(0x5ee9006)

/* Helpers by their numbers in the kernel's interface (linux/bpf.h). */
static void* (*const lookup)(void* map, const void* key) = (void*)BPF_FUNC_map_lookup_elem;
static long (*const update)(void* map, const void* key, const void* value,
                            __u64 flags) = (void*)BPF_FUNC_map_update_elem;
static long (*const delete)(void* map, const void* key) = (void*)BPF_FUNC_map_delete_elem;
static __u32 (*const random32)(void) = (void*)BPF_FUNC_get_prandom_u32;
static __u64 (*const pid_tgid)(void) = (void*)BPF_FUNC_get_current_pid_tgid;
static long (*const pid_in)(__u64 device, __u64 inode, struct bpf_pidns_info* out,
                            __u32 size) = (void*)BPF_FUNC_get_ns_current_pid_tgid;
static long (*const read_user)(void* to, __u32 size, const void* from) = (void*)BPF_FUNC_probe_read_user;
static long (*const ring_output)(void* ring, void* data, __u64 size,
                                 __u64 flags) = (void*)BPF_FUNC_ringbuf_output;
static __u64 (*const attach_cookie)(void* context) = (void*)BPF_FUNC_get_attach_cookie;

/* struct pt_regs of x86-64 (arch/x86/include/asm/ptrace.h). */
struct registers {
  __u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

ALWAYS_INLINE __u64 word_at(__u64 address) {
  __u64 value = 0;
  read_user(&value, sizeof value, (const void*)address);
  return value;
}

/* The id of this thread as the target's runtime knows it. */
ALWAYS_INLINE __u32 own_thread(const struct seep_config* config) {
  struct bpf_pidns_info ids = {};
  if (pid_in(config->pid_namespace[0], config->pid_namespace[1], &ids, sizeof ids) != 0) return 0;
  return ids.pid;
}

/* The address of this thread's m; 0 if it has none. */
ALWAYS_INLINE __u64 own_m(const struct seep_config* config, __u32 thread) {
  const __u64* known = lookup(THREADS, &thread);
  if (known && word_at(*known + config->m_procid) == thread) return *known;
  for (int i = 0; i < SEEP_ALLM; ++i) {
    if (config->allm[i] == 0) break;
    __u64 m = word_at(config->allm[i]);
    for (int newest = 0; newest < 128 && m != 0; ++newest) {
      if (word_at(m + config->m_procid) == thread) {
        update(THREADS, &thread, &m, BPF_ANY);
        return m;
      }
      m = word_at(m + config->m_alllink);
    }
  }
  return 0;
}

/* The way through Go to where C was called, behind what is in `stack` already. */
ALWAYS_INLINE void add_go_frames(const struct seep_config* config, struct seep_counts* counts,
                                 struct seep_stack* stack) {
  const __u32 thread = own_thread(config);
  if (config->m_procid == 0 || thread == 0) return;
  const __u64 m = own_m(config, thread);
  if (m == 0) {
    counts->no_thread += 1;
    stack->thread = thread;
    return;
  }
  const __u64 goroutine = word_at(m + config->m_curg);
  if (goroutine == 0) return;
  const __u64 low = word_at(goroutine + config->g_stack_lo), high = word_at(goroutine + config->g_stack_hi);
  __u64 frame = word_at(goroutine + config->g_sched_bp);
  __u32 frames = stack->frames;
#pragma unroll
  for (int i = 1; i < SEEP_FRAMES; ++i) {
    __u64 link[2]; /* the caller's frame pointer, the return address */
    if (frame < low || frame + sizeof link > high || read_user(link, sizeof link, (const void*)frame) != 0)
      break;
    if (link[1] == 0) break;
    stack->pc[i] = link[1] - 1;
    frames = i + 1;
    if (link[0] <= frame) break;
    frame = link[0];
  }
  stack->frames = frames;
}

ALWAYS_INLINE __u64 hash_of(const struct seep_stack* stack) {
  __u64 hash = stack->thread;
#pragma unroll
  for (int i = 0; i < SEEP_FRAMES; ++i) {
    hash = (hash ^ stack->pc[i]) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  }
  return hash;
}

ALWAYS_INLINE void record(struct registers* at, const struct seep_config* config, struct seep_counts* counts,
                          __u64 block, __u64 size) {
  struct seep_stack stack = {};
  stack.frames = 1;
  stack.pc[0] = at->ip - 1;
  add_go_frames(config, counts, &stack);
  stack.hash = hash_of(&stack);
  counts->samples += 1;

  struct seep_total* total = lookup(TOTALS, &stack.hash);
  if (!total) {
    const struct seep_total none = {};
    if (ring_output(NEW_STACKS, &stack, sizeof stack, 0) != 0 ||
        update(TOTALS, &stack.hash, &none, BPF_NOEXIST) != 0)
      total = lookup(TOTALS, &stack.hash); /* another processor was first, or there is no room */
    else
      total = lookup(TOTALS, &stack.hash);
  }
  if (!total) {
    counts->lost_stacks += 1;
    return;
  }
  const __u64 rate = config->rate;
  const int certain = size >= rate;
  __sync_fetch_and_add(&total->objects, certain ? 1024 : 1024 * rate / size);
  __sync_fetch_and_add(&total->bytes, certain ? size : rate);
  __sync_fetch_and_add(&total->samples, 1);
  const struct seep_live live = {size, stack.hash};
  if (update(LIVE, &block, &live, BPF_ANY) != 0) counts->lost_blocks += 1;
}

/* Entry and return of whatever allocates. The answer 1 at the entry: the return does not matter. */
SECTION("bpf/allocate")
int allocate(struct registers* at) {
  const __u32 first = 0;
  const struct seep_config* config = lookup(CONFIG, &first);
  struct seep_counts* counts = lookup(COUNTS, &first);
  if (!config || !counts) return 1;
  const __u64 cookie = attach_cookie(at);
  const __u32 kind = cookie >> 56;
  const __u64 thread = pid_tgid();

  if (at->ip == (cookie & SEEP_COOKIE_ADDRESS)) {
    __u64 size = at->di;
    if (kind == SEEP_CALLOC) size *= at->si;
    if (kind == SEEP_REALLOC || kind == SEEP_ALIGNED) size = at->si;
    if (kind == SEEP_POSIX_MEMALIGN) size = at->dx;
    /* A resized block counts as freed and allocated anew. */
    if (kind == SEEP_REALLOC && at->di != 0) {
      const __u64 block = at->di;
      delete (LIVE, &block);
    }
    counts->calls += 1;
    if (size == 0 || (size < config->rate && random32() * config->rate >= size << 32)) return 1;
    const struct seep_pending pending = {size, kind == SEEP_POSIX_MEMALIGN ? at->di : 0};
    return update(PENDING, &thread, &pending, BPF_ANY) != 0;
  }

  const struct seep_pending* found = lookup(PENDING, &thread);
  if (!found) return 0;
  const struct seep_pending pending = *found;
  delete (PENDING, &thread);
  const __u64 block = pending.out == 0 ? at->ax : at->ax == 0 ? word_at(pending.out) : 0;
  if (block != 0) record(at, config, counts, block, pending.size);
  return 0;
}

SECTION("bpf/release")
int release(struct registers* at) {
  const __u64 block = at->di;
  const __u32 first = 0;
  struct seep_counts* counts = lookup(COUNTS, &first);
  if (counts) counts->frees += 1;
  delete (LIVE, &block);
  return 0;
}

/* The kernel lends the helpers that read memory to programs under the GPL only: this file may be used under
 * GPL-2.0 as well. */
SECTION("bpf/license") const char license_text[] = "GPL";
