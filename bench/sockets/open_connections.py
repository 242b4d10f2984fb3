"""Holds COUNT TCP sockets open (both ends of COUNT/2 loopback connections), says so on a line, and waits to be ended."""

import resource
import signal
import socket
import sys

count = int(sys.argv[1])
need = count + 64
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (need, max(need, hard)))
held = []
ports = 20_000  # of one listener's address: below the 28,232 local ports there are
for block in range(0, count // 2, ports):
    address = (f"127.0.1.{1 + block // ports}", 0)
    listener = socket.socket()
    listener.bind(address)
    listener.listen(1024)
    held.append(listener)
    for _ in range(min(ports, count // 2 - block)):
        dialled = socket.socket()
        dialled.connect(listener.getsockname())
        held += [dialled, listener.accept()[0]]
print(len(held), flush=True)
signal.pause()
