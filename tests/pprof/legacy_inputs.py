"""Legacy profiles as gperftools, jemalloc, Java agents and old Go runtimes write them, made up: the formats that pprof still
reads (google/pprof, profile/legacy_profile.go and legacy_java_profile.go name the grammars)."""

import random
import struct

MAPS = """
MAPPED_LIBRARIES:
00400000-004d2000 r-xp 00000000 08:01 1573042    /usr/bin/server
006d1000-006d9000 rw-p 000d1000 08:01 1573042    /usr/bin/server
7f5a6c000000-7f5a6c1c0000 r-xp 00001000 08:01 393321    /lib/x86_64-linux-gnu/libc-2.31.so
7ffe2b5f0000-7ffe2b5f2000 r-xp 00000000 00:00 0          [vdso]
ffffffffff600000-ffffffffff601000 r-xp 00000000 00:00 0  [vsyscall]
"""
BRIEF_MAPS = """
--- Memory map: ---
  build=/opt/app
  0x400000-0x500000: $build/server (@1000) abcdef0123
I0102 15:04:05.000000 12 maps.cc:33] 0x7f0000000000-0x7f0000100000: $build/lib/libjemalloc.so.2
  not a mapping
"""


def stacks(seed, count=12):
    """(Addresses leaf first, a number) with common outer frames."""
    r = random.Random(seed)
    out = []
    for _ in range(count):
        outer = [0x401000 + 0x40 * (r.randrange(4)), 0x400500]
        inner = [r.choice([0x402000, 0x7F5A6C020000, 0x10000]) + 0x10 * r.randrange(6) for _ in range(r.randrange(1, 6))]
        out.append((inner + outer, r.randrange(1, 400)))
    return out


def hexes(addresses):
    return " ".join(f"{a:#x}" for a in addresses)


def gperftools_cpu(word, order, signal_frame=False, java=0, period=10_000, maps=MAPS):
    def pack(*words):
        return b"".join(struct.pack(order + word, w & ((1 << (64 if word == "Q" else 32)) - 1)) for w in words)
    out = pack(0, 3, java, period, 0)
    for addresses, n in stacks(f"cpu{word}{order}"):
        if signal_frame:  # the handler's own frame under the leaf, in every sample
            addresses = addresses[:1] + [0x405555] + addresses[1:]
        if n % 3 == 0:  # the leaf twice, from the unwinder and from the signal's context
            addresses = [addresses[0], addresses[0] + 2 - 1, *addresses[1:]]
        out += pack(n % 50 + 1, len(addresses), *addresses)
    return out + pack(0, 1, 0) + maps.encode()


def heap(kind, rate="", maps=MAPS, allocs=True, negative=False):
    rows, total, total_allocs = [], [0, 0], [0, 0]
    for addresses, n in stacks("heap" + kind):
        size = n * (16 << n % 9)
        made, made_size = (n * 3, size * 3) if allocs else (0, 0)
        if negative and n % 4 == 0:
            n, size = -n, -size
        total = [total[0] + n, total[1] + size]
        total_allocs = [total_allocs[0] + made, total_allocs[1] + made_size]
        rows.append(f"{n:6}: {size:8} [{made:6}: {made_size:8}] @ {hexes(addresses)}")
    rows.insert(3, "     0:        0 [     0:        0] @ 0x402000 0x400500")
    head = f"heap profile: {abs(total[0]):6}: {abs(total[1]):8} [{total_allocs[0]:6}: {total_allocs[1]:8}] @ {kind}{rate}"
    return "\n".join([head, *rows]) + "\n" + maps


def contention(head="--- contentionz 1 ---", attributes=("cycles/second = 2500000000", "sampling period = 100",
                                                         "ms since reset = 61000", "discarded samples = 4"), maps=MAPS):
    rows = [f"  {n * 71_003:9} {n % 40 + 1:5} @ {hexes(addresses)}" for addresses, n in stacks("contention" + head)]
    return "\n".join([head, *attributes, *rows]) + "\n" + maps


def threadz(header=True):
    out = ["--- threadz 1 ---", ""] if header else []
    for i, (addresses, n) in enumerate(stacks("threads", 9)):
        out.append(f"--- Thread {0x7F0000000 + i:x} (name: worker {i}/{1000 + i}) stack: ---")
        if i and n % 3 == 0:
            out.append("  [same as previous thread]")
        else:
            out += [f"    PC: {addresses[0]:#x}"] + [f"        {hexes(addresses[1:])}"]
        if n % 4 == 0:
            out.append("")
    out.append("---- no stack trace for 3 threads ---")
    return "\n".join(out) + "\n" + MAPS


def java_locations():
    rows = ["0x{:016x} com.acme.orders.Store.put (Store.java:{})", "0x{:016x} java.util.HashMap.resize (HashMap.java:-1)",
            "0x{:016x} com.acme.Main.lambda$main$0 (Main.java:{})", "0x{:016x} __libc_write (/lib/x86_64-linux-gnu/libc.so.6)",
            "0x{:016x} generated stub/JIT", "0x{:016x} GC"]
    return [r.format(0x5000 + i, 40 + i) for i, r in enumerate(rows)]


def java_stacks(seed):
    r = random.Random(seed)
    return [([0x5000 + (r.randrange(6) + j) % 6 for j in range(1 + r.randrange(5))], r.randrange(1, 300)) for _ in range(14)]


def java_heap():
    rows = [f"   {n * 640:8} {n:5} @ {hexes(a)}" for a, n in java_stacks("heap")]
    return "\n".join(["--- heapz 1 ---", "format = java", "resolution = bytes", *rows, *java_locations()]) + "\n"


def java_contention():
    rows = [f"   {n * 1900:8} {n:5} @ {hexes(a)}" for a, n in java_stacks("contention")]
    return "\n".join(["--- contentionz 1 ---", "format = java", "resolution = microseconds", "sampling period = 100",
                      "ms since reset = 6019923", *rows, *java_locations()]) + "\n"


def java_cpu(order):
    out = struct.pack(order + "5Q", 0, 3, 1, 10_000, 0)
    for addresses, n in java_stacks("cpu"):
        out += struct.pack(f"{order}{2 + len(addresses)}Q", n, len(addresses), *addresses)
    return out + struct.pack(order + "3Q", 0, 1, 0) + "\n".join(java_locations()).encode() + b"\n"


def go_count(kind):
    rows = [f"{kind} profile: total {sum(n for _, n in stacks(kind))}"]
    for addresses, n in stacks(kind):
        rows += [f"{n} @ {hexes(addresses)}", f"#\t{addresses[0]:#x}\tmain.wait+0x12\t/src/main.go:{n}", ""]
    return "\n".join(rows) + "\n"


def generated():
    out = {f"cpu_{8 * struct.calcsize(w)}_{'le' if o == '<' else 'be'}.prof": gperftools_cpu(w, o) for w in "IQ" for o in "<>"}
    out.update({
        "cpu_signal.prof": gperftools_cpu("Q", "<", signal_frame=True), "cpu_no_maps.prof": gperftools_cpu("Q", "<", maps=""),
        "cpu_java_le.prof": java_cpu("<"), "cpu_java_be.prof": java_cpu(">"),
        "cpu_no_end.prof": gperftools_cpu("Q", "<", maps="")[:-24],
    })
    texts = {
        "heap_plain": heap("heap", "/1048576"), "heap_no_rate": heap("heap"), "heap_v2": heap("heap_v2", "/524288"),
        "heapz_v2": heap("heapz_v2", "/262144", allocs=False), "heapprofile": heap("heapprofile"),
        "heap_jemalloc": heap("heap_v2", "/524288", BRIEF_MAPS, allocs=False), "heap_one": heap("heap_v2", "/1"),
        "growthz": heap("growthz", allocs=False), "growth": heap("growth", allocs=False),
        "fragmentationz": heap("fragmentationz", allocs=False), "heap_negative": heap("heapprofile", negative=True),
        "heap_bad_kind": heap("heapthing", "/8"), "heap_bad_row": heap("heap_v2", "/8").replace("]", "}", 3),
        "heap_zero_count": "heap profile: 1: 2 [ 3: 4 ] @ heap_v2/512\n 0: 64 [ 1: 64] @ 0x1234\n",
        "contentionz": contention(), "contention_no_hz": contention(attributes=()),
        "mutex_text": contention("--- mutex:", ("cycles/second=2400000000", "sampling period=5"), maps=""),
        "block_text": contention("--- contention:", ("cycles/second=2400000000",), maps=""),
        "contention_unknown": contention(attributes=("no such attribute = 5",)),
        "threadz": threadz(), "threadz_headless": threadz(False), "java_heap": java_heap(), "java_contention": java_contention(),
        "goroutine_text": go_count("goroutine"), "threadcreate_text": go_count("threadcreate"),
        "goroutine_bad": go_count("goroutine").replace("@", "%", 2),
        "goroutine_debug2": "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:5 +0x1d\n",
    }
    out.update({f"{name}.txt": text.encode() for name, text in texts.items()})
    return out
