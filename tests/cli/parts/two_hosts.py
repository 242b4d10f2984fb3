#!/usr/bin/env python3
"""Writes a.txt and b.txt: what the capture script would write on two hosts that both serve 127.0.0.1:6060.

On host a 100 goroutines stay 100, on host b 500 stay 500; b's process was started while a's was running.
"""

NOON = 1_700_000_000


def piece(number, at, name, text):
    return f"#at {number} {at} {name} 0 {len(text)} /{name}\n{text}\n"


def stat(ticks, boot):
    return f"7 (shop) S 1 7 7 0 -1 4194560 1 2 3 4 70 30 0 0 20 0 5 0 {ticks} 1 2 3\nbtime {boot}\n"


def goroutines(count):
    return (f"goroutine profile: total {count}\n{count} @ 0x43e5ce 0x44d8b1\n"
            "#\t0x44d8b0\tmain.(*Orders).Wait+0x30\t/srv/shop/orders.go:44\n\n")


def host(path, begin, counts, stat_text):
    with open(path, "w", encoding="ascii") as out:
        out.write("seep-script 1 127.0.0.1:6060\n")
        for number, count in enumerate(counts):
            at = begin + 30 * number
            out.write(piece(number, at, "proc/stat", stat_text))
            out.write(piece(number, at, "goroutine?debug=1", goroutines(count)))
        out.write(f"#end {2 * len(counts)}\n")


host("a.txt", NOON, (100, 100), stat(360_000, NOON - 7200))           # an hour old
host("b.txt", NOON + 600, (500, 500), stat(90_000, NOON + 10 - 900))  # begun 10 s after a was looked at first
