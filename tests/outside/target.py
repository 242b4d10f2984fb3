"""Starts programs that are read from outside, asks them what they know, and runs seep on them."""
import ctypes
import os
import signal
import subprocess
import tempfile
import threading
import time

import dumps

PR_SET_PDEATHSIG = 1
DEADLINE = 60.0


class Failure(Exception):
    """The case did not pass: what was expected and what was found."""


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Target:
    """A running program of tests/outside/program. Used with `with`."""

    def __init__(self, binary, prefix=(), preexec=None, env=None):
        def before():
            _die_with_parent()
            if preexec:
                preexec()

        self.binary, self.log = binary, tempfile.TemporaryFile()
        # runtime/pprof itself has a race where it prints the labels of another goroutine. Labels in its own dumps: since Go 1.26.
        environment = dict(os.environ, GORACE="report_bugs=0", GODEBUG="tracebacklabels=1", **(env or {}))
        self.process = subprocess.Popen([*prefix, binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        preexec_fn=before, env=environment, cwd="/")
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        self.log.close()

    def ask(self, question):
        timer = threading.Timer(DEADLINE, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(question.encode() + b"\n")
            self.process.stdin.flush()
            size = self.process.stdout.readline()
            answer = self.process.stdout.read(int(size)) if size else b""
        except (BrokenPipeError, ValueError):
            size = b""
        finally:
            timer.cancel()
        if not size:
            self.log.seek(0)
            raise Failure(f"{self.binary} (pid {self.pid}) did not answer {question!r}; exit status {self.process.poll()}\n"
                          f"{self.log.read(1000).decode(errors='replace')}")
        return answer

    def settle(self):
        """The program's own dump, once everything in it that parks has parked."""
        end, last = time.monotonic() + DEADLINE, None
        while True:
            text = self.ask("debug2").decode()
            found = {goid: g for goid, g in dumps.parse_debug2(text).items()}
            still = {goid: (g.state, g.frames) for goid, g in found.items() if not g.moving}
            if still == last and not any(state in ("running", "runnable") for state, _ in still.values()):
                return found
            if time.monotonic() > end:
                raise Failure(f"{self.binary}: its goroutines did not come to rest")
            last = still
            time.sleep(0.05)


class Said:
    def __init__(self, command, status, stdout, stderr):
        self.command, self.status, self.stdout, self.stderr = command, status, stdout, stderr

    def __str__(self):
        return f"{' '.join(self.command)}: exit status {self.status}\n{self.stderr[-1500:]}"


class Seep:
    def __init__(self, binary, folder):
        self.binary, self.folder = os.path.abspath(binary), folder

    def run(self, *arguments, prefix=(), preexec=None, status=(0,)):
        command = [*prefix, self.binary, *map(str, arguments)]
        environment = dict(os.environ, NO_COLOR="1", HOME=self.folder)
        try:
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, cwd=self.folder, env=environment,
                                  preexec_fn=preexec, timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            raise Failure(f"{' '.join(command)} did not end within {DEADLINE:.0f} s") from None
        said = Said(command, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
        if status is not None and said.status not in status:
            raise Failure(f"expected exit status {' or '.join(map(str, status))}\n{said}\n{said.stdout[-500:]}")
        return said
