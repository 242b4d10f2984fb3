"""dump.py N [PREFIX]: what Go prints on SIGQUIT with N goroutines blocked in a send; with PREFIX as a logger has it, CRLF."""

import sys

count, prefix = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
lines = ["SIGQUIT: quit", "PC=0x47 m=0 sigcode=0", ""]
lines += ["goroutine 1 gp=0xc0000061c0 m=0 mp=0x58 [running]:", "main.main()", "\t/src/orders/main.go:10 +0x18", ""]
for i in range(count):
    lines += [f"goroutine {20 + i} [chan send, {i // 60 + 1} minutes]:", "main.ask.func1()", "\t/src/orders/ask.go:21 +0x25",
              "created by main.ask in goroutine 1", "\t/src/orders/ask.go:19 +0x85", ""]  # fmt: skip
lines += ["rax 0xca", "rip 0x47"]
sys.stdout.buffer.write("".join(prefix + line + ("\r\n" if prefix else "\n") for line in lines).encode())
