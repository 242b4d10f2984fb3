#!/usr/bin/env python3
"""The sampler loaded into busy programs again and again: every one of them has to go on as if nothing had been.

    python3 tests/native/soak.py --seep build/release/seep --processes 500 --cycles 500

The programs collect garbage all the time (GOGC=10), allocate in C on every processor, start and end threads, run programs and
are sent signals (running_program/main.go, -busy). A process of its own for each of --processes injections; --cycles times on and
off in one. Prints how long the one thread was held.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from run import DEADLINE, GO_VARIANTS, Failure  # noqa: E402
from running import Running, build, switch  # noqa: E402

BUSY = dict(os.environ, GOGC="10")


def sampled(seep, pid):
    done, _ = switch(seep, pid, "--json")
    return json.loads(done.stdout)["samples"]


def loaded(seep, pid):
    """Switches it on with traffic that has to be seen; how long the thread was held."""
    done = subprocess.run([seep, "native", str(pid), "--inject", "--for", "1s", "--rate", "4KiB", "--json"],
                          capture_output=True, text=True, timeout=DEADLINE)
    if done.returncode != 0:
        raise Failure(f"seep native {pid} --inject: exit status {done.returncode}\n{done.stderr}")
    if json.loads(done.stdout)["samples"] == 0:
        raise Failure("nothing was sampled")
    return float(done.stderr.split("was held for ")[1].split(" ms")[0])


def processes(seep, binaries, count):
    held = []
    for i in range(count):
        with Running([binaries[i % len(binaries)], "-busy"], env=BUSY) as program:
            held.append(loaded(seep, program.pid))
            program.check_alive()
    return held


def cycles(seep, binaries, count):
    held = []
    with Running([binaries[0], "-busy"], env=BUSY) as program:
        for _ in range(count):
            held.append(loaded(seep, program.pid))
            _, off = switch(seep, program.pid, "--off")
            held.append(off)
            program.check_alive()
    return held


def summary(held):
    held = sorted(held)
    return (f"{len(held)} times, none harmed; a thread held for {held[0]:.2f} ms at least, {held[len(held) // 2]:.2f} at the "
            f"median, {held[len(held) * 9 // 10]:.2f} at the 90th percentile, {held[-1]:.2f} at most")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", default="build/release/seep")
    parser.add_argument("--processes", type=int, default=500)
    parser.add_argument("--cycles", type=int, default=500)
    options = parser.parse_args()
    seep = os.path.abspath(options.seep)
    with tempfile.TemporaryDirectory() as folder:
        binaries = [build(folder, variant, GO_VARIANTS[variant]) for variant in GO_VARIANTS]
        for name, run, count in (("processes", processes, options.processes), ("cycles", cycles, options.cycles)):
            if count > 0:
                print(f"{name}: {summary(run(seep, binaries, count))}", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"FAILED: {failure}")
        sys.exit(1)
