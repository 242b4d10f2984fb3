#!/usr/bin/env python3
"""`seep native PID --ebpf` on real programs, against what they say of themselves. Needs a kernel that lets it, and root.

    python3 tests/kernel/run.py --seep build/release/seep [--case NAME]

With a rate of one byte everything is sampled and what is found has to be exact.
"""

import argparse
import fnmatch
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VARIANTS = {"go": [], "go_pie_stripped": ["-buildmode=pie", "-ldflags=-s -w"]}
DEADLINE = 120


class Failure(Exception):
    pass


class Missing(Exception):
    pass


def line_of(stream, what):
    """The next line; reads are not buffered, so that select() tells the truth."""
    text = b""
    while not text.endswith(b"\n"):
        if not select.select([stream], [], [], DEADLINE)[0]:
            raise Failure(f"{what}: nothing for {DEADLINE} s")
        byte = os.read(stream.fileno(), 1)
        if not byte:
            raise Failure(f"{what}: ended, having said {text!r}")
        text += byte
    return text.decode()


class Program:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        if line_of(self.process.stdout, path) != "ready\n":
            raise Failure(f"{path} does not begin")

    def round(self):
        self.process.stdin.write(b"go\n")
        return json.loads(line_of(self.process.stdout, "the program"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Sampling:
    """seep, once it samples."""

    def __init__(self, seep, pid, *flags):
        self.process = subprocess.Popen([seep, "native", "--ebpf", "--json", "--rate", "1", *flags, str(pid)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)  # fmt: skip
        self.said = ""
        while "sampling" not in self.said:
            line = line_of(self.process.stderr, self.said or "seep")
            self.said += line
            if "the kernel refuses" in line:
                self.process.kill()
                self.process.wait()
                raise Missing(line.strip())

    def end(self):
        self.process.send_signal(signal.SIGINT)
        out, errors = self.process.communicate(timeout=DEADLINE)
        if self.process.returncode != 0:
            raise Failure(f"seep: exit status {self.process.returncode}\n{errors.decode()}")
        return json.loads(out)


class Bench:
    def __init__(self, seep, folder):
        self.seep, self.folder = os.path.abspath(seep), folder

    def program(self, variant):
        if not shutil.which("go") or not shutil.which("gcc"):
            raise Missing("go or gcc is not installed")
        binary = os.path.join(self.folder, variant)
        env = dict(os.environ, CGO_ENABLED="1", GOFLAGS="-buildvcs=false")
        subprocess.run(["go", "build", *VARIANTS[variant], "-o", binary, "."], cwd=os.path.join(HERE, "program"), env=env,
                       check=True)  # fmt: skip
        return Program(binary)


def live_by(report, function):
    """Live bytes of the sites that have the function among their Go calls or, of C's, anywhere."""
    return sum(
        site["live"]["bytes"]
        for site in report["sites"]
        if any(call["function"].split(".")[-1] == function for call in site["go"] + site["c"])
    )


def expect(what, expected, found):
    if found != expected:
        raise Failure(f"{what}: expected {expected}, found {found}")


def exact(bench, variant):
    with bench.program(variant) as program:
        sampling = Sampling(bench.seep, program.process.pid)
        said = program.round()
        report = sampling.end()
    expect("samples without room", 0, report["lost"])
    if "stripped" in variant:
        said.pop("thread")  # a function of C, whose name is gone with the symbols
    for function, kept in said.items():
        expect(function, kept, live_by(report, function))
    # The stacks through Go are whole: down to the goroutine's first function, and with the lines.
    first = report["sites"][0]["go"]
    with open(os.path.join(HERE, "program/main.go")) as source:
        line = next(n for n, text in enumerate(source, 1) if text.rstrip().endswith("// KEEP"))
    expect("the site that keeps most", (("main.keep", line), "main.round.func1"),
           ((first[0]["function"], first[0]["line"]), first[-1]["function"]))  # fmt: skip


def second_round(bench):
    """What was there before is not seen; another sampling of the same process begins anew."""
    with bench.program("go") as program:
        program.round()
        for _ in range(2):
            sampling = Sampling(bench.seep, program.process.pid)
            said = program.round()
            expect("resized", said["resized"], live_by(sampling.end(), "resized"))


def first_bytes_of_malloc(pid):
    """As they are in the process now: a breakpoint is 0xcc."""
    with open(f"/proc/{pid}/maps") as maps:
        lines = [line.split() for line in maps]
    libc = next(line for line in lines if len(line) > 5 and re.search(r"/libc[.-]", line[5]))
    symbols = subprocess.run(["nm", "-D", "--defined-only", libc[5]], capture_output=True, text=True, check=True).stdout
    value = int(next(line for line in symbols.splitlines() if re.search(r" T malloc(@|$)", line)).split()[0], 16)
    with open(f"/proc/{pid}/mem", "rb") as memory:
        memory.seek(int(libc[0].split("-")[0], 16) + value)
        return memory.read(8)


def detached(bench):
    """Ended in whatever way, seep leaves nothing behind, and the program goes on."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with bench.program("go") as program:
            pid = program.process.pid
            before = first_bytes_of_malloc(pid)
            sampling = Sampling(bench.seep, pid)
            if 0xCC not in first_bytes_of_malloc(pid)[:5]:
                raise Failure("malloc has no breakpoint while it is sampled: this test tells nothing")
            program.round()
            sampling.process.send_signal(number)
            sampling.process.communicate(timeout=DEADLINE)
            program.round()
            expect(f"malloc after signal {int(number)}", before, first_bytes_of_malloc(pid))


def the_program_ends(bench):
    with bench.program("go") as program:
        sampling = Sampling(bench.seep, program.process.pid)
        said = program.round()
        program.process.stdin.close()
        out, errors = sampling.process.communicate(timeout=DEADLINE)
    expect("seep's exit status", (0, ""), (sampling.process.returncode, errors.decode() if sampling.process.returncode else ""))
    expect("resized", said["resized"], live_by(json.loads(out), "resized"))


def refused(bench):
    static = os.path.join(bench.folder, "static")
    with open(static + ".c", "w") as source:
        source.write('#include <stdio.h>\n#include <unistd.h>\nint main(void) { puts("ready"); fflush(stdout); pause(); }\n')
    subprocess.run(["gcc", "-static", "-s", "-o", static, static + ".c"], check=True)
    with Program(static) as program:
        cases = [([str(program.process.pid)], "no malloc in it"), (["999999999"], "no process")]
        if os.geteuid() == 0 and shutil.which("setpriv"):
            cases.append((None, "refuse|permission|may not"))
        for words, expected in cases:
            command = [bench.seep, "native", "--ebpf", "--for", "1s", *(words or [str(program.process.pid)])]
            if words is None:
                command = ["setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", *command]
            done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)
            if done.returncode != 2 or not re.search(expected, done.stderr):
                raise Failure(f"{command}: exit status {done.returncode}, expected 2 and \"{expected}\" in: {done.stderr}")


CASES = {
    "exact": lambda bench: exact(bench, "go"),
    "exact_pie_stripped": lambda bench: exact(bench, "go_pie_stripped"),
    "second_round": second_round,
    "detached": detached,
    "the_program_ends": the_program_ends,
    "refused": refused,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seep", default="build/release/seep")
    parser.add_argument("--case", default="*")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    chosen = [name for name in CASES if fnmatch.fnmatch(name, options.case)]
    if options.list:
        print("\n".join(chosen))
        return 0
    failed = missing = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.seep, folder)
        for name in chosen:
            try:
                CASES[name](bench)
                print(f"ok      {name}")
            except Missing as why:
                missing += 1
                print(f"missing {name}: {why}")
            except (Failure, OSError, ValueError, LookupError, subprocess.SubprocessError) as why:
                failed += 1
                print(f"FAILED  {name}: {why}")
    return 1 if failed else 77 if missing == len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
