"""Opens connections and runs the command given, with PID for this process: parts/sockets.py COMMAND...

Three dialled without keepalive, two with, one whose peer has closed; the other ends of the first five are here too. Two bytes
have come over the last of the five. PORT stands for the listener's port.
"""

import os
import socket
import subprocess
import sys
import time

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)
port = listener.getsockname()[1]
kept = [listener]


def pair(keepalive):
    dialled = socket.socket()
    dialled.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, keepalive)
    dialled.connect(("127.0.0.1", port))
    accepted, _ = listener.accept()
    kept.extend([dialled, accepted])
    return dialled, accepted


for on in (0, 0, 0, 1, 1):
    last = pair(on)
last[1].send(b"hi")
gone, peer = pair(0)
kept.remove(peer)
peer.close()
# Until the end of the stream and the bytes have been delivered.
gone.settimeout(30)
assert gone.recv(1, socket.MSG_PEEK) == b""
while len(last[0].recv(2, socket.MSG_PEEK)) < 2:
    time.sleep(0.01)
words = [word.replace("PID", str(os.getpid())).replace("PORT", str(port)) for word in sys.argv[1:]]
sys.exit(subprocess.run(words, check=False).returncode)
