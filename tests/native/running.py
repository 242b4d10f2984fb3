"""A program that runs (running_program/), the orders it takes, and seep's sampler loaded into it."""
import json
import os
import re
import select
import subprocess
import time

from run import DEADLINE, Failure, Missing

HELD = re.compile(r"was held for ([0-9.]+) ms")


class Running:
    """Ends with the `with` block, by its own pid."""

    def __init__(self, command, **how):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **how)
        self.pid = self._line()["pid"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def _line(self):
        if not select.select([self.process.stdout], [], [], DEADLINE)[0]:
            raise Failure(f"the program does not answer any more; it is {self.state()}")
        line = self.process.stdout.readline()
        if not line:
            raise Failure(f"the program ended: {self.process.wait()}")
        return json.loads(line)

    def state(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return status.read()

    def order(self, text):
        try:
            self.process.stdin.write(text + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Failure(f"the program ended: {self.process.wait()}") from None
        return self._line()

    def check_alive(self):
        """Its goroutines make progress and its signals arrive."""
        self.order("turns")
        done = {"turns": 0, "signals": 0}
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            said = self.order("turns")
            done = {what: done[what] + said[what] for what in done}
            if all(done.values()):
                return
            time.sleep(0.02)
        raise Failure(f"the program stands still: {done}")

    def maps(self):
        with open(f"/proc/{self.pid}/maps") as maps:
            return maps.read()


def build(folder, variant="plain", flags=(), cgo="1"):
    binary = os.path.join(folder, f"running.{variant}.{cgo}")
    if not os.path.exists(binary):
        here = os.path.dirname(os.path.abspath(__file__))
        env = dict(os.environ, CGO_ENABLED=cgo, GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false")
        try:
            done = subprocess.run(["go", "build", *flags, "-o", binary, "."], cwd=os.path.join(here, "running_program"),
                                  env=env, capture_output=True, text=True, timeout=DEADLINE)
        except FileNotFoundError:
            raise Missing("go is not installed") from None
        if done.returncode != 0:
            raise Failure(f"go build: {done.stderr}")
    return binary


def switch(seep, pid, *flags, status=0):
    """Runs seep native PID with flags; what it printed, and how long the thread was held, ms."""
    done = subprocess.run([seep, "native", str(pid), *flags], capture_output=True, text=True, timeout=DEADLINE)
    if done.returncode != status:
        raise Failure(f"seep native {pid} {' '.join(flags)}: exit status {done.returncode}, expected {status}\n"
                      f"{done.stdout}{done.stderr}")
    held = HELD.search(done.stderr)
    return done, float(held.group(1)) if held else None
