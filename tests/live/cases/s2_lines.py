"""S2 with the sampler: which Go line has C keep the memory, in a service that runs already."""
import os
import subprocess

from expect import TESTBED_SOURCE, Case, Expect, Mark, Outcome
from harness import Failure
from scenario import diagnose, leak

ORDERS = "cgo/orders/orders.go"
SECONDS = 4  # some sixty samples at the rate of a diagnosis


def lines(silent=False, binary="testbed-cgo", name="s2-leaky", build=()):
    def run(bench):
        bench.silent = bench.outside = silent
        if build:
            bench.testbed = built(bench, binary, build)
        service = bench.service(name, binary=binary)
        leak(service, 3000, rate=800)
        report = diagnose(bench, service, interval=SECONDS, more=["--inject"])
        if "fixed" in name:
            return Outcome(report, healthy=True, clean=True)
        return Outcome(report, [Expect("native-leak", first=True, where=[Mark(ORDERS, roles=("culprit",))],
                                       mentions=["healthCheck", ", 0 B of it live", "xmlReadMemory"])])
    return run


def built(bench, binary, flags):
    """The service built another way, in the folder of the case."""
    done = subprocess.run(["go", "build", "-buildvcs=false", *flags, "-o", os.path.join(bench.folder, binary),
                           "./cmd/testbed-cgo"], cwd=os.path.join(TESTBED_SOURCE, "cgo"), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"go build: {done.stderr}")
    return bench.folder


CASES = [
    Case("s2.lines", lines()),
    Case("s2.lines-stripped", lines(silent=True)),
    Case("s2.lines-pie", lines(build=["-buildmode=pie"])),
    Case("s2.lines-repaired", lines(name="s2-fixed")),
]
