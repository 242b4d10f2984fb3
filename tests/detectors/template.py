"""Evidence as a template: thousands of like lines said once, for the cases of run.py.

    # Why the case is what it is. Lines before the first file are comment.
    == goroutine.txt 1 2                a file of moments 1 and 2 (30 s apart), written as <moment>/goroutine.txt
    goroutine 1 [chan receive]:
    main.main()
    @ 60 10..80                         a block for i = 0..59 at moment 1 and for i = 10..79 at moment 2: 10 went, 20 came
    goroutine {100+7*i} [select]:       one number of each
    @end
    VmRSS:   {80000|90000} kB           by moment
    {1000+1*i:08X}                      with a format of Python's

One range holds for all moments. Blocks do not nest.

A file called sock_diag is written as the kernel's messages, a socket from each line; all of key=value may be left out:

    ESTABLISHED 10.0.0.5:40000 10.0.3.7:22 inode=5000 timer=keepalive unanswered=0 silent=60000 acknowledged=60000 received=1
"""

import os
import re
import socket
import struct


class BadTemplate(Exception):
    pass


FILE = re.compile(r"== (\S+)((?: \d+)+)$")
BLOCK = re.compile(r"@ ((?:\d+\.\.)?\d+(?: (?:\d+\.\.)?\d+)*)$")
NUMBER = re.compile(r"\{(-?\d+)\+(\d+)\*i(?::(\w+))?\}")
CHOICE = re.compile(r"\{([^{}|]*(?:\|[^{}|]*)+)\}")


def pick(values, k, line):
    if len(values) == 1:
        return values[0]
    if k >= len(values):
        raise BadTemplate(f"nothing for moment {k + 1} of the file in: {line}")
    return values[k]


def render(lines, k):
    """The lines of a file at its k-th moment."""
    out = []
    block = None
    for line in lines:
        start = BLOCK.match(line)
        if start:
            if block is not None:
                raise BadTemplate(f"a block in a block: {line}")
            bounds = pick(start.group(1).split(), k, line).split("..")
            block = (range(int(bounds[0]) if len(bounds) > 1 else 0, int(bounds[-1])), [])
        elif line == "@end":
            if block is None:
                raise BadTemplate("@end without a block")
            for i in block[0]:
                for inner in block[1]:
                    out.append(NUMBER.sub(lambda m: format(int(m[1]) + int(m[2]) * i, m[3] or ""), inner))
            block = None
        else:
            line = CHOICE.sub(lambda m: pick(m[1].split("|"), k, m[0]), line)
            (out if block is None else block[1]).append(line)
    if block is not None:
        raise BadTemplate("a block without @end")
    return "\n".join(out) + "\n"


STATES = ["", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
          "LAST_ACK", "LISTEN", "CLOSING"]
TIMERS = ["off", "retransmit", "keepalive", "timewait", "probe"]
SEQUENCE = 0x70656573  # src/model/net.h kSockDiagSequence


def sock_diag(lines):
    """The netlink messages that src/parse/sock_diag draws."""
    def message(kind, body):
        return struct.pack("<IHHII", 16 + len(body), kind, 2, SEQUENCE, 0) + body

    def address(text):
        host, port = text.rsplit(":", 1)
        return socket.inet_aton(host) + bytes(12), int(port)

    out = b""
    for line in lines:
        if not line.strip():
            continue
        state, local, remote, *rest = line.split()
        field = dict(word.split("=") for word in rest)
        number = lambda key, default=0: int(field.get(key, default))  # noqa: E731
        (source, sport), (target, dport) = address(local), address(remote)
        retransmits = number("unanswered") if field.get("timer") == "retransmit" else 0
        silent, acknowledged = number("silent"), number("acknowledged", field.get("silent", 0))
        info = struct.pack("<BBBB20x5I4I", number("state"), 0, retransmits, 0, 0, 0, 0, 0, 0, silent, 0, silent, acknowledged)
        info = info.ljust(120, b"\0") + struct.pack("<QQ4x4x4x4xII", 1, number("received"), 1 if number("received") else 0, 0)
        body = struct.pack("<BBBB", 2, STATES.index(state), TIMERS.index(field.get("timer", "off")), number("unanswered"))
        body += struct.pack(">HH", sport, dport) + source + target
        body += struct.pack("<IQIIIII", 0, 0xC000 + number("inode"), 0, 0, number("send"), 1000, number("inode"))
        body += struct.pack("<HH", 4 + len(info), 2) + info
        out += message(18, body)
    return out + message(3, struct.pack("<i", 0))


def write(text, folder):
    """Writes the files; returns [(moment, path)]."""
    files = []
    for line in text.split("\n"):
        head = FILE.match(line)
        if head:
            files.append((head.group(1), [int(m) for m in head.group(2).split()], []))
        elif files:
            files[-1][2].append(line)
    if not files:
        raise BadTemplate("no file in it: a file begins with == NAME MOMENT...")
    written = []
    for name, moments, lines in files:
        while lines and not lines[-1]:
            lines.pop()
        for k, moment in enumerate(moments):
            path = os.path.join(folder, str(moment), name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            rendered = render(lines, k)
            with open(path, "wb") as file:
                file.write(sock_diag(rendered.split("\n")) if name == "sock_diag" else rendered.encode())
            written.append((moment, path))
    return written
