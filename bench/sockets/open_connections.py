"""Holds COUNT TCP sockets open (both ends of COUNT/2 loopback connections) in as few processes as the limit of descriptors
allows, says their pids on a line, and ends when its standard input does."""

import os
import resource
import socket
import sys

SPARE = 64
PORTS = 20_000  # of one listener's address: below the 28,232 local ports there are

count = int(sys.argv[1])
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
most = (hard - SPARE) // 2 * 2


def hold(number, sockets):
    """Opens them in a process of its own; returns the pid once they are open."""
    said, says = os.pipe()
    pid = os.fork()
    if pid:
        os.close(says)
        if os.read(said, 1) != b"y":
            sys.exit("the sockets could not be opened")
        return pid
    held = []
    for block in range(0, sockets // 2, PORTS):
        listener = socket.socket()
        listener.bind((f"127.1.{number}.{1 + block // PORTS}", 0))
        listener.listen(1024)
        held.append(listener)
        for _ in range(min(PORTS, sockets // 2 - block)):
            dialled = socket.socket()
            dialled.connect(listener.getsockname())
            held += [dialled, listener.accept()[0]]
    os.write(says, b"y")
    sys.stdin.buffer.read()  # all wait for the same end
    os._exit(0)


pids = [hold(i, min(most, count - begin)) for i, begin in enumerate(range(0, count, most))]
print(*pids, flush=True)
sys.stdin.buffer.read()
