"""typed.py OUT SEEP-ARGUMENT...: runs seep at a pseudo terminal and types what stdin says, a line of this script at a time:

    wait TEXT      until the terminal has shown it (since the last wait)
    prompt         until a new line begins with the prompt (a line that is redrawn has it too, but begins no new one): keys typed
                   earlier would meet a terminal that is not raw yet
    type TEXT      sends it; \\t \\n \\x1b and the like as Python writes them
    end            until the program has ended; its exit status is this one's

stdout of the program goes to the file OUT ("-": to the terminal too). What the terminal showed is printed, escapes and all.
"""

import os
import pty
import re
import select
import sys
import time

PROMPT = rb"\n(?:\x1b\[0m)?\r\(pprof\) "
LIMIT = 60  # seconds; a hang guard, not a measurement


class Terminal:
    def __init__(self, out, command):
        self.shown, self.read_from = b"", 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if out != "-":
                os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), 1)
            os.execvp(command[0], command)

    def read(self, until):
        ready, _, _ = select.select([self.fd], [], [], max(0, until - time.monotonic()))
        if not ready:
            sys.exit(f"typed.py: nothing more came; shown: {self.shown!r}")
        try:
            more = os.read(self.fd, 65536)
        except OSError:  # the other side is gone
            more = b""
        self.shown += more
        return bool(more)

    def wait(self, pattern):
        until = time.monotonic() + LIMIT
        while not (found := re.compile(pattern).search(self.shown, self.read_from)):
            if not self.read(until):
                sys.exit(f"typed.py: ended before it showed {pattern!r}: {self.shown!r}")
        self.read_from = found.end()

    def end(self):
        until = time.monotonic() + LIMIT
        while self.read(until):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def main():
    terminal = Terminal(sys.argv[1], ["seep", *sys.argv[2:]])
    status = 1
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        text = rest.encode().decode("unicode_escape").encode("latin-1")
        if word == "wait":
            terminal.wait(re.escape(text))
        elif word == "prompt":
            terminal.wait(PROMPT)
        elif word == "type":
            os.write(terminal.fd, text)
        elif word == "end":
            status = terminal.end()
    sys.stdout.buffer.write(terminal.shown)
    sys.exit(status)


main()
