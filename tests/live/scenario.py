"""The few shapes most cases have: put a leak there, keep it growing, let seep look."""
import contextlib
import os
import subprocess
import threading
import time

from expect import TESTBED_SOURCE, Outcome
from harness import Failure, wait_until
from source import source_of

INTERVAL = 3       # seconds between seep's two snapshots
QUIET = 1.2        # a service nobody has asked for this long is between two snapshots


def arguments(service, pid=True, interval=INTERVAL, samples=2, more=()):
    """seep as a person on the same host runs it: the profile URL, and the pid for what only the kernel knows. Outside: the
    pid alone, as if the service had no endpoint."""
    bench, outside = service.bench, service.bench.outside
    bench.evidence = os.path.join(bench.folder, "evidence.seep")
    line = ["diagnose", service.pid if outside else service.pprof, "--json", "--interval", f"{interval}s", "--samples",
            samples, "--save", bench.evidence, *more]
    if bench.source:
        line += ["--src", source_of(service)]
    return line + (["--pid", service.pid] if pid and not outside else [])


def diagnose(bench, service, count=None, **how):
    """With count, a function that asks for the true number: report.count is that number before and after seep looked. The
    pile grows meanwhile, on a busy machine for longer, and the snapshot lies in between."""
    before = count() if count else 0
    report = bench.run_seep(*arguments(service, **how))
    report.count = (before, count() if count else 0)
    return report


def times(factor, count):
    return tuple(factor * number for number in count)


def diagnose_with_event(bench, service, event, interval=2 * INTERVAL, **how):
    """Runs event() after the first snapshot and before the second."""
    command, process = bench.start_seep(*arguments(service, interval=interval, **how))
    seen = {"profiles": 0, "since": time.monotonic()}

    def between():
        if process.poll() is not None:
            raise Failure("seep ended before its second snapshot: " + process.communicate()[1][-1500:])
        profiles = service.truth()["profiles"]
        if profiles != seen["profiles"]:
            seen.update(profiles=profiles, since=time.monotonic())
        return profiles > 0 and time.monotonic() - seen["since"] > QUIET

    wait_until("seep's first snapshot to be complete", between)
    event()
    return bench.finish_seep(command, process)


def build(bench, module, flags):
    """The programs of a module built another way; the case's services are taken from there."""
    done = subprocess.run(["go", "build", "-buildvcs=false", *flags, "-o", os.path.join(bench.folder, f"testbed-{module}"),
                           f"./cmd/testbed-{module}"], cwd=os.path.join(TESTBED_SOURCE, module), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"go build: {done.stderr}")
    bench.testbed = bench.folder


@contextlib.contextmanager
def growing(step, every):
    """Calls step() every so many seconds while the body runs; what step raises, the body's end raises."""
    stop, failed = threading.Event(), []

    def loop():
        while not stop.wait(every):
            try:
                step()
            except Failure as failure:
                failed.append(failure)
                return

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    if failed:
        raise failed[0]


def leak(service, calls, rate=None, workers=16):
    """`calls` leaked objects at once, then steady growth at `rate` calls a second."""
    if calls:
        service.control("load", calls=calls, workers=workers)
    service.control("gc")
    if rate:
        service.control("start", rate=rate)


def healthy(bench, service, clean=True, forbid=(), **how):
    """`clean`: nothing at all may be found; otherwise only the verdict "leak" is forbidden."""
    return Outcome(diagnose(bench, service, **how), healthy=True, clean=clean, forbid=forbid)
