/* What the kernel's program (allocations.bpf.c) and seep say to each other. C, for both: the program is
 * compiled by clang -target bpf. */
#ifndef SEEP_CAPTURE_EBPF_ALLOCATIONS_H_
#define SEEP_CAPTURE_EBPF_ALLOCATIONS_H_

#include <linux/types.h>

/* What a probed function does. Of a point: the cookie is kind << 56 | address of the function. */
enum seep_kind {
  SEEP_MALLOC = 0,         /* malloc valloc pvalloc: (size) */
  SEEP_CALLOC = 1,         /* (count, size) */
  SEEP_REALLOC = 2,        /* (block, size) */
  SEEP_FREE = 3,           /* (block) */
  SEEP_ALIGNED = 4,        /* memalign aligned_alloc: (alignment, size) */
  SEEP_POSIX_MEMALIGN = 5, /* (&block, alignment, size) */
};
#define SEEP_COOKIE_ADDRESS 0x00ffffffffffffffULL

/* Calls of one stack: the C code that asked for memory, then the way through Go, innermost first. */
#define SEEP_FRAMES 40

#define SEEP_ALLM 4

struct seep_config {
  __u64 rate;             /* mean distance of samples in bytes, below 2^32 */
  __u64 pid_namespace[2]; /* device and inode of the target's /proc/PID/ns/pid: Go knows its threads' ids in
                             there */
  __u32 m_procid, m_curg; /* offsets of the Go runtime's m and g (src/runtime/layout.h); */
  __u32 g_stack_lo, g_stack_hi; /* m_procid 0: no Go in the target */
  __u32 g_sched_bp, m_alllink;
  __u64 allm[SEEP_ALLM]; /* where the newest m's address stands (runtime.allm, or what looks like it); 0: none
                          */
};

/* Key 0 of one array a processor. */
struct seep_counts {
  __u64 calls;          /* of allocating functions */
  __u64 samples, frees; /* frees: of any block */
  __u64 lost_blocks;    /* no room among the live blocks */
  __u64 lost_stacks;    /* no room for a new stack */
  __u64 no_thread;      /* samples on a thread that seep has not named yet */
};

/* Of a call that was decided on, by thread, until it returns. */
struct seep_pending {
  __u64 size;
  __u64 out; /* of posix_memalign: where the block's address is put */
};

/* By the block's address. */
struct seep_live {
  __u64 size, stack;
};

/* By the hash of the stack. */
struct seep_total {
  __u64 objects; /* estimates, in 1/1024 */
  __u64 bytes;
  __u64 samples;
};

/* Told once of each stack. */
struct seep_stack {
  __u64 hash;
  __u32 frames, thread;  /* thread: 0, or one that seep has not named yet */
  __u64 pc[SEEP_FRAMES]; /* addresses within the call instructions */
};

#endif
